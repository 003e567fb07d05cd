import pytest

from cytoclust.io import clean_marker
from cytoclust.io._clean_marker import marker_in

LABELS = {
    "CD45": [
        "CD45",
        "CD45 FITC",
        "CD45-FITC",
        "FITC CD45",
        "FITC-CD45",
        "CD45 (FITC)",
        "CD45 (HI30) PE-Cy7-A",
        "CD45_FITC",
        "anti-CD45 BV421",
        "anti-human CD45 PE",
        "89Y_CD45",
        "CD45_89Y",
        "CD45(Y89)Di",
        "CD45-PC7",
        "CD45 V500-C",
        "CD45 APC/Cyanine7",
        "PE-Cy7-CD45",
        "CD45::BV421",
        "BV421 :: CD45",
        "CD45;FITC;530/30@488/B",
        "CD45-A",
        "CD45 PerCP-Cy5-5-A",
        "CD45-KO",
        "CD45 KrO",
        "CD45 PB",
        "CD45 Alexa Fluor 700-H",
        "CD45 APC-A750",
        "CD45 Qdot605",
        "CD45 eFluor 450",
        "CD45 APC-eFluor 780",
        "CD45 APC-Vio770",
        "CD45 VioBright FITC",
        "CD45 PE/Dazzle 594",
        "CD45 BB700",
        "CD45 BUV 395",
        "CD45 R718",
        "CD45 RB780",
        "CD45 Super Bright 436",
        "CD45 Spark NIR 685",
        "CD45-ECD",
    ],
    "CD45RA": [
        "CD45RA APC-H7",
        "CD45RA-ECD",
    ],
    "CD271": [
        "CD271 (NGFR) PE-Cy7-A",
        "CD271 APC R700",
    ],
    "CD146": [
        "CD146-PE-A",
    ],
    "CD20": [
        "147Sm_CD20",
        "Sm147_CD20",
        "CD20-147Sm",
    ],
    "CD16": [
        "209Bi_CD16",
    ],
    "DNA1": [
        "191Ir_DNA1",
    ],
    "GD2": [
        "GD2 AF647",
        "GD2 BV711 (14G2a)",
    ],
    "HLA-DR": [
        "HLA-DR",
        "HLA-DR-PE-Cy7-A",
        "HLA-DR V450",
    ],
    "HLA-A": [
        "HLA-A",
    ],
    "CD8 B": [
        "CD8 B PE",
    ],
    "Annexin V": [
        "Annexin V FITC",
    ],
}
UNTOUCHED = [
    "CD8a",
    "TCRγδ",
    "CD3_CD19",
    "CD16/32",
    "Siglec-8",
    "CD64.1",
    "PD-1",
    "PE",
    "FITC",
    "PECAM-1",
    "B7-H3",
    "IL-17A",
    "Ki-67",
    "W8B2",
    "D7-FIB",
    "CD235a/b",
    "7-AAD",
    "Granzyme-A",
    "VIVID / CD14",
    "NK1/1",
    "α-SMA",
    "GFP",
    "",
]


@pytest.mark.parametrize(
    ("marker", "label"), [(marker, label) for marker, labels in LABELS.items() for label in labels]
)
def test_only_the_marker_remains(marker, label):
    assert clean_marker(label) == marker


@pytest.mark.parametrize("label", UNTOUCHED)
def test_markers_are_not_damaged(label):
    assert clean_marker(label) == label


@pytest.mark.parametrize("label", [label for labels in LABELS.values() for label in labels])
def test_cleaning_again_changes_nothing(label):
    assert clean_marker(clean_marker(label)) == clean_marker(label)


@pytest.mark.parametrize(
    "label",
    [
        "PE-A",
        "FITC",
        "Alexa Fluor™ 405-A",
        "FL1-Height",
        "V2-A",
        "FL3 INT LOG",
        "(Yb172)Di",
        "172Yb",
        "",
        " ",
    ],
)
def test_a_dye_or_detector_is_no_marker(label):
    assert marker_in(label) == ""


@pytest.mark.parametrize(
    "dye",
    [
        "BUV615-P", "BB630-P2", "BB790-P", "RV828", "BD RealViolet 828", "PerCP5.5", "PERCP55", "PerCP-C5.5",
        "Per-Cp-Cy5.5",
        "PE-C7", "PE-TR", "AA750", "SBUV445", "NovaFluor Blue 610/70S", "NFR660-40S", "cFluor BYG781", "Vio R720",
        "VioBright FITC", "VioBright B515", "eVolve 605", "SuperNova v428", "SNv605",
        "violetFluor 450", "redFluor 710", "DL405",
        "CF405M", "Cy5PE", "Cy7APC", "Q605", "BD Horizon BV421", "biotin",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["CD45 {}", "CD45-{}", "{} CD45", "{}-CD45", "{}_CD45", "CD45 ({})", "CD45 {}-A"])
def test_dyes_of_many_makers(form, dye):
    assert clean_marker(form.format(dye)) == "CD45"


@pytest.mark.parametrize(
    ("label", "marker"),
    [
        ("Comp-PE-A :: CD4", "CD4"), ("PE-A :: CD4", "CD4"), ("FJComp-BV421-A :: HLA-DR", "HLA-DR"),
        ("FL1-H :: CD3", "CD3"),
        ("CD3 : BUV395 - Area", "CD3"),
        ("Siglec-H", "Siglec-H"), ("115-CD45", "CD45"), ("110_114-CD3", "CD3"), ("4-1BB", "4-1BB"),
        ("GFP;FITC;530/30@488/B", "GFP"),
        ("PE TRAIL", "TRAIL"), ("PE C5aR", "C5aR"), ("APC C3", "C3"), ("Qa-2", "Qa-2"), ("PE 5-HT", "5-HT"),
    ],
)  # fmt: skip
def test_marker_of_a_label(label, marker):
    assert clean_marker(label) == marker
