import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.positivity import Profile


@pytest.fixture
def events():
    rng = np.random.default_rng(0)
    return rng.normal(0, 1, (20_000, 3)) * [1, 100, 0.01], rng.integers(-1, 4, 20_000)


def test_quantiles_are_those_of_the_events(events):
    X, labels = events
    profile = Profile.from_events(X, labels, list("abcd"), list("xyz"))
    for q in (0.16, 0.5, 0.9):
        expected = [np.quantile(X[labels == c], q, axis=0) for c in range(4)]
        assert profile.quantile(q) / [1, 100, 0.01] == pytest.approx(np.array(expected) / [1, 100, 0.01], abs=0.01)
    assert profile.n_events.tolist() == [np.sum(labels == c) for c in range(4)]


def test_counts_of_blocks_add_up_to_those_of_all(events):
    X, labels = events
    edges = Profile.edges_for(X)
    assert edges.shape == (3, 513)
    whole = Profile.count(X, labels, 4, edges)
    parts = sum(Profile.count(X[i : i + 777], labels[i : i + 777], 4, edges) for i in range(0, len(X), 777))
    np.testing.assert_array_equal(whole, parts)


def test_events_beyond_the_edges_are_counted_in_the_end_bins(events):
    X, labels = events
    counts = Profile.count(X, labels, 4, Profile.edges_for(X[:100]))
    assert counts.sum() == 3 * np.sum(labels >= 0)


def test_a_rare_bright_population_is_resolved():
    rng = np.random.default_rng(1)
    X = np.concatenate([rng.normal(0, 0.5, 200_000), rng.normal(5, 0.3, 20)])[:, None]
    profile = Profile.from_events(X, (np.arange(len(X)) >= 200_000).astype(int), ["n", "p"], ["m"])
    assert profile.medians[:, 0] == pytest.approx([0, np.median(X[-20:])], abs=0.1)  # 20 events: between two of them


def test_a_cluster_without_events_has_no_median(events):
    X, labels = events
    assert np.isnan(Profile.from_events(X, labels, list("abcde"), list("xyz")).medians[4]).all()


def test_wrong_shape_is_refused():
    with pytest.raises(InputError, match="shape"):
        Profile(("a",), ("m",), np.zeros((1, 3)), np.zeros((2, 1, 2), dtype=np.int64))
    with pytest.raises(InputError, match="at least one event"):
        Profile.edges_for(np.zeros((0, 2)))


@pytest.mark.parametrize("scale", [1, 1e-12, 1e30])
def test_counts_are_those_of_a_search_in_the_edges(events, scale):
    X, labels = events
    X = np.column_stack([X * scale, np.full(len(X), 3.0), np.round(X[:, 0])]).astype(np.float32)
    edges = Profile.edges_for(X[::3])
    expected = np.zeros((4, 5, 512), dtype=np.int64)
    for marker in range(5):
        at = np.clip(np.searchsorted(edges[marker], X[:, marker], side="right") - 1, 0, 511)
        np.add.at(expected[:, marker], (labels[labels >= 0], at[labels >= 0]), 1)
    np.testing.assert_array_equal(Profile.count(X, labels, 4, edges), expected)
