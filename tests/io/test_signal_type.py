import pytest

from cytoclust.io._signal_type import infer_signal_type

CASES = [
    ("FSC-A", "", "", "scatter"),
    ("SSC-B-A", "", "", "scatter"),
    ("405nm 405SSC (405/10) LogH", "", "", "scatter"),
    ("FS INT LIN", "", "", "scatter"),
    ("SS", "", "", "scatter"),
    ("FSC LogH", "", "", "scatter"),
    ("P1", "FSC-A", "", "scatter"),
    ("Time", "", "", "time"),
    ("TIME", "", "", "time"),
    ("HDR-T", "", "", "time"),
    ("Time", "Time", "DVSSCIENCES-CYTOF-6.7", "time"),
    ("Yb172Di", "172Yb_CD38", "DVSSCIENCES-CYTOF-6.7", "mass"),
    ("(Er170)Di", "CD3", "", "mass"),
    ("172Yb", "", "", "mass"),
    ("Y89Di", "CD45", "", "mass"),
    ("Event_length", "", "CyTOF Helios", "other"),
    ("beadDist", "", "", "other"),
    ("Center", "", "CyTOF", "other"),
    ("Residual", "", "CyTOF", "other"),
    ("Event #", "", "", "other"),
    ("Width", "", "", "other"),
    ("HDR-CE", "", "", "other"),
    ("DOUBLET", "", "", "other"),
    ("IdxRow", "", "", "other"),
    ("cluster", "", "", "other"),
    ("TIME LSW", "", "", "time"),
    ("FITC-A", "CD3", "LSRII", "fluorescence"),
    ("Y585-A", "", "", "fluorescence"),
    ("BV421-A", "", "", "fluorescence"),
    ("B1-A", "", "Aurora", "fluorescence"),
    ("FL4 red", "", "", "fluorescence"),
    ("Ratio: FL4/FL6", "", "", "other"),
    ("Pt-A", "", "", "fluorescence"),
]


@pytest.mark.parametrize(("name", "label", "cytometer", "expected"), CASES)
def test_signal_type(name, label, cytometer, expected):
    assert infer_signal_type(name, label, cytometer) == expected
