"""How often the 95 % intervals hold the truth, and status over depth.

python -m benchmarks.validity.coverage --work WORK
"""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from benchmarks.page import markdown
from benchmarks.validity.designs import RARER, effect, load, null, study
from benchmarks.validity.plots import draw_status
from benchmarks.validity.section import Asked, Section, run_part
from benchmarks.validity.status import SUBTYPES, confusion, statuses
from benchmarks.validity.work import Found, Options, find

__all__ = ["coverage", "fractions_covered", "ratios_covered"]

N_STUDY, N_NULL, N_EFFECT, N_LOAD = 10, 100, 20, 20
LOW, HIGH = 0.93, 0.99
TRUE_RATIO = 4.0  # that the cohorts ``effect`` were given
KINDS: Mapping[str, tuple[str, ...]] = {
    "MSC": SUBTYPES,
    **{name: (name,) for name in SUBTYPES},
    "endothelial": ("endothelial",),
    "neuroblastoma": ("neuroblastoma", "neuroblastoma GD2low"),
    "neuroblastoma GD2low": ("neuroblastoma GD2low",),
}
"""Kinds of each population of the rules that is made of whole kinds."""
ABOUT = (
    "*Fractions*: the interval of a population's fraction in a sample against the fraction that the sample was drawn "
    "with; samples of the study and of the null cohorts that truly have the population. The interval is for "
    "counting: where a population is large, cells that are misnamed or lost to quality control weigh more than "
    "counting does, hence the second table. *Ratios*: the interval of a contrast's ratio against the true "
    f"one: 1 in null cohorts, and {TRUE_RATIO:.0f} for {RARER} in cohorts where the first group has four times as "
    "much."
)


def coverage(options: Options) -> Section:
    """Coverage of fractions and ratios; status against truth over depth."""
    of_study = find(study, N_STUDY, options)
    none = find(null, N_NULL, options)
    different = find(effect, N_EFFECT, options)
    of_load = find(load, N_LOAD, options)
    fractions = pd.concat([fractions_covered(each) for each in [*of_study, *none]])
    msc = fractions[fractions["population"].isin(SUBTYPES) | (fractions["population"] == "MSC")]
    null_ratios = pd.concat([ratios_covered(each, {}) for each in none])
    true_ratios = pd.concat([ratios_covered(each, {RARER: TRUE_RATIO}) for each in different])
    load_ratios = pd.concat([ratios_covered(each, dict.fromkeys(("MSC", *SUBTYPES), 1.0)) for each in of_load])
    status = pd.concat([statuses(each) for each in [*of_study, *none]])
    return Section(
        "Intervals and status",
        [
            _asked("95 % intervals of the fraction of MSCs and their subtypes", msc),
            _asked("95 % intervals of ratios, null cohorts", null_ratios),
            _asked(f"95 % intervals of ratios, {RARER} fourfold", true_ratios),
            _asked("95 % intervals of ratios on MSCs, tumour load differs", load_ratios),
        ],
        [
            ABOUT, "Fractions by population:", markdown(_by(fractions, "population")),
            "By number of true cells:", markdown(_by(fractions, "cells")),
            "Ratios by denominator, null cohorts:", markdown(_by(null_ratios, "denominator")),
            f"{RARER} fourfold:", markdown(_by(true_ratios, "denominator")),
            "Status over depth, the MSC subtypes in the study and the null cohorts:", "![status](status.png)",
            *_over_depth(status),
        ],
        {"status.png": partial(draw_status, status)},
    )  # fmt: skip


def _over_depth(status: pd.DataFrame) -> list[str]:
    """A confusion table for each depth."""
    parts = [(f"{depth:,} events:", markdown(confusion(part))) for depth, part in status.groupby("depth")]
    return [text for part in parts for text in part]


def fractions_covered(found: Found) -> pd.DataFrame:
    """One row a sample and population that the sample has: ``population, cells`` (true ones, in bins), ``covered``."""
    table = found.table("populations")
    table = table[table["population"].isin(list(KINDS)) & (table["n_parent"] > 0)]
    truth = found.truth.pivot_table(index="sample_id", columns="population", values=["expected", "n_intact"])
    rows = []
    for row in table.to_dict("records"):
        expected, intact = truth["expected"].loc[row["sample_id"]], truth["n_intact"].loc[row["sample_id"]]
        kinds = list(KINDS[row["population"]])
        of = expected[list(KINDS[row["parent"]])].sum() if row["parent"] in KINDS else 1.0
        if expected[kinds].sum() > 0:
            covered = row["ci_low"] <= expected[kinds].sum() / of <= row["ci_high"]
            rows.append((row["population"], intact[kinds].sum(), covered))
    out = pd.DataFrame(rows, columns=["population", "n", "covered"])
    bins = [-1, 9, 39, 99, 999, 9999, float("inf")]
    labels = ["0–9", "10–39", "40–99", "100–999", "1000–9999", "10,000 or more"]
    return out.assign(cells=pd.cut(out["n"], bins, labels=labels).astype(str))


def ratios_covered(found: Found, ratios: Mapping[str, float]) -> pd.DataFrame:
    """One row a contrast of a population with an interval: ``population, denominator, covered``.

    ``ratios`` are the true ones of some populations, the only ones that are looked at; where it is empty, all are 1.
    """
    table = found.table("contrasts").dropna(subset=["ratio_low", "ratio_high"])
    table = table[table["cluster"].isna()]
    if ratios:
        table = table[table["population"].isin(list(ratios))]
        if set(ratios.values()) != {1.0}:
            table = table[table["contrast"].str.startswith("one")]
    true = table["population"].map(ratios).fillna(1.0) if ratios else 1.0
    return table.assign(covered=(table["ratio_low"] <= true) & (table["ratio_high"] >= true))


def _asked(what: str, table: pd.DataFrame) -> Asked:
    share = float(table["covered"].mean())
    words = f"{share:.1%} of {len(table)}"
    return Asked(f"coverage of {what}", f"{LOW:.0%} to {HIGH:.0%}", words, LOW <= share <= HIGH)


def _by(table: pd.DataFrame, column: str) -> pd.DataFrame:
    grouped = table.groupby(column, sort=False)["covered"].agg(["size", "mean"])
    grouped["mean"] = grouped["mean"].map("{:.1%}".format)
    return grouped.rename(columns={"size": "intervals", "mean": "hold the truth"})


if __name__ == "__main__":
    run_part(coverage, __doc__)
