"""Samples by their composition, in two dimensions."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["composition_map"]

PSEUDOCOUNT = 0.5
"""Events that are added to each count, so that its logarithm is known. Convention: Jeffreys' prior of a count."""


def composition_map(counts: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Classical scaling of Aitchison distances: places (samples, 2), and the share of variation on each axis (2,).

    Shares that add up to one cannot rise alone; so logarithms of counts are taken less their mean over the clusters of
    the sample (centred log ratios, Aitchison 1986), and distances between these are Euclidean. Axes are turned so that
    the largest value of each is positive.

    Parameters
    ----------
    counts
        Samples × clusters: events.
    """
    logs = np.log(counts.to_numpy(dtype=np.float64) + PSEUDOCOUNT)
    centred = logs - logs.mean(axis=1, keepdims=True)
    centred -= centred.mean(axis=0, keepdims=True)
    left, size, _ = np.linalg.svd(centred, full_matrices=False)
    places = np.zeros((len(counts), 2))
    shares = np.zeros(2)
    total = float((size**2).sum())
    n = min(2, len(size))
    places[:, :n] = left[:, :n] * size[:n]
    if total > 0:
        shares[:n] = size[:n] ** 2 / total
    turn = np.sign(places[np.abs(places).argmax(axis=0), [0, 1]]) if len(places) else np.ones(2)
    return places * np.where(turn == 0, 1, turn), shares
