"""``cohort.h5ad``."""

from typing import TYPE_CHECKING

from cytoclust.pipeline._context import Context

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["export_cohort"]


def export_cohort(context: Context, *, adata: "AnnData") -> None:
    """Write the event sample."""
    adata.write_h5ad(context.output.path("cohort.h5ad"))
