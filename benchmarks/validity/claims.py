"""Claims against the truth, on counts: ten things asked of the engine, and what samples with few cells are called.

    python -m benchmarks.validity.claims --cohorts 200 --work WORK

Every kind of cohort of ``count_designs.py`` by each simulator of ``counts.py``; writes benchmarks/validity/CLAIMS.md,
``error.png`` and ``power.png``. All that was asked already is taken from the
work folder. Planted cohorts are half as many.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from scipy.stats import binom, binomtest

from benchmarks.measure import HERE
from benchmarks.page import markdown
from benchmarks.validity.count_checks import CHECKS
from benchmarks.validity.count_claims import judge
from benchmarks.validity.count_designs import CASES, Case
from benchmarks.validity.counts import SIMULATORS
from benchmarks.validity.draw_claims import draw_claims

__all__ = ["main", "row"]

SEED = 70_000  # not used while the engine was made
ASKED_OF = ("log-normal", "gamma")
COLUMNS = ("false", "supported", "rare", "common", "only", "suggestive", "claims", "tested")
SIDE = 0.99  # of the binomial limit that a null may reach by chance
ABOUT = (
    "Written by `python -m benchmarks.validity.claims`: cohorts of counts whose truth is known, asked without "
    "rules. Three simulators that share no assumption but counting: **log-normal** patients (standard deviation "
    "0.4 to 1.0, half of 40 populations at 10 to 1,000 per million); **gamma** rates (coefficient of variation "
    "0.3 to 1.2) in lineages that go together, with proportions that fall as in gated blood; and **rough**: "
    "Student's t with 3 degrees of freedom, one factor through all populations, rates lost at random. Of rough "
    "ones no power is asked. *Events* are means of a sample that has what was planted. Intervals are those of the "
    "binomial, 95 %. A kind of null cohort is met up to the 99 % limit of a binomial with 5 %; where *at least* a "
    "share is asked, it is the share itself that counts. Figures that miss stand here like the others."
)
PLUS = "Criteria 1 to 10 are those of the study behind the engine; 1+ is harder than it asked."


def row(name: str, case: Case, simulator: str, found: Sequence[dict[str, float]]) -> dict[str, object]:
    """One line of the table."""
    table = pd.DataFrame(found).reindex(columns=list(COLUMNS))
    n = len(table)
    wrong = {"never": table["claims"] > 0, "nothing": (table["claims"] > 0) | (table["tested"] > 0),
             "never only": table["only"] > 0}  # fmt: skip
    seen = wrong[case.asked] if case.asked in wrong else table[case.asked]
    low, high = binomtest(round(seen.sum()), n).proportion_ci()
    if case.asked == "false":
        asked, met = f"≤ {case.limit:.0%} false", seen.sum() <= binom.ppf(SIDE, n, case.limit)
    elif case.asked in wrong:
        asked, met = (
            {"never": "never supported", "nothing": "no claim, no p"}.get(case.asked, "never “only”"),
            not seen.any(),
        )
    else:
        asked, met = f"≥ {case.limit:.0%} {case.asked}", seen.mean() >= case.limit
        if case.asked == "suggestive":
            met = met and not table["supported"].any()
    return {
        "criterion": case.criterion, "cohort": name, "simulator": simulator, "cohorts": n, "asked": asked,
        "seen": seen.mean(), "low": low, "high": high, "events": seen.sum(), "false": table["false"].mean(),
        "only": table["only"].mean(), "rare": table["rare"].mean(), "common": table["common"].mean(),
        "met": bool(met) if simulator in ASKED_OF or case.asked != "supported" else None,
    }  # fmt: skip


def _cases(cohorts: int, work: Path, only: str, simulators: Sequence[str]) -> pd.DataFrame:
    rows = []
    for name, case in CASES.items():
        for simulator in simulators if only in name else ():
            path = work / f"{case.criterion} {name} {simulator}.csv".replace("/", "-")
            n = cohorts if case.asked == "false" else cohorts // 2
            done = pd.read_csv(path) if path.exists() else pd.DataFrame()
            start = time.perf_counter()
            new = [judge(case.design, simulator, SEED + i) for i in range(len(done), n)]
            table = pd.concat([done, pd.DataFrame(new)]) if new else done
            table.to_csv(path, index=False)
            rows.append(row(name, case, simulator, table.to_dict("records")))
            told = rows[-1]
            print(f"{name}, {simulator}: {told['seen']:.3f} of {n} ({told['asked']}); false {told['false']:.3f}, only "
                  f"{told['only']:.2f}, {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)  # fmt: skip
    return pd.DataFrame(rows)


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """As on the page."""

    def percent(value: float) -> str:
        return "" if pd.isna(value) else f"{value:.1%}".replace(".0%", "%").replace("%", " %")

    beside = [
        "; ".join([f"{key} {percent(each[key])}" for key in ("only", "rare", "common") if not pd.isna(each[key])]
                  + ([f"false {percent(each['false'])}"] if "false" not in each["asked"] and each["false"] else []))
        for _, each in table.iterrows()
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "criterion": table["criterion"], "cohort": table["cohort"], "simulator": table["simulator"],
            "cohorts": table["cohorts"], "asked": table["asked"].str.replace("%", " %"),
            "seen": table["seen"].map(percent),
            "interval": (100 * table["low"]).map("{:.1f}".format) + "–" + (100 * table["high"]).map("{:.1f}".format),
            "beside": beside, "met": table["met"].map({True: "yes", False: "**no**"}).fillna("not asked"),
        }
    ).set_index("criterion")  # fmt: skip


def _overall(table: pd.DataFrame) -> str:
    nulls = table[table["asked"].str.endswith("false")]
    parts = []
    for label, mine in [("Criterion 1", nulls[nulls["criterion"] == "1"]), ("All null cohorts", nulls)]:
        events, n = int(mine["events"].sum()), int(mine["cohorts"].sum())
        low, high = binomtest(events, n).proportion_ci()
        parts.append(
            f"{label}: {events} of {n} with a false claim, {events / n:.1%} ({100 * low:.1f}–{100 * high:.1f})."
        )
    return " ".join(parts).replace("%", " %")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohorts", type=int, default=200, help="of each kind of null")
    parser.add_argument("--work", type=Path, default=Path("claims_work"))
    parser.add_argument("--out", type=Path, default=HERE / "validity")
    parser.add_argument("--only", default="", help="cohorts whose name contains this; no page is written")
    parser.add_argument("--simulators", nargs="+", default=list(SIMULATORS), choices=list(SIMULATORS))
    given = parser.parse_args(arguments)
    mpl.use("Agg")
    given.work.mkdir(parents=True, exist_ok=True)
    table = _cases(given.cohorts, given.work, given.only, given.simulators)
    if given.only:
        return 0
    checks = pd.concat([check(given.cohorts // 2, SEED) for check in CHECKS], ignore_index=True)
    draw_claims(table, given.out)
    page = [
        "# Claims on counts whose truth is known", ABOUT, PLUS, _overall(table),
        "![False claims of null cohorts](error.png)", "![Power over designs](power.png)", markdown(_shown(table)),
        "## Intervals, invariance, depth, and words for one sample", markdown(checks.set_index("criterion")),
    ]  # fmt: skip
    (given.out / "CLAIMS.md").write_text("\n\n".join(page) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
