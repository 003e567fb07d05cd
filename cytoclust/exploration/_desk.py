"""What a page asks, and what it is told: plain data that JSON can hold."""

import base64
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import pandas as pd
from natsort import natsorted
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.colours import NO_NAME, colours
from cytoclust.errors import InputError
from cytoclust.exploration._explorer import Explorer
from cytoclust.exploration._gates_for import gates_for
from cytoclust.exploration._ticks import ticks
from cytoclust.exploration._write_rule import rule_for
from cytoclust.exploration._write_thresholds import thresholds_yaml
from cytoclust.io.gates import Gate
from cytoclust.words import listed

__all__ = ["Desk", "Made"]

_SIDE, _LINE = 256, 128
"""Cells of a biplot a side, and bins of a histogram. Chosen; bear on no result."""
_AT_ONCE: Final = 4
"""Panes that are counted at a time. Chosen, for speed; bears on no result."""
_MOST_PLACES: Final = 40_000
"""Events on the map of a page. Chosen, for speed; bears on no result."""
_GATE: Final = "gate"
_ASKED: Final = ("thresholds", "rule", _GATE)


class Made(dict[str, Any]):
    """``what, name, text`` of a file, and what is to be said of it."""


class Desk:
    """An explorer behind a page: one request at a time."""

    def __init__(
        self,
        explorer: Explorer,
        *,
        title: str,
        gate: Callable[[list[Gate]], str],
        save: Callable[[Made, list[Gate]], str] | None = None,
        changed: Callable[[], None] = lambda: None,
    ):
        """``gate`` makes a file of gates; ``save`` writes what was made and says where."""
        self.explorer, self.title = explorer, title
        self._gate, self._save, self._changed = gate, save, changed
        self._lock, self._threads = threading.RLock(), ThreadPoolExecutor(_AT_ONCE)
        self._colours = colours(natsorted({*explorer.populations, keys.UNASSIGNED}))
        found = explorer.events.map
        n = 0 if found is None else len(found.rows)
        self._drawn = np.unique(np.linspace(0, max(n - 1, 0), min(n, _MOST_PLACES)).astype(np.int64))

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``open`` says what there is; ``update`` changes filters, selection or a cut, and draws what is wanted;
        ``make`` gives cuts, a rule or a gate.

        Raises
        ------
        InputError
            Another request, or one that cannot be met.
        """
        if not isinstance(request, Mapping):
            raise InputError(f"A request must be an object. Got {type(request).__name__} instead.")
        known = {"open": self._open, "update": self._update, "make": self._make}
        do = request.get("do")
        if do not in known:
            raise InputError(f"A request must be {' or '.join(known)}. Got {do!r} instead.")
        with self._lock:
            return known[str(do)](request)

    # --- what there is ------------------------------------------------------------------------------
    def _open(self, request: Mapping[str, Any]) -> dict[str, Any]:
        explorer, events = self.explorer, self.explorer.events
        columns = (keys.PATIENT, keys.TIMEPOINT, keys.GROUP, keys.BATCH, keys.SAMPLE)
        options = {name: list(explorer.options(name)) for name in (*columns, keys.QC_COLUMN)}
        pairs = [list(pair) for pair in explorer.pairs]
        return {
            "title": self.title,
            "markers": [self._marker(row) for row in range(len(events.names))],
            "clusters": list(events.clusters),
            "options": {name: values for name, values in options.items() if len(values) > 1},
            "sheet": events.sheet.reset_index().fillna("").astype(str).to_dict("records"),
            "pairs": (pairs * 2)[:2],
            "n": len(events), "weighted": bool(len(events.weight)), "saves": self._save is not None,
            "named": explorer.described.rules is not None, "map": self._places(),
        } | self._state() | self._wanted(request.get("want"))  # fmt: skip

    def _marker(self, row: int) -> dict[str, Any]:
        events = self.explorer.events
        axis, (low, high) = events.axes[row], events.ends[row].tolist()
        name = events.names[row]
        label = name if axis.channel in ("", name) else f"{name} · {axis.channel}"
        stained = name in self.explorer.naming.thresholds.markers
        return {
            "name": name,
            "label": label,
            "low": low,
            "high": high,
            "ticks": ticks(axis, low, high),
            "cuttable": stained,
        }

    def _places(self) -> dict[str, Any] | None:
        found, events = self.explorer.events.map, self.explorer.events
        if found is None:
            return None
        rows, places = found.rows[self._drawn], found.places[self._drawn].astype(np.float64)
        low, span = places.min(axis=0), float(np.ptp(places, axis=0).max()) or 1.0
        x, y = np.rint((places - low) / span * 65535).astype("<u2").T
        return {
            "n": len(rows), "low": low.tolist(), "span": span, "x": _packed(x), "y": _packed(y),
            "cluster": _packed(events.cluster[rows].astype("<i2")),
        }  # fmt: skip

    def _state(self) -> dict[str, Any]:
        explorer = self.explorer
        for name in explorer.populations:
            if name not in self._colours:
                self._colours |= {name: colours([*(set(self._colours) - set(NO_NAME)), name])[name]}
        events, (shown, selected) = explorer.events, explorer.totals
        return {
            "filters": explorer.filters, "selection": explorer.selection, "moved": explorer.thresholds,
            "cuts": {name: self._cut(row) for row, name in enumerate(events.names)},
            "populations": explorer.populations, "colours": self._colours,
            "notes": [each.sentence for each in explorer.naming.findings if each not in explorer.learnt.findings],
            "shown": shown, "selected": selected,
        }  # fmt: skip

    def _cut(self, row: int) -> dict[str, Any] | None:
        """Where the cut of a marker lies, in the unit of the file too, and in samples that have another."""
        cuts = self.explorer.cuts[row]
        known = np.unique(cuts[np.isfinite(cuts)])
        if not len(known):
            return None
        name = self.explorer.events.names[row]
        thresholds = self.explorer.naming.thresholds
        whole = float(thresholds.positive[thresholds.markers.index(name)])
        at = whole if np.isfinite(whole) else float(known.mean())
        others = [float(cut) for cut in known if cut != at]
        return {
            "at": at,
            "signal": self.explorer.signal(name, at),
            "others": others,
            "moved": name in self.explorer.moved,
        }

    # --- what changes ---------------------------------------------------------------------------------
    def _update(self, request: Mapping[str, Any]) -> dict[str, Any]:
        explorer, changed = self.explorer, False
        if "filters" in request:
            explorer.filters, changed = _mapping(request["filters"], "filters"), True
        if "cut" in request:
            cut = _mapping(request["cut"], "cut")
            marker, place = str(cut.get("marker")), cut.get("at")
            if "signal" in cut:
                explorer.thresholds = {**explorer.thresholds, marker: cut["signal"]}
            else:
                explorer.move_cut(marker, None if place is None else _number(place, "at"))
            changed = True
        if "selection" in request:
            told = request["selection"]
            if not isinstance(told, Sequence) or isinstance(told, str):
                raise InputError("A selection must be a list of conditions.")
            explorer.selection, changed = list(told), True
        if changed:
            self._changed()
        return self._state() | self._wanted(request.get("want"))

    def _wanted(self, want: Any) -> dict[str, Any]:
        want = _mapping(want or {}, "want")
        found: dict[str, Any] = {}
        if "pairs" in want:
            found["drawn"] = list(self._threads.map(lambda pair: self._pair(*map(str, pair)), list(want["pairs"])[:4]))
        if want.get("histograms"):
            found["histograms"] = list(self._threads.map(self._line, self.explorer.events.names))
        if want.get("tables"):
            found["table"] = _rows(self.explorer.clusters())
            found["samples"] = _rows(self.explorer.samples())
        if want.get("map") and self.explorer.events.map is not None:
            rows = self.explorer.events.map.rows[self._drawn]
            found["flags"] = _packed(self.explorer.flags[rows])
        return found

    def _pair(self, x: str, y: str) -> dict[str, Any]:
        drawn = self.explorer.pair(x, y, side=_SIDE)
        return {
            "x": x, "y": y, "side": _SIDE, "shown": _picture(drawn.shown),
            "selected": _picture(drawn.selected) if drawn.selected.any() else None,
            "quadrants": None if drawn.quadrants is None else drawn.quadrants.tolist(),
        }  # fmt: skip

    def _line(self, name: str) -> dict[str, Any]:
        found = self.explorer.histogram(name, side=_LINE)
        tops = np.maximum(found.max(axis=1, keepdims=True), 1e-300)
        return {"name": name, "heights": np.round(found / tops, 4).tolist()}

    # --- what comes out -------------------------------------------------------------------------------
    def _make(self, request: Mapping[str, Any]) -> dict[str, Any]:
        made, gates = self.make(str(request.get("what")), str(request.get("name") or "selection"))
        if request.get("save") and self._save is not None:
            made["saved"] = self._save(made, gates)
        return made

    def make(self, what: str, name: str) -> tuple[Made, list[Gate]]:
        """``thresholds``, a ``rule`` or a ``gate``, as the text of a file, and the gates of the latter.

        Raises
        ------
        InputError
            It cannot be made of what is selected.
        """
        if what not in _ASKED:
            raise InputError(f"What is made must be {' or '.join(_ASKED)}. Got {what!r} instead.")
        if what == "thresholds":
            return Made(what=what, name=what, text=thresholds_yaml(self.explorer), said="Cuts that were moved."), []
        if what == _GATE:
            gates = gates_for(self.explorer, name)
            return Made(
                what=what,
                name=name,
                text=self._gate(gates),
                said=f"{name}: {len(gates)} step{'s' if len(gates) > 1 else ''}.",
            ), gates
        rule = rule_for(self.explorer, name)
        fits = (
            f"names the cluster{'s' if len(rule.fits) > 1 else ''} {listed(rule.fits)}"
            if rule.fits
            else "names no cluster by the cuts as they are"
        )
        return Made(what=what, name=name, text=rule.text, said=f"The rule {fits}."), []


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    told = table.reset_index()
    return [
        {
            str(name): None if isinstance(value, float) and not np.isfinite(value) else value
            for name, value in row.items()
        }
        for row in told.to_dict("records")
    ]


def _picture(counts: NDArray[np.float64]) -> str:
    """Levels from 1 to 255 on a log scale, 0 where there is no event, from the top row to the lowest."""
    top = np.log1p(counts.max()) or 1.0
    levels = np.where(counts > 0, 1 + np.round(254 * np.log1p(counts) / top), 0)
    return _packed(np.flipud(levels.T).astype(np.uint8))


def _packed(values: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


def _mapping(told: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise InputError(f"{name!r} must be an object. Got {type(told).__name__} instead.")
    return told


def _number(told: Any, name: str) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise InputError(f"{name!r} must be a number. Got {type(told).__name__} instead.")
    return float(told)
