"""Doublets counted by the table, among clusters made of sums of cells."""

import numpy as np
import pytest

from cytoclust.stats import doublet_evidence
from cytoclust.stats._doublet_pairs import doublet_pairs
from cytoclust.stats._expected_doublets import expected_doublets, unrefuted
from tests.stats.cells import profile_of, stuck, table

FIRST = np.array([30_000, 20_000, 2_000, 40_000, 500, 10_000, 35_000, 5_000])
SECOND = np.array([10_000, 200, 20_000, 15_000, 20_000, 10_000, 1_000, 30_000])
REST = np.array([60_000, 80_000, 70_000, 50_000, 80_000, 70_000, 60_000, 60_000])
MEETINGS = 2 * FIRST * SECOND / (FIRST + SECOND + REST)
RATE = 0.004


def cohort(double, *, seed=0):
    """Two kinds of cells, a third that is neither, and a cluster that has what both have, of ``double`` events."""
    rng = np.random.default_rng(seed)
    first = rng.normal([5, 0.1, 0, 3], 0.3, (30_000, 4))
    second = rng.normal([0, 5, 0.1, 3], 0.3, (25_000, 4))
    rest = rng.normal([0, 0, 4, 0], 0.3, (40_000, 4))
    sums = stuck(first[: max(50, sum(double))], second[: max(50, sum(double))])
    return profile_of([first, second, rest, sums]), table(np.stack([FIRST, SECOND, REST, double], axis=1))


def flagged(counts, share=0.05):
    return counts.iloc[:, 0] * 0.0 + share


def expected_of(profile, counts, share):
    return expected_doublets(doublet_pairs(profile), counts, share)


def evidence_of(profile, counts, share):
    return doublet_evidence(counts, expected_of(profile, counts, share))


@pytest.fixture
def doublets():
    return np.random.default_rng(1).poisson(RATE * MEETINGS)


def test_doublets_are_known(doublets):
    profile, counts = cohort(doublets)
    found = evidence_of(profile, counts, flagged(counts))
    assert found["doublet"].tolist() == [False, False, False, True]
    assert found.loc["3", "pairs"] == "0+1"
    assert found.loc["3", "meetings"] == pytest.approx(MEETINGS.sum(), rel=0.01)
    assert found.loc["3", "ratio"] == pytest.approx(RATE, rel=0.3)
    assert found.loc[["0", "1", "2"], "p_follows"].isna().all()


def test_as_many_events_that_do_not_follow_are_none(doublets):
    """The same number of events, where few cells of one kind are."""
    rare = np.where(MEETINGS < 1000, doublets.sum() // 4, 0)
    profile, counts = cohort(rare)
    found = evidence_of(profile, counts, flagged(counts))
    assert not found.loc["3", "doublet"]
    assert found.loc["3", "p_follows"] < 1e-6
    expected = expected_of(profile, counts, flagged(counts)).expected[:, 3]
    assert (expected[rare > 0] < 0.1 * rare[rare > 0]).all()  # not explained away where a parent is missing


def test_more_events_than_escape_quality_control_are_none():
    profile, counts = cohort(np.random.default_rng(2).poisson(0.05 * MEETINGS))
    assert not evidence_of(profile, counts, flagged(counts)).loc["3", "doublet"]
    # without quality control of doublets they may be
    assert evidence_of(profile, counts, None).loc["3", "doublet"]


def test_expected_is_what_there_is(doublets):
    profile, counts = cohort(doublets)
    expected = expected_of(profile, counts, flagged(counts)).expected
    assert (expected[:, :3] == 0).all()
    assert expected[:, 3] == pytest.approx(RATE * MEETINGS, rel=0.35)
    assert (doublets <= expected[:, 3] + 3 * np.sqrt(expected[:, 3] + 1)).all()


def test_samples_vary_as_flagged_doublets_do(doublets):
    profile, counts = cohort(doublets)
    share = flagged(counts)
    share.iloc[0] = 0.10
    even, uneven = (expected_of(profile, counts, of).expected[:, 3] for of in (flagged(counts), share))
    assert uneven[0] / uneven[3] == pytest.approx(2 * even[0] / even[3])


def test_all_pairs_are_kept():
    """Doublets with either of two kinds that differ little make one cluster."""
    rng = np.random.default_rng(3)
    first, second, third = (
        rng.normal(at, 0.3, (n, 3)) for at, n in (([5, 0, 0], 30_000), ([0, 5, 0.3], 20_000), ([0, 5, 0.9], 10_000))
    )
    both = np.concatenate([stuck(first[:60], second[:60]), stuck(first[60:90], third[:30])])
    pairs = doublet_pairs(profile_of([first, second, third, both]))[3]
    assert sorted(map(tuple, pairs.tolist())) == [(0, 1), (0, 2)]


def test_a_sample_without_events_refutes():
    events = np.array([[0.0], [50.0]])
    assert unrefuted(events, np.array([[100.0], [10.0]])) == pytest.approx(-np.log(0.025) / 100)  # 95 % of two samples
    assert unrefuted(events, np.array([[1.0], [10.0]])) == 1
    assert unrefuted(events, np.zeros((2, 1))) == 1
