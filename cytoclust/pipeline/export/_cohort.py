"""``cohort.h5ad``."""

from typing import TYPE_CHECKING

from cytoclust.pipeline._context import Context
from cytoclust.slots import packed

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["export_cohort"]


def export_cohort(context: Context, *, adata: "AnnData") -> None:
    """Write the event sample."""
    with packed(adata):
        adata.write_h5ad(context.output.path("cohort.h5ad"))
