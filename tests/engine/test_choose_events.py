import numpy as np

from cytoclust.engine._choose_events import choose_events


def lots(of, salt=0):
    return [np.random.default_rng(salt).random(len(of))]


def labels(*sizes):
    return np.random.default_rng(0).permutation(np.repeat(np.arange(len(sizes)), sizes)).astype(np.int32)


def test_rare_clusters_are_kept_whole_and_the_others_share_alike():
    clusters = labels(100_000, 30_000, 300, 12, 0, 1)
    rows = choose_events(clusters, 5000, lots=lots(clusters))
    share = (5000 - 300 - 12 - 1) // 2
    assert np.bincount(clusters[rows], minlength=6).tolist() == [share, share, 300, 12, 0, 1]
    assert (np.diff(rows) > 0).all()


def test_all_events_where_there_is_room():
    clusters = labels(50, 20)
    assert choose_events(clusters, 70, lots=lots(clusters)).tolist() == list(range(70))
    assert choose_events(clusters, 1000, lots=lots(clusters)).tolist() == list(range(70))
    assert len(choose_events(np.zeros(0, dtype=np.int32), 10, lots=[])) == 0


def test_repeats_and_follows_the_lots():
    clusters = labels(10_000, 10_000)
    first = choose_events(clusters, 500, lots=lots(clusters, 1))
    assert np.array_equal(first, choose_events(clusters, 500, lots=lots(clusters, 1)))
    assert not np.array_equal(first, choose_events(clusters, 500, lots=lots(clusters, 2)))


def test_at_least_one_event_of_every_cluster():
    clusters = labels(*[40] * 30)
    assert np.bincount(clusters[choose_events(clusters, 10, lots=lots(clusters))]).tolist() == [1] * 30


def test_parts_of_any_length_change_nothing():
    clusters = np.random.default_rng(4).integers(0, 9, 20_000).astype(np.int32)
    whole = choose_events(clusters, 900, lots=lots(clusters, 3))
    assert np.array_equal(
        choose_events(clusters, 900, lots=np.split(lots(clusters, 3)[0], [1, 777, 778, 15_000])), whole
    )
    lowest = np.concatenate([np.sort(lots(clusters, 3)[0][clusters == k])[:100] for k in range(9)])
    assert np.array_equal(np.sort(lots(clusters, 3)[0][whole]), np.sort(lowest))
