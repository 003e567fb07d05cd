"""States of a marker: the words of the rule language and the probabilities behind them."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final, Literal, get_args

import numpy as np
from scipy.special import ndtr

from cytoclust.normal import ERROR_OF_MEDIAN
from cytoclust.positivity._autofluorescence import corrected_medians
from cytoclust.positivity._one_mode import CANNOT_TELL
from cytoclust.positivity._profile import Profile
from cytoclust.positivity._thresholds import Thresholds

__all__ = ["LEVELS", "SURE", "WORDS", "Level", "level_probabilities", "set_probability", "spell"]

Level = Literal["negative", "dim", "mid", "bright"]
LEVELS: Final = get_args(Level)  # from low to high; every positive cell is dim, mid or bright

_NEGATIVE: Final = frozenset[Level]({"negative"})
_POSITIVE: Final = frozenset[Level]({"dim", "mid", "bright"})
_LOW: Final = frozenset[Level]({"negative", "dim"})
_BRIGHT: Final = frozenset[Level]({"bright"})
WORDS: Final = MappingProxyType(
    {
        "-": _NEGATIVE,
        "neg": _NEGATIVE,
        "negative": _NEGATIVE,
        "+": _POSITIVE,
        "pos": _POSITIVE,
        "positive": _POSITIVE,
        "dim": frozenset[Level]({"dim"}),
        "low": _LOW,
        "mid": frozenset[Level]({"mid"}),
        "bright": _BRIGHT,
        "high": _BRIGHT,
    }
)
"What a rule may say of a marker, and the levels it allows."

SURE: Final = 0.8
"""A state is spelled out from this probability. Chosen: see sensitivity."""
_WITHIN = 0.3
"""Of a spread: how far the median of a cluster moves between samples and splinters. Chosen: see sensitivity."""
_ROUNDING = 1e-9
"""Bears on no result: a share of events below this is rounding."""
_ONE_MODE = 0.9
"""Certainty of what a marker with one mode is taken for. Chosen: see sensitivity."""


def level_probabilities(profile: Profile, thresholds: Thresholds) -> np.ndarray:
    """Probability ``(c, m, 4)`` that a cluster's typical cell is negative, dim, mid or bright.

    A cut is taken as normal; its standard deviation joins the cut's own uncertainty, the standard error of the
    cluster's median, and 0.3 spreads for what moves between samples. Half of a cluster's autofluorescence is taken off
    (:func:`corrected_medians`), and what it may be more or less is doubt. Where batches differ each judges its own part
    of a cluster, and the parts are weighed by their events: a cluster that batches see differently is uncertain; events
    without a batch are judged by the cuts of the cohort. Levels that the data do not tell apart are nan, and their
    probability is in ``mid``; where nothing tells what a marker's only mode is, all are nan.
    """
    whole = _levels(profile, thresholds, thresholds.of_batch(""))
    if not thresholds.batches or thresholds.batches != profile.batches:
        return whole
    levels, rest = np.zeros_like(whole), np.ones((len(whole), 1, 1))
    for batch, part in zip(thresholds.batches, profile.parts(), strict=True):
        share = (part.n_events / np.maximum(profile.n_events, 1))[:, None, None]
        levels += np.where(share > 0, share * _levels(part, thresholds, thresholds.of_batch(batch)), 0)
        rest -= share
    levels += np.where(rest > _ROUNDING, rest * whole, 0)
    return np.where(np.isnan(whole), np.nan, levels)


def _levels(profile: Profile, thresholds: Thresholds, cuts: np.ndarray) -> np.ndarray:
    """The same by one set of cuts ``(m, 4)``."""
    cut, dim_end, bright_start, own = cuts.T
    medians = corrected_medians(profile.medians, thresholds.negative, thresholds.spread)
    doubt = (profile.medians - medians) ** 2 / 3  # variance of what is spread evenly from none to twice that
    error = ERROR_OF_MEDIAN * thresholds.spread / np.sqrt(np.maximum(profile.n_events, 1))[:, None]
    sd = np.sqrt(np.nan_to_num(own) ** 2 + error**2 + (_WITHIN * thresholds.spread) ** 2 + doubt)
    positive, over_dim, bright = (ndtr((medians - at) / sd) for at in (cut, dim_end, bright_start))
    for marker, sign in enumerate(thresholds.only):
        if sign == CANNOT_TELL:
            positive[:, marker] = np.nan
        elif sign:
            positive[:, marker] = _ONE_MODE if sign == "+" else 1 - _ONE_MODE
    dim = np.maximum(positive - over_dim, 0)
    mid = np.maximum(positive - np.nan_to_num(dim) - np.nan_to_num(bright), 0)  # nan where positive is
    return np.stack([1 - positive, dim, mid, bright], axis=2)


def set_probability(levels: np.ndarray, allowed: frozenset[Level]) -> np.ndarray:
    """Probability ``(c,)`` that a marker, with level probabilities ``(c, 4)``, is at one of the allowed levels.

    nan where the data do not resolve any of the allowed levels.
    """
    part = levels[:, [LEVELS.index(level) for level in LEVELS if level in allowed]]
    total = np.nansum(part, axis=1)
    return np.where(np.isnan(part).all(axis=1), np.nan, np.minimum(total, 1))


def spell(allowed: Iterable[Level]) -> str:
    """A set of levels as written in a phenotype: ``-``, ``+``, ``dim``, ``bright`` or ``-/dim``."""
    wanted = frozenset(allowed)
    for word in ("-", "+", "dim", "bright"):
        if WORDS[word] == wanted:
            return word
    short = {"negative": "-", "dim": "dim", "mid": "+", "bright": "bright"}
    return "/".join(short[level] for level in LEVELS if level in wanted)
