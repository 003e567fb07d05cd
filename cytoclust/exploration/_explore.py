"""Looking at events in Jupyter."""

from typing import TYPE_CHECKING

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.exploration._from_adata import from_adata
from cytoclust.params import D

if TYPE_CHECKING:
    from anndata import AnnData

    from cytoclust.exploration._widget import ExploreWidget

__all__ = ["explore"]


def explore(adata: "AnnData", *, key: str = keys.CLUSTER, viability: str = D.panel.viability) -> "ExploreWidget":
    """Linked panes of the events: the map, two biplots, histograms and the clusters, with cuts that can be dragged.

    Moving a cut names the clusters again, by the rules that ``ct.tl.annotate`` was given. Nothing is written to
    ``adata``. Where events have a ``weight``, counts are of the events that they stand for.

    Parameters
    ----------
    adata
        Events × markers with clusters, such as a run's ``cohort.h5ad``.
    key
        Column of ``obs`` with the clusters.
    viability
        The viability dye, which names nothing: a marker, ``none`` or ``auto``.

    Returns
    -------
    A widget with ``mask``, ``thresholds`` (in the unit of the file), ``thresholds_yaml``, ``rule``, ``gate``, and
    ``selection`` and ``filters`` that can be set.

    Raises
    ------
    InputError
        There are no clusters, or anywidget is not installed.
    """
    try:
        from cytoclust.exploration._widget import ExploreWidget
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("anywidget", "traitlets", "psygnal"):
            raise
        raise InputError("ct.explore needs anywidget: pip install 'cytoclust[explore]'. Found none.") from None
    return ExploreWidget(from_adata(adata, key=key, viability=viability), adata)
