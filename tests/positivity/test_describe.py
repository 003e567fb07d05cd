"""Passes over blocks of events, against the same events in one array."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.executor import Threads
from cytoclust.positivity import ASIDE, Profile, count_set_aside, describe, look_alikes
from cytoclust.pp import Preparation, PreparedEvents, _event_lots

CLUSTERS, MARKERS = ("0", "1", "2"), ("A", "B")
COLUMNS = np.array([2, 0])
SIZES = (700, 300, 500)


@pytest.fixture
def samples():
    """Three kinds of cells, and some of each set aside."""
    rng = np.random.default_rng(0)
    linear = [rng.normal(3.0 * rng.integers(0, 3, (n, 1)), 0.5, (n, 3)).astype(np.float32) for n in SIZES]
    codes = [rng.choice(len(keys.QC), n, p=[0.6, 0.05, 0.05, 0.1, 0.1, 0.1]).astype(np.uint8) for n in SIZES]
    return [Preparation(*pair) for pair in zip(linear, codes, strict=True)]


@pytest.fixture
def passed(samples):
    return np.concatenate([each.linear[each.codes == keys.QC_OK][:, COLUMNS] for each in samples])


@pytest.fixture
def labels(passed):
    found = np.clip(np.rint(passed[:, 1] / 3), 0, 2).astype(np.int32)
    found[::50] = -1
    return found


@pytest.mark.parametrize("batches", [["a", "b", "a"], ["a", "a", "a"], [None, "b", "c"], [None] * 3])
@pytest.mark.parametrize(("size", "workers"), [(1, 1), (64, 3), (10_000, 2)])
def test_as_of_events_in_memory(samples, passed, labels, batches, size, workers):
    source = PreparedEvents(samples, COLUMNS, size=size)
    heard = []
    found = describe(
        source, labels, CLUSTERS, markers=MARKERS, pooled=passed, batches=batches, executor=Threads(workers),
        tick=heard.append,
    )  # fmt: skip
    batch = np.repeat([name or "" for name in batches], [len(each.passed) for each in samples]).astype(object)
    expected = Profile.from_events(passed, labels, CLUSTERS, MARKERS, edges=Profile.edges_for(passed), batch=batch)
    assert (found.clusters, found.markers, found.batches) == (CLUSTERS, MARKERS, expected.batches)
    np.testing.assert_array_equal(found.edges, expected.edges)
    np.testing.assert_array_equal(found.counts, expected.counts)
    if found.batches:
        np.testing.assert_array_equal(found.by_batch, expected.by_batch)
    assert found.n_events.tolist() == pd.Series(labels[labels >= 0]).value_counts().sort_index().tolist()
    assert sum(heard) == len(passed)


def test_set_aside_by_the_cluster_they_look_like(samples, passed, labels):
    profile = Profile.from_events(passed, labels, CLUSTERS, MARKERS)
    found = count_set_aside(profile, samples, COLUMNS, executor=Threads(2))
    linear, codes = (np.concatenate([getattr(each, name) for each in samples]) for name in ("linear", "codes"))
    for column, reason in enumerate(ASIDE):
        events = linear[codes == keys.QC.index(reason)][:, COLUMNS]
        expected = look_alikes(profile)(events)
        assert reason == "time" or expected.min() > 5
        np.testing.assert_array_equal(found.sum(axis=0)[:, column], expected)


def test_of_a_part_of_the_events_scaled_to_all(samples, passed, labels, monkeypatch):
    profile = Profile.from_events(passed, labels, CLUSTERS, MARKERS)
    whole = count_set_aside(profile, samples, COLUMNS, executor=Threads(1))
    monkeypatch.setattr(_event_lots, "FIT_EVENTS", 250)
    samples = [replace(each) for each in samples]  # their draws are found anew
    part = count_set_aside(profile, samples, COLUMNS, executor=Threads(1))
    assert part.sum() == pytest.approx(whole.sum(), rel=0.25)
    assert not np.array_equal(part, whole)
