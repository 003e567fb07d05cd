"""Where markers are said to turn positive, against where they do.

python -m benchmarks.validity.thresholds --work WORK
"""

from functools import partial

import pandas as pd

from benchmarks.page import markdown, number
from benchmarks.validity.designs import ABSENT, no_positives, study
from benchmarks.validity.plots import draw_thresholds
from benchmarks.validity.section import Asked, Section, run_part
from benchmarks.validity.work import Found, Options, find

__all__ = ["threshold_errors", "thresholds"]

N, N_ABSENT = 10, 5
NEAR, SHARE = 0.3, 0.95
ABOUT = (
    "The boundary of a marker in a batch is the value with as large a share of the negative cells above it as of the "
    "positive ones below it. Negative are the intact cells of kinds whose state in the simulator's table is `-`, "
    "positive those with `d`, `d/+`, `+` or `++`; kinds between (`-/d`) and continua are left out; every kind weighs "
    "the same, however many cells it has. The share of a kind is that of a normal distribution with its median and "
    "its spread on that side. *Counted*: shares are counted instead, and where a gap parts the two sides any cut in "
    "the gap is right. *No worse*: the cut misplaces at most 1 % more of either side than the best one does, by "
    "counting. *Without dim*: the boundary if kinds with `d` are left out as well. The scale is the run's (arcsinh "
    "with its cofactors)."
)
ABOUT_ABSENT = (
    f"Cohorts in which no cell carries {', '.join(ABSENT)}: cuts that were given, by marker. Autofluorescent cells "
    "and MSCs with a trace of GD2 (`-/d`) are there."
)


def thresholds(options: Options) -> Section:
    """Errors of the thresholds in the study, and thresholds of markers without positives."""
    found = find(study, N, options)
    none = find(no_positives, N_ABSENT, options)
    errors = pd.concat([threshold_errors(each) for each in found])
    near = errors["error"].abs() <= NEAR
    given = pd.concat([_given(each) for each in none])
    wrong = given[given["marker"].isin(ABSENT)]
    cuts = int(wrong["positive"].notna().sum())
    return Section(
        "Thresholds",
        [
            Asked(
                f"thresholds within ± {NEAR} of the boundary, of marker × batch", f"≥ {SHARE:.0%}",
                f"{near.mean():.1%} ({int(near.sum())} of {len(errors)})", bool(near.mean() >= SHARE),
            ),
            Asked("thresholds of markers without positives", "0", f"{cuts} of {len(wrong)}", cuts == 0),
        ],
        [ABOUT, "![errors](thresholds.png)", markdown(_by_marker(errors)), ABOUT_ABSENT, markdown(_absent(wrong))],
        {"thresholds.png": partial(draw_thresholds, errors, NEAR)},
    )  # fmt: skip


def threshold_errors(found: Found) -> pd.DataFrame:
    """One row a marker and batch that has a boundary: the ``boundaries``, the threshold, and its errors."""
    truth = found.boundaries.dropna(subset="boundary")
    given = _given(found)
    own = truth.merge(given, on=["marker", "batch"], how="left")
    common = truth[["marker"]].merge(given[given["batch"] == ""], on="marker", how="left")
    for column in ("positive", "uncertainty"):
        own[column] = own[column].fillna(pd.Series(common[column].to_numpy(), index=own.index))
    cut = own["positive"]
    return own.assign(
        error=cut - own["boundary"],
        counted=(cut - own["end"]).clip(lower=0) - (own["start"] - cut).clip(lower=0),
        no_worse=(cut >= own["low"]) & (cut <= own["high"]),
        without_dim=cut - own["clear"],
    )


def _given(found: Found) -> pd.DataFrame:
    """The thresholds that were learnt; ``batch`` is empty where one serves all."""
    return found.table("thresholds")


def _by_marker(errors: pd.DataFrame) -> pd.DataFrame:
    rows = {}
    for marker, part in [*errors.groupby("marker"), ("all", errors)]:
        rows[marker] = {
            "boundaries": len(part),
            "without a threshold": int(part["positive"].isna().sum()),
            "median error": number(part["error"].median(), "+.2f"),
            f"within ± {NEAR}": f"{(part['error'].abs() <= NEAR).mean():.0%}",
            "no worse": f"{part['no_worse'].mean():.0%}",
            f"within ± {NEAR}, counted": f"{(part['counted'].abs() <= NEAR).mean():.0%}",
            f"within ± {NEAR}, without dim": f"{(part['without_dim'].abs() <= NEAR).mean():.0%}",
            "within 2 stated errors": f"{(part['error'].abs() <= 2 * part['uncertainty']).mean():.0%}",
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("marker")


def _absent(wrong: pd.DataFrame) -> pd.DataFrame:
    counts = wrong.assign(cut=wrong["positive"].notna()).groupby("marker")["cut"].agg(["sum", "size"])
    return counts.rename(columns={"sum": "thresholds given", "size": "of"})


if __name__ == "__main__":
    run_part(thresholds, __doc__)
