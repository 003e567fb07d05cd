"""The logicle transform of AnnData."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cytoclust import params
from cytoclust.pp._apply_transform import apply_transform

if TYPE_CHECKING:
    from anndata import AnnData


def logicle(adata: "AnnData", *, scatter: Sequence[str] = (), copy: bool = False) -> "AnnData | None":
    """The logicle scale of fluorescence and mass channels; scatter (unless named) and time stay as they are.

    Parameters
    ----------
    adata
        Events × channels on the linear scale, compensated.
    scatter
        Scatter channels that are to be clustered on, such as ``["SSC-A"]``.
    copy
        Return a copy instead of writing to ``adata``.

    Returns
    -------
    None, or the copy. Written are ``X``, ``layers["compensated"]`` (the events before), and ``uns["transform"]``:
    ``params``, and ``channels``, a table with T and W of each transformed channel.

    Raises
    ------
    InputError
        Transformed before.

    Warns
    -----
    CytoclustWarning
        Files have a spillover matrix that was not applied, or clusters were found before.
    """
    return apply_transform(adata, params.check("transform", method="logicle"), scatter=scatter, copy=copy)
