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

SHARE = {
    "targets": ["PHOX2B", "TH"], "kind": "mRNA", "population": "neuroblastoma", "estimate": 0.12, "low": 0.08,
    "upper": 0.17, "most": 0.05,
}  # fmt: skip

EXAMPLES: dict[str, list[dict[str, Any]]] = {
    **{code: [SHARE, SHARE | {"estimate": 0.0, "low": 0.0}] for code in ("contaminated", "clean", "too few copies")},
    "nothing to compare with": [
        {"targets": ["TH"], "patient": "P1", "populations": names} for names in ([], ["neuroblastoma"])
    ],
    "made with another": [
        {"step": "quality control", "samples": ["S01"], "what": "quality.margin", "was": True, "now": False},
        {"step": "events", "samples": ["S01", "S02"], "what": "the file", "was": "0123", "now": "4567"},
        {"step": "clustering", "samples": [], "what": "numpy", "was": "2.3.1", "now": "2.3.2"},
    ],
    "rests on another": [{"step": "clustering", "samples": [], "needs": "source"}],
    "kept is damaged": [{"step": "quality control", "samples": ["S01"]}, {"step": "clustering", "samples": []}],
    "no common stain": [
        {"files": 7, "panels": [{"file": f"{i}.fcs", "markers": [f"CD{i}"] * i} for i in range(7)]},
        {"files": 2, "panels": [{"file": "a.fcs", "markers": ["CD3"]}, {"file": "b.fcs", "markers": []}]},
    ],
    "spillover not read": [
        {"keyword": "$DFC1TO3", "percent": "28.40", "dataset": number} for number in (None, 1)
    ],
    "offsets disagree": [
        {
            "source": "TEXT", "first": 1, "last": 9, "followed": "HEADER", "followed_first": 2, "followed_last": 9,
            "why": each,
        }
        for each in ("data", "size", "header", "setting")
    ],
    "compensated too much": [{"source": "CD14 (PE-Cy7-A)", "target": "CD3 (FITC-A)", "slope": -0.05, "error": 0.003}],
    "compensated too little": [{"source": "CD4", "target": "CD8", "slope": 0.04, "error": 0.002}],
    "background differs": [
        {"marker": "CD3", "samples": ["s0"], "shift": -4.6, "signal": -604.0},
        {"marker": "CD3", "samples": [f"s{i}" for i in range(9)], "shift": 1.5, "signal": None},
    ],
    "channels left out": [{"names": ["CD3", "CD19"]}],
    "missing values": [
        {"sheet": "s.csv", "columns": {"patient_id": {"": 1, "NA": 4}, "group": {"NA": 1}}, "samples": 9},
        {"sheet": "s.csv", "columns": {"group": {"NA": 1}}, "samples": 9},
    ],
    "columns by other names": [{"sheet": "s.csv", "columns": {"patient_id": "Donor", "path": "File"}}],
    "columns set aside": [{"words": ["label"], "index": ["(unnamed)"], "empty": []}],
    "values missing": [{"columns": {"CD3": 3, "CD4": 1000}}],
    "cut unlike others": [
        {"check": "debris", "worst": "S1", "samples": names, "share": 0.24, "others": 0.01, "more": more}
        for names, more in ((["S1"], True), (["S1", "S2"], False))
    ],
    "marker without signal": [{"marker": "CD3", "samples": ["S1"], "constant": each} for each in (True, False)],
    "patient in two groups": [
        {"sheet": "s.csv", "patient": "P1", "groups": ["a", "b"], "timepoint": time} for time in ("", "diagnosis")
    ],
    "matrix given": [{"file": "m.csv", "absent": names} for names in ([], ["PE-A"])],
    **{
        f"{what}": [{"samples": names} for names in ([], ["S1"], ["S1", "S2", "S3", "S4", "S5"])]
        for what in ("compensated already", "matrix transposed")
    },
    "compensated here": [{"matrix": matrix, "n": 6, "largest": 0.31} for matrix in ("", "m.csv")],
    "not compensated": [{"why": why} for why in ("", "no spillover matrix in the file")],
    "marker on several channels": [{"channels": {"CD4": ["FL1-A", "FL2-A"], "CD8": ["FL3-A", "FL4-A"]}}],
    "transformed already": [
        {"samples": names, "told": told, "top": 1023.0}
        for names in ([], ["S1"], ["S1", "S2", "S3", "S4", "S5"])
        for told in ("small", "name", "ceiling", "spread")
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
    "several not nameable": [
        {"each": [
            {"markers": [name], "populations": [f"T cell {name}"], "with_descendants": False, "instead": "T cell"}
            for name in ("CD4", "CD8")
        ]}
    ],
    "one mode": [
        {"marker": "CD271", "state": "-", "resting": ["MSC"], "lost": ["MSC CD271+"]},
        {"marker": "CD271", "state": "+", "resting": [], "lost": ["MSC"]},
    ],
    "threshold beyond clusters": [{"marker": "CD34", "threshold": cut, "low": 0.1, "high": 5.5} for cut in (50, -1.5)],
    "no marker named": [{"channels": ["PE-A", "FITC-A", "APC-A"]}, {"channels": ["PE-A"]}],
    "dye by its detector alone": [{"channels": names} for names in (["7-AAD-A"], ["7-AAD-A", "PI-A"])],
    "raw detectors": [{"n": 64, "first": "UV1-A", "last": "R8-A"}],
    "stains without cells": [
        {"roles": {"dna": ["DNA1", "DNA2"], "bead": ["Bead"]}},
        {"roles": {"blank": ["BV605-A"], "autofluorescence": ["AF-A"], "barcode": ["BC1"], "raw detector": ["V1-A"]}},
    ],
    "taken as mass cytometry": [{"why": why} for why in ("panel", "values")],
    "few events": [
        {"events": 2500.0, "lod": 20, "checked": True},
        {"events": 12.0, "lod": 20, "checked": False},
    ],
    "rules fit partly": [
        {key: FIT[key] for key in ("rules", "possible", "of", "populations")} | {"markers": 4, "n_markers": 12}
    ],
    "rules fit": [FIT, FIT | {"possible": 1, "populations": ["MSC"], "limits": [], "more": 0}],
    "events of a file alike": [{"file": "a.fcs", "in_cohort": each} for each in (False, True)],
    "files not read": [{"files": 1, "sheet": True}, {"files": 2, "sheet": False}],
    "instruments differ": [{"values": SPLIT}],
    "matrices differ": [{"values": [["a matrix", ["S01"]], ["none", ["S02"]]]}],
    "no p": [{"paired": each} for each in (False, True)],
    "values pile up": [{"end": "lowest", "channels": ["CD3", "CD4"], "n": [1200, 40], "of": 4000}],
    "batches proposed": [{"keyword": "$DATE", "what": "days", "counts": [("01-JAN-2025", 3), ("02-JAN-2025", 1)]}],
    "multiplet": [{"of": ["3", "7"], "forward": 1.6}, {"of": ["3", "7"], "forward": 1.6, "pulse": 1.3}],
    "debris": [{"forward": 0.31, "aside": each} for each in (False, True)],
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
