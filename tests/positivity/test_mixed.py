import numpy as np

from cytoclust.positivity import Profile, learn_thresholds
from cytoclust.positivity._mixed import with_mixed
from cytoclust.positivity._states import level_probabilities
from cytoclust.rules import annotate_clusters, load
from tests.rules.marrow import MARKERS, TABLE, marrow

SUBTYPES = [name for name in TABLE if name.startswith("MSC")]


def mixture(seed, one, other, share):
    """The marrow's thresholds, and a cluster of 40 events, ``share`` of them of ``one`` and the rest of ``other``."""
    events, labels, names = marrow(seed, n=200_000)
    profile = Profile.from_events(events, labels, names, MARKERS)
    take = [np.flatnonzero(labels == names.index(name)) for name in (one, other)]
    kept = np.concatenate([take[0][: round(40 * share)], take[1][: round(40 * (1 - share))]])
    mixed = np.full(len(labels), -1)
    mixed[kept] = 0
    return learn_thresholds(profile), Profile.from_events(events, mixed, ["mixed"], MARKERS, edges=profile.edges)


def name(seed, one, other, share):
    thresholds, profile = mixture(seed, one, other, share)
    return annotate_clusters(profile, thresholds, load("msc"), min_probability=0.5).loc["mixed"]


def test_a_cluster_of_two_subtypes_gets_what_both_are():
    for seed, (one, other) in enumerate(zip(SUBTYPES, SUBTYPES[1:] + SUBTYPES[:1], strict=True)):
        for share in (0.4, 0.6):
            row = name(seed, one, other, share)
            assert row.population == "MSC"
            assert row.near.startswith("between ")
            assert one in row.near
            assert other in row.near


def test_a_few_of_another_subtype_do_not_matter():
    for seed in range(2):
        row = name(seed, SUBTYPES[0], SUBTYPES[1], 0.9)
        assert row.population == SUBTYPES[0]
        assert row.probability > 0.9


def test_half_goes_to_either_side():
    thresholds, profile = mixture(0, SUBTYPES[0], SUBTYPES[1], 0.65)
    before = level_probabilities(profile, thresholds)
    after = with_mixed(before, profile, thresholds)
    column = MARKERS.index("CD271")
    assert np.nansum(before[0, column, 2:]) > 0.95
    assert np.nansum(after[0, column]) == 1 == 2 * np.nansum(after[0, column, 2:])
    np.testing.assert_array_equal(np.delete(after, column, axis=1), np.delete(before, column, axis=1))


def test_pure_clusters_stay_as_they_are():
    for seed in range(3):
        events, labels, names = marrow(seed)
        profile = Profile.from_events(events, labels, names, MARKERS)
        thresholds = learn_thresholds(profile)
        levels = level_probabilities(profile, thresholds)
        moved = np.nansum(np.abs(with_mixed(levels, profile, thresholds) - levels), axis=2) > 0.2
        assert moved.mean() < 0.01
