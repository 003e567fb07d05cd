"""Cohorts of counts have what their design says; what is asked of them is told rightly."""

import numpy as np
import pytest

from benchmarks.validity import count_claims
from benchmarks.validity.claims import row
from benchmarks.validity.count_checks import words
from benchmarks.validity.count_claims import judge
from benchmarks.validity.count_designs import CASES, Case
from benchmarks.validity.counts import LINEAGE, SIMULATORS, Design, simulate
from benchmarks.validity.designs import few
from benchmarks.validity.status import SUBTYPES
from benchmarks.validity.work import names_of
from cytoclust.datasets._cohort import plan_cohort


@pytest.mark.parametrize("simulator", SIMULATORS)
@pytest.mark.parametrize("depth", [0.1, 10.0])
def test_only_one_side_has_the_events_that_were_planted(simulator: str, depth: float) -> None:
    design = Design((40, 8), only=40, depth=depth)
    cohorts = [simulate(design, SIMULATORS[simulator], seed) for seed in range(5)]
    for counts in cohorts:
        assert (counts.events.loc[counts.sheet["group"] == "b", counts.true[0]] == 0).all()
    seen = [counts.events.loc[counts.sheet["group"] == "a", counts.true[0]].mean() for counts in cohorts]
    assert np.mean(seen) == pytest.approx(40, rel=0.2)


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_a_lineage_makes_the_shares_that_it_should(simulator: str) -> None:
    counts = simulate(Design((40, 40), lineage=True, spread=0.1), SIMULATORS[simulator], 0)
    share = counts.events[list(counts.true)].sum(axis=1) / counts.events.sum(axis=1)
    for group, expected in zip("ba", LINEAGE, strict=True):
        assert share[counts.sheet["group"] == group].mean() == pytest.approx(expected, abs=0.02)


def test_levels_differ_as_often_as_they_should() -> None:
    counts = simulate(Design((60, 60), times=10, base=200, spread=0.2), SIMULATORS["log-normal"], 1)
    levels = counts.events[list(counts.true)].div(counts.events.drop(columns=list(counts.true)).sum(axis=1), axis=0)
    first = counts.sheet["group"] == "a"
    assert (levels[first].mean() / levels[~first].mean()).to_numpy() == pytest.approx([10, 10], rel=0.25)


@pytest.mark.slow
def test_a_null_without_a_claim_is_known_without_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds, design = range(70_000, 70_012), Design((6, 4, 4), 3)
    quick = [judge(design, "gamma", seed)["false"] for seed in seeds]
    monkeypatch.setattr(count_claims, "_may_claim", lambda *_: True)
    assert quick == [judge(design, "gamma", seed)["false"] for seed in seeds]
    assert 0 < sum(quick) < len(seeds)


@pytest.mark.parametrize(("false", "met"), [(17, True), (18, True), (19, False)])
def test_a_null_is_met_up_to_the_limit_of_the_binomial(false: int, met: bool) -> None:
    found = [{"false": float(i < false), "claims": 0.0} for i in range(200)]
    told = row("4 v 4", CASES["4 v 4"], "gamma", found)
    assert told["met"] == met
    assert told["seen"] == false / 200


def test_what_must_never_be_is_missed_if_it_is_once() -> None:
    case = Case("4", Design((2, 2), only=40), "never")
    found = [{"supported": 0.0, "claims": 0.0, "false": 0.0}] * 9
    assert row("x", case, "gamma", found)["met"] is True
    assert row("x", case, "gamma", [*found, {"supported": 1.0, "claims": 1.0, "false": 0.0}])["met"] is False


def test_words_for_samples_with_few_events_hold_in_two_cohorts() -> None:
    assert (words(2, 0)["met"] == "yes").all()


def test_cohorts_with_few_cells_have_samples_between_10_and_19() -> None:
    expected = []
    for number in range(2):
        cohort = few(9000, number)
        for spec, _ in plan_cohort(cohort.design, cohort.seed, cohort.enrich):
            fractions = dict(zip(names_of(spec), spec.fractions, strict=True))
            expected += [fractions[name] * spec.n_events for name in SUBTYPES]
    assert np.mean(np.array(expected) == 0) == pytest.approx(1 / 3, abs=0.01)
    assert sum(8 <= each <= 20 for each in expected) >= 10
