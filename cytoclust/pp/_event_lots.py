"""What is drawn of a sample, by what its events are: their order in the file and its blocks draw nothing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.lots import contents
from cytoclust.pp._pooled_rows import FIT_EVENTS
from cytoclust.pp._rows import Rows

__all__ = ["EventLots", "find_event_lots"]

BLOCK = 65_536
"""Events looked at together. Bears on no result: memory."""
_BUCKETS = 2**14
"""Of contents, which are counted. Bears on no result but where events are equal: from here on copies are told apart."""
_CHANCE = 6.0
"""Standard deviations of a Poisson number by which a bucket is fuller than chance makes it, and eight events. Derived:
one in ten million."""
_NEXT = np.uint64(0x9E3779B97F4A7C15)
"""From one copy to the next. Source: Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators; 2⁶⁴
over the golden ratio, so that copies lie evenly."""


@dataclass(frozen=True, eq=False)
class EventLots:
    """The events of a sample that models are fitted on, and which of many equal ones each is.

    An event is its values on the linear scale, all columns. Where very many are equal, each has a number, so that they
    are drawn by as many lots; which of them has which number is nothing that can be seen of them.
    """

    rows: NDArray[np.uint32]
    """Of up to ``FIT_EVENTS`` events, in an order that is none of the file's: any first few are a fair draw."""
    again: NDArray[np.uint32]
    """Ascending rows of events that others before them are equal to; none where such are few."""
    before: NDArray[np.uint32]
    """How many these are, for each of ``again``."""

    @property
    def drawn(self) -> NDArray[np.int64]:
        """``rows``, to take events by."""
        return self.rows.astype(np.int64)

    def identities(self, events: NDArray[np.float32], rows: NDArray[np.integer]) -> NDArray[np.uint64]:
        """A number for each event (n, p), which are these rows of the sample (n,): what its lots are made of."""
        return _copied(contents(events), self.again, self.before, rows)


def find_event_lots(linear: Rows) -> EventLots:
    """Draw of a sample's events; ``linear`` gives rows of them, (n, p), on the linear scale."""
    n, at_most = len(linear), FIT_EVENTS
    chance = (at_most + _CHANCE * np.sqrt(at_most)) / max(n, 1)
    limit = np.uint64(min(int(chance * 2.0**64), 2**64 - 1))
    filled = np.zeros(_BUCKETS, dtype=np.int64)
    rows, found = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.uint64)]
    for start in range(0, n, BLOCK):
        content = contents(linear[start : start + BLOCK])
        filled += np.bincount((content >> np.uint64(50)).astype(np.int64), minlength=_BUCKETS)
        low = np.flatnonzero(content <= limit)
        rows.append(start + low)
        found.append(content[low])
    mean = n / _BUCKETS
    again = before = np.empty(0, dtype=np.uint32)
    where, identity = np.concatenate(rows), np.concatenate(found)
    if filled.max() > mean + _CHANCE * np.sqrt(mean) + 8:
        content = np.concatenate([contents(linear[start : start + BLOCK]) for start in range(0, n, BLOCK)])
        again, before = _copies(content)
        where = np.arange(n, dtype=np.int64)
        identity = _copied(content, again, before, where)
    return EventLots(where[np.argsort(identity, kind="stable")[:at_most]].astype(np.uint32), again, before)


def _copies(content: NDArray[np.uint64]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Ascending rows whose content others before them have, and how many."""
    order = np.argsort(content, kind="stable")
    ordered = content[order]
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    before = np.empty(len(content), dtype=np.uint32)
    before[order] = np.arange(len(content)) - np.repeat(first, np.diff(np.append(first, len(content))))
    again = np.flatnonzero(before)
    return again.astype(np.uint32), before[again]


def _copied(
    content: NDArray[np.uint64], again: NDArray[np.uint32], before: NDArray[np.uint32], rows: NDArray[np.integer]
) -> NDArray[np.uint64]:
    """The contents of some rows, those of copies moved on."""
    if not len(again):
        return content
    at = np.minimum(np.searchsorted(again, rows), len(again) - 1)
    return content + np.where(again[at] == rows, before[at], 0).astype(np.uint64) * _NEXT
