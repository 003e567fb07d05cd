import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from benchmarks.score import crosstab, score
from benchmarks.shapes import concentric, noise, rings
from cytoclust.engine._fit import fit
from cytoclust.executor import Threads
from tests.engine.blobs import blobs, run, source_of

SIZES = (1600, 800, 400, 200)


def stability(found, workers=1):
    return found.redraws.stability(Threads(workers))


@pytest.mark.parametrize(("seed", "p"), [(0, 3), (1, 8), (2, 16)])
def test_known_mixture(seed, p):
    events, truth = blobs(seed, SIZES, p=p)
    cluster, probability, found = run(events)
    assert adjusted_rand_score(truth, cluster) > 0.99
    told = stability(found)
    assert (told[np.bincount(cluster) > 100] > 0.9).all()
    assert ((told > 0) & (told <= 1)).all()
    assert len(told) == cluster.max() + 1 == len(SIZES)
    assert probability.mean() > 0.99


def test_clusters_are_numbered_by_size():
    events, _ = blobs(0, (400, 2500, 1200))
    sizes = np.bincount(run(events)[0])
    assert sizes.tolist() == sorted(sizes, reverse=True)


def test_no_population_in_noise():
    events = np.random.default_rng(0).normal(0, 1, (4000, 6))
    assert len(np.unique(run(events)[0])) == 1


def test_same_bits_for_any_workers_and_block_size():
    events, _ = blobs(3, SIZES, p=4)
    cluster, probability, found = run(events)
    told = stability(found)
    for workers, size in ((2, 8192), (3, 501)):
        other = run(events, workers=workers, size=size)
        assert np.array_equal(other[0], cluster)
        assert np.array_equal(other[1], probability)
        assert np.array_equal(stability(other[2], workers), told)


def overlapping(seed, sizes=(4500, 3000, 1500), apart=3.2, p=3):
    """Two Gaussians that overlap in all markers alike, and a third away from them; truth, and the rule of Bayes."""
    rng = np.random.default_rng(seed)
    truth = np.repeat([0, 1, 2], sizes)
    centres = np.array([np.zeros(p), np.full(p, apart / np.sqrt(p)), [-12.0, *[0] * (p - 1)]])
    events = rng.normal(0, 1, (len(truth), p)) + centres[truth]
    density = np.log(sizes) - ((events[:, None] - centres) ** 2).sum(axis=2) / 2
    order = rng.permutation(len(truth))
    return events[order].astype(np.float32), truth[order], density.argmax(axis=1)[order]


@pytest.mark.parametrize("seed", range(2))
def test_populations_that_overlap_are_parted_nearly_as_well_as_can_be(seed):
    events, truth, bayes = overlapping(seed)
    cluster, _, found = run(events)
    assert cluster.max() == 2
    assert [sorted(overlap.clusters) for overlap in found.model.overlaps] in ([], [[0, 1]])
    assert (cluster != truth).mean() < (bayes != truth).mean() + 0.01


@pytest.mark.parametrize("seed", range(2))
def test_same_bits_for_any_workers_where_populations_overlap(seed):
    events, _, _ = overlapping(seed, apart=2.9)
    cluster, probability, found = run(events)
    for workers, size in ((2, 1000), (3, 8192)):
        other = run(events, workers=workers, size=size)
        assert np.array_equal(other[0], cluster)
        assert np.array_equal(other[1], probability)
        assert other[2].tree() == found.tree()


@pytest.mark.parametrize("seed", range(2))
def test_joins_make_one_of_all_clusters_the_shallowest_valley_first(seed):
    events, truth, _ = overlapping(seed)
    found = run(events)[2]
    clusters = int(found.model.cluster.max()) + 1
    joins = found.tree()[0]
    assert len(joins) == clusters - 1
    depth = [join.depth for join in joins]
    assert depth == sorted(depth, reverse=True)
    assert all(0 <= join.first < join.second < clusters for join in joins)
    assert len({join.second for join in joins}) == clusters - 1
    away = int(np.bincount(run(events)[0][truth == 2]).argmax())
    assert away in (joins[-1].first, joins[-1].second)  # the population away from the others comes last
    assert depth[-1] < 0.05


def test_joins_of_one_cluster():
    assert run(np.random.default_rng(0).normal(0, 1, (1000, 3)))[2].tree()[0] == []


@pytest.mark.slow
def test_a_rare_population_of_fifty_in_two_hundred_thousand():
    events, truth = blobs(0, (120_000, 60_000, 19_950, 50), p=8)
    cluster, _, _ = run(events, workers=2, size=32_768, n_prototypes=600)
    rare = truth == 3
    own = np.bincount(cluster[rare]).argmax()
    shared = ((cluster == own) & rare).sum()
    assert 2 * shared / ((cluster == own).sum() + rare.sum()) > 0.95
    assert adjusted_rand_score(truth, cluster) > 0.99


@pytest.fixture
def two_stages(monkeypatch):
    """The pool is drawn in two stages, as if the events were millions."""
    from cytoclust.engine import _pool

    monkeypatch.setattr(_pool, "POOL_EVENTS", 4_000)
    monkeypatch.setattr(_pool, "FAR_EVENTS", 1_000)


@pytest.mark.usefixtures("two_stages")
def test_same_bits_for_any_order_of_samples_and_events_in_two_stages():
    """Copies, a pile and a pair of overlapping populations among them."""
    events, _ = blobs(3, [2 * size for size in SIZES], p=4)
    near, _, _ = overlapping(0, sizes=(2000, 1500, 500), apart=3.0, p=4)
    events = np.concatenate([events, near, events[:300], np.full((700, 4), 5, dtype=np.float32)])
    events[::50, 0] = 0
    cluster, probability, found = run(events, n_prototypes=200)
    told = stability(found)
    minus = np.where(events == 0, np.float32(-0.0), events)
    shuffled = np.random.default_rng(0).permutation(len(events))
    reversed_samples = np.concatenate(np.array_split(np.arange(len(events)), 5)[::-1])
    for order, workers, size in ((shuffled, 2, 1000), (reversed_samples, 3, 50_000)):
        other = run(minus[order], n_prototypes=200, workers=workers, size=size)
        assert np.array_equal(other[0], cluster[order])
        assert np.array_equal(other[1], probability[order])
        assert other[2].tree() == found.tree()
        assert np.array_equal(stability(other[2], workers), told)
    assert len(np.unique(cluster)) > 4


def test_another_salt_draws_others():
    events, _ = blobs(3, SIZES, p=4)
    assert not np.array_equal(run(events)[2].model.prototypes, run(events, salt=1)[2].model.prototypes)


@pytest.mark.parametrize("times", [2, 20])
def test_events_that_occur_many_times(times):
    events, truth = blobs(5, (1000, 500, 250))
    events, truth = np.repeat(events[:: times // 2], times, axis=0), np.repeat(truth[:: times // 2], times)
    assert adjusted_rand_score(truth, run(events)[0]) > 0.98


PILES = "copies of an event count as one event where certainty is asked for: see benchmarks/ENGINE.md"


@pytest.mark.parametrize(
    ("step", "p"),
    [(0.0, 1), (0.0, 2), (0.25, 2), pytest.param(0.25, 1, marks=pytest.mark.xfail(strict=True, reason=PILES))],
)
def test_few_markers_of_continuous_and_of_whole_values(p, step):
    rng = np.random.default_rng(0)
    truth = np.arange(4000) % 2
    events = rng.normal(0, 1, (4000, p)) + 8 * truth[:, None]
    if step:
        events = np.round(events / step) * step
    cluster = run(events)[0]
    assert adjusted_rand_score(truth, cluster) > 0.99
    assert cluster.max() + 1 == 2


def test_a_constant_column_changes_nothing():
    events, truth = blobs(6, SIZES)
    with_constant = np.column_stack([events, np.full(len(events), 3.0)])
    assert adjusted_rand_score(truth, run(with_constant)[0]) > 0.99


def test_all_events_identical_are_one_cluster():
    cluster, probability, found = run(np.full((300, 4), 2.5))
    assert (cluster == 0).all()
    assert (probability == 1).all()
    assert stability(found).tolist() == [1]


@pytest.mark.parametrize("n", [50, 100, 200])
def test_tiny_data(n):
    truth = np.arange(n) % 2
    events = np.random.default_rng(n).normal(0, 1, (n, 5)) + 6 * truth[:, None]
    cluster = run(events)[0]
    assert adjusted_rand_score(truth, cluster) > 0.8  # a few events at the edge may be clusters of their own
    assert all(len(set(truth[cluster == number])) == 1 for number in range(cluster.max() + 1))


@pytest.mark.parametrize("factor", [1e-4, 1e6, 1e13])
def test_scale_does_not_matter(factor):
    events, truth = blobs(7, (1200, 600, 300))
    assert adjusted_rand_score(truth, run(factor * events)[0]) > 0.99


def test_a_higher_resolution_never_has_fewer_clusters():
    rng = np.random.default_rng(0)
    centre = np.array([0, 2.6, 6, 9.2])[rng.integers(0, 4, 4000)]
    events = np.column_stack([centre + rng.normal(0, 1, 4000), rng.normal(0, 1, (4000, 3))])
    counts = [run(events, resolution=resolution)[0].max() + 1 for resolution in (0.31, 1.0, 20.0)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_number_of_prototypes_and_progress():
    events, _ = blobs(0, (2000, 1000))
    heard = []
    found = fit(
        source_of(events, 500), n_prototypes=64, resolution="auto", executor=Threads(2), tick=heard.append
    )  # fmt: skip
    assert 50 <= len(found.model.prototypes) <= 64
    assert sum(heard) == 3000
    assert np.bincount(found.prototype).sum() == 3000


@pytest.mark.parametrize("made", [rings, concentric])
@pytest.mark.parametrize("seed", range(2))
def test_curved_populations_are_whole(made, seed):
    """Neither cut across their hole, nor joined with what lies inside them."""
    events, truth = (each[::3] for each in made(seed))
    table = crosstab(truth, run(events, salt=seed)[0])
    assert 3 <= score(table).clusters <= 4
    assert score(table).f1 >= 0.93  # 0.94 where one of three is cut in 2 : 1, 0.92 in halves
    assert score(table).merged_f1 > 0.999


@pytest.mark.parametrize("events", [400, 1000])
@pytest.mark.parametrize("seed", range(2))
def test_few_events_of_noise_in_forty_markers_are_one_population(events, seed):
    assert run(noise(seed, events)[0], salt=seed)[0].max() == 0
