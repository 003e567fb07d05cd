"""What no rule mentions: is it still found, kept together, and claimed where it is?

python -m benchmarks.validity.novelty --work WORK
"""

from dataclasses import dataclass

import pandas as pd

from benchmarks.page import markdown
from benchmarks.validity.designs import CHANGED, FRACTION, PLANTED, planted, study
from benchmarks.validity.section import Asked, Section, run_part
from benchmarks.validity.work import Found, Options, find

__all__ = ["Novelty", "novelties", "novelty"]

N, COHORTS = 10, 0.9
TOGETHER, PURE = 0.8, 0.8
ABOUT = (
    f"The study once more, with a rule file that lacks `{CHANGED}`; and ten further cohorts of the study in which "
    f"three populations that no rule mentions are planted, each as {FRACTION:.2%} of the cells of three samples: one "
    "at relapse (all three patients), one in three of four localised, one in three of four controls. Together: share "
    "of the kind's intact cells in the one `unknown` cluster that holds most of them. Purity: share of that "
    "cluster's events that are such cells (junk counts against it). Supported: a claim on that very cluster, for the "
    "group that has it. Found: all three."
)


@dataclass(frozen=True)
class Novelty:
    """What became of one kind that no rule names, in one cohort."""

    kind: str
    cohort: int
    cells: int
    cluster: int
    together: float
    purity: float
    verdict: str
    claim: str

    @property
    def kept(self) -> bool:
        """Most of it in one pure unknown cluster."""
        return self.together >= TOGETHER and self.purity >= PURE

    @property
    def found(self) -> bool:
        """The same, and it is claimed."""
        return self.kept and self.verdict == "supported"


def novelties(options: Options) -> Section:
    """The removed rule, and the planted populations."""
    removed = find(study, N, options, run="rule removed")
    new = find(planted, N, options)
    rows = [novelty(each, CHANGED, "metastatic", "diagnosis") for each in removed]
    rows += [novelty(each, kind.name, *place) for each in new for place, kind in PLANTED.items()]
    table = pd.DataFrame([vars(row) | {"kept": row.kept, "found": row.found} for row in rows])
    asked = [_asked(table[table["kind"] == CHANGED], f"{CHANGED}, its rule removed: found", "found")]
    first, *variants = (kind.name for kind in PLANTED.values())
    asked.append(_asked(table[table["kind"] == first], f"{first}, in all samples of relapse: found", "found"))
    asked += [  # three of four against eight others is too little for a test within batches: no claim is asked
        _asked(table[table["kind"] == kind], f"{kind}, in three of four samples: together and pure", "kept")
        for kind in variants
    ]
    return Section("Novelty without rules", asked, [ABOUT, markdown(_words(table))])


def novelty(found: Found, kind: str, group: str, timepoint: str) -> Novelty:
    """The unknown cluster that holds most cells of a kind, and the best claim on it for a group."""
    events = found.events
    unknown = events[(events["population"] == "unknown") & (events["cluster"] >= 0)]
    mine = unknown[unknown["what"] == kind].groupby("cluster")["n"].sum()
    cells = int(events.loc[events["what"] == kind, "n"].sum())
    if not len(mine):
        return Novelty(kind, found.cohort.seed, cells, -1, 0.0, 0.0, "no unknown cluster", "")
    cluster = int(mine.index.to_numpy()[mine.argmax()])
    size = int(unknown.loc[unknown["cluster"] == cluster, "n"].sum())
    claims = found.table("discoveries")
    claims = claims[(pd.to_numeric(claims["cluster"], errors="coerce") == cluster) & (claims["group"] == group)]
    claims = claims[claims["timepoint"] == timepoint].sort_values("p", kind="stable")
    good = claims[claims["verdict"] == "supported"]
    best = (good if len(good) else claims).head(1)
    verdict, claim = best[["verdict", "claim"]].iloc[0] if len(best) else ("no claim", "")
    together, purity = float(mine.max() / cells), float(mine.max() / size)
    return Novelty(kind, found.cohort.seed, cells, cluster, together, purity, verdict, claim)


def _asked(part: pd.DataFrame, what: str, column: str) -> Asked:
    good = int(part[column].sum())
    return Asked(what, f"≥ {COHORTS:.0%}", f"{good} of {len(part)} cohorts", good >= COHORTS * len(part))


def _words(table: pd.DataFrame) -> pd.DataFrame:
    shown = table.assign(together=table["together"].map("{:.2f}".format), purity=table["purity"].map("{:.2f}".format))
    return shown.drop(columns=["cluster", "kept"]).set_index("kind")


if __name__ == "__main__":
    run_part(novelties, __doc__)
