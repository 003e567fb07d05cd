import numpy as np
import pytest
from sklearn.cluster import KMeans

from cytoclust.tl._graph import bridges, shared_neighbour_graph
from cytoclust.tl._merge import merge_fine, valley_limit
from cytoclust.tl._representatives import Representatives
from tests.tl.blobs import blobs


def merged(events, fine, *, limit=0.7, weight=None):
    weight = np.ones(len(events)) if weight is None else weight
    representatives = Representatives(events, np.arange(len(events)), weight)
    edges = bridges(events, shared_neighbour_graph(events, 10))
    return merge_fine(representatives, fine, edges, limit=limit)


def same(a, b):
    """The same partition under other numbers."""
    return len(set(zip(a, b, strict=True))) == len(set(a)) == len(set(b))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("p", [2, 8])
def test_blobs_cut_into_many_pieces_are_put_together_again(seed, p):
    events, truth = blobs(seed, [900, 500, 300, 150], p=p, apart=9.0)
    fine = np.empty(len(events), dtype=np.int64)
    pieces = 0
    for blob, k in enumerate((12, 8, 5, 3)):
        inside = truth == blob
        fine[inside] = pieces + KMeans(k, n_init=1, random_state=seed).fit_predict(events[inside])
        pieces += k
    found = merged(events, fine)
    assert len(found) == pieces
    assert same(found[fine], truth)


def test_numbers_of_pieces_do_not_matter():
    events, _ = blobs(0, [400, 400], p=3)
    fine = KMeans(10, n_init=1, random_state=0).fit_predict(events).astype(np.int64)
    swap = np.random.default_rng(0).permutation(10)
    assert same(merged(events, fine)[fine], merged(events, swap[fine])[swap[fine]])


def test_the_limit_decides():
    rng = np.random.default_rng(0)
    events = np.concatenate([rng.normal(0, 1, (1500, 3)), rng.normal([3.0, 0, 0], 1, (1500, 3))]).astype(np.float32)
    fine = (events[:, 0] > 1.5).astype(np.int64)
    assert merged(events, fine, limit=0.2).tolist() == [0, 0]
    assert len(set(merged(events, fine, limit=0.999))) == 2


def test_one_piece_stays():
    events, _ = blobs(0, [60])
    assert merged(events, np.zeros(60, dtype=np.int64)).tolist() == [0]


def test_valley_limit():
    assert valley_limit("auto") == valley_limit(1.0) == 0.5
    assert valley_limit(2.0) == pytest.approx(np.sqrt(0.5))
    assert valley_limit(0.5) == 0.25
    limits = [valley_limit(r) for r in (0.01, 0.3, 0.5, 1.0, 2.0, 10.0, 1e9)]
    assert limits == sorted(limits)
    assert 0 <= limits[0] < limits[-1] <= 1
