"""What is asked of the engine beside claims: intervals, invariance, depth, and words for one sample."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest

from benchmarks.validity.count_claims import ask, counted_of
from benchmarks.validity.counts import SIMULATORS, Counts, Design, simulate
from cytoclust.stats import Compared, compare, population_table, questions
from cytoclust.stats._equal_depth import share_kept
from cytoclust.stats._log_rates import common_dispersion, log_rates
from cytoclust.stats._moderated import Regression

__all__ = ["CHECKS", "depth", "intervals", "invariance", "words"]

ASKED_OF: Final = ("log-normal", "gamma")
FEW: Final = 99  # arrangements, where no p is asked
EMPTY: Final = 100
BLANK: Final = 3.0  # events, at most, that background makes in 100,000 cells


def intervals(cohorts: int, seed: int) -> pd.DataFrame:
    """Coverage of 95 % intervals of ratios, where nothing differs and where it does, or others have none."""
    designs = {"6 v 8": Design((6, 8)), "8 v 8, tenfold": Design((8, 8), times=10),
               "15 v 15, fourfold": Design((15, 15), times=4), "6 v 8, only": Design((6, 8), only=40)}  # fmt: skip
    rows = []
    for simulator in ASKED_OF:
        null: list[bool] = []
        planted: list[bool] = []
        finite: list[bool] = []
        for design in designs.values():
            for number in range(max(cohorts // 4, 1)):
                counts = simulate(design, SIMULATORS[simulator], seed + number)
                found, names = _compared(counts)
                held = np.array([(found.low <= ratio) & (ratio <= found.high) for ratio in (1.0, design.times)])
                is_true = np.isin(names, counts.true)
                if design.only:
                    finite += (found.low[is_true] > 0).tolist()
                else:
                    planted += held[1, is_true].tolist()
                seen = np.isfinite(found.ratio) & (found.ratio > 0) & ~is_true & (names != "tumour")
                null += held[0, seen].tolist()
        rows += [
            _share("6", f"{simulator}: intervals of what does not differ hold 1", "92–98 %", null, 0.92, 0.98),
            _share("6", f"{simulator}: intervals of tenfold and fourfold hold it", "≥ 90 %", planted, 0.90),
            _share("6", f"{simulator}: “only”: a lower limit, above 0", "100 %", finite, 1.0),
        ]
    return pd.DataFrame(rows)


def invariance(cohorts: int, seed: int) -> pd.DataFrame:
    """Whether the order of samples, empty clusters and a third group change what is said."""
    same: dict[str, list[bool]] = {"order": [], "empty": [], "status": []}
    for simulator in ASKED_OF:
        for number in range(max(cohorts // 10, 1)):
            counts = simulate(Design((6, 4, 4), 3, only=20), SIMULATORS[simulator], seed + number)
            events, sheet = counts.events, counts.sheet
            plain = _said(counts)
            order = np.random.default_rng(number).permutation(len(sheet))
            same["order"].append(_said(Counts(events.iloc[order], sheet.iloc[order], ())) == plain)
            empty = pd.DataFrame(0, index=events.index, columns=[f"empty{i}" for i in range(EMPTY)])
            same["empty"].append(_said(Counts(events.join(empty), sheet, ())) == plain)
            two = sheet["group"] != "c"
            parts = [population_table(events[rows], sheet[rows], parents={}) for rows in (two | True, two)]
            of = [part.set_index(["sample_id", "population"])["status"] for part in parts]
            same["status"].append(of[0].reindex(of[1].index).equals(of[1]))
    names = {"order": "samples in another order", "empty": "100 empty clusters more",
             "status": "statuses without the third group"}  # fmt: skip
    return pd.DataFrame(
        [_share("9", f"{names[name]}: nothing changes", "100 %", held, 1.0) for name, held in same.items()]
    )


def depth(cohorts: int, seed: int) -> pd.DataFrame:
    """Mean t of null cohorts whose depth goes with the group, tenfold, at all depth and at equal depth."""
    rows = []
    for lacking in (0.0, 0.5):
        for simulator in ASKED_OF:
            means = []
            for number in range(cohorts):
                counts = simulate(Design((6, 8), depth=0.1, lacking=lacking), SIMULATORS[simulator], seed + number)
                means.append(_mean_t(counts))
            of = ", half lack each rare one" if lacking else ""
            for place, name in enumerate(("all depth", "equal depth")):
                value, error = np.mean(means, axis=0)[place], np.std(means, axis=0)[place] / np.sqrt(cohorts)
                asked = place == 1 or not lacking
                rows.append(
                    {
                        "criterion": "10", "what": f"{simulator}{of}: mean t at {name}",
                        "asked": "within ± 0.1" if asked else "",
                        "of": cohorts, "seen": f"{value:+.3f} ± {error:.3f}",
                        "met": ("yes" if abs(value) <= 0.1 else "**no**") if asked else "not asked",
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def words(cohorts: int, seed: int) -> pd.DataFrame:
    """Samples by the events that are truly there, with a background of 0 to 3 whose bound is right or too high."""
    rows = []
    for factor in (1.0, 2.0):
        rng = np.random.default_rng(seed)
        few: list[bool] = []
        none: list[bool] = []
        for _ in range(cohorts):
            cells = np.rint(1e5 * np.exp(rng.normal(0, 0.35, (20, 8)))[:, :1])
            background = rng.uniform(0, BLANK, (20, 8)) * cells / 1e5
            true = rng.poisson(cells * 15e-5 * rng.gamma(2.0, 0.5, (20, 8)) * (rng.random((20, 8)) < 0.6))
            index, names = [f"S{i}" for i in range(20)], [f"p{i}" for i in range(8)]
            events = pd.DataFrame(true + rng.poisson(background), index, names)
            rest = pd.DataFrame({"other": cells[:, 0].astype(int) - events.sum(axis=1)}, index)
            bound = pd.DataFrame(background * factor, index, names)
            table = population_table(events.join(rest), pd.DataFrame(index=index), parents={}, background=bound)
            status = table.pivot(index="sample_id", columns="population", values="status").loc[index, names].to_numpy()
            shown = np.isin(status, ["quantified", "detected", "trace"])
            few += shown[(true >= 10) & (true <= 19)].tolist()
            none += shown[true == 0].tolist()
        of = "exact" if factor == 1 else "twice the truth"
        rows += [
            _share("trace", f"10–19 true events, bound of background {of}: `trace` or better", "≥ 80 %", few, 0.80),
            _share("trace", f"none, bound of background {of}: above `not detected`", "≤ 1 %", none, 0.0, 0.01),
        ]
    return pd.DataFrame(rows)


CHECKS: Final[tuple[Callable[[int, int], pd.DataFrame], ...]] = (intervals, invariance, depth, words)


def _compared(counts: Counts) -> tuple[Compared, NDArray[np.str_]]:
    counted, question = counted_of(counts), questions(counts.sheet)[0]
    units = counted.of_units(question.units)
    found = compare(units.events, units.ordinary, question.inside, strata=question.strata, two_sided=True,
                    n_permutations=FEW)  # fmt: skip
    return found, counts.events.columns.to_numpy(dtype=str)


def _said(counts: Counts) -> list[tuple[object, ...]]:
    table = ask(counts)
    keys = [table[key] for key in ("cluster", "claim", "verdict", "n_in", "n_out")]
    return sorted(zip(*keys, [round(float(q), 9) for q in table["q"]], strict=True))


def _mean_t(counts: Counts) -> tuple[float, float]:
    question = questions(counts.sheet)[0]
    units = counted_of(counts).of_units(question.units)
    seen = units.events.sum(axis=0) > 0
    y, of, strata, none = (
        units.events[:, seen],
        units.ordinary[:, seen],
        question.strata,
        np.zeros((len(units.events), 0)),
    )
    dispersion = common_dispersion(y, of, strata)
    means = []
    for kept in (None, share_kept(of, question.inside, strata)):
        model = Regression(log_rates(y, of, strata, dispersion, kept=kept), strata, none)
        means.append(float(model.t(question.inside[None], model.prior())[0].mean()))
    return means[0], means[1]


def _share(
    criterion: str, what: str, asked: str, held: list[bool], least: float, most: float = 1.0
) -> dict[str, object]:
    n, mean = len(held), float(np.mean(held))
    low, high = binomtest(int(np.sum(held)), n).proportion_ci()
    return {
        "criterion": criterion, "what": what, "asked": asked, "of": n,
        "seen": f"{mean:.1%} ({100 * low:.1f}–{100 * high:.1f})".replace("%", " %"),
        "met": "yes" if least <= mean <= most else "**no**",
    }  # fmt: skip
