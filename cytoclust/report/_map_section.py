"""The data of the interactive map: coordinates, categories and markers of the events, small enough for a page."""

import base64
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
from cytoclust.pl.style import GREY, LIGHT, SEQUENTIAL, categories
from cytoclust.report._blocks import text
from cytoclust.report._gather import Inputs, present

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
QUANTILES = (0.005, 0.995)  # a marker's scale ends there
SHADES = 33
BASIS = "X_umap"


def map_rows(adata: ad.AnnData) -> NDArray[np.int64]:
    """Rows of the events that are drawn: all that have a place, or of many as many, the rare clusters whole."""
    placed = np.flatnonzero(np.isfinite(np.asarray(adata.obsm[BASIS])[:, :2]).all(axis=1))
    if len(placed) <= MOST_EVENTS:
        return placed
    if keys.CLUSTER not in adata.obs:
        return placed[np.unique(np.linspace(0, len(placed) - 1, MOST_EVENTS).astype(int))]
    labels = pd.factorize(adata.obs[keys.CLUSTER].astype(str).to_numpy()[placed], sort=True)[0]
    points = np.asarray(adata.obsm[BASIS])[placed, :2].astype(np.float32)
    return placed[choose_events(labels.astype(np.int32), MOST_EVENTS, lots=[lots(contents(points), "map")])]


def map_events(adata: ad.AnnData) -> ad.AnnData:
    """The events on the map; where some were left out, each stands for those of its cluster."""
    rows = map_rows(adata)
    drawn = adata[rows].copy()
    placed = np.isfinite(np.asarray(adata.obsm[BASIS])[:, :2]).all(axis=1)
    if len(rows) == placed.sum() or keys.CLUSTER not in adata.obs:
        return drawn
    weight = pd.Series(adata.obs.get(keys.WEIGHT, 1.0), index=adata.obs_names)
    cluster = adata.obs[keys.CLUSTER].astype(str)
    all_, some = (weight.iloc[at].groupby(cluster.iloc[at].to_numpy()).sum() for at in (np.flatnonzero(placed), rows))
    drawn.obs[keys.WEIGHT] = weight.iloc[rows].to_numpy() * cluster.iloc[rows].map(all_ / some).to_numpy()
    return drawn


def map_data(inputs: Inputs) -> dict[str, Any] | None:
    """Content of the page's ``umap-data``; None where there is no map.

    Numbers are base64 of little-endian arrays: ``x`` and ``y`` uint16 over the map's square, the codes of a category
    uint8 or uint16, a marker uint8 between two of its quantiles.
    """
    adata = inputs.adata
    if BASIS not in adata.obsm or not len(rows := map_rows(adata)):
        return None
    points = np.asarray(adata.obsm[BASIS], dtype=np.float64)[rows, :2]
    low, span = points.min(axis=0), float(np.ptp(points, axis=0).max()) or 1.0
    x, y = np.rint((points - low) / span * 65535).astype("<u2").T
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
        "markers": [_marker(adata, name, rows) for name in stained(adata)],
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


def _marker(adata: ad.AnnData, name: str, rows: NDArray[np.int64]) -> dict[str, Any]:
    values = np.asarray(adata[:, name].X, dtype=np.float64).ravel()[rows]
    finite = values[np.isfinite(values)]
    low, high = np.quantile(finite, QUANTILES) if finite.size else (0.0, 1.0)
    scaled = np.clip((values - low) / (high - low if high > low else 1.0), 0, 1)
    levels = np.rint(255 * np.nan_to_num(scaled)).astype("u1")
    return {"name": name, "low": round(float(low), 4), "high": round(float(high), 4), "values": _pack(levels)}


def _pack(values: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


def _hex(colour: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour[:3])
