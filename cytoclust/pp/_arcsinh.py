"""The arcsinh transform of AnnData."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cytoclust import params
from cytoclust.params import D
from cytoclust.pp._apply_transform import apply_transform

if TYPE_CHECKING:
    from anndata import AnnData


def arcsinh(
    adata: "AnnData",
    *,
    cofactor: str | float | Mapping[str, float] = D.transform.cofactor,
    scatter: Sequence[str] = (),
    copy: bool = False,
) -> "AnnData | None":
    """``arcsinh(signal / cofactor)`` of fluorescence and mass channels, and of scatter that is named; others stay.

    Parameters
    ----------
    adata
        Events × channels on the linear scale, compensated.
    cofactor
        ``auto`` from the negative population of each channel (of events that passed quality control), one number, or
        a number for each of some markers or scatter channels, the others being ``auto``.
    scatter
        Scatter channels that are to be clustered on, such as ``["SSC-A"]``: with a third of their median as cofactor,
        their populations are as wide as those of markers.
    copy
        Return a copy instead of writing to ``adata``.

    Returns
    -------
    None, or the copy. Written are ``X``, ``layers["compensated"]`` (the events before), and ``uns["transform"]``:
    ``params``, and ``channels``, a table with the cofactor of each transformed channel.

    Raises
    ------
    InputError
        Transformed before, or a marker that there is not.

    Warns
    -----
    CytoclustWarning
        Files have a spillover matrix that was not applied, or clusters were found before.
    """
    given = dict(cofactor) if isinstance(cofactor, Mapping) else cofactor
    checked = params.check("transform", method="arcsinh", cofactor=given)
    return apply_transform(adata, checked, scatter=scatter, copy=copy)
