"""What channels of many instruments are taken for: names as instruments and programs write them."""

import numpy as np
import pytest

from cytoclust.io import Channel, recognise
from cytoclust.io._isotopes import without_isotope
from cytoclust.io._named_roles import LABELS, NAMES, named_role


def known(channels, cytometer="", sample=None):
    """Channels written ``name=label``; their names."""
    pairs = [each.partition("=") for each in channels]
    found, _ = recognise([Channel(name, label=label) for name, _, label in pairs], cytometer=cytometer, sample=sample)
    return dict(zip(channels, found, strict=True))


@pytest.mark.parametrize(("row", "example"), [(row, word) for row in NAMES for word in row.examples])
def test_each_row_of_names_knows_its_examples(row, example):
    assert named_role(example, NAMES) == row.role


@pytest.mark.parametrize(("row", "example"), [(row, word) for row in LABELS for word in row.examples])
def test_each_row_of_labels_knows_its_examples(row, example):
    assert row.role in (named_role(example, LABELS), named_role(without_isotope(example), LABELS))


# instrument; channels as it writes them, with what each holds
FILES = {
    "LSRFortessa": {
        "Time": "clock", "FSC-A": "scatter", "SSC-W": "scatter", "FITC-A=CD3": "marker CD3",
        "PE-A=CD4 PE": "marker CD4",
        "PerCP-Cy5-5-A=CD8": "marker CD8", "AmCyan-A=Live/Dead": "viability", "BV605-A": "signal",
        "APC-A=FMO": "marker FMO",
    },
    "FACSAriaIII": {
        "BL 530/30-A=CD21;FITC;530/30@488/B": "marker CD21", "BL 695/40-A=viability;7-AAD;695/40@488/A": "viability",
        "YG 586/15-A=CD138;PE;586/15@561/E": "marker CD138", "RL 780/60-A": "signal", "Drop Phase": "index",
        "Tray X": "index", "IdxCol": "index",
    },
    "FACSCanto II": {"FSC-A": "scatter", "7-AAD-A": "signal", "PE-A=CD69": "marker CD69", "APC-A=7AAD": "viability"},
    "FACSCalibur": {
        "FSC-H=FSC-Height": "scatter", "FL1-H=CD4 FITC": "marker CD4", "FL2-H=FL2-Height": "signal", "FL2-A": "signal",
        "Time=Time (102.40 sec.)": "clock",
    },
    "FACSVerse": {"FSC-A": "scatter", "V500-A=CD45 V500-C": "marker CD45", "PerCP-Cy5.5-A=CD4": "marker CD4"},
    "FACSLyric": {"FSC-A": "scatter", "V450-A=HLA-DR": "marker HLA-DR", "BB515-A=kappa": "marker kappa"},
    "BD Accuri C6": {"FSC-A": "scatter", "FL1-A=FITC-A": "signal", "FL4-H": "signal", "Width": "index"},
    "CytoFLEX S": {
        "FL1-H=FITC-H": "signal", "FL1-A=CD3-FITC": "marker CD3", "FL6-A=APC-A": "signal", "FSC-Width": "scatter",
        "FL10-A=PB450-A": "signal", "FL11-A=KO525 CD45": "marker CD45", "Time": "clock", "SSC_1-H": "scatter",
    },
    "DxFLEX": {"FSC-A": "scatter", "FL2-A=CD19-PE": "marker CD19", "FL5-A=PC7-A": "signal"},
    "Navios": {
        "FS INT LIN=FS INT LIN": "scatter", "FS TOF LIN": "scatter", "SS PEAK LIN": "scatter", "TIME": "clock",
        "FL1 INT LOG=CD103-FITC": "marker CD103", "FL10 INT LOG=CD45 KrO": "marker CD45", "FL9 INT LOG": "signal",
    },
    "Cytomics FC 500": {
        "FS Lin": "scatter", "SS Log": "scatter", "FL1 Log=CD15-FITC": "marker CD15", "FL2 Log": "signal",
    },
    "MoFlo Astrios": {
        "FSC-Height": "scatter", "488-SSC-Height": "scatter", "488-513/26-Height=CD3 FITC": "marker CD3",
        "561-614/20-Area": "signal", "Time": "clock",
    },
    "MACSQuant": {
        "HDR-T": "clock", "HDR-CE": "index", "HDR-SE": "index", "HDR-V": "index", "FSC-A": "scatter",
        "V1-A=CD4": "marker CD4", "B1-A=B1-A": "signal", "Y2-H": "signal", "R1-W": "signal",
    },
    "Attune NxT": {
        "Time": "clock", "BL1-A=GFP-A": "signal", "YL2-A=mCherry-A": "signal", "VL1-A=CD3 Pacific Blue": "marker CD3",
        "RL2-H": "signal", "VL2-A=Fixable Viability Dye eFluor 506": "viability", "BL3-A=GFP": "marker GFP",
    },
    "Guava EasyCyte": {
        "FSC-HLin=Forward Scatter (FSC-HLin)": "scatter", "GRN-B-HLin=Green-B Fluorescence (GRN-B-HLin)": "signal",
        "YEL-B-HLog=CD4 PE": "marker CD4", "NIR.R.HLin": "signal", "TIME=Time": "clock",
    },
    "NovoCyte": {
        "FSC-H": "scatter", "BL1-H=FITC-H": "signal", "BL4-A=CD8": "marker CD8", "Width": "index", "Time": "clock",
    },
    "S3e": {
        "TIME_LSW": "clock", "TIME_MSW": "clock", "SORT": "index", "FSC-AREA": "scatter", "FL1-AREA": "signal",
        "FL4-HEIGHT": "signal",
    },
    "ZE5": {
        "FSC 488/10-A": "scatter", "SSC 488/10-A": "scatter", "525/35 [488]-A": "signal",
        "615/24 [561]-A=CD20": "marker CD20",
        "Fluidic_Outlier": "index", "Time": "clock",
    },
    "SH800": {"FSC-A": "scatter", "BSC-A": "scatter", "FL1-A=EGFP-A": "signal", "FL2-A=CD45 : PE-A": "marker CD45"},
    "CyFlow Cube": {"FSC": "scatter", "SSC": "scatter", "FL1": "signal", "TIME": "clock", "DOUBLET": "index"},
    "Apogee A50": {
        "SALS": "scatter", "MALS": "scatter", "LALS": "scatter", "LargeAngle-H": "scatter", "488-Green(Peak)": "signal",
    },
    "S1400EXi": {
        "FSC LogH": "scatter", "405nm 405SSC (405/10) LogH": "scatter", "642nm APC (676/29) LogH": "signal",
        "488/552nm PI (615/30) LogH=CD19": "marker CD19", "Width": "index",
    },
    "Cytek xP3": {
        "FSC": "scatter", "SSC": "scatter", "FSCW": "scatter", "FSCA": "scatter", "FL1": "signal", "FL4 red": "signal",
    },
    "Influx": {"FSC": "scatter", "[488] 530/40=CD4": "marker CD4", "530/40[488]": "signal", "TIME": "clock"},
    "ImageStream": {
        "Area_M01": "index", "Aspect Ratio_M01": "index", "Intensity_MC_Ch02=CD3": "marker CD3",
        "Intensity_MC_Ch05": "signal",
        "Gradient RMS_M01_Ch01": "index", "Object Number": "index", "Time": "clock",
    },
    "FACSDiscover S8": {
        "V500-A=CD4": "marker CD4", "SSC (Violet)-A": "scatter", "LightLoss (Blue)-A": "scatter",
        "Eccentricity (LightLoss (Blue))": "index", "RadialMoment (SSC)": "index",
        "Delta CoM (SSC (Imaging)/FSC)": "index",
    },
    "Aurora": {
        "Time": "clock", "SSC-B-A": "scatter", "BV421-A=CD3": "marker CD3", "AF-A": "autofluorescence",
        "AF Lung-A": "autofluorescence", "Zombie NIR-A": "viability", "LIVE DEAD Blue-A": "viability",
        "AF647-A": "signal",
        "Alexa Fluor 488-A=CD8": "marker CD8", "PE-A=Blank": "blank", "APC-A=NA": "blank", "PE-Cy7-A=-": "blank",
    },
    "FlowJo": {
        "FJComp-BV785-A=CD3": "marker CD3", "FJComp-AF-A": "autofluorescence", "Comp-FSC-A": "scatter",
        "Comp-APC-A=CD19 APC": "marker CD19", "FJComp-AF700-A": "signal", "<PE-A>=CD4": "marker CD4",
        "FJComp-Zombie-NIR-A": "viability",
    },
}  # fmt: skip


def told(found):
    """Role of each channel, of a marker with its name."""
    return {name: f"{each.role} {each.marker}" if each.role == "marker" else each.role for name, each in found.items()}


@pytest.mark.parametrize("cytometer", FILES)
def test_channels_of_light(cytometer):
    channels = FILES[cytometer]
    found = known(channels, cytometer)
    assert told(found) == channels
    assert {each.signal_type for each in found.values()} <= {"scatter", "fluorescence", "time", "other"}


MASS = {
    "Helios": {
        "Time": "clock", "Event_length": "event length", "Nd142Di=142Nd_CD19": "marker CD19",
        "Ir191Di=191Ir_DNA1": "dna",
        "Ir193Di": "dna", "Ce140Di=140Ce_EQ4_beads": "bead", "Ce140Di=140Ce": "bead", "Eu151Di=151Eu_EQ4": "bead",
        "Pd102Di=102Pd_BC1": "barcode", "Pd104Di=104Pd_Barcode": "barcode", "BCKG190Di=190BCKG": "blank",
        "Xe131Di=131Xe_conta": "blank", "Pb208Di": "blank", "Pt195Di=195Pt_Cisplatin": "viability",
        "Rh103Di=103Rh_Live_Dead": "viability", "Pt198Di=198Pt": "signal", "I127Di=127I_IdU": "marker IdU",
        "Er167Di=167Er_CD197_CCR7": "marker CD197_CCR7", "Y89Di=89Y_CD45": "marker CD45", "Sm147Di": "signal",
        "Center": "gaussian", "Offset": "gaussian", "Width": "gaussian", "Residual": "gaussian", "beadDist": "index",
        "DNA1": "dna", "CD3": "marker CD3", "Cd112Di=empty_Cd112": "blank",
    },
    "DVSSCIENCES-CYTOF-5.1.559": {
        "Cell_length": "event length", "CD3(110:114)Dd=CD3": "marker CD3", "CD45(In115)Dd=CD45": "marker CD45",
        "BC1(La139)Dd=BC1": "barcode", "DNA-1(Ir191)Dd=DNA-1": "dna", "(Nd142)Dd=CD19": "marker CD19",
        "(In115)Dd=Dead": "viability", "pp38(Nd144)Dd=pp38": "marker pp38",
    },
    "": {  # names that tell it themselves
        "Time": "clock", "Cell_length": "event length", "DNA1_Ir191": "dna", "BC1_Pd104": "barcode",
        "pErk1-2_Er168": "marker pErk1-2", "HLA-DR_Yb174": "marker HLA-DR", "Viability_Pt195": "viability",
        "PhenoGraph": "index", "Condition": "index", "CD45_Sm154": "marker CD45",
    },
    "Hyperion": {
        "80ArAr(ArAr80Di)": "blank", "aSMA(Pr141Di)": "marker aSMA", "CD3(Er170Di)": "marker CD3", "Area": "index",
        "Eccentricity": "index",
    },
}  # fmt: skip


@pytest.mark.parametrize("cytometer", MASS)
def test_channels_of_mass(cytometer):
    channels = MASS[cytometer]
    found = known(channels, cytometer)
    assert told(found) == channels
    assert {each.signal_type for each in found.values()} <= {"mass", "time", "other"}


@pytest.mark.parametrize(
    ("cytometer", "signal_type"),
    [("CytoFLEX", "fluorescence"), ("CytoFLEX LX", "fluorescence"), ("DxFLEX", "fluorescence"), ("CyTOF 2", "mass"),
     ("CyTOF XT", "mass"), ("DVSSCIENCES-CYTOF-6.7", "mass"), ("Helios", "mass"), ("Fluidigm Hyperion", "mass"),
     ("Standard BioTools", "mass"), ("CYTOMICS FC 500", "fluorescence"), ("", "fluorescence")],
)  # fmt: skip
def test_a_cytometer_whose_name_holds_part_of_anothers(cytometer, signal_type):
    assert known(["X=CD3"], cytometer)["X=CD3"].signal_type == signal_type


def counts(n=1500, p=8, seed=0):
    """Ion counts: most cells near none, some at a hundred, spread by less than one ion."""
    rng = np.random.default_rng(seed)
    stained = rng.random((n, p)) < 0.3
    ions = rng.poisson(np.where(stained, rng.lognormal(np.log(90), 0.6, (n, p)), 1.0))
    return (ions - rng.random((n, p))).astype(np.float32)


def light(n=1500, p=8, floor=-np.inf, seed=0):
    """Compensated fluorescence: noise around zero, some cells at thousands; optionally floored."""
    rng = np.random.default_rng(seed)
    stained = rng.random((n, p)) < 0.3
    signal = np.where(stained, rng.lognormal(np.log(5000), 0.6, (n, p)), 0.0) + rng.normal(0, 80, (n, p))
    return np.maximum(signal, floor).astype(np.float32)


PLAIN = ["CD3", "CD4", "CD8", "CD19", "CD56", "CD14", "CD45RA", "HLADR"]


@pytest.mark.parametrize(
    ("events", "signal_type"),
    [(counts(), "mass"), (np.floor(counts() + 1), "mass"), (light(), "fluorescence"), (light(floor=0), "fluorescence"),
     (np.arcsinh(counts() / 5), "fluorescence"), (np.zeros((500, 8), np.float32), "fluorescence")],
)  # fmt: skip
def test_without_names_that_tell_it_values_tell_ion_counts(events, signal_type):
    found = known(PLAIN, sample=lambda: events)
    assert {each.signal_type for each in found.values()} == {signal_type}
    assert [each.marker for each in found.values()] == PLAIN


@pytest.mark.parametrize("extra", ["FSC-A", "PE-A"])
def test_values_are_not_asked_where_names_tell_light(extra):
    def fail():
        raise AssertionError

    found = known([*PLAIN, extra, "Time"], sample=fail)
    assert found["CD3"].signal_type == "fluorescence"


def test_event_length_without_scatter_tells_mass():
    found = known(["Time", "Event_length", *PLAIN, "DNA1", "BC1", "Bead"])
    assert found["CD3"].signal_type == "mass"
    assert [found[name].role for name in ("DNA1", "BC1", "Bead")] == ["dna", "barcode", "bead"]


RAW = [
    f"{laser}{i}-A" for laser, n in (("UV", 16), ("V", 16), ("B", 14), ("YG", 10), ("R", 8)) for i in range(1, n + 1)
]
ARRAYS = {
    "Aurora": RAW,
    "Northern Lights": [f"V{i}-A" for i in range(1, 17)],
    "": RAW,  # by the array itself
    "ID7000": [f"{laser}CH{i}-A" for laser in (405, 488, 637) for i in range(1, 27)],
    "FACSDiscover S8": [f"UV{i} ({375 + 15 * i})-A" for i in range(1, 23)],
}


@pytest.mark.parametrize("cytometer", ARRAYS)
def test_detectors_before_unmixing(cytometer):
    found = known(["Time", "FSC-A", *ARRAYS[cytometer]], cytometer)
    assert {found[name].role for name in ARRAYS[cytometer]} == {"raw detector"}


@pytest.mark.parametrize(
    ("cytometer", "names"),
    [("MACSQuant", ["V1-A", "V2-A", "B1-A", "B2-A", "B3-A", "B4-A", "R1-A", "R2-A", "Y1-A", "Y2-A"]),
     ("FACSAria", ["B515-A", "R780-A", "R710-A", "R660-A", "V800-A", "V655-A", "V585-A", "G780-A", "G710-A", "G660-A"]),
     ("Attune NxT", [f"{laser}{i}-A" for laser in ("BL", "RL", "VL", "YL") for i in range(1, 5)])],
)  # fmt: skip
def test_few_detectors_a_laser_are_conventional(cytometer, names):
    assert {each.role for each in known(["FSC-A", *names], cytometer).values()} == {"scatter", "signal"}


@pytest.mark.parametrize(
    ("channels", "markers"),
    [
        (["CD4=CD4", "CD8=CD8 FITC-A", "CD3=CD3 PE"], ["CD4", "CD8", "CD3"]),  # half with a detector's name
        (["CD4", "CD3 FITC-A", "PE-A"], ["CD4", "CD3", ""]),
        (["CD4", "CD8", "Oddmarker", "FL3-A"], ["CD4", "CD8", "Oddmarker", ""]),  # among markers
        (["FITC-A", "PE-A", "Oddmarker"], ["", "", ""]),
        (["FITC-A=FITC-A", "PE-A=CD3"], ["", "CD3"]),
        (["FL1.A=FL1-A", "FL2.H=FL2-H"], ["", ""]),
        (["FL1-A=488nm IBP536-40", "FL2-A=B525", "FL3-A=530/30"], ["", "", ""]),
        (["FL1-A=p38", "FL2-A=B220", "FL3-A=NK1.1", "FL4-A=BCL2"], ["p38", "B220", "NK1.1", "BCL2"]),
        (["FL1-A=Lin-", "FL2-A=Lin", "FL3-A=A", "FL4-A=1", "FL5-A=κ"], ["Lin-", "Lin", "", "", "κ"]),
        (["P5=xxxxxxxxxx", "P6=CD3"], ["", "CD3"]),
    ],
)  # fmt: skip
def test_markers_in_names_and_labels(channels, markers):
    assert [each.marker for each in known(channels).values()] == markers


def test_a_dna_dye_enters_every_fixed_cell():
    assert known(["PE-A=PI", "FITC-A=CD3"])["PE-A=PI"].role == "viability"
    assert known(["PE-A=PI", "FITC-A=EdU"])["PE-A=PI"].role == "dna"
    assert known(["PB-A=DAPI", "FITC-A=Ki67"])["PB-A=DAPI"].role == "dna"
    assert known(["PB-A=Hoechst 33342"])["PB-A=Hoechst 33342"].role == "dna"
    assert known(["PB-A=Hoechst 33258"])["PB-A=Hoechst 33258"].role == "viability"


@pytest.mark.parametrize(
    ("values", "role"),
    [
        (np.cumsum(np.random.default_rng(0).exponential(1, 1000)), "clock"),
        (np.arange(1000), "index"),
        (np.random.default_rng(0).normal(size=1000), "signal"),
        (np.zeros(1000), "signal"),
        (np.repeat([0, 1], 500), "signal"),
        (np.arange(100), "signal"),
    ],
)
def test_a_channel_that_tells_nothing_but_rises_is_a_clock(values, role):
    events = np.column_stack([values, values]).astype(np.float32)
    found, notes = recognise([Channel("P1"), Channel("FITC-A")], sample=lambda: events)
    assert [each.role for each in found] == [role, "signal"]
    assert [note.code for note in notes] == ([] if role == "signal" else ["channels that rise"])


@pytest.mark.parametrize("name", ["\n" * 5000, "CD" * 5000, "(" * 5000, "time " * 3000, "1/" * 4000, "", " ", "µ"])
def test_hostile_names_end(name):
    (found,), _ = recognise([Channel(name, label=name[::-1])])
    assert found.role


@pytest.mark.parametrize("word", ["NA", "<NA>", "nan", "N/A", "None", "-"])
def test_labels_that_say_nothing_hide_no_name(word):
    """R and pandas write NA or nan where there is no label."""
    names = ["FSC-A", "CD3", "CD4", "DNA1(Ir191)Di", "CD8(Nd146)Di", "Time"]
    found = known([f"{name}={word}" for name in names])
    assert [each.marker for each in found.values()] == ["", "CD3", "CD4", "DNA1", "CD8", ""]
    assert [each.role for each in found.values()] == ["scatter", "marker", "marker", "dna", "marker", "clock"]


@pytest.mark.parametrize("word", ["NA", "<NA>", "nan", "-"])
def test_detectors_that_all_lack_a_label_are_signals(word):
    found = known([f"{name}={word}" for name in ("FSC-A", "SSC-A", "FL1-H", "FL2-H", "FL3-H")])
    assert [each.role for each in found.values()] == ["scatter", "scatter", "signal", "signal", "signal"]


@pytest.mark.parametrize("word", ["NA", "<NA>", "nan", "-"])
def test_a_detector_without_a_label_among_others_is_blank(word):
    found = known([f"FL1-H={word}", "FL2-H=CD4", "FL3-H=CD8"])
    assert [each.role for each in found.values()] == ["blank", "marker", "marker"]


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("PI/PerCP", "viability"), ("PE PI", "viability"), ("AmCyan Aqua", "viability"), ("Aqua-A", "viability"),
        ("Live (Rh103)", "viability"), ("Pt195_Live", "viability"), ("103-Viability", "viability"),
        ("Viobility 405/452", "viability"), ("Ghost 510", "viability"), ("Via-Probe", "viability"),
        ("BC-PE", "barcode"),
        ("191-DNA", "dna"), ("TIM", "marker"), ("EV", "marker"), ("CLOCK", "marker"), ("SSC-V", "scatter"),
        ("Fluo-4", "marker"),
    ],
)  # fmt: skip
def test_label_of_a_dyed_detector(label, role):
    found = known(["FSC-A", "Time", "FITC-A=CD3", f"PE-A={label}"])
    assert found[f"PE-A={label}"].role == role


def test_names_with_marker_dye_and_pulse():
    found = known(["FSC - Area", "CD3 : BUV395 - Area", "CD4 : BV421 - Area", "Viability : ZNIR - Area", "LALS(Area)"])
    assert [each.marker for each in found.values()][1:3] == ["CD3", "CD4"]
    assert [each.role for each in found.values()] == ["scatter", "marker", "marker", "viability", "scatter"]
