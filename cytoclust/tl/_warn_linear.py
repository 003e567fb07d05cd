"""Events that were not transformed."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import warn

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["LOOKED_AT", "warn_linear"]

LOOKED_AT = 10_000
"""Events whose values are looked at."""
BEYOND, FAR_BEYOND = 100.0, 10_000.0
"""No arcsinh, logicle or logarithm goes beyond the first; scales of 1,024 or 4,096 steps stay below the second."""


def warn_linear(adata: "AnnData", events: NDArray[np.float32], *, by: str) -> None:
    """Warn of events (n, p) on the linear scale: of our own reader, or of any origin if they surely are."""
    if keys.TRANSFORM in adata.uns:
        return
    top = np.quantile(np.abs(events), 0.999, axis=0).max()
    if top > (BEYOND if keys.SIGNAL_TYPE in adata.var else FAR_BEYOND):
        warn(f"X is on the linear scale (values of {top:,.0f}): run ct.pp.arcsinh first.", by=by)
