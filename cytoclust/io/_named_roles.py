"""Roles of channels that their names tell: one row a kind of name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cytoclust import keys

__all__ = ["LABELS", "NAMES", "UNSAID", "Row", "named_role"]

_LONGEST: Final = 200  # characters of a name that are looked at: a hostile one must not take minutes


@dataclass(frozen=True)
class Row:
    """One way to write a role: a pattern, searched without case, and names that have it."""

    role: keys.Role
    pattern: str
    examples: tuple[str, ...]

    def matches(self, text: str) -> bool:
        return re.search(self.pattern, text, re.IGNORECASE) is not None


UNSAID: Final = re.compile(r"^(?:n/?a|#n/a|<na>|nan|n\.a\.|none|nil|null|nothing|-+|_+|\.+|/|\?)$", re.IGNORECASE)
"""What programs write into a label where there is none."""
_END: Final = r"(?![a-z])"
_PULSE: Final = r"(?:[\s\-_.](?:[ahw]|area|height|width))?"

NAMES: Final = (
    Row("clock", r"^time$|^tim$|^clock$|^hdr-t$|^t-?stamp$", ("Time", "TIME", "HDR-T", "TIM", "Clock")),
    Row(
        "clock",
        r"^time[\s_.\-,]*(?:\d|stamp|s$|ms$|sec|usec|µs|\(|\[)",
        ("TIME1", "Time2", "Time (ms)", "Time, sec", "time_stamp"),
    ),
    Row(
        "clock",
        r"^time[\s_.-]*(?:[lm]sw|low|high|lsb|msb|word|tag|code|clock)?[\s\-_.]*$",
        ("TIME_LSW", "TIME_MSW", "Time MSW", "TIME-"),
    ),
    Row(
        "clock",
        r"^(?:event|acquisition|acq|elapsed|absolute|relative|arrival)[\s_.-]*time\b",
        ("Event Time", "acq_time"),
    ),
    Row("index", r"^(?:hdr[-_]|time\b)", ("HDR-CE", "HDR-SE", "HDR-V", "Time of flight ratio")),
    Row(
        "event length",
        r"^(?:event|cell|pulse|push)[\s_.-]*length|^pushes$",
        ("Event_length", "Cell_length", "Event length"),
    ),
    Row(
        "gaussian",
        r"^(?:center|centre|offset|residual|width|amplitude)$",
        ("Center", "Offset", "Width", "Residual", "Amplitude"),
    ),
    Row(
        "index",
        r"^(?:trigger[\s_.-]*)?pulse[\s_.-]*width|^bits$|^classif(?:ier|ication)|^width[\s\-_.]?[ahw]?$|^doublet$",
        ("Pulse Width", "Trigger Pulse Width", "Width-A", "DOUBLET", "Classifier", "Bits"),
    ),
    Row(
        "index",
        r"\bevents?\b|^event[\s_.-]*(?:#|id|n|no|num|count|index)|^(?:all|total)[\s_.-]*count",
        ("Event #", "EventID", "EventNumber", "ALL-Count"),
    ),
    Row(
        "index",
        r"bead[\s_.-]*dist|mahalanobis|separation[\s_.-]*dist|^cspl[rt]?_",
        ("beadDist", "mahalanobis_dist", "bc_separation_dist", "CSPLR_CD3"),
    ),
    Row(
        "index",
        r"^(?:original|omiq|remove|flow[\s_.-]?som|phenograph|rpheno|x-?shift|flock|spade|citrus|peaco[\s_.-]?qc|"
        r"flow(?:ai|cut|clean)|qc)(?:[\s_.-]|[a-z]*(?:id|index|filter|vector|cluster|good)|$)",
        ("Original_ID", "OmiqFileIndex", "FlowSOM.meta", "QCvector", "PhenoGraph", "remove_from_FS_FMO"),
    ),
    Row(
        "index",
        r"^(?:meta)?(?:idx|index|tray|well|row|column|col|plate|file|sample|specimen|cell|cluster|population|label|"
        r"barcode|debarcode|group|batch|condition|donor|patient|subject|gate|tube|phenotype|assignment|state|tissue|"
        r"treatment|stim)s?(?:[\s_.-]*(?:x|y|row|col|column|id|ids|no|nr|n|number|num|index|name|label|assignments?|#|\d+))?$",
        ("File Number", "FileNo", "sample_id", "SampleID", "Well", "IdxCol", "IndexRow", "metacluster", "Condition"),
    ),
    Row(
        "index",
        r"cluster(?:s|_?ids?|ing)?$|^good[\s_.-]*(?:vs|or)[\s_.-]*bad|^flag(?:s|ged)?$|^density$|^fluidic",
        ("FlowSOM_cluster", "Rphenograph_clusters", "goodVsBad", "Flag", "Fluidic_Outlier"),
    ),
    Row(
        "index",
        r"^cytoclust\b|^cluster[\s_.-]*jitter$|^(?:probability|posterior)$",
        ("cytoclust cluster", "cluster_jitter", "probability", "Posterior"),
    ),
    Row(
        "index",
        r"^(?:opt-?sne|opts?ne|vi-?sne|b?h?-?t-?sne|fit-?sne|umap|pca|pacmap|phate|diffmap|tri-?map|ivis)[\s_.-]*(?:dim)?"
        r"[\s_.-]*(?:\d{1,2}|[xyz])$|^pc(?:[\s_.-]+\d{1,2}|[1-4])$",
        ("tSNE_X", "tSNE1", "opt-SNE 1", "optSNE_1", "UMAP-X", "PC_1", "PC1", "viSNE1"),
    ),
    Row(
        "index",
        r"drop[\s_.-]*phase|^sort(?:$|[\s_.-]*(?:result|enable|class|decision|gate|bits|logic))|"
        r"^(?:laser|sheath|pmt)[\s_.-]*(?:power|temp|delay|pressure)|^stage[\s_.-]*[xyz]",
        ("SORT", "SortResult", "Sort Result Bits", "Drop Phase", "Stage X", "Laser Power"),
    ),
    Row(
        "index",
        r"^ratio\b|aspect[\s_.-]*ratio|^roi|^object(?:$|[\s_.-]*(?:n|id))|^image(?:$|[\s_.-]*(?:n|id))|^solidity$|"
        r"^axis[\s_.-]*(?:major|minor)|^(?:major|minor)[\s_.-]*axis",
        ("Ratio: FL4/FL6", "Aspect Ratio_M01", "Object Number", "Object", "image", "axis_major_length"),
    ),
    Row(
        "index",
        r"^(?:area|perimeter|circularity|eccentricity|compactness|elongatedness|gradient|contrast|symmetry|spot[\s_]?count|"
        r"centroid|modulation|delta[\s_.-]*com|radial[\s_.-]*moment|diffusivity|total[\s_.-]*intensity|"
        r"max[\s_.-]*intensity|correlation|blobness|raw[\s_.-]*(?:max|min|centroid)|bright[\s_.-]*detail|bkgd|length|"
        r"thickness|diameter|size)(?:[\s_.-]*[xy])?(?:[\s_]|\(|max$|min$|$)",
        ("Area_M01", "Eccentricity", "RadialMoment (SSC)", "DiffusivityMax", "Delta CoM (SSC (Imaging)/FSC)"),
    ),
    Row(
        "index",
        r"^(?!intensity).*_M(?:\d\d|C)(?:_|$)|^(?:lobe|h[\s_]entropy|mean[\s_]pixel|median[\s_]pixel|std[\s_.]*dev|"
        r"internali[sz]ation|similarity|camera|flow[\s_]speed|spot)\b|^[xyz][\s_.-]+(?:pos|coord|centroid|loc)|centroid",
        ("Mean Pixel_M02_Ch02", "Height_M01", "Lobe Count", "Camera Line Number", "x_centroid"),
    ),
    Row(
        "scatter",
        rf"(?<![a-z])(?:[vbuyr]|uv|yg|ir)?[\s_.-]?[fsb]sc(?:\d{{1,2}}|[ahw])?{_END}",
        ("FSC-A", "FSC.H", "VSSC-A", "FSC1-A", "FSCW", "SSCA", "SSC-B-A", "405 SSC-A", "bsc-A", "FSC PAR"),
    ),
    Row(
        "scatter",
        r"^(?:fs|ss|als|fals|rals|lals|sals|mals|ev)(?:[\s_.(-]|$)|^(?:fs|ss)(?:a|h|w|lin|log)$",
        ("FS INT LIN", "SS", "LALS", "MALS(Area)", "EV", "FSlin"),
    ),
    Row(
        "scatter",
        r"(?:forward|side|back|axial|angle|polari[sz]ed)[\s_.-]*(?:light[\s_.-]*)?scatter|^(?:large|small|medium)[\s_.-]*angle|"
        r"^light[\s_.-]*loss",
        ("Forward Scatter (FSC-HLin)", "LargeAngle-H", "SmallAngle-H", "LightLoss (Blue)-A"),
    ),
    Row("blank", r"^\d*(?:bckg|bkg|background)\d*(?:D[id])?$", ("BCKG190Di", "190BCKG", "background")),
    Row(
        "autofluorescence",
        rf"^(?:auto[\s_.-]*fluor\w*|af(?![\s_.-]*\d{{3}})\d?)(?:[\s_.-].*)?$|"
        rf"(?:^|[\s_.-])(?:af|auto[\s_.-]*fluorescence){_PULSE}$",
        ("AF-A", "AF", "AF_Spleen-A", "AF1-A", "Autofluorescence-A", "AutoFluorescence", "Lung_AF-A"),
    ),
)
"""What $PnN tells, the first that matches; a prefix of compensated channels is taken off before."""

LABELS: Final = (
    Row(
        "blank",
        r"^(?:blank|empty|unused|not[\s_.-]*used|unstained|un-?labell?ed|no[\s_.-]*(?:stain|antibody|ab|marker|dye)|"
        r"\d*b(?:c?kg|ackground))(?:$|[\s_.\-(]+.*$|\d+$)|^(?:.*[\s_.-])?empty$",
        ("Blank", "EMPTY", "empty_Cd112", "unused", "blank_00", "BCKG190", "190BCKG", "background", "BV605 empty"),
    ),
    Row("blank", UNSAID.pattern, ("NA", "N/A", "<NA>", "nan", "n.a.", "-", "None", "?")),
    Row(
        "blank",
        r"^(?:conta(?:minant|mination)?|environ(?:ment(?:al)?)?)$|^\(?\d{2,3}[a-z]{1,2}\)?[\s_.-]+env$",
        ("131Xe_conta", "138Ba_Environ", "208Pb_env"),
    ),
    Row(
        "bead",
        r"^(?:(?:eq\d?|norm(?:ali[sz]ation)?|calib(?:ration)?|fluidigm|count(?:ing)?)[\s_.-]*)*(?:beads?|eq\d?)"
        r"(?:[\s_.-]*(?:eq\d?|beads?|norm|\d{1,3}))*$",
        ("140Ce_EQ4_beads", "Bead", "beads_1", "151Eu_EQ4", "140Ce_EQ Beads", "Norm_Beads"),
    ),
    Row(
        "barcode",
        r"^(?:bc|bcd|bar[\s_.-]*code|pd[\s_.-]*bc|palladium|sample[\s_.-]*tag|hash(?:tag)?)[\s_.-]*\d{0,3}$",
        ("BC1", "102Pd_BC1", "Barcode", "Barcode_3", "102Pd_Barcode", "SampleTag01"),
    ),
    Row(
        "dna",
        r"^(?:cell[\s_.-]*id[\s_.-]*)?(?:intercalator|iridium|nucleic[\s_.-]*acid|dna)"
        r"(?:[\s_.\-/]*(?:intercalator|ir|iridium|content|dye|stain))?[\s_.-]*\d?$|^ir[\s_.-]*intercalator|^cell[\s_.-]*cycle$",
        ("191Ir_DNA1", "DNA-2", "DNA1_Ir191", "DNA", "193Ir_Intercalator-Ir", "Iridium"),
    ),
    Row(
        "dna",
        r"^(?:hoechst|draq[\s_.-]?5|vybrant[\s_.-]*(?:dye[\s_.-]*cycle|violet|green|ruby|orange)|dye[\s_.-]*cycle|"
        r"fxcycle|syto[\s_.-]?\d{2})(?!\w*[\s_.-]*33258)(?![a-z])",
        ("Hoechst", "Hoechst 33342", "DRAQ5", "DyeCycle Violet", "Vybrant DyeCycle Ruby", "FxCycle Violet", "Syto 41"),
    ),
    Row(
        "autofluorescence",
        r"^(?:auto[\s_.-]*fluor\w*|af(?![\s_.-]*\d{3})\d?)(?:[\s_.-].*)?$",
        ("AF", "AF-A", "Autofluorescence", "AF_1"),
    ),
    Row("event length", r"^(?:event|cell)[\s_.-]*length", ("Event_length",)),
    Row("clock", r"^time$|^time[\s_.-]*(?:\d*$|\(|\[)|^hdr-t$", ("Time", "TIME-", "Time (102.40 sec.)", "HDR-T")),
)
"""What $PnS tells (or a name that stands for it), without its isotope; viability dyes are known by ``is_viability``."""


def named_role(text: str, rows: tuple[Row, ...]) -> keys.Role | None:
    """The role of the first row that a text matches."""
    return next(_matching(text.strip()[:_LONGEST], rows), None)


def _matching(text: str, rows: tuple[Row, ...]) -> Iterator[keys.Role]:
    return (row.role for row in rows if row.matches(text))
