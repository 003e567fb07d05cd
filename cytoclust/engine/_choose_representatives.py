"""Which events represent the others: a few of every prototype, all of a lonely one's."""

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._draw import Census, draw
from cytoclust.engine._per_event import forget, sizes_of
from cytoclust.engine._representatives import MOST, Representatives, Strange
from cytoclust.engine._source import Source
from cytoclust.executor import Executor
from cytoclust.lots import contents, lots

__all__ = ["choose_nodes", "choose_representatives", "wanted_of"]

TIMES = 8.0
"""By which a share of the events is raised that held too few different ones. Bears on no result: speed."""


def choose_representatives(
    source: Source,
    prototype: NDArray[np.int32],
    gap: NDArray[np.float64],
    strange: Strange,
    census: Census,
    *,
    each: int,
    rare: int,
    salt: int,
    executor: Executor,
) -> tuple[Representatives, NDArray[np.int64]]:
    """Some different events of every prototype, by lot, and which of them are strange.

    Parameters
    ----------
    source
        All events.
    prototype
        Prototype of every event (n,).
    gap
        Of each prototype, the logarithm of the volume that its events have to themselves (K,).
    strange
        Events that are all taken and stand for themselves, because they are not like the others of their prototype.
    census
        Which events have very many copies.
    each, rare
        See ``wanted_of``.
    salt
        Of the lots.
    executor
        Who passes over the events.
    """
    starts, count = np.concatenate([[0], np.cumsum(source.sizes)]), len(gap)
    alone = np.bincount(prototype[strange.row], strange.copies, count).astype(np.int64)
    sizes = sizes_of(prototype, count) - alone
    wanted = wanted_of(sizes, gap, each=each, rare=rare)
    # the lowest lots of a prototype lie below this with near certainty; sorting all events would be slow
    ceiling = (wanted + 6 * np.sqrt(wanted) + 6) / np.maximum(sizes, 1)
    rows_strange = np.sort(strange.row)

    def choose(number: int, _events: NDArray[np.float32], content: NDArray[np.uint64]) -> NDArray[np.int64]:
        below = ceiling[prototype[starts[number] : starts[number + 1]]] * census.bound(content)
        first, last = np.searchsorted(rows_strange, starts[number : number + 2])
        low = np.flatnonzero(lots(content, "representative", salt) < below)
        return np.union1d(low, rows_strange[first:last] - starts[number])

    while True:
        drawn = draw(source, choose, executor=executor)
        forget(prototype)
        is_strange = np.isin(drawn.content, strange.content)
        common = drawn.take(~is_strange)
        of, times = prototype[common.row], census.lots_of(common)
        waiting = lots(common.content, "representative", salt) / times
        few = np.bincount(of[waiting < ceiling[of]], minlength=count) <= wanted
        few &= (ceiling < 1) & (np.bincount(of, common.copies, count) < sizes)
        if not few.any():
            break
        ceiling[few] *= TIMES  # where events have copies, different ones are fewer than events
    rows, limit = _lowest(of, waiting, wanted)
    of = of[rows]
    weight = common.copies[rows] / times[rows] * np.maximum(times[rows], 1 / limit[of])
    weight *= (sizes / np.maximum(np.bincount(of, weight, count), 1e-300))[of]
    by_content = np.argsort(strange.content)
    taken = [common.take(rows), drawn.take(is_strange)]
    order = np.argsort(np.concatenate([each.content for each in taken]))
    events, row = (np.concatenate([getattr(each, name) for each in taken])[order] for name in ("events", "row"))
    weight = np.concatenate([weight, strange.copies[by_content]])[order]
    return Representatives(events, prototype[row].astype(np.int64), weight), np.flatnonzero(order >= len(rows))


def choose_nodes(
    representatives: Representatives,
    gap: NDArray[np.float64],
    strange: NDArray[np.int64],
    *,
    each: int,
    rare: int,
    salt: int,
) -> NDArray[np.int64]:
    """Rows of some representatives of every prototype, by lot, and of all ``strange`` ones, ascending."""
    common = np.delete(np.arange(len(representatives.events)), strange)
    of = representatives.prototype[common]
    wanted = wanted_of(np.bincount(of, minlength=len(gap)), gap, each=each, rare=rare)
    waiting = lots(contents(representatives.events[common]), "node", salt)
    return np.union1d(common[_lowest(of, waiting, wanted)[0]], strange)


def wanted_of(sizes: NDArray[np.int64], gap: NDArray[np.float64], *, each: int, rare: int) -> NDArray[np.int64]:
    """How many events of each prototype to take (K,), of as many as it has.

    ``each``; and ``rare`` further ones in all for the prototypes of lowest density one after the other: all their
    events, or MOST.
    """
    wanted, most = np.minimum(sizes, each), np.minimum(sizes, MOST)
    loneliest = np.argsort(np.log(np.maximum(sizes, 1)) - gap, kind="stable")
    chosen = loneliest[np.cumsum((most - wanted)[loneliest]) <= rare]
    wanted[chosen] = most[chosen]
    return wanted


def _lowest(
    of: NDArray, waiting: NDArray[np.float64], wanted: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows that wait least, as many of each prototype as are wanted, and how long the next waits (K,), or for ever."""
    order = np.lexsort((waiting, of))
    rank = np.arange(len(order)) - np.searchsorted(of[order], of[order])
    limit = np.full(len(wanted), np.inf)
    following = order[rank == wanted[of[order]]]
    limit[of[following]] = waiting[following]
    return order[rank < wanted[of[order]]], limit
