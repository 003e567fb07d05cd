"""AnnData of two samples, as ct.io.read_samples builds it."""

import numpy as np
import pandas as pd
from anndata import AnnData

from tests.pp.marrow import COLUMNS, MARKERS, PANEL, SIGNAL_TYPES, marrow

SPILL = pd.DataFrame(
    [[1.0, 0.2, 0.0], [0.02, 1.0, 0.1], [0.0, 0.05, 1.0]],
    index=["FITC-A", "PE-A", "APC-A"],
    columns=["FITC-A", "PE-A", "APC-A"],
)


def cohort(n: int = 4000, *, compensated: bool = False) -> AnnData:
    """Samples A and B of n events each; A has a spillover matrix, B another. They may be said to be compensated."""
    events = np.concatenate([marrow(n=n, seed=1).events, marrow(n=n, seed=2).events])
    var = pd.DataFrame(
        {"channel": COLUMNS, "marker": MARKERS, "signal_type": pd.Categorical(SIGNAL_TYPES)}, index=list(PANEL.names)
    )
    obs = pd.DataFrame(
        {"sample_id": pd.Categorical(np.repeat(["A", "B"], n)), "event": np.tile(np.arange(n), 2)},
        index=[f"{sample}:{event}" for sample in "AB" for event in range(n)],
    )
    adata = AnnData(X=events, obs=obs, var=var)
    adata.uns["meta"] = {"A": {"$CYT": "x", "spill": SPILL}, "B": {"$CYT": "x", "spill": SPILL.T.copy()}}
    if compensated:
        adata.uns["compensate"] = {"params": {"enabled": False}}
    return adata
