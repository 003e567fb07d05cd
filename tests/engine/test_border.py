import numpy as np
import pytest

from cytoclust.engine._border import Pieces
from cytoclust.engine._graph import bridges, shared_neighbour_graph
from cytoclust.engine._merge import ValleyTest, group_events, merge_fine, valley_limit
from cytoclust.engine._valley import Group, valley

LIMIT = valley_limit("auto")


def ring(rng, n, radius, *, spread=0.5, p=3):
    """Events around a circle in the first two of p markers, and their angles in turns."""
    angle = rng.uniform(0, 1, n)
    events = rng.normal(0, spread, (n, p))
    events[:, 0] += radius * np.cos(2 * np.pi * angle)
    events[:, 1] += radius * np.sin(2 * np.pi * angle)
    return events.astype(np.float32), angle


def arcs(angle, count):
    """The number of the arc in which each event lies."""
    return (angle * count).astype(np.int64)


def pieces_of(events, piece):
    """Pieces linked as the engine links them."""
    i, j, weight = bridges(events, shared_neighbour_graph(events, 10))
    groups, links = group_events(events, np.ones(len(events)), piece), (piece[i], piece[j], weight)
    return groups, links, Pieces(groups, links)


def whole(groups, members):
    events = np.concatenate([groups[k].events for k in members])
    return Group(events, np.ones(len(events)))


@pytest.mark.parametrize("seed", range(3))
def test_the_halves_of_a_ring_have_no_valley_where_they_touch(seed):
    events, angle = ring(np.random.default_rng(seed), 6000, 4.0)
    groups, _, pieces = pieces_of(events, arcs(angle, 36))
    halves = list(range(18)), list(range(18, 36))
    straight = valley(*(whole(groups, half) for half in halves))
    assert straight < 0.7  # across the hole
    assert pieces.at_border(*halves, straight, LIMIT) == 1.0


@pytest.mark.parametrize("seed", range(3))
def test_a_blob_inside_a_ring_has_a_valley_that_a_straight_axis_misses(seed):
    rng = np.random.default_rng(seed)
    events, angle = ring(rng, 6000, 5.0)
    blob = rng.normal(0, 0.5, (3000, 3)).astype(np.float32)
    piece = np.concatenate([arcs(angle, 36), 36 + (blob[:, 0] > 0)])  # in seeds 1 and 2 only a bridge links them
    groups, _, pieces = pieces_of(np.concatenate([events, blob]), piece)
    around, inside = list(range(36)), [36, 37]
    straight = valley(whole(groups, around), whole(groups, inside))
    assert straight > LIMIT  # their means are the same
    assert pieces.at_border(around, inside, straight, LIMIT) < 0.4


def test_gaussians_four_standard_deviations_apart_keep_their_valley():
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1], 4000)
    events = rng.normal(0, 1, (8000, 3)).astype(np.float32)
    events[:, 0] += 4 * truth
    piece = 4 * truth + 2 * (events[:, 1] > 0) + (events[:, 2] > 0)
    groups, _, pieces = pieces_of(events, piece)
    straight = valley(whole(groups, range(4)), whole(groups, range(4, 8)))
    assert straight == pytest.approx(2 * np.exp(-2), abs=0.1)  # half way, two standard deviations from either
    assert pieces.at_border([0, 1, 2, 3], [4, 5, 6, 7], straight, LIMIT) == straight


def test_two_pieces_are_all_that_there_is_to_see():
    events, angle = ring(np.random.default_rng(0), 2000, 4.0)
    _, _, pieces = pieces_of(events, arcs(angle, 2))
    assert pieces.at_border([0], [1], 0.3, LIMIT) == 0.3
    assert pieces.at_border([0], [1], 0.95, LIMIT) == 0.95


def test_groups_that_nothing_links_are_judged_by_the_axis_alone():
    events, angle = ring(np.random.default_rng(0), 2000, 4.0)
    groups = group_events(events, np.ones(2000), arcs(angle, 8))
    nothing = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    assert Pieces(groups, nothing).at_border([0, 1, 2, 3], [4, 5, 6, 7], 0.5, LIMIT) == 0.5


@pytest.mark.parametrize("order", ["as made", "reversed"])
def test_the_halves_of_a_ring_are_no_parts_and_those_of_a_pair_of_gaussians_are(order):
    rng = np.random.default_rng(0)
    events, angle = ring(rng, 6000, 4.0)
    piece = arcs(angle, 36) if order == "as made" else 35 - arcs(angle, 36)
    _, _, pieces = pieces_of(events, piece)
    assert not pieces.part(piece, piece[angle >= 0.5], LIMIT)
    truth = np.repeat([0, 1], 3000)
    two = rng.normal(0, 1, (6000, 3)).astype(np.float32)
    two[:, 0] += 4.5 * truth
    of = 4 * truth + 2 * (two[:, 1] > 0) + (two[:, 2] > 0)
    _, _, pieces = pieces_of(two, of)
    assert pieces.part(of, of[truth == 1], LIMIT)


@pytest.mark.parametrize("seed", range(4))
def test_arcs_are_put_together_to_their_rings_and_not_across_them(seed):
    rng = np.random.default_rng(seed)
    made = [ring(rng, 5000, radius) for radius in (4.0, 8.0)]
    events = np.concatenate([each for each, _ in made])
    piece = np.concatenate([arcs(angle, 36) + 36 * k for k, (_, angle) in enumerate(made)])
    groups, links, pieces = pieces_of(events, piece)
    cluster = merge_fine(groups, links, ValleyTest(LIMIT, np.full(3, -np.inf)), pieces).cluster
    assert not set(cluster[:36]) & set(cluster[36:])
    assert len(set(cluster)) <= 3  # a chance dip at the last seam of a ring may stay
