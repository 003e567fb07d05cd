import numpy as np
import pytest

from cytoclust.positivity import Profile, learn_thresholds
from cytoclust.positivity._states import level_probabilities

GROUPS = [(m, 0.4, 0.0) for m in (-0.1, 0.0, 0.0, 0.1, 0.05)] + [(m, 0.4, 1.0) for m in (2.6, 3.0, 3.4)]


def profile(seed, shifts, *, n=2_000, unknown=0, groups=GROUPS):
    """Clusters (median, sd, how much of its batch's shift it takes) over batches; ``unknown`` events have no batch."""
    rng = np.random.default_rng(seed)
    events, labels, batch = [], [], []
    for code, (median, sd, takes) in enumerate(groups):
        for name, shift in shifts.items():
            events.append(rng.normal(median + takes * shift, sd, n))
            labels += [code] * n
            batch += [name] * n
    X = np.column_stack([np.concatenate(events), rng.normal(0, 0.4, len(labels))])
    batch = np.array(batch, dtype=object)
    batch[rng.permutation(len(batch))[:unknown]] = ""
    return Profile.from_events(X, np.array(labels), [str(i) for i in range(len(groups))], ["M", "none"], batch=batch)


def test_batches_that_agree_share_one_cut():
    for seed in range(10):
        found = learn_thresholds(profile(seed, {"a": 0.0, "b": 0.0, "c": 0.0}))
        table = found.to_frame(by_batch=True)
        assert table.batch.tolist() == ["", ""]
        assert table.marker.tolist() == ["M", "none"]


def test_a_batch_whose_positives_are_dimmer_has_a_lower_cut():
    found = learn_thresholds(profile(0, {"a": 0.0, "b": -0.6, "c": 0.6}))
    cuts = dict(zip(found.batches, found.cuts[:, 0, 0], strict=True))
    assert cuts["a"] - cuts["b"] == pytest.approx(0.3, abs=0.1)  # half way: the negatives stay
    assert cuts["c"] - cuts["a"] == pytest.approx(0.3, abs=0.1)
    table = found.to_frame(by_batch=True)
    assert table.batch.tolist() == ["a", "b", "c", ""]
    assert (found.cuts[:, 0, 3] >= found.uncertainty[0]).all()
    assert found.to_frame().batch.tolist() == ["", ""]


def test_each_batch_is_judged_by_its_own_cut():
    """A cluster at 1.6 is positive in the batch whose cut is low, negative where it is high, so uncertain in all."""
    groups = [*GROUPS, (1.55, 0.2, 0.0)]
    apart = profile(0, {"a": -1.0, "b": 1.0}, groups=groups)
    levels = level_probabilities(apart, learn_thresholds(apart))
    assert 0.3 < levels[-1, 0, 0] < 0.7
    assert (levels[:5, 0, 0] > 0.95).all()
    assert (levels[5:8, 0, 0] < 0.05).all()
    np.testing.assert_allclose(np.nansum(levels[:, 0], axis=1), 1)
    assert np.isnan(levels[:, 1]).all()  # one mode, on a scale of which zero is not known: cannot tell


def test_events_without_a_batch_are_judged_by_the_cut_of_all():
    some = profile(1, {"a": -0.5, "b": 0.5}, unknown=5_000)
    found = learn_thresholds(some)
    assert some.by_batch.sum() == some.counts.sum() - 5_000 * 2
    assert np.isfinite(found.cuts[:, 0]).any()
    np.testing.assert_allclose(np.nansum(level_probabilities(some, found)[:, 0], axis=1), 1)


def test_a_batch_with_few_events_keeps_the_cut_of_all():
    many = profile(2, {"a": -0.5, "b": 0.5})
    one = Profile.from_events(np.zeros((1, 2)), np.array([0]), many.clusters, many.markers, edges=many.edges)
    joined = Profile(
        many.clusters, many.markers, many.edges, many.counts + one.counts, ("a", "b", "z"),
        np.concatenate([many.by_batch, one.counts[None].astype(np.int32)]),
    )  # fmt: skip
    found = learn_thresholds(joined)
    assert np.array_equal(found.of_batch("z")[0], found.of_batch("")[0], equal_nan=True)
    assert found.of_batch("a")[0, 0] < found.of_batch("z")[0, 0] < found.of_batch("b")[0, 0]
