import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import norm

from cytoclust.engine import _valley
from cytoclust.engine._merge import valley_limit
from cytoclust.engine._valley import Group, _drawn, _least_ratio, discriminant, valley


def group(events, weight=None):
    return Group(events.astype(np.float32), np.ones(len(events)) if weight is None else weight)


def pair(seed, n, p, apart, share=0.5):
    """Two spherical Gaussians ``apart`` sds from each other along a random direction."""
    rng = np.random.default_rng(seed)
    direction = rng.normal(0, 1, p)
    direction /= np.linalg.norm(direction)
    first = rng.normal(0, 1, (int(n * share), p))
    return first, rng.normal(0, 1, (n - len(first), p)) + apart * direction


def halves(seed, n, p):
    """One Gaussian cut in half across a random direction, as a fine partition cuts it."""
    rng = np.random.default_rng(seed)
    events = rng.normal(0, 1, (n, p))
    left = events @ rng.normal(0, 1, p) < 0
    return group(events[left]), group(events[~left])


def dip_below_chord(apart, share, kernel):
    """Of the mixture's density along the axis, smoothed with a Gaussian kernel of sd ``kernel``."""
    sd = np.sqrt(1 + kernel**2)

    def log_density(t):
        return np.logaddexp(np.log(share) + norm.logpdf(t, 0, sd), np.log(1 - share) + norm.logpdf(t, apart, sd))

    def above_chord(t):
        return log_density(t) - (log_density(0) * (apart - t) + log_density(apart) * t) / apart

    return np.exp(minimize_scalar(above_chord, bounds=(0, apart), method="bounded").fun)


@pytest.mark.parametrize("apart", [3.0, 4.0, 5.0])
@pytest.mark.parametrize("share", [0.5, 0.2, 0.05])
def test_two_gaussians_are_as_deep_as_the_closed_form(apart, share):
    n = 6000
    found = np.mean([valley(*map(group, pair(seed, n, 4, apart, share)), at_most=10_000, z=0.0) for seed in range(5)])
    kernel = 1.06 * (n * min(share, 1 - share)) ** -0.2
    assert found == pytest.approx(dip_below_chord(apart, share, kernel), abs=0.08)


@pytest.mark.parametrize("ratio", [1, 3, 30, 1000])
def test_less_than_two_sd_apart_two_gaussians_are_log_concave_and_show_nothing(ratio):
    grid = np.linspace(-8, 12, 20_001)

    def most_convex(apart):
        log = np.logaddexp(norm.logpdf(grid), norm.logpdf(grid, apart) - np.log(ratio))
        return np.diff(log, 2).max()

    assert most_convex(1.98) < 0 < most_convex(2.02)
    for apart in (1.0, 1.9):
        first, second = pair(ratio, 24_000, 3, apart, ratio / (1 + ratio))
        assert valley(group(first), group(second), z=0.0) > 0.97
        assert valley(group(first), group(second)) == 1.0


@pytest.mark.parametrize(("ratio", "apart"), [(1, 2.4), (3, 2.8), (10, 3.3), (30, 3.8), (100, 4.3)])
def test_two_gaussians_of_any_ratio_dip_as_far_as_the_closed_form_does(ratio, apart):
    n = 40_000
    found = np.mean([
        valley(*map(group, pair(seed, n, 3, apart, ratio / (1 + ratio))), at_most=n, z=0.0) for seed in range(4)
    ])  # fmt: skip
    closed = dip_below_chord(apart, ratio / (1 + ratio), 1.06 * (n / (1 + ratio)) ** -0.2)
    assert closed < 0.96
    assert found == pytest.approx(closed, abs=0.1)


@pytest.mark.parametrize("z", [0.0, 1.0, 3.0])
def test_the_bound_is_fiellers_on_square_roots(z):
    rng = np.random.default_rng(0)
    density = 100 * np.array([9, 7.0, 5, 3, 2, 3, 4, 6, 8, 9.5])
    variance = density * rng.uniform(0.5, 2, 10)

    def bound(i):
        t = i / 9
        chord = density[0] ** (1 - t) * density[9] ** t
        relative = (1 - t) ** 2 * variance[0] / density[0] ** 2 + t**2 * variance[9] / density[9] ** 2

        def excess(ratio):  # a square root has a fourth of the relative variance times its value
            error = np.sqrt(ratio * chord * relative / 4 + variance[i] / density[i] / 4)
            return np.sqrt(ratio * chord) - np.sqrt(density[i]) - z * error

        return brentq(excess, density[i] / chord, 20)

    assert _least_ratio(density, variance, z) == pytest.approx(min(map(bound, range(1, 9))), rel=1e-6)


@pytest.mark.parametrize("n", [60, 300, 3000])
def test_the_bound_lies_above_the_truth_nearly_always(n):
    above = 0
    for seed in range(200):
        first, second = pair(seed, n, 1, 3.5)
        above += valley(group(first), group(second)) >= dip_below_chord(3.5, 0.5, 0.8 * 1.06 * (n / 2) ** -0.2)
    assert above >= 195


@pytest.mark.parametrize("p", [2, 10])
@pytest.mark.parametrize("small", [10, 14, 20])
@pytest.mark.parametrize("large", [1000, 20_000])
def test_a_few_events_well_apart_stay_apart_from_a_large_group(large, small, p):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        away = rng.normal(0, 1, p)
        few = rng.normal(0, 1, (small, p)) + 8 * away / np.linalg.norm(away)
        assert valley(group(rng.normal(0, 1, (large, p))), group(few)) < valley_limit("auto")


def test_the_axis_is_fishers_within_the_markers_asked_for():
    rng = np.random.default_rng(0)
    shape = rng.normal(0, 1, (5, 5))
    a, b = rng.normal(0, 1, (20_000, 5)) @ shape, rng.normal(0, 1, (20_000, 5)) @ shape + [3, 0, 1, -2, 0]
    markers = np.array([0, 2, 3])
    axis = discriminant(group(a), group(b), markers)
    within = (np.cov(a[:, markers].T) + np.cov(b[:, markers].T)) / 2
    expected = np.linalg.solve(within, (b.mean(axis=0) - a.mean(axis=0))[markers])
    np.testing.assert_allclose(axis[markers], expected / np.linalg.norm(expected), atol=0.01)
    assert axis[[1, 4]].tolist() == [0, 0]
    alone = valley(group(a[:, markers]), group(b[:, markers]))
    assert valley(group(a), group(b), markers=markers) == pytest.approx(alone)


def test_a_farther_pair_has_a_deeper_valley():
    depth = [valley(*map(group, pair(0, 4000, 3, apart))) for apart in (1.0, 2.5, 3.0, 4.0, 6.0, 10.0)]
    assert depth[0] == 1.0
    assert depth == sorted(depth, reverse=True)
    assert depth[-1] < 0.01


@pytest.mark.parametrize("p", [1, 2, 5, 20])
@pytest.mark.parametrize("n", [50, 200, 1000, 5000])
def test_one_gaussian_cut_in_half_has_no_valley(n, p):
    depth = np.array([valley(*halves(seed, n, p)) for seed in range(20)])
    assert (depth > valley_limit("auto")).mean() >= 0.95
    assert np.median(depth) > 0.9


@pytest.mark.parametrize("p", [2, 10])
def test_few_events_make_no_valley_by_chance(p):
    split = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        events = rng.normal(0, 1, (40, p))
        left = events[:, 0] < rng.uniform(-1, 1)
        split += valley(group(events[left]), group(events[~left])) < valley_limit("auto")
    assert split / 150 < 0.05


def outermost(seed, *, events=1000, few=8, p=40):
    """Noise, cut by its place along a random axis: most of it, and the few outermost events."""
    rng = np.random.default_rng(seed)
    made = rng.normal(0, 1, (events, p))
    order = np.argsort(made @ rng.normal(0, 1, p))
    return group(made[order[:-few]]), group(made[order[-few:]])


def test_a_few_events_of_noise_in_many_markers_do_not_draw_the_axis_to_themselves(monkeypatch):
    drawn = [valley(*outermost(seed), z=0.0) for seed in range(10)]
    assert min(drawn) > 0.9
    monkeypatch.setattr(_valley, "_drawn", lambda *_: 0.0)
    assert np.median([valley(*outermost(seed), z=0.0) for seed in range(10)]) < 0.6


@pytest.mark.parametrize(("few", "p"), [(8, 40), (20, 40), (50, 10)])
def test_events_are_moved_back_as_far_as_they_have_drawn_the_axis(few, p):
    """The mean of n events in p markers lies √(p / n) off by chance, and the axis points there.

    What is left is what an event has in the axis by its share in the covariance.
    """
    apart, after, off = [], [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        large, small = group(rng.normal(0, 1, (5000, p))), group(rng.normal(0, 1, (few, p)))
        place = (small.events - large.mean) @ discriminant(large, small)
        off.append(np.linalg.norm(small.mean))
        apart.append(place.mean())
        after.append((place - _drawn(small, large, None)).mean())
    by_chance = np.sqrt(p / few)
    assert np.mean(off) == pytest.approx(by_chance, rel=0.05)
    assert np.mean(apart) > 0.6 * by_chance
    assert -0.05 * by_chance < np.mean(after) < 0.35 * by_chance


def test_few_events_far_apart_keep_their_valley_in_many_markers():
    rng = np.random.default_rng(0)
    far = np.r_[9.0, np.zeros(39)]
    assert valley(group(rng.normal(0, 1, (1000, 40))), group(rng.normal(0, 1, (12, 40)) + far), z=0.0) < 0.2


def test_a_small_group_on_the_shoulder_of_a_large_one_shows_with_hardly_a_plain_valley():
    rng = np.random.default_rng(0)
    large, small = rng.normal(0, 1, (25_000, 1)), rng.normal(4, 1, (1000, 1))
    density = 25 * norm.pdf(np.linspace(0, 5, 500)) + norm.pdf(np.linspace(0, 5, 500), 4)
    saddle = density[200:400].argmin() + 200
    plain = density[saddle] / density[saddle:].max()
    assert plain > 0.85
    closed = dip_below_chord(4, 25 / 26, 1.06 * 1000**-0.2)
    assert closed < 0.55 * plain
    assert valley(group(large), group(small), at_most=30_000, z=0.0) == pytest.approx(closed, abs=0.08)
    assert valley(group(large), group(small), at_most=30_000) < 0.7 * plain  # z = 3 costs the rest


def test_a_heavy_tail_cut_off_has_no_valley():
    rng = np.random.default_rng(0)
    events = rng.gamma(2, 1, (3000, 1))
    assert valley(group(events[events[:, 0] < 4]), group(events[events[:, 0] >= 4])) > 0.9


def test_same_for_any_scale_rotation_place_and_order_of_groups():
    a, b = pair(3, 800, 6, 4.0)
    depth = valley(group(a), group(b))
    assert 0.05 < depth < 0.95
    turn = np.linalg.qr(np.random.default_rng(0).normal(0, 1, (6, 6)))[0]
    for change in (lambda x: 1000 * x, lambda x: x / 1000, lambda x: x + 50, lambda x: x @ turn):
        assert valley(group(change(a)), group(change(b))) == pytest.approx(depth, rel=0.05)
    assert valley(group(b), group(a)) == pytest.approx(depth, rel=0.05)


def test_weights_count_as_events():
    """One event in four with weight 4 stands for all, at the certainty of the few."""
    a, b = pair(0, 8000, 3, 3.5)
    every = valley(group(a), group(b), at_most=10_000, z=0.0)
    fourth = valley(group(a[::4], np.full(1000, 4.0)), group(b[::4], np.full(1000, 4.0)), at_most=10_000, z=0.0)
    assert fourth == pytest.approx(every, abs=0.12)
    weighed = valley(group(a[::4], np.full(1000, 4.0)), group(b[::4], np.full(1000, 4.0)))
    assert weighed == pytest.approx(valley(group(a[::4]), group(b[::4])))  # no gain of certainty by weight


def test_more_doubt_makes_a_shallower_valley():
    groups = list(map(group, pair(0, 300, 3, 4.0)))
    depth = [valley(*groups, z=z) for z in (0.0, 1.0, 2.0, 3.0)]
    assert depth == sorted(depth)
    assert depth[0] < depth[-1]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.zeros((5, 2)), np.zeros((5, 2))),
        (np.zeros((1, 2)), np.ones((1, 2))),
        (np.random.default_rng(0).normal(0, 1, (50, 2)), np.zeros((1, 2))),
    ],
)
def test_groups_without_spread_have_no_valley(a, b):
    assert valley(group(a), group(b)) == 1.0


def test_groups_whose_means_and_medians_are_in_opposite_order():
    rng = np.random.default_rng(0)
    few, many = rng.normal(-40, 1, (100, 1)), rng.normal(1, 1, (400, 1))
    a = np.concatenate([few, many])  # mean -7, median 1
    b = rng.normal(-3, 1, (500, 1))
    assert valley(group(a), group(b)) == pytest.approx(valley(group(b), group(a)), rel=0.05)
    assert 0 < valley(group(a), group(b)) <= 1


def test_sums_of_a_group():
    rng = np.random.default_rng(0)
    a, b = rng.normal(2, 1, (30, 3)).astype(np.float32), rng.normal(0, 2, (70, 3)).astype(np.float32)
    weight = rng.uniform(1, 5, 100)
    both = Group(a, weight[:30]) + Group(b, weight[30:])
    events = np.concatenate([a, b]).astype(np.float64)
    np.testing.assert_allclose(both.mean, np.average(events, axis=0, weights=weight), rtol=1e-10)
    np.testing.assert_allclose(both.covariance, np.cov(events.T, aweights=weight, ddof=0), rtol=1e-9)
    assert both.effective == pytest.approx(weight.sum() ** 2 / (weight**2).sum())
    thin, thin_weight = both.thinned(40)
    assert len(thin) <= 40
    assert thin_weight.sum() == pytest.approx(weight.sum())
