"""Whether each sample is like the reference, and its values beside the reference's."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from cytoclust import keys
from cytoclust.frozen import outside_samples
from cytoclust.report._blocks import Cell, Table, events, fraction, name, phenotype, text
from cytoclust.report._gather import Inputs
from cytoclust.words import count, plural

__all__ = ["reference_section"]

_UNLIKE: Final = {
    "unlike": "a kind that the reference has not seen",
    "denser than expected": "within a population more cells of one kind than its patients explain",
    "more far than expected": "more strays than expected",
    "few events": "hardly an event passed quality control",
    "drift": "measured otherwise, by a control or beads",
}


def reference_section(inputs: Inputs) -> dict[str, Any] | None:
    """The section; None of a run that no reference was used for."""
    unlike, ranges, used = inputs.table("unlike"), inputs.table("reference"), inputs.run.reference
    if used is None or not len(unlike):
        return None
    why = outside_samples({name: inputs.table(name) for name in ("unlike", "samples", "drift")})
    outside = list(why)
    total = unlike[keys.SAMPLE].nunique()
    return {
        "outside": outside,
        "answer": _answer(outside, total),
        "used": f"The reference is of {plural(len(used.samples), 'sample')} (run of {used.started[:10]}, "
        f"SHA-256 {used.sha256[:12]}…).",
        "samples": _samples(unlike, why),
        "clumps": _clumps(unlike[_flagged(unlike)]) if _flagged(unlike).any() else None,
        "ranges": _ranges(ranges) if len(ranges) else None,
    }


def _flagged(unlike: pd.DataFrame) -> pd.Series:
    return unlike["flag"].notna() & (unlike["flag"].astype(str) != "")


def _answer(outside: list[str], total: int) -> str:
    if not outside:
        return "Yes: the sample is like the reference." if total == 1 else f"Yes: all {count(total)} samples are."
    told = "The sample is not" if total == 1 else f"{len(outside)} of {count(total)} samples are not"
    return f"{told} like the reference: {', '.join(outside)}. Look at them before you use their numbers."


def _samples(unlike: pd.DataFrame, why: Mapping[str, list[str]]) -> Table:
    rows = []
    for sample, mine in unlike.groupby(keys.SAMPLE, sort=False):
        flags = why.get(str(sample), [])
        n = int(mine[keys.N_EVENTS].sum())
        told = "; ".join(_UNLIKE[flag] for flag in flags) or "like the reference"
        rows.append([
            name(sample), Cell(told, style="" if flags else "detected"), events(mine["n_unlike"].sum()),
            fraction(mine["n_unlike"].sum() / n if n else None), fraction(mine["n_far"].sum() / n if n else None),
        ])  # fmt: skip
    legend = [
        ("Unlike", "events that lie far from all that the reference saw, and closer together than its strays"),
        (
            "Far",
            "events beyond the limit of what they are nearest to; about one in a hundred of the reference's own is",
        ),
    ]
    columns = ["Sample", "Verdict", "Unlike", "of cells", "Far"]
    return Table("like-reference", "Is each sample like the reference?", columns, rows, legend=legend)


def _clumps(unlike: pd.DataFrame) -> Table:
    rows = [
        [
            name(row[keys.SAMPLE]), name(row[keys.POPULATION]), events(row["n_unlike"]), fraction(row["fraction_far"]),
            Cell(f"{100 * row['expected_low']:.2g}–{100 * row['expected_high']:.2g} %", style="num"),
            phenotype(row["phenotype_far"]),
        ]
        for row in unlike.to_dict("records")
    ]  # fmt: skip
    columns = ["Sample", "Nearest population", "Unlike", "Far", "expected", "Phenotype (events)"]
    return Table("unlike", "What the reference does not know", columns, rows, data=unlike)


def _ranges(ranges: pd.DataFrame) -> Table:
    rows = [
        [
            name(row[keys.SAMPLE]), name(row[keys.POPULATION]), events(row[keys.N_EVENTS]),
            fraction(row[keys.FRACTION]), text(row["reference_group"]), fraction(row["reference_median"]),
            Cell(_range(row), style="num"), events(row["n_reference"]), text(row["flag"]),
        ]
        for row in ranges.to_dict("records")
    ]  # fmt: skip
    columns = [
        "Sample", "Population", "Events", "of its parent", "Beside", "Median", "Range (95 %)", "Patients", "Flag",
    ]  # fmt: skip
    caption = "Each population beside the reference's patients; below 20 of them there are points and no range"
    return Table("reference", caption, columns, rows, tall=True, data=ranges)


def _range(row: dict[Any, Any]) -> str:
    if pd.notna(row["reference_low"]):
        return f"{100 * row['reference_low']:.3g}–{100 * row['reference_high']:.3g} %"
    points = row["reference_points"]
    values = [float(each) for each in str(points).split()] if isinstance(points, str) else []
    if len(values) > 3:
        return f"points {100 * min(values):.3g} to {100 * max(values):.3g} %"
    return ", ".join(f"{100 * value:.3g} %" for value in values)
