"""benchmarks/DRIFT.md, of what benchmarks/drift.py measured."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

__all__ = ["drift_page"]

RARE: Final = ["MSC CD146+CD271+", "MSC CD146+CD271-", "MSC CD146-CD271+", "endothelial"]
FOUND: Final = {"drift": "found", "no gain": "found", "ok": "missed"}


def drift_page(tables: Mapping[str, pd.DataFrame]) -> str:
    """The page; parts that were not measured are left out."""
    lines = [
        "# Drift between batches",
        "Simulated marrow of ten markers; below each table is the command that makes it. What is planted, and how, "
        "stands in `benchmarks/drift.py`. No rule or limit was changed after these seeds were looked at; before, "
        "there were seeds 0 to 3 of controls and 0 to 2 of landmarks.",
    ]
    for part, section in (
        ("ladder", _ladder), ("changes", _changes), ("runs", _runs), ("landmarks", _landmarks), ("cohorts", _cohorts),
    ):  # fmt: skip
        if part in tables:
            seeds = " ".join(str(each) for each in tables[part]["seed"].unique())
            lines += [*section(tables[part]), f"`python -m benchmarks.drift WORK {part} --seeds {seeds}`"]
    return "\n\n".join(lines) + "\n"


def _ladder(table: pd.DataFrame) -> list[str]:
    table = table.assign(setting=table["material"] + ", " + table["matrix"] + " matrix")
    moved = table[table["planted"] == table["marker"]]
    still = table[table["planted"] != table["marker"]]
    return [
        "## Is a gain of one marker found by a process control, and none where there is none?",
        "A control of 100,000 events of marrow, enriched 40 times for stroma or as it is. The detector of each marker "
        "alone has the gain; the other nine have none. *New matrix*: compensated with the gain, as the instrument was "
        "when spill-over was measured. *Old matrix*: as before the gain, so that spill-over stays.",
        "Of the marker with the gain: found (`drift` or `no gain`) / missed / not evaluable.",
        markdown(crossed(moved, moved["status"].map(FOUND), "setting", ["found", "missed", "not evaluable"])),
        "Of the others, none of which has a gain: claimed / ok / not evaluable. Under the old matrix some of these "
        "did change, by light that is left in them.",
        markdown(crossed(still, still["status"].map(FOUND), "setting", ["found", "missed", "not evaluable"])),
    ]


def _changes(table: pd.DataFrame) -> list[str]:
    order = ["no gain", "drift", "ok", "not evaluable"]
    return [
        "## What is no gain: is it refused, or flagged?",
        "A process control of 100,000 events; what changes is the offset of each detector, or the brightness of one of "
        "two populations that have the marker (`CARRIERS`). Of the changed marker: `no gain`, which "
        "`normalize.method=gain` refuses / `drift`, which is flagged, and divided by a gain / ok / not evaluable.",
        markdown(crossed(table, table["status"], "material", order)),
        "A population is not seen to change where the control has few of it (stroma in marrow as it is), and a change "
        "of what is most of the brightest tenth is taken for a gain. That an uncertain gain may be none all the same "
        "was made a rule on seed 100: before, 18 of the offsets and changes shown of it as `no gain` were not "
        "evaluable.",
    ]


def _runs(table: pd.DataFrame) -> list[str]:
    told = table.reindex(columns=["seed", "marker", "planted", "refused", "flagged"]).fillna("")
    told["the run"] = [
        f"refused: {why.removeprefix('normalize.method=gain: ').split(' of the')[0]} is no gain" if why
        else f"done; {marker} {'is' if marker in flagged.split(', ') else 'is not'} told to have drifted"
        for marker, why, flagged in zip(told["marker"], told["refused"], told["flagged"], strict=True)
    ]  # fmt: skip
    return [
        "## Whole runs with `normalize.method=gain` where drift is no gain",
        "Eight samples of 6,000 events in two batches, a process control of 60,000 in each, of marrow enriched for "
        "stroma; the second batch has the change, and both have gains of some 10 % of their own.",
        markdown(told[["seed", "marker", "planted", "the run"]]),
        "An offset stops the run. Another brightness of one population mostly does not, as above: it is told as drift "
        "of the marker, which then is divided by a gain that only that population has, or it is not seen.",
    ]


def _landmarks(table: pd.DataFrame) -> list[str]:
    found = table["status"].map(FOUND).fillna("not evaluable")
    none = table[table["carriers"] == 0]
    which = "; ".join(
        f"marrow {name}: {', '.join(sorted(of['marker'].unique()))}" for name, of in none.groupby("material")
    )
    return [
        "## What do landmarks see, where there is no control?",
        "Eight patients a batch, 15,000 events each, populations by the truth; all ten markers have the gain: drift / "
        "ok / not evaluable.",
        markdown(crossed(table, found, "material", ["found", "missed", "not evaluable"])),
        f"Where no population that carries the marker is in every sample ({which or 'never'}): not evaluable "
        f"{share(none['status'].eq('not evaluable'))}. Populations that carry it taken away, each marker in turn: "
        f"{share(table['without'].eq('not evaluable'))}.",
    ]


def _cohorts(table: pd.DataFrame) -> list[str]:
    rows = [_cohort(mine.reset_index(drop=True)) for _, mine in table.groupby("seed", sort=False)]
    return [
        "## Do gains from a control set cohorts right?",
        "Gains of the second batch drawn with a standard deviation of 0.5, all ten markers; eight samples of 6,000 "
        "events, four of them without CD146+CD271−, and two controls of 60,000. *False*: events called CD146+CD271− in "
        "samples without. *Counts*: the largest change of the events of any of three MSC subtypes and endothelium, 140 "
        "to 780 each, against the same cohort without drift. Clusters are made anew in each run, so that drift alone "
        "often changes little. *Left*: markers that the control could not judge.",
        markdown(pd.DataFrame(rows)),
    ]


def _cohort(runs: pd.DataFrame) -> dict[str, object]:
    """Without drift, with it, and set right: the false ones, and the largest change of a count."""
    counts, away = runs[RARE].astype(float), runs.reindex(columns=["refused"])["refused"].notna()
    moved = (counts - counts.iloc[0]).abs().div(counts.iloc[0]).max(axis=1)
    told = runs["false"].astype(float).map("{:.0f}".format).mask(away, "refused")
    percent = moved.map("{:.1%}".format).mask(away, "")
    left = runs["left"].fillna("")
    return {
        "cohort": runs["seed"][0], "false, no drift": told[0], "false, drift": told[1], "counts, drift": percent[1],
        "false, set right": told[2], "counts, set right": percent[2], "left": left[2],
    }  # fmt: skip


def crossed(table: pd.DataFrame, status: pd.Series, columns: str, order: Sequence[str]) -> pd.DataFrame:
    """Of each case (rows) and setting (columns) how many have each status, as ``8 / 0 / 2``."""
    table = table.assign(told=status.fillna("not evaluable"))
    cases, settings = list(dict.fromkeys(table["case"])), list(dict.fromkeys(table[columns]))
    counts = table.groupby(["case", columns])["told"].value_counts()
    rows = [
        {"case": case} | {of: " / ".join(str(counts.get((case, of, each), 0)) for each in order) for of in settings}
        for case in sorted(cases, key=_size)
    ]
    sums = {
        of: " / ".join(str((table["told"][table[columns] == of] == each).sum()) for each in order) for of in settings
    }
    return pd.DataFrame([*rows, {"case": "all"} | sums])


def _size(case: str) -> tuple[str, float]:
    words = case.rsplit(" ", 1)
    return words[0], float(words[1])


def share(true: pd.Series) -> str:
    """As ``3 of 40 (7.5 %)``."""
    return f"{int(true.sum())} of {len(true)} ({100 * true.mean():.1f} %)" if len(true) else "none"


def markdown(table: pd.DataFrame) -> str:
    """As a table of Markdown."""
    rows = ["| " + " | ".join(row) + " |" for row in table.fillna("").astype(str).to_numpy().tolist()]
    return "\n".join(["| " + " | ".join(map(str, table)) + " |", "|-" * len(table.columns) + "|", *rows])
