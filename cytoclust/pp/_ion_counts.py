"""The cofactor of ion counts, as mass cytometers give them."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.pp._density import smooth_density

__all__ = ["ion_cofactor"]

_COFACTORS: Final = (5.0, 15.0)
"""Cofactors of ion counts. Convention: 5 is what mass cytometrists use, up to 15 where the background is high."""
_SPREADS: Final = 4.0
"""Cofactor over the spread of the negatives. Derived: as of fluorescence (``_estimate_cofactors.py``)."""
_CLEAN: Final = 0.25
"""Quantile of the channels' spreads that is taken: many have a kind of cell just above zero. Chosen: see
sensitivity."""
_UPPER: Final = 0.8413
"""Quantile of the negatives that is a spread above zero. Derived: of a normal distribution."""
_AT_ZERO: Final = 5.0
"""Ions up to which the lowest mode is of negatives. Chosen: see sensitivity."""
_DEEPEST, _NOISE = 0.6, 0.3
"""Depth of the valley above the negatives, and the least bandwidth on the arcsinh scale, which is the counting error.
Chosen: see sensitivity."""
_FEWEST: Final = 200
"""Events that a density needs. Chosen: see sensitivity."""
_ENOUGH: Final = 3
"""Channels whose negatives can stand for those of all. Chosen: see sensitivity."""


def ion_cofactor(values: NDArray[np.float32]) -> float:
    """The cofactor of ion counts (n, q), one for all channels and whole: 5, up to 15 where negatives are wider.

    Four times the spread of the negatives, as of fluorescence; of the cleaner channels (the lower quartile), for in
    many a kind of cell lies just above zero. Negatives end at the valley above the lowest mode, which lies at zero.
    """
    values = values[np.isfinite(values).all(axis=1)]
    if len(values) < _FEWEST:
        return _COFACTORS[0]
    spreads = np.array([_spread(column) for column in values.T.astype(np.float64)])
    spreads = spreads[np.isfinite(spreads)]
    if len(spreads) < _ENOUGH:
        return _COFACTORS[0]
    return float(np.clip(np.round(_SPREADS * np.quantile(spreads, _CLEAN)), *_COFACTORS))


def _spread(values: NDArray[np.float64]) -> float:
    """How far above zero the negatives of a channel reach; NaN where there are none."""
    scaled = np.arcsinh(values / _COFACTORS[0])
    density = smooth_density(scaled, deepest=_DEEPEST, least=_NOISE)
    if not len(density.modes) or _COFACTORS[0] * math.sinh(density.grid[density.modes[0]]) > _AT_ZERO:
        return math.nan
    end = density.grid[density.valleys[0]] if len(density.valleys) else math.inf
    return float(np.quantile(values[scaled <= end], _UPPER))
