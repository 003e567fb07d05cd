import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from cytoclust.errors import InputError
from cytoclust.positivity import Profile, learn_thresholds
from tests.rules.marrow import MARKERS, marrow, marrow_profile, mixture_profile


def crossing(low, high):
    """Value that equal shares of two groups of normals (mean, sd) err at, each of the same weight."""

    def excess(t):
        return np.mean([norm.sf(t, *n) for n in low]) - np.mean([norm.cdf(t, *n) for n in high])

    return brentq(excess, min(low)[0], max(high)[0])


SCALES = {"arcsinh": (1.0, 0.0), "hundredfold": (100.0, 0.0), "logicle": (0.15, 0.25), "channel": (170.0, 200.0)}


def equal_error(low, high):
    """Point at which two normals (mean, sd) err equally."""
    return low[0] + (high[0] - low[0]) * low[1] / (low[1] + high[1])


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("positives", [10, 1_000, 90_000], ids=["0.01 %", "1 %", "nearly half"])
@pytest.mark.parametrize(
    ("low", "high"), [((0.0, 0.5), (3.0, 0.5)), ((0.1, 0.3), (4.0, 0.6)), ((0.0, 0.5), (1.6, 0.4))]
)
def test_the_cut_is_where_two_modes_err_equally(scale, positives, low, high):
    factor, offset = SCALES[scale]
    rng = np.random.default_rng(positives)
    negatives = [(low[0] + d, low[1], 20_000) for d in (-0.1, 0.0, 0.0, 0.0, 0.1)]
    profile = mixture_profile(rng, [*negatives, (*high, positives)], scale=factor, offset=offset)
    found = learn_thresholds(profile)
    assert (found.positive[0] - offset) / factor == pytest.approx(equal_error(low, high), abs=0.3)
    assert 0 < found.uncertainty[0] / factor < 0.3
    assert (found.negative[0] - offset) / factor == pytest.approx(low[0], abs=0.15)
    assert found.spread[0] / factor == pytest.approx(low[1], rel=0.2)


@pytest.mark.parametrize("bright", [0.22, 0.26, 0.3])
def test_a_dim_level_wider_than_the_bright_one_is_positive_all_the_same(bright):
    """CD45 of marrow: none, dim (on a log-like scale these spread most of what is stained), and bright."""
    none, dim = (0.5, 0.5), (2.6, 0.5)
    groups = [(*none, 8_000), (0.6, 0.5, 500), (*dim, 30_000), (2.7, 0.49, 20_000), (4.5, bright, 4_000),
              (4.7, bright, 12_000), (4.6, bright, 3_000)]  # fmt: skip
    found = learn_thresholds(mixture_profile(np.random.default_rng(0), groups))
    assert found.positive[0] == pytest.approx(equal_error((0.55, 0.5), (2.65, 0.5)), abs=0.3)


def test_a_smear_between_two_levels_does_not_move_the_cut():
    groups = [(0.0, 0.3, 20_000), (0.1, 0.3, 20_000), (4.0, 0.3, 5_000), (4.1, 0.3, 5_000)]
    plain = learn_thresholds(mixture_profile(np.random.default_rng(0), groups)).positive[0]
    smeared = learn_thresholds(mixture_profile(np.random.default_rng(0), [*groups, (2.4, 0.8, 400)])).positive[0]
    assert smeared == pytest.approx(plain, abs=0.15)


def test_thresholds_move_with_the_scale():
    plain, scaled = (learn_thresholds(marrow_profile(0, scale=s, offset=o)) for s, o in ((1, 0), (0.15, 0.25)))
    np.testing.assert_allclose((scaled.positive - 0.25) / 0.15, plain.positive, rtol=1e-6)


def test_a_marker_without_positives_has_no_threshold():
    rng = np.random.default_rng(0)
    groups = [(d, s, 3_000) for d, s in zip(rng.uniform(-0.2, 0.2, 15), rng.uniform(0.25, 0.6, 15), strict=True)]
    found = learn_thresholds(mixture_profile(rng, groups))
    assert np.isnan([found.positive[0], found.dim[0], found.bright[0], found.uncertainty[0]]).all()
    assert found.only == ("?",)
    assert found.modes == ("one mode, cannot tell",)


def test_a_split_negative_mode_is_still_one_mode():
    rng = np.random.default_rng(0)
    x = rng.normal(0, 0.5, 20_000)
    labels = np.where(x < 0, 0, 1)
    profile = mixture_profile(rng, [(0, 0.5, 5_000)] * 4)
    split = type(profile).from_events(
        np.concatenate([x, rng.normal(0, 0.5, 20_000)])[:, None],
        np.concatenate([labels, rng.integers(2, 6, 20_000)]),
        list("abcdef"),
        ["M"],
    )
    assert np.isnan(learn_thresholds(split).positive[0])


def test_a_marker_that_nearly_all_cells_carry_is_cut_below_them():
    rng = np.random.default_rng(0)
    positive, negative = [(m, 0.4) for m in (3.4, 3.6, 4.0, 4.4, 4.5)], [(0.0, 0.4), (0.2, 0.5)]
    groups = [(*each, 30_000) for each in positive] + [(*each, 50) for each in negative]
    found = learn_thresholds(mixture_profile(rng, groups, n_markers=5))
    assert found.positive[0] == pytest.approx(crossing(negative, positive), abs=0.3)
    assert np.isnan(found.positive[1:]).all()


def test_a_marker_that_all_cells_carry_is_known_by_the_other_markers():
    profile = marrow_profile(1)
    high = profile.edges.copy()
    high[9] += 5  # GD2 on every cell; its few positives are left out below
    counts = profile.counts.copy()
    counts[profile.clusters.index("neuroblastoma"), 9] = counts[profile.clusters.index("T"), 9]
    found = learn_thresholds(Profile(profile.clusters, profile.markers, high, counts))
    assert np.isnan(found.positive[9])
    assert found.only[9] == "+"


def test_dim_and_bright_levels():
    rng = np.random.default_rng(0)
    groups = [(m, 0.4, 3_000) for m in (-0.1, 0, 0, 0.1, 1.5, 1.6, 3.2, 3.3, 4.8)]
    found = learn_thresholds(mixture_profile(rng, groups))
    cuts = [found.positive[0], found.dim[0], found.bright[0]]
    assert cuts == pytest.approx([0.8, 2.4, 4.05], abs=0.2)
    assert found.modes == ("negative, dim, positive, bright",)


def test_dead_cells_of_several_kinds_teach_no_cut():
    """Dead cells bind every antibody a little; of several kinds together they are no kind raised, and have no shape."""
    rng = np.random.default_rng(0)
    groups = [*[(d, 0.35, 5_000) for d in (-0.1, 0, 0, 0.1, 0.1)], (3.4, 0.4, 3_000), (1.5, 0.4, 250)]
    without = learn_thresholds(mixture_profile(np.random.default_rng(0), groups[:-1]))
    profile = mixture_profile(rng, groups)
    dead = np.arange(len(groups)) == len(groups) - 1
    found = learn_thresholds(profile, leftover=dead)
    low, high = [(d, 0.35) for d in (-0.1, 0, 0, 0.1, 0.1)], [(3.4, 0.4)]
    assert found.positive[0] == pytest.approx(crossing(low, high), abs=0.2)
    assert found.positive[0] == pytest.approx(without.positive[0], abs=0.05)
    assert learn_thresholds(profile).positive[0] < without.positive[0] - 0.3
    everything = learn_thresholds(profile, leftover=np.ones(len(groups), dtype=bool))
    assert everything.positive[0] == learn_thresholds(profile).positive[0]


def test_autofluorescent_clusters_are_not_called_positive():
    """Clusters that sit 0.7 above the negatives on every marker make no level of their own."""
    for seed in range(10):
        rng = np.random.default_rng(seed)
        means = rng.normal(0, 0.08, (16, 8))
        means[:4] += 0.7
        means[4, 0] = 4.0
        X = np.concatenate([rng.normal(m, 0.4, (2_000, 8)) for m in means])
        profile = Profile.from_events(X, np.repeat(np.arange(16), 2_000), [str(i) for i in range(16)], list("abcdefgh"))
        found = learn_thresholds(profile)
        assert np.isnan(found.positive[1:]).all()
        low = [(m, 0.4) for i, m in enumerate(means[:, 0]) if i != 4]
        assert found.positive[0] == pytest.approx(crossing(low, [(4.0, 0.4)]), abs=0.3)


def test_thresholds_of_a_marrow_lie_between_the_levels():
    """Means are 0, 1.5, 3.2 and 4.8 by design; batches and clusters move by up to 0.35, negatives of stroma by 0.5."""
    inside = []
    for seed in range(20):
        found = learn_thresholds(marrow_profile(seed))
        lowest = {"CD45": 1.5, "CD34": 1.5, "CD90": 1.5, "CD105": 1.5, "CD31": 1.5}
        for marker, cut in zip(MARKERS, found.positive, strict=True):
            if marker != "CD34":  # dim on 30 glowing MSCs only: whether that is a level may be answered either way
                inside.append(0.35 < cut < lowest.get(marker, 3.2) - 0.35)
    assert np.mean(inside) >= 0.95


def test_given_thresholds_are_kept():
    found = learn_thresholds(marrow_profile(0), given={"CD34": 0.9})
    assert found.positive[1] == 0.9
    assert found.source[1] == "given"
    assert set(found.to_frame().source) == {"given", "data"}
    with pytest.raises(InputError, match=r"'CD1055', which is no marker here. Did you mean 'CD105'?"):
        learn_thresholds(marrow_profile(0), given={"CD1055": 1.0})


def test_clusters_of_a_few_events_teach_nothing():
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match="at least 10 events"):
        learn_thresholds(mixture_profile(rng, [(0, 1, 5), (4, 1, 5)]))


def test_dark_debris_below_the_negative_cells_does_not_make_them_dim():
    rng = np.random.default_rng(0)
    centres = {"bulk": 1.2, "other": 1.3, "third": 1.1, "debris": 0.1, "positive": 5.5}
    sizes = {"bulk": 30_000, "other": 9_000, "third": 5_000, "debris": 250, "positive": 60}
    codes = np.repeat(np.arange(5), list(sizes.values()))
    X = np.column_stack([rng.normal(np.array(list(centres.values()))[codes], 0.4) for _ in range(5)])
    found = learn_thresholds(Profile.from_events(X, codes, list(centres), list("ABCDE")))
    assert ((found.positive > 2.0) & (found.positive < 5.0)).all()  # between the bulk and the positive cells


def test_a_rare_negative_population_far_below_a_positive_bulk_is_found():
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(4), [30_000, 9_000, 5_000, 60])
    X = rng.normal(np.array([5.0, 5.3, 4.8, 0.1])[codes], 0.4)[:, None]
    found = learn_thresholds(Profile.from_events(X, codes, list("abcd"), ["CD45"]))
    assert 1.0 < found.positive[0] < 4.2


def test_a_marker_shuffled_over_all_events_has_no_threshold():
    events, labels, names = marrow(4)
    rng = np.random.default_rng(0)
    for marker in ("CD45", "CD73", "GD2"):
        at = MARKERS.index(marker)
        shuffled = events.copy()
        shuffled[:, at] = rng.permutation(shuffled[:, at])
        found = learn_thresholds(Profile.from_events(shuffled, labels, names, MARKERS))
        assert np.isnan(found.positive[at])
        assert np.isfinite(found.positive[MARKERS.index("CD105")])
