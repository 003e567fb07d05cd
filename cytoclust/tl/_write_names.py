"""Names of clusters into AnnData, and the cuts of controls out of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys, slots
from cytoclust.positivity import Control
from cytoclust.rules import Naming, RuleSet

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["read_cuts", "write_names"]


def write_names(
    adata: "AnnData",
    labels: NDArray[np.integer],
    naming: Naming,
    *,
    rules: RuleSet | None,
    params: Mapping[str, Any],
    key: str = keys.POPULATION,
) -> None:
    """See :func:`cytoclust.slots.write_names`; ``labels`` are rows of ``naming.table`` (n,), -1 for none."""
    slots.write_names(
        adata, labels, naming.table,
        thresholds=naming.thresholds.to_frame(), by_batch=naming.thresholds.to_frame(by_batch=True),
        limits=naming.limits, rules=rules.to_json() if rules else "", params=params, key=key,
    )  # fmt: skip


def read_cuts(adata: "AnnData") -> list[Control]:
    """Cuts of control files in ``uns["controls"]``."""
    table = adata.uns.get(keys.CONTROLS)
    if table is None:
        return []
    return [
        Control(
            str(row.marker), str(row.batch) or None, float(row.cut), float(row.uncertainty), str(row.source),
            bound=bool(row.bound),
        )
        for row in table.itertuples(index=False)
    ]  # fmt: skip
