"""How well the rule libraries name real cells that people gated: ``python -m benchmarks.rules``.

Clusters are found and named as a user would, without the labels; then each event's name is held against its label.
*Right*: the population that the label means, or one under it. *Broader*: a population above it. *Wrong*: another one.
*Unnamed*: unknown, or no cluster. Writes ``benchmarks/RULES.md``.
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

import cytoclust as ct
from benchmarks.datasets import FF
from benchmarks.page import markdown
from cytoclust import rules

__all__ = ["CASES", "Case", "judge", "named"]

AML = FF.parent / "cohort_aml"


@dataclass(frozen=True)
class Case:
    """Files with labels, what each label means in a library, and how values are prepared."""

    files: Sequence[str]
    rules: str
    means: Mapping[str, str]
    """Population of each label that is scored; "" where the library has no name for such cells: right is unnamed."""
    labels: Sequence[str] = ()
    markers: Sequence[str] | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """Markers of channels that the file does not name."""
    cofactor: float | str = ""
    note: str = ""


BLOOD = {
    "cd4+": "T cell CD4+", "cd8+": "T cell", "nk": "NK cell", "igm+": "CD20+ cell", "igm-": "CD20+ cell",
    "dendritic": "dendritic cell",
    "cd14+hladrmid": "monocyte", "cd14+hladrhigh": "monocyte", "cd14+hladr-": "monocyte",
    "cd14+surf-": "monocyte",
}  # fmt: skip
WELLS = [f"bodenmiller_{well}" for well in ("H01", "H05", "H08", "H12")]
CASES = {
    "ff, mouse spleen": Case(
        ["ff"], "mouse_spleen",
        {"CD4 T cells": "T cell CD4+", "CD8 T cells": "T cell CD8+", "gd T cells": "T cell gamma delta",
         "NK T cells": "T cell NK-like", "NK cells": "NK cell", "B cells": "B cell"},
        ["ff_labels.csv"], note="manual gates; values compensated and transformed in the file",
    ),
    "bodenmiller, blood by mass": Case(
        WELLS, "pbmc", BLOOD, cofactor=5.0,
        note="the panel tells B cells by CD20, T cells by CD3 and CD4 and has neither CD8, CD19 nor CD56: "
        "B cells are CD20+ cell, CD8 T cells T cell at best, and NK cells have no name",
    ),
    "optimalflow 1, blood": Case(
        ["optimalflow_Cytometry1"], "pbmc",
        {"CD4+CD8-": "T cell", "CD8+CD4-": "T cell", "CD4+CD8dim": "T cell", "CD56dim": "NK cell",
         "CD56bright": "NK cell", "TCRgd+": "T cell", "Mature SIg Kappa": "B cell", "Mature SIg Lambda": "B cell",
         "Monocytes": "monocyte", "Neutrophils": "granulocyte"},
        note="four of eight detectors carry two markers (CD4 and CD20, CD19 and TCRgd …), which no rule takes for one; "
        "none is CD14 or CD15",
    ),
}  # fmt: skip


def named(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """The name of each event, and its label."""
    with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
        sheet = Path(folder) / "samples.csv"
        paths = [str(FF / f"{name}.fcs") for name in case.files]
        pd.DataFrame({"sample_id": case.files, "path": paths}).to_csv(sheet, index=False)
        adata = ct.io.read_samples(sheet)
    if case.cofactor == "auto":
        ct.pp.arcsinh(adata)
    elif isinstance(case.cofactor, float):
        ct.pp.arcsinh(adata, cofactor=case.cofactor)
    ct.tl.cluster(adata, markers=case.markers, rng=0)
    ct.tl.annotate(adata, rules=case.rules)
    return adata.obs["population"].astype(str).to_numpy(), _labels(case)


def _labels(case: Case) -> np.ndarray:
    files = case.labels or [f"{name}.labels.csv" for name in case.files]
    header = None if any(name == "ff_labels.csv" for name in files) else 0
    return pd.concat([pd.read_csv(FF / name, header=header).iloc[:, 0].astype(str) for name in files]).to_numpy()


def judge(names: np.ndarray, labels: np.ndarray, case: Case) -> pd.DataFrame:
    """Share of the events of each label whose name is right, broader, wrong or none, and the commonest wrong one."""
    ruleset = rules.load(case.rules)
    rows = []
    for label, meant in case.means.items():
        own = names[labels == label]
        if not len(own):
            continue
        above = set(ruleset.lineage(meant)) if meant else set()
        known = {name: set(ruleset.lineage(name)) for name in set(own) & set(ruleset.parents)}
        verdict = np.array([_verdict(name, meant, above, known.get(name, set())) for name in own])
        wrong = pd.Series(own[verdict == "wrong"])
        shares = {word: f"{(verdict == word).mean():.3f}" for word in ("right", "broader", "wrong", "unnamed")}
        most = wrong.mode().iloc[0] if len(wrong) else ""
        rows.append({"label": label, "means": meant or "nothing", "events": len(own)} | shares | {"mostly": most})
    return pd.DataFrame(rows).set_index("label")


def _verdict(name: str, meant: str, above: set[str], lineage: set[str]) -> str:
    if not lineage:
        return "unnamed" if meant else "right"
    if meant in lineage:
        return "right"
    return "broader" if name in above else "wrong"


def aml() -> pd.DataFrame:
    """Twenty small files, ill and healthy: what `aml_mrd` can name in them, and where ill and healthy differ."""
    info = pd.read_csv(AML / "fcs_info.csv")
    with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
        sheet = Path(folder) / "samples.csv"
        table = {"sample_id": info["fcsName"].str[:-4], "path": [str(AML / name) for name in info["fcsName"]]}
        pd.DataFrame(table | {"group": info["Label"]}).to_csv(sheet, index=False)
        adata = ct.io.read_samples(sheet)
    ct.pp.arcsinh(adata)
    ct.tl.cluster(adata, rng=0)
    ct.tl.annotate(adata, rules="aml_mrd")
    shares = pd.crosstab(adata.obs["population"].astype(str), adata.obs["group"].astype(str), normalize="columns")
    shares.index.name = "population"
    return shares.map("{:.3f}".format)


def main() -> None:
    """Judge each case, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "RULES.md")
    out = parser.parse_args().out
    page = [HEAD]
    for title, case in CASES.items():
        names, labels = named(case)
        table = judge(names, labels, case)
        total = table["events"].sum()
        right = (table["right"].astype(float) * table["events"]).sum() / total
        wrong = (table["wrong"].astype(float) * table["events"]).sum() / total
        print(f"{title}: right {right:.3f}, wrong {wrong:.3f} of {total} events", flush=True)
        said = f"Of {total:,} labelled events {right:.3f} right, {wrong:.3f} wrong."
        page += [f"## {title}: `{case.rules}`", "", f"{said} {case.note[:1].upper()}{case.note[1:]}.", ""]
        page += [markdown(table), ""]
    page += [AML_HEAD, "", markdown(aml()), "", TAIL]
    out.write_text("\n".join(page), encoding="utf-8")


HEAD = """\
# How well the rule libraries name cells that people gated

Written by `python -m benchmarks.rules`. Clusters are found and named with the defaults, without the labels. An event is
*right* if its name is the population that its label means, or one under it; *broader* if the name is above it;
*unnamed* if it is unknown. Where the panel lacks a marker that a rule needs, the rule cannot be met: cells have a
broader name or none, and that is what stands here.

Two things were changed after a first look, and no number was tuned: dendritic cells must show CD123 or CD11c (before,
HLA-DR without CD14 was enough, and 98 in 100 monocytes with dim CD14 got the name), and `TCRyd` is read as the γδ
receptor.
"""
AML_HEAD = """\
## Leukaemia and healthy marrow, twenty files of 500 events: `aml_mrd`

No event has a label, and the panel is CD15, CD13, CD45, CD16 and CD56: without CD34 and CD117 none of the rules can be
met, and none was. Fractions of all events by what the file is from."""
TAIL = """\
## Not judged

`b_all_mrd`: there is no labelled marrow of B-cell leukaemia among the data, and of `aml_mrd` none with CD34. Follow-up
samples judged by an expert would be needed to say how many blasts are found. Labelled blood whose detectors have no
marker names (gvhd01, gvhd05) or whose labels have no meaning (cytoMEM) cannot be judged by names.
"""

if __name__ == "__main__":
    main()
