"""The page of :mod:`benchmarks.sensitivity`."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.constants import Constant
from benchmarks.page import markdown
from benchmarks.sensitivity_cases import CASES

__all__ = ["BY", "SEEDS", "effect", "render", "runs_of"]

BY = (0.25, -0.25)
SEEDS = (1, 2)
"""Further seeds of the unmoved program: what a constant changes is to be seen beside what chance changes."""
MOST = 10
INTRO = """# Sensitivity of results to the named numbers

{measured}

Each named number of `engine`, `positivity`, `rules`, `pp` and `stats` was moved by 25 % up and down, one at a time
(whole numbers by at least 1; what lies between 0.8 and 1 by 25 % of what it lacks to 1), and the program run at its
defaults otherwise. Written by `python -m benchmarks.sensitivity`.

{cases}

- **ARI**: agreement of the clusters with those of the unmoved program (1: the same), over all events; those that
  quality control set aside are one cluster. **F1**: change of the mean one-to-one F1 against the truth. **names**:
  events, in per cent, whose population has another name. **statuses**: statuses of a population in a sample that
  changed. **verdicts**: claims or verdicts on a named population that changed.
- **effect**: the sum of 1 − ARI, |change of F1|, and the shares of names, statuses and verdicts that changed; the mean
  over the runs that were made, both ways and on every data set. The five count alike, which is a choice. A run that
  fails does not count: the number is a shape or a size that cannot be another. The engine's numbers have runs on `ff`
  too, where even another seed changes little: that lowers their mean beside the others'.
- Another seed changes things, too: its effect is the measure of what is worth looking at. A number that steers a
  random draw changes the draw by being moved at all.
- A small effect here is no proof that a number is idle: the data are small, so limits that only many events reach
  (blocks, pools, most events of a cluster) do nothing, and a rule for a rare fault of an instrument has nothing to
  find. Neither the map, the stability of clusters nor the report is looked at. `ff` is prepared already and not
  named: only the engine's numbers bear on it."""


def render(every: Sequence[Constant], found: Mapping[str, Any]) -> str:
    """The page: the ten that matter most, what another seed does, all that was measured, and what was not."""
    runs = {constant: runs_of(constant, found) for constant in every}
    effects = {constant: effect(each) for constant, each in runs.items() if len(each)}
    order = sorted(effects, key=lambda constant: (-effects[constant], constant.key))
    seeds = {f"{case.name} seed {seed}": found.get(f"{case.name} seed {seed}") for case in CASES for seed in SEEDS}
    seeds = {name: run for name, run in seeds.items() if run}
    chance = {case.name: effect(pd.DataFrame([seeds[n] for n in seeds if n.split()[0] == case.name])) for case in CASES}
    beyond = [
        each for each, size in effects.items() if size > np.mean([chance[n.split()[0]] for n in runs[each].index])
    ]
    rows = [_row(constant, runs[constant], effects[constant]) for constant in order]
    most = [
        row | {"what it is": each.told.partition("Chosen")[0].strip()}
        for row, each in zip(rows, order[:MOST], strict=False)
    ]
    parts = [
        INTRO.format(measured=_measured(runs), cases="\n".join(f"- **{case.name}**: {case.about}." for case in CASES)),
        f"Another seed has an effect of {', '.join(f'{size:.3f} on {name}' for name, size in chance.items())} by the "
        f"same measure. {len(beyond)} of the numbers have more effect than another seed has on the same data, "
        f"{sum(each == 0 for each in effects.values())} none.",
        f"## The {MOST} that matter most",
        _table(most, "number"),
        "## Another seed",
        _table([{"data": name, **_figures(run)} for name, run in seeds.items()], "data"),
        "## All",
        _table(rows, "number"),
    ]
    missing = [f"`{constant.key}`" for constant in every if constant not in effects]
    if missing:
        parts += ["## Not measured", ", ".join(missing)]
    return "\n\n".join(parts) + "\n"


def _measured(runs: Mapping[Constant, pd.DataFrame]) -> str:
    """What is measured and what is not, by data set and direction."""
    told = []
    for case in CASES:
        able = [each for each in runs if each.module.split(".")[1] in case.packages and each.value]
        ways = [sum(f"{case.name} {each.key} {by:+}" in runs[each].index for by in BY) for each in able]
        one = f" and {ways.count(1)} one way" if ways.count(1) else ""
        told.append(f"on {case.name} {ways.count(len(BY))} of {len(able)} numbers both ways{one}")
    return (
        f"Measured: {', '.join(told)}; {sum(map(len, runs.values()))} runs.\nNot measured: the rest, whose places "
        "below are empty (what matters most on the other data comes first, so that an early end\nleaves out what "
        "matters least there); numbers that are zero; and what is a number by definition, such as log 2."
    )


def _table(rows: Sequence[Mapping[str, str]], index: str) -> str:
    return markdown(pd.DataFrame(rows).set_index(index)) if rows else "None."


def effect(runs: pd.DataFrame) -> float:
    """The mean over runs of what they changed; those that failed are left out, and 0 if all did."""
    runs = runs[runs["failed"].isna()] if "failed" in runs else runs
    if runs.empty:
        return 0.0
    parts = 1 - runs["ari"] + (runs["f1"] - runs["unmoved_f1"]).abs() + runs["names"] / runs["events"]
    for name in ("statuses", "verdicts"):
        parts = parts + runs[name] / runs[f"of_{name}"].clip(lower=1)
    return float(parts.mean())


def runs_of(constant: Constant, found: Mapping[str, Any]) -> pd.DataFrame:
    """Those of the number as it is today, by data set and direction."""
    names = [f"{case.name} {constant.key} {by:+}" for case in CASES for by in BY]
    runs = {name: found[name] for name in names if name in found and found[name]["was"] == constant.value}
    return pd.DataFrame(runs).T.infer_objects()


def _row(constant: Constant, runs: pd.DataFrame, mean: float) -> dict[str, str]:
    """Of one number: its value, its effect, and what each run changed."""
    value = f"{constant.value:,}" if isinstance(constant.value, int) else f"{constant.value:g}"
    row = {"number": f"`{constant.key}`", "value": value, "effect": f"{mean:.3f}"}
    for case in CASES:
        for by in BY:
            name = f"{case.name} {constant.key} {by:+}"
            row[f"{case.name} {by:+.0%}"] = _cell(runs.loc[name]) if name in runs.index else ""
    return row


def _cell(run: pd.Series) -> str:
    """What one run changed, in few characters."""
    if isinstance(run.get("failed"), str):
        return "failed"
    if not run["bits"] + run["qc"] + run["statuses"] + run["verdicts"]:
        return "same"
    nothing = ("1.000", "+0.000", "0.0 %")
    told = [f"{name} {value}" for name, value in _figures(run).items() if value not in nothing and value[:2] != "0 "]
    return ", ".join(told) or "probabilities"


def _figures(run: Mapping[str, Any]) -> dict[str, str]:
    return {
        "ARI": f"{run['ari']:.3f}",
        "F1": f"{run['f1'] - run['unmoved_f1']:+.3f}".replace("-0.000", "+0.000"),
        "names": f"{run['names'] / run['events']:.1%}".replace("%", " %"),
        **{name: f"{run[name]:.0f} of {run['of_' + name]:.0f}" for name in ("statuses", "verdicts")},
    }
