"""``cohort.zarr``."""

import warnings
from typing import TYPE_CHECKING

from cytoclust.errors import InputError
from cytoclust.pipeline._context import Context
from cytoclust.slots import packed

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["export_zarr"]


def export_zarr(context: Context, *, adata: "AnnData") -> None:
    """Write the event sample as Zarr.

    Raises
    ------
    InputError
        Zarr is not installed, as anndata before 0.12 allows.
    """
    try:
        with warnings.catch_warnings(), packed(adata):
            warnings.simplefilter("ignore", UserWarning)  # of what other versions of anndata will write
            adata.write_zarr(context.output.path("cohort.zarr"))
    except ImportError:
        raise InputError("export.zarr needs Zarr: pip install 'cytoclust[cloud]'. It is not installed.") from None
