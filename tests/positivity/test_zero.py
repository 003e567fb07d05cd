"""Zero as an anchor, and what a marker with one mode is taken for."""

import numpy as np
import pytest

from cytoclust.positivity import Profile, learn_thresholds, level_probabilities

SIZES = (8_000, 5_000, 2_600, 2_400, 2_000)


def profile_of(centres, sizes=SIZES, *, sd=0.25, zero=0.0, seed=0):
    """Clusters with medians ``centres (c, m)``, normal on the transformed scale; an arcsinh scale of cofactor 150."""
    rng = np.random.default_rng(seed)
    centres = np.asarray(centres, dtype=float).reshape(len(sizes), -1)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    events = rng.normal(centres[labels], sd)
    names, markers = [str(c) for c in range(len(sizes))], [f"M{j}" for j in range(centres.shape[1])]
    found = Profile.from_events(events, labels, names, markers, zero=zero)
    object.__setattr__(found, "signals", 150 * np.sinh(found.edges))
    return found


@pytest.mark.parametrize("outliers", [10, 20, 40, 100, 600])
@pytest.mark.parametrize("far", [-1.5, -3.0, -6.0])
def test_events_below_zero_leave_the_cut_above_it(outliers, far):
    clean = learn_thresholds(profile_of([4, 4, 0, 0, 0]))
    found = profile_of([4, 4, 0, 0, 0, far], (*SIZES, outliers))
    thresholds = learn_thresholds(found)
    assert thresholds.positive[0] == pytest.approx(clean.positive[0], abs=0.3)
    negative = level_probabilities(found, thresholds)[:, 0, 0]
    assert (negative[2:] > 0.8).all()
    assert (negative[:2] < 0.2).all()


def test_a_few_negatives_at_zero_below_a_positive_bulk():
    found = learn_thresholds(profile_of([5.0, 5.3, 4.8, 0.1], (30_000, 9_000, 5_000, 60)))
    assert 1.0 < found.positive[0] < 4.2


def test_half_of_the_clusters_below_zero_are_negative_too():
    found = profile_of([4, 4, 0, -1.2, -2.4])
    thresholds = learn_thresholds(found)
    assert 0.5 < thresholds.positive[0] < 3
    assert (level_probabilities(found, thresholds)[2:, 0, 0] > 0.8).all()


def test_no_cut_below_zero_where_all_negatives_are():
    found = learn_thresholds(profile_of([4, 4, -2.4, -2.5, -2.3]))
    assert 0 <= found.positive[0] < 3


def test_on_an_unknown_scale_nothing_is_zero():
    found = learn_thresholds(profile_of([4, 4, 0, 0, -3.0], zero=np.nan))
    assert found.positive[0] < 0


ONE_MODE = {
    "around zero": ([0, 0, 0.1, 0, -0.1], 0.0, "-"),
    "a little above zero": ([0.3, 0.3, 0.4, 0.2, 0.3], 0.0, "-"),
    "far above all": ([4.5, 4.4, 4.6, 4.5, 4.5], 0.0, "+"),
    "between": ([1.6, 1.6, 1.7, 1.5, 1.6], 0.0, "?"),
    "on an unknown scale": ([0, 0, 0.1, 0, -0.1], np.nan, "?"),
}


@pytest.mark.parametrize("case", ONE_MODE)
def test_one_mode_needs_evidence(case):
    """Beside it two markers with cells of both kinds."""
    centres, zero, sign = ONE_MODE[case]
    found = profile_of(np.column_stack([centres, [0, 3.5, 0, 0, 0], [3.5, 0, 0, 0, 0]]), zero=zero)
    thresholds = learn_thresholds(found)
    assert thresholds.only == (sign, "", "")
    levels = level_probabilities(found, thresholds)[:, 0]
    if sign == "?":
        assert np.isnan(levels).all()
        assert thresholds.modes[0] == "one mode, cannot tell"
    else:
        np.testing.assert_allclose(levels[:, 0], 0.9 if sign == "-" else 0.1)


def test_cofactor_of_a_marker_that_all_carry_does_not_make_it_negative():
    """Positive cells of one mode lie near zero if the cofactor was learnt from them, but leave zero empty."""
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(5), SIZES)
    carried = np.arcsinh(rng.lognormal(np.log(500), 0.5, len(labels)) / 900)
    others = rng.normal(np.array([[0, 3.5, 0, 0, 0], [3.5, 0, 0, 0, 0], [0, 0, 0, 4, 0]]).T[labels], 0.25)
    events = np.column_stack([carried, others])
    found = learn_thresholds(Profile.from_events(events, labels, list("abcde"), list("WXYZ"), zero=0.0))
    assert found.only[0] == "?"
