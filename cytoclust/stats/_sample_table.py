"""One row a sample: events, tumour, and whether blood diluted the marrow."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.normal import SD_OF_MAD

__all__ = ["sample_table"]

PLACES = ("marrow", "blood")
LEAST = 20
"""Median events over samples of a population that says something. Chosen: see sensitivity."""
OTHERS = 5
"""Other samples that a sample must have to be compared with. Chosen: see sensitivity."""
FALL, FAR = 1.0, 3.0
"""Diluted: the index is lower by this (half as much marrow to blood), and by so many spreads of the other samples.
Chosen: see sensitivity."""
ANSWERS = keys.DILUTED


def sample_table(
    counts: pd.DataFrame,
    sheet: pd.DataFrame,
    *,
    quality: pd.DataFrame,
    parents: Mapping[str, str],
    malignant: Collection[str] = (),
    compartments: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The table ``samples.csv``.

    An aspirate always holds blood, and the more of it, the fewer of the cells that live in marrow only (progenitors,
    precursors, plasma cells, stromal cells) and the more of those that blood brings (Brooimans et al., Cytometry B
    2009;76B:18; Delgado et al., J Immunol Methods 2017;442:54, who count CD34+ cells, plasma cells and mature
    granulocytes). ``marrow_index`` is the mean log2 count of the populations of marrow less that of the populations of
    blood: each population has the same say. ``hemodilution`` is ``yes`` where it lies far below the other samples: by
    half, by three robust spreads with counting error, and so with any one population left out. It is ``not evaluable``
    with fewer than two populations on either side, fewer than five other samples, or too few events to see a fall by
    half.

    It cannot know dilution that all samples share, nor tell it from a marrow with fewer precursors (after therapy, in
    aplasia, displaced by tumour) or more lymphocytes: it is a reason to look, and to doubt an absence. Blood counts or
    red cells in the aspirate would tell; FCS files have neither.

    Parameters
    ----------
    counts
        Samples × populations: events given this very name.
    sheet
        Index sample: ``patient_id, group, timepoint, batch``, as far as known.
    quality
        Samples × codes of quality control: events.
    parents
        Parent of each population.
    malignant
        Populations that are tumour.
    compartments
        ``marrow`` or ``blood``, for populations that live there.

    Returns
    -------
    ``sample_id, patient_id, group, timepoint, batch, n_events, n_ok, n_malignant, marrow_index, hemodilution``.
    """
    samples = counts.index
    columns: dict[str, Any] = {keys.SAMPLE: samples}
    columns |= {key: sheet[key].reindex(samples).to_numpy() if key in sheet else "" for key in keys.SHEET_COLUMNS}
    events, places = _gathered(counts, parents, compartments or {})
    index, answer = _dilution(events, places)
    columns |= {
        keys.N_EVENTS: quality.reindex(samples).sum(axis=1).to_numpy(),
        keys.N_OK: counts.sum(axis=1).to_numpy(),
        keys.N_MALIGNANT: counts.loc[:, counts.columns.isin(list(malignant))].sum(axis=1).to_numpy(),
        keys.MARROW_INDEX: index,
        keys.HEMODILUTION: answer,
    }
    return pd.DataFrame(columns)


def _gathered(
    counts: pd.DataFrame, parents: Mapping[str, str], compartments: Mapping[str, str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Samples × branches that live in one place, as far as they have events; whether each lives in marrow."""
    heads = {}
    for name in counts.columns:
        head = name
        while compartments.get(parents.get(head, keys.ROOT)) == compartments.get(name, ""):
            head = parents[head]
        if compartments.get(name) in PLACES:
            heads[name] = head
    gathered = counts[list(heads)].T.groupby(list(heads.values()), sort=True).sum().T
    gathered = gathered.loc[:, gathered.median() >= LEAST]
    return gathered.to_numpy(dtype=np.float64), np.array(
        [compartments[str(name)] == PLACES[0] for name in gathered], dtype=np.bool_
    )


def _dilution(events: NDArray[np.float64], marrow: NDArray[np.bool_]) -> tuple[NDArray[np.float64], list[str]]:
    """Marrow index of each sample, NaN where a side is missing, and whether it is diluted."""
    n, k = events.shape
    yes, no, unknown = ANSWERS
    if marrow.all() or not marrow.any():
        return np.full(n, np.nan), [unknown] * n
    index, error = _index(events, marrow)
    if min(marrow.sum(), (~marrow).sum()) < 2 or n <= OTHERS:
        return index, [unknown] * n
    low = _below(index, error)
    for left_out in range(k):
        kept = np.arange(k) != left_out
        low &= _below(*_index(events[:, kept], marrow[kept]))
    return index, [unknown if FAR * e > FALL else yes if is_low else no for is_low, e in zip(low, error, strict=True)]


def _index(events: NDArray[np.float64], marrow: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean log2 of the marrow's populations less that of the blood's, with the standard error of counting."""
    weight = np.where(marrow, 1 / marrow.sum(), -1 / (~marrow).sum())
    variance = 1 / (events + 0.5) / np.log(2) ** 2
    return np.log2(events + 0.5) @ weight, np.sqrt(variance @ weight**2)


def _below(index: NDArray[np.float64], error: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each is far below the others."""
    low = np.zeros(len(index), dtype=bool)
    for sample in range(len(index)):
        others = np.delete(index, sample)
        centre = np.median(others)
        spread = SD_OF_MAD * np.median(np.abs(others - centre))
        fall = centre - index[sample]
        low[sample] = fall > FALL and fall > FAR * np.hypot(spread, error[sample])
    return low
