"""Names on real cells: mouse spleen with manual gates, and a short rule file for its seven markers.

python -m benchmarks.validity.ff
"""

import shutil

import numpy as np
import pandas as pd

import cytoclust as ct
from benchmarks.datasets import FF, FF_COLUMNS
from benchmarks.measure import HERE
from benchmarks.page import markdown, number
from benchmarks.score import name_scores
from benchmarks.validity.section import Asked, Section, run_part
from benchmarks.validity.work import Options
from cytoclust.io import open_fcs, read_labels

__all__ = ["ff"]

RULES = HERE / "validity" / "ff_rules.yaml"
GATED, NOT_GATED = 0.9, "Unlabeled"
ABOUT = (
    "`../shared/data/labelled/ff.fcs` (19,225 events of mouse spleen, from FlowSOM), the rules `ff_rules.yaml`, "
    "defaults but for what the file is: compensated and transformed already, without scatter to judge quality by. "
    "Events that the gating leaves out are not scored. Other names: of the gate's events."
)


def ff(options: Options) -> Section:
    """F1 of the names of each manual population."""
    if not (FF / "ff.fcs").exists():
        return Section("Real data", [], ["`../shared/data/labelled/ff.fcs` is not on this machine."])
    out = options.work / "ff"
    shutil.rmtree(out, ignore_errors=True)
    channels = open_fcs(FF / "ff.fcs").channels
    settings = {
        "compensate.enabled": False, "transform.method": "none", "quality.enabled": False, "embed.enabled": False,
        "cluster.markers": [channels[i].marker or channels[i].name for i in FF_COLUMNS],
    }  # fmt: skip
    ct.run([FF / "ff.fcs"], out=out, rules=RULES, settings=settings)
    gates = pd.read_csv(FF / "ff_labels.csv", header=None)[0].astype(str).to_numpy()
    labels = next((out / "labels").glob("*.parquet"))
    names = read_labels(labels)["population"].astype(str).to_numpy()
    scored = gates != NOT_GATED
    scores = name_scores(gates[scored], names[scored])
    asked = [
        Asked(f"F1 of {kind} ({row['n']:.0f} events)", f"≥ {GATED}", number(row["f1"]), row["f1"] >= GATED)
        for kind, row in scores.iterrows()
    ]
    table = scores.assign(**{column: scores[column].map(number) for column in ("precision", "recall", "f1")})
    others = [_others(names[gates == kind], str(kind)) for kind in scores.index]
    return Section("Real data", asked, [ABOUT, markdown(table.assign(others=others).rename_axis("gate"))])


def _others(names: np.ndarray, own: str) -> str:
    """The three commonest other names."""
    counts = pd.Series(names[names != own]).value_counts().head(3)
    return ", ".join(f"{name} {n / len(names):.1%}" for name, n in counts.items())


if __name__ == "__main__":
    run_part(ff, __doc__)
