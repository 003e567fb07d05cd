"""Data as the program gives them, for the kinds whose words branch; those of a template follow from its fields."""

import string
from typing import Any

from cytoclust.findings import KINDS, Finding, Kind

SPLIT = [["400 V", ["S01", "S02", "S04", "S05", "S06"]], ["450 V", ["S03"]]]
FIT = {
    "rules": "msc", "possible": 8, "of": 23, "populations": ["MSC", *(f"T cell {i}" for i in range(7))],
    "limits": ["Without CD3, T cell cannot be named; such cells are leukocyte."], "more": 4,
}  # fmt: skip
DYE = {"marker": "CD14", "populations": ["monocyte", "dead"]}

EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "no common stain": [
        {"files": 7, "panels": [{"file": f"{i}.fcs", "markers": [f"CD{i}"] * i} for i in range(7)]},
        {"files": 2, "panels": [{"file": "a.fcs", "markers": ["CD3"]}, {"file": "b.fcs", "markers": []}]},
    ],
    "channels left out": [{"names": ["CD3", "CD19"]}],
    "unknown column": [
        {"sheet": "s.csv", "column": "patient", "near": "patient_id", "known": ["path"]},
        {"sheet": "s.csv", "column": "x", "near": "", "known": ["sample_id", "path"]},
    ],
    "patient in two groups": [
        {"sheet": "s.csv", "patient": "P1", "groups": ["a", "b"], "timepoint": time} for time in ("", "diagnosis")
    ],
    "matrix not applied": [{"samples": names, "slot": "compensate"} for names in ([""], ["S1"], ["S1", "S2"])],
    "marker is a viability dye": [DYE | {"markers": ["VIVID"]}, DYE | {"markers": ["VIVID"], "populations": []}],
    "channel of the viability dye": [
        DYE | {"channel": "V450-A", "label": label} for label in ("", "V450-A", "VIVID / CD14")
    ],
    "threshold of a viability dye": [{"name": "VIVID"}],
    "populations not nameable": [
        {"markers": ["CD3"], "populations": names, "with_descendants": more, "instead": "unknown"}
        for names in (["T cell"], ["a", "b", "c", "d"])
        for more in (False, True)
    ],
    "one mode": [
        {"marker": "CD271", "state": "-", "resting": ["MSC"], "lost": ["MSC CD271+"]},
        {"marker": "CD271", "state": "+", "resting": [], "lost": ["MSC"]},
    ],
    "threshold beyond clusters": [{"marker": "CD34", "threshold": cut, "low": 0.1, "high": 5.5} for cut in (50, -1.5)],
    "no marker named": [{"channels": ["PE-A", "FITC-A", "APC-A"]}, {"channels": ["PE-A"]}],
    "few events": [{"events": 2500.0, "lod": 20}, {"events": 12.0, "lod": 20}],
    "rules fit": [FIT, FIT | {"possible": 1, "populations": ["MSC"], "limits": [], "more": 0}],
    "events of a file alike": [{"file": "a.fcs", "in_cohort": each} for each in (False, True)],
    "files not read": [{"files": 1, "sheet": True}, {"files": 2, "sheet": False}],
    "instruments differ": [{"values": SPLIT}],
    "matrices differ": [{"values": [["a matrix", ["S01"]], ["none", ["S02"]]]}],
    "no p": [{"paired": each} for each in (False, True)],
    "batches proposed": [{"keyword": "$DATE", "what": "days", "counts": [("01-JAN-2025", 3), ("02-JAN-2025", 1)]}],
    "detectors differ": [{"channels": ["FITC-A", "PE-A"], "values": SPLIT}],
}  # fmt: skip

LISTS, NUMBERS = ("and", "or", "all", "some"), ("plural", "count", "percent", "g", "f", "%")


def examples(code: str) -> list[Finding]:
    """Findings of a kind."""
    return [Finding(code, **data) for data in EXAMPLES.get(code) or [_of_templates(KINDS[code])]]


def _of_templates(kind: Kind) -> dict[str, Any]:
    """A value for each field, of the type that its format asks for."""
    found: dict[str, Any] = {}
    for words in (kind.sentence, kind.meaning, kind.advice):
        assert isinstance(words, str), "words that branch need an example"
        for _, field, form, _ in string.Formatter().parse(words):
            if field:
                word = (form or "").partition(" ")[0]
                number = word in NUMBERS or word[-1:] in ("g", "f", "%")
                found[field] = ["CD3", "CD4"] if word in LISTS else 0.25 if number else f"some {field}"
    return found
