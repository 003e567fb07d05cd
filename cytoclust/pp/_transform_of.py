"""The transform that an AnnData records."""

from typing import TYPE_CHECKING

import numpy as np

from cytoclust import keys
from cytoclust.io import Panel
from cytoclust.pp._transform import Transform

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["transform_of"]


def transform_of(adata: "AnnData", panel: Panel) -> Transform:
    """As ``ct.pp.arcsinh`` or ``logicle`` wrote it in ``uns["transform"]``; none where no such step was taken."""
    slot = adata.uns.get(keys.TRANSFORM, {})
    if "channels" not in slot:
        return Transform("none", None)
    table = slot["channels"].reindex(list(panel.names))
    parameters = table.to_numpy(dtype=np.float64)
    parameters = parameters[:, 0] if parameters.shape[1] == 1 else parameters
    return Transform(str(slot["params"]["method"]), parameters)
