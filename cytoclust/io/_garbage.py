"""Whether values that are read from a place in a file can be signals."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from cytoclust.findings import Finding
from cytoclust.io._layout import Layout

__all__ = ["Garbage", "judge", "masked"]

_BLOCKS, _EVENTS_OF_BLOCK = 10, 50
"""Events looked at: blocks along the file, events of each. Chosen: tells one odd value in a hundred from none."""
_TINY, _HUGE = 1e-20, 1e20
"""Numbers beyond are no signals. Derived: detectors give 1e-3 to 1e9; bytes out of place have exponents to 1e±38."""
_SOME, _MANY, _MOST = 0.01, 0.1, 0.25
"""Shares of odd values: in sound DATA, where it seems elsewhere, where it must be. Chosen: out of place a third is."""
_MASKED_EVENTS: Final = 200_000
"""Events whose integers are compared with their range. Chosen: all of a usual file, and a fraction of a second."""
_FEW, _ENOUGH = 8, 64
"""Values needed to look for DATA elsewhere, and to refuse a file. Chosen: by chance that many are odd in none."""


@dataclass(frozen=True)
class Garbage:
    """Of the values looked at: how many cannot be signals, and how many tell anything."""

    odd: int = 0
    of: int = 0
    at_edge: bool = False  # an odd one in the first or the last event
    of_floats: bool = True  # integers that are odd may carry flags above their range, as some instruments write

    @property
    def share(self) -> float:
        """Of odd values."""
        return self.odd / self.of if self.of else 0.0

    @property
    def seems(self) -> bool:
        """Whether DATA seems to be elsewhere."""
        return self.share > _MANY

    @property
    def doubtful(self) -> bool:
        """Whether DATA is to be looked for elsewhere."""
        return self.of_floats and self.of >= _FEW and self.share > _MOST

    @property
    def certain(self) -> bool:
        """Whether DATA must be elsewhere."""
        return self.doubtful and self.of >= _ENOUGH

    @property
    def sound(self) -> bool:
        """Whether the values are signals."""
        return self.of_floats and self.of >= _FEW and self.share < _SOME


def judge(layout: Layout, data: np.ndarray, begin: int, n_events: int) -> Garbage:
    """Look at some of ``n_events`` from byte ``begin`` of ``data`` on, the first and the last among them.

    Odd are finite numbers other than 0 that no detector gives, or integers with bits above their range.
    """
    if n_events == 0:
        return Garbage()
    records = layout.records(data, begin, n_events)
    starts = np.linspace(0, max(n_events - _EVENTS_OF_BLOCK, 0), _BLOCKS).astype(int)
    some = np.unique(np.concatenate([np.arange(s, min(s + _EVENTS_OF_BLOCK, n_events)) for s in starts]))
    seen = records[some]
    odd = np.zeros(len(some), dtype=int)
    of = 0
    floats = any(field.kind != "I" for field in layout.fields)
    for j, field in enumerate(layout.fields):
        stored = layout.stored(seen, j)
        if field.kind != "I":
            with np.errstate(invalid="ignore"):
                values = np.abs(stored.astype(np.float64))
                odd += ((values < _TINY) & (values > 0)) | ((values > _HUGE) & (values < np.inf))
                of += int(((values > 0) & (values < np.inf)).sum())
        elif not floats and field.bits < 8 * field.width:
            odd += (stored >> stored.dtype.type(field.bits)) > 0
            of += len(stored)
    return Garbage(int(odd.sum()), of, bool(odd[0] or odd[-1]), floats)


def masked(layout: Layout, records: np.ndarray) -> list[Finding]:
    """Integers with bits above $PnR, which are left out of the values as the standard asks (FCS 3.1, 3.2.20, $PnR).

    Every event of a usual file is looked at, of a larger one each of as many that lie evenly in it.
    """
    cut = [j for j, field in enumerate(layout.fields) if field.kind == "I" and field.bits < 8 * field.width]
    if not cut or not len(records):
        return []
    some = records[:: max(1, -(-len(records) // _MASKED_EVENTS))]
    share = {}
    for j in cut:
        stored = layout.stored(some, j)
        share[f"$P{j + 1}R"] = float((stored >> stored.dtype.type(layout.fields[j].bits) > 0).mean())
    over = {key: each for key, each in share.items() if each}
    return [Finding("bits above the range", keywords=list(over), share=max(over.values()))] if over else []
