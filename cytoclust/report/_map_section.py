"""The data of the map: places, categories, markers and weights of the events, small enough for a page."""

import base64
import math
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.colours import colours_of
from cytoclust.engine import choose_events
from cytoclust.lots import contents, lots
from cytoclust.pl.medians import stained
from cytoclust.pl.scales import axis_ticks, positive_limits
from cytoclust.pl.style import GREY, LIGHT, SEQUENTIAL, categories
from cytoclust.report._blocks import text
from cytoclust.report._gather import Inputs, present
from cytoclust.report._stand_for import stand_for
from cytoclust.report._units import file_units

__all__ = ["MOST_EVENTS", "map_data", "map_events", "map_rows"]

MOST_EVENTS = 30_000
KINDS = {  # what the map is coloured by: column of obs, and its name in the page
    "cluster": keys.CLUSTER,
    "population": keys.POPULATION,
    "group": keys.GROUP,
    "timepoint": keys.TIMEPOINT,
    "batch": keys.BATCH,
    "patient": keys.PATIENT,
    "sample": keys.SAMPLE,
}
QUANTILES = (0.001, 0.999)  # a marker's axis ends there
SHADED = (0.005, 0.995)  # and its colours there
LEVELS = 255  # steps of a marker's axis
INCHES = 5.0  # of an axis on a screen
SHADES = 33
BASIS = "X_umap"


def map_rows(adata: ad.AnnData) -> NDArray[np.int64]:
    """Rows of the events that are drawn: all that have a place, or of many as many, the rare clusters whole.

    Of each cluster in each sample one is drawn, as far as these take no more than a quarter of the room.
    """
    placed = np.flatnonzero(np.isfinite(np.asarray(adata.obsm[BASIS])[:, :2]).all(axis=1))
    if len(placed) <= MOST_EVENTS:
        return placed
    if keys.CLUSTER not in adata.obs:
        return placed[np.unique(np.linspace(0, len(placed) - 1, MOST_EVENTS).astype(int))]
    labels = pd.factorize(adata.obs[keys.CLUSTER].astype(str).to_numpy()[placed], sort=True)[0]
    points = np.asarray(adata.obsm[BASIS])[placed, :2].astype(np.float32)
    lot = lots(contents(points), "map")
    each = _one_of_each(adata, placed, labels, lot)
    each = each if len(each) <= MOST_EVENTS // 4 else each[:0]
    some = choose_events(labels.astype(np.int32), MOST_EVENTS - len(each), lots=[lot])
    return placed[np.union1d(some, each)]


def _one_of_each(
    adata: ad.AnnData, placed: NDArray[np.int64], labels: NDArray[np.int64], lot: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Of each cluster in each sample the event with the least lot, as places in ``placed``."""
    if keys.SAMPLE not in adata.obs:
        return np.zeros(0, dtype=np.int64)
    sample = pd.factorize(adata.obs[keys.SAMPLE].to_numpy()[placed])[0]
    order = np.lexsort((lot, labels, sample))
    pairs = np.column_stack([sample, labels])[order]
    first = np.any(np.diff(pairs, axis=0, prepend=-2), axis=1)
    return np.sort(order[first])


def map_events(adata: ad.AnnData) -> ad.AnnData:
    """The events on the map, each with the cells that it stands for."""
    rows = map_rows(adata)
    drawn = adata[rows].copy()
    drawn.obs[keys.WEIGHT] = stand_for(adata, rows)
    return drawn


def map_data(inputs: Inputs) -> dict[str, Any] | None:
    """Content of the page's ``umap-data``; None where there is no map.

    Numbers are base64 of little-endian arrays: ``x`` and ``y`` uint16 over the map's square, the codes of a category
    uint8 or uint16, a marker uint8 between two of its quantiles. ``weights`` has the cells that events stand for, and
    which of these holds of each event; ``cells`` are all there are. A marker's ``ticks``, ``cut`` and ``shaded`` (ends
    of its colours) are on the scale of its levels; ``cofactor`` turns places into units of the file.
    """
    adata = inputs.adata
    if BASIS not in adata.obsm or not len(rows := map_rows(adata)):
        return None
    points = np.asarray(adata.obsm[BASIS], dtype=np.float64)[rows, :2]
    low, span = points.min(axis=0), float(np.ptp(points, axis=0).max()) or 1.0
    x, y = np.rint((points - low) / span * 65535).astype("<u2").T
    weights, which = np.unique(np.round(stand_for(adata, rows), 4), return_inverse=True)
    limits = positive_limits(adata)
    return {
        "n": len(rows),
        "x": _pack(x),
        "y": _pack(y),
        "width": float(np.ptp(points[:, 0]) / span),
        "height": float(np.ptp(points[:, 1]) / span),
        "kinds": [
            _kind(adata.obs[column], rows, kind)
            for kind, column in KINDS.items()
            if present(adata.obs, column) and (kind != "population" or len(inputs.populations))
        ],
        "weights": {
            "values": weights.tolist(),
            "codes": _pack(which.astype("u1" if len(weights) <= 256 else "<u2")),
            "bytes": 1 if len(weights) <= 256 else 2,
        },
        "cells": round(float(adata.obs[keys.WEIGHT].sum()) if keys.WEIGHT in adata.obs else adata.n_obs),
        "markers": [_marker(adata, name, rows, limits.get(name)) for name in stained(adata)],
        "shades": [_hex(SEQUENTIAL(level)) for level in np.linspace(0.06, 1, SHADES)],
        "pale": LIGHT,
    }


def _kind(column: pd.Series, rows: NDArray[np.int64], kind: str) -> dict[str, Any]:
    """Names, their colours and the events of each; what has no value is left blank and grey."""
    values = column.iloc[rows].astype(object).map(lambda value: text(value).text).to_numpy(dtype=object)
    names = categories(column)
    blank = [] if set(values) <= set(names) else [""]
    shade = colours_of(str(column.name), names) | {"": GREY}
    place = {name: i for i, name in enumerate([*names, *blank])}
    codes = np.array([place.get(value, len(names)) for value in values])
    return {
        "value": kind,
        "names": [*names, *blank],
        "colours": [shade[name] for name in [*names, *blank]],
        "codes": _pack(codes.astype("u1" if len(place) <= 256 else "<u2")),
        "bytes": 1 if len(place) <= 256 else 2,
    }


def _marker(adata: ad.AnnData, name: str, rows: NDArray[np.int64], cut: float | None) -> dict[str, Any]:
    values = np.asarray(adata[:, name].X, dtype=np.float64).ravel()[rows]
    finite = values[np.isfinite(values)]
    low, high = np.quantile(finite, QUANTILES) if finite.size else (0.0, 1.0)
    cut = cut if cut is not None and low - (high - low) < cut < high + (high - low) else None
    if cut is not None:
        low, high = min(low, cut), max(high, cut)
    step = (high - low if high > low else 1.0) / LEVELS
    levels = np.rint(np.clip(np.nan_to_num((values - low) / step), 0, LEVELS)).astype("u1")
    shaded = (np.quantile(finite, SHADED) if finite.size else np.array([low, high])) - low
    unit = file_units(adata, name, math.asinh(1.0))
    return {
        "name": name,
        "label": _label(adata, name),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "values": _pack(levels),
        "shaded": [round(float(end / step), 1) for end in shaded],
        "cut": None if cut is None else round(float((cut - low) / step), 1),
        "cofactor": None if math.isnan(unit) else round(unit, 4),
        "ticks": [
            [round((place - float(low)) / float(step), 1), label]
            for place, label in axis_ticks(adata, name, float(low), float(high), inches=INCHES)
        ],
    }


def _label(adata: ad.AnnData, name: str) -> str:
    """``CD271 · BV421-A``."""
    channel = str(adata.var[keys.CHANNEL][name]) if keys.CHANNEL in adata.var else name
    return name if channel == name else f"{name} · {channel}"


def _pack(values: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


def _hex(colour: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour[:3])
