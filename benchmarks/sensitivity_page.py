"""The page of :mod:`benchmarks.sensitivity`."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from benchmarks.constants import Constant
from benchmarks.page import markdown
from benchmarks.sensitivity_cases import CASES

__all__ = ["BY", "SEEDS", "effect", "render"]

BY = (0.25, -0.25)
SEEDS = (1, 2)
"""Further seeds of the unmoved program: what a constant changes is to be seen beside what chance changes."""
MOST = 10
INTRO = """# Sensitivity of results to the named numbers

Each named number of `engine`, `positivity`, `rules`, `pp` and `stats` was moved by 25 % up and down, one at a time
(whole numbers by at least 1; what lies between 0.8 and 1 by 25 % of what it lacks to 1), and the program run at its
defaults otherwise. Written by `python -m benchmarks.sensitivity`.

{cases}

- **ARI**: agreement of the clusters with those of the unmoved program (1: the same), over all events; those that
  quality control set aside are one cluster. **F1**: change of the mean one-to-one F1 against the truth. **names**:
  events, in per cent, whose population has another name. **statuses**: statuses of a population in a sample that
  changed. **verdicts**: claims or verdicts on a named population that changed.
- **effect**: the sum of 1 − ARI, |change of F1|, and the shares of names, statuses and verdicts that changed; the mean
  over both directions and the data sets. The five count alike, which is a choice.
- Another seed changes things, too: its effect is the measure of what is worth looking at. A number that steers a
  random draw changes the draw by being moved at all.
- A small effect here is no proof that a number is idle: the data are small, so limits that only many events reach
  (blocks, pools, most events of a cluster) do nothing, and a rule for a rare fault of an instrument has nothing to
  find. Neither the map, the stability of clusters nor the report is looked at. `ff` is prepared already and not
  named: only the engine's numbers bear on it.
"""


def render(every: Sequence[Constant], found: Mapping[str, Any]) -> str:
    """The page: the ten that matter most, those of which a run failed, and all."""
    by_key = {constant.key: constant for constant in every}
    rows = {key: _effects(key, found) for key in by_key}
    measured = {key: each for key, each in rows.items() if len(each)}
    order = sorted(measured, key=lambda key: (-effect(measured[key]), key))
    seeds = pd.DataFrame([row for row in (found.get(f"{c.name} seed {s}") for c in CASES for s in SEEDS) if row])
    parts = [
        INTRO.format(cases="\n".join(f"- **{case.name}**: {case.about}." for case in CASES)),
        f"Another seed has an effect of **{effect(seeds):.3f}** by the same measure. {len(measured)} of {len(every)} "
        f"numbers were measured; {sum(effect(each) > effect(seeds) for each in measured.values())} of them have more "
        f"effect than another seed, {sum(effect(each) == 0 for each in measured.values())} none.",
        f"## The {MOST} that matter most",
        markdown(
            pd.DataFrame(
                [_row(by_key[key], measured[key]) | {"what it is": by_key[key].told} for key in order[:MOST]]
            ).set_index("number")
        ),
        "## Another seed",
        markdown(
            pd.DataFrame([{"data": key, **_figures(found[key])} for key in found if " seed " in key]).set_index("data")
        ),
        "## All",
        markdown(pd.DataFrame([_row(by_key[key], measured[key]) for key in order]).set_index("number")),
    ]
    missing = [f"`{key}`" for key in by_key if key not in measured]
    if missing:
        parts += ["## Not measured", ", ".join(missing)]
    return "\n\n".join(parts) + "\n"


def effect(runs: pd.DataFrame) -> float:
    """The mean over runs of what they changed; a run that failed changed all."""
    return float(_each(runs).mean()) if len(runs) else float("nan")


def _each(runs: pd.DataFrame) -> pd.Series:
    failed = runs["failed"].notna() if "failed" in runs else pd.Series(False, index=runs.index)
    if failed.all():
        return pd.Series(1.0, index=runs.index)
    parts = 1 - runs["ari"] + (runs["f1"] - runs["unmoved_f1"]).abs() + runs["names"] / runs["events"]
    for name in ("statuses", "verdicts"):
        parts = parts + runs[name] / runs[f"of_{name}"].clip(lower=1)
    return parts.where(~failed, 1.0)


def _effects(key: str, found: Mapping[str, Any]) -> pd.DataFrame:
    names = [f"{case.name} {key} {by:+}" for case in CASES for by in BY]
    return pd.DataFrame({name: found[name] for name in names if name in found}).T.infer_objects()


def _row(constant: Constant, runs: pd.DataFrame) -> dict[str, str]:
    """Of one number: its value, its effect, and what each run changed."""
    row = {"number": f"`{constant.key}`", "value": f"{constant.value:g}", "effect": f"{effect(runs):.3f}"}
    for case in CASES:
        for by in BY:
            name = f"{case.name} {constant.key} {by:+}"
            row[f"{case.name} {by:+.0%}"] = _cell(runs.loc[name]) if name in runs.index else ""
    return row


def _cell(run: pd.Series) -> str:
    """What one run changed, in few characters."""
    if isinstance(run.get("failed"), str):
        return "failed"
    figures = _figures(run)
    return (
        "same"
        if not run["bits"] + run["qc"] + run["statuses"] + run["verdicts"]
        else ", ".join(
            f"{name} {value}" for name, value in figures.items() if value not in ("0", "1.000", "+0.000", "0.0 %")
        )
        or "probabilities"
    )


def _figures(run: Mapping[str, Any]) -> dict[str, str]:
    return {
        "ARI": f"{run['ari']:.3f}",
        "F1": f"{run['f1'] - run['unmoved_f1']:+.3f}".replace("-0.000", "+0.000"),
        "names": f"{run['names'] / run['events']:.1%}".replace("%", " %"),
        "statuses": f"{run['statuses']:.0f}",
        "verdicts": f"{run['verdicts']:.0f}",
    }
