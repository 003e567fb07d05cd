"""What makes the data themselves doubtful, as far as the tables and the events at hand show it."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.pl.style import NO_NAME
from cytoclust.report._blocks import signal
from cytoclust.report._gather import Inputs
from cytoclust.report._units import file_units
from cytoclust.words import listed, percent, some

__all__ = ["doubts", "unusable"]

NAMELESS = 0.5  # of the cells
FEWEST = 100  # events at hand, of a cluster or sample, to conclude anything from
RISE, PAIRS = 0.5, 3  # Spearman's correlation within clusters, and pairs that reach it
BELOW, SHARE = -1.0, 0.01  # on the arcsinh scale (1.2 cofactors below zero); of the cells


def unusable(inputs: Inputs) -> list[str]:
    """Samples in which no clustered marker varies, markers that are the same in every event, names not to rely on."""
    return [*_unusable(inputs), *(note.sentence for note in inputs.run.notes if note.code in GRAVE)]


GRAVE = ("expected population absent",)


def _unusable(inputs: Inputs) -> list[str]:
    markers = inputs.clustered
    flat = _flat(inputs, markers)
    if markers and all(flat.values()) and flat:
        what = (
            "Every event has the same values" if len(flat) == 1 else "In each sample, every event has the same values"
        )
        return [f"{what} in all markers that were clustered: nothing below says anything about cells. {LOOK_AT_FILE}"]
    known = [
        f"Every event of {name} has the same values: leave this sample out. {LOOK_AT_FILE}"
        for name in flat
        if flat[name]
    ]
    values = _values(inputs, markers)
    same = (
        [name for name, spread in zip(markers, np.ptp(values, axis=0), strict=True) if spread == 0]
        if len(values)
        else []
    )
    if same:
        verb = "has" if len(same) == 1 else "have"
        known.append(
            f"{_listed(same)} {verb} one value in all events: no such detector was on, or the file is damaged."
        )
    return known


LOOK_AT_FILE = "Look at the file in another program: it may be damaged, simulated or emptied."


def doubts(inputs: Inputs) -> list[str]:
    """Most cells without a name, markers that rise together, and medians far below zero."""
    return [*_nameless(inputs), *_together(inputs), *_negative(inputs)]


def _values(inputs: Inputs, markers: list[str]) -> NDArray[np.float64]:
    values = inputs.adata[:, markers].X
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values, dtype=float)


def _flat(inputs: Inputs, markers: list[str]) -> dict[str, bool]:
    """Of each sample with enough events: whether none of these markers varies."""
    adata = inputs.adata
    sample = adata.obs[keys.SAMPLE].astype(str) if keys.SAMPLE in adata.obs else pd.Series("all", index=adata.obs_names)
    values = _values(inputs, markers)
    rows = {name: np.flatnonzero(sample == name) for name in dict.fromkeys(sample)}
    return {name: bool((np.ptp(values[at], axis=0) == 0).all()) for name, at in rows.items() if len(at) >= FEWEST}


def _nameless(inputs: Inputs) -> Iterator[str]:
    table = inputs.clusters
    if not len(inputs.populations) or not {keys.POPULATION, keys.N_EVENTS} <= set(table):
        return
    nameless = table[keys.POPULATION].fillna(keys.UNKNOWN).astype(str).isin([*NO_NAME, ""])
    share = table[keys.N_EVENTS][nameless].sum() / max(table[keys.N_EVENTS].sum(), 1)
    if share > NAMELESS:
        yield (
            f"{percent(share)} of the cells have no name. Check that the rules are meant for such cells, that each"
            " threshold below parts the negative from the positive cells, that the compensation is that of these files,"
            " and what the column “near” of the clusters says."
        )


def _together(inputs: Inputs) -> Iterator[str]:
    """Markers that rise together within clusters.

    Markers of cells of one kind vary nearly independently. What makes them rise together is one signal in several
    detectors: autofluorescence, or spill-over that is still there. Populations cannot, since the correlation is taken
    within each cluster and averaged by the cells of the clusters.
    """
    markers = inputs.clustered
    if keys.CLUSTER not in inputs.adata.obs or len(markers) < PAIRS:
        return
    mean = _within(inputs, markers)
    if mean is None:
        return
    first, second = np.triu_indices(len(markers), 1)
    found = mean[first, second]
    high = int((found > RISE).sum())
    if high >= PAIRS:
        top = int(np.argmax(found))
        yield (
            f"{markers[first[top]]} and {markers[second[top]]}, and {high - 1} other of {len(found)} pairs of markers,"
            " rise together within the clusters: unstained or autofluorescent cells, dead cells, or a spill-over matrix"
            " that does not fit. Look at biplots of such pairs, and at an unstained sample."
        )


def _within(inputs: Inputs, markers: list[str]) -> NDArray[np.float64] | None:
    """Spearman's correlations (m, m) within clusters, averaged by their cells; None where nothing is known."""
    labels = inputs.adata.obs[keys.CLUSTER].astype(str).to_numpy()
    sizes = inputs.cluster_sizes
    values = pd.DataFrame(_values(inputs, markers))
    total, weight = np.zeros((len(markers), len(markers))), 0.0
    for name, rows in values.groupby(labels):
        if len(rows) < FEWEST or (rows.nunique() < 2).any() or str(name) in NO_NAME:
            continue
        size = float(sizes.get(str(name), len(rows)))
        total += size * np.nan_to_num(rows.rank().corr().to_numpy())
        weight += size
    return total / weight if weight else None


def _negative(inputs: Inputs) -> Iterator[str]:
    """Clusters of which a median lies far below zero, as after too much compensation."""
    table = inputs.clusters
    if keys.N_EVENTS not in table or not len(table):
        return
    large = table[table[keys.N_EVENTS] >= SHARE * table[keys.N_EVENTS].sum()].reset_index(drop=True)
    low = []
    for name in (name for name in inputs.clustered if name in large):
        at = int(large[name].astype(float).argmin())
        value = float(large[name].iloc[at])
        units = file_units(inputs.adata, name, value)
        if value < BELOW and math.isfinite(units):
            low.append((value, f"{name} in cluster {large[keys.CLUSTER].iloc[at]} ({signal(units).text})"))
    if low:
        yield (
            f"Medians far below zero, in the units of the file: {_listed([text for _, text in sorted(low)])}. Too much"
            " was compensated there, or the baseline of the instrument was taken off: check the matrix."
        )


def _listed(names: list[str], most: int = 6) -> str:
    return listed(names) if len(names) <= most else some(names, most - 1)
