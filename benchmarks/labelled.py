"""Real events with manual gates, prepared as README.md of ``../shared/data`` says of each set."""

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.datasets import FF, load
from benchmarks.score import NOT_SCORED
from benchmarks.shapes import SHAPES, Made

__all__ = ["LABELLED", "made"]

BODENMILLER = ["CD20", "IgM", "CD4", "CD33", "HLA-DR", "CD14", "CD7", "CD3", "CD123"]
ASIDE = r"0$|debris|doublet|other type|notcell|dead"
"""Labels that begin so are clustered and not scored; ``0`` is outside every gate."""


def _events(
    names: Sequence[str],
    *,
    markers: Sequence[str] | None = None,
    labels: Sequence[str] = (),
    cofactor: float | str = "",
    raw: bool = False,
) -> Made:
    """Events of one or more files, and the label of each.

    Parameters
    ----------
    names
        Of the files.
    markers
        By which events are clustered, all by default.
    labels
        Files of labels where these are not called like the files.
    cofactor
        Of arcsinh; "" where values are transformed already.
    raw
        Compensation and quality control are ours to do.
    """
    import cytoclust as ct
    from cytoclust.executor import Threads
    from cytoclust.pp import PreparedEvents, choose_markers, panel_of, preparations_of, spread_samples

    with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
        sheet = pd.DataFrame({"sample_id": names, "path": [str(FF / f"{name}.fcs") for name in names]})
        sheet.to_csv(Path(folder) / "samples.csv", index=False)
        adata = ct.io.read_samples(Path(folder) / "samples.csv")
    files = labels or [f"{name}.labels.csv" for name in names]
    kinds = pd.concat([pd.read_csv(FF / file)["label"].astype(str) for file in files], ignore_index=True)
    if raw:
        ct.pp.compensate(adata)
        ct.pp.quality(adata)
        kinds = kinds[(adata.obs["qc"] == "ok").to_numpy()]
    if cofactor == "auto":
        ct.pp.arcsinh(adata)
    elif isinstance(cofactor, float):
        ct.pp.arcsinh(adata, cofactor=cofactor)
    panel = panel_of(adata, strict=False)
    columns = choose_markers(panel, markers, "auto")
    samples, _ = spread_samples(list(preparations_of(adata, check=columns).values()), panel, executor=Threads(1))
    source = PreparedEvents(samples, columns, size=2**20)
    events = np.concatenate([source.block(number) for number in range(len(source.sizes))])
    return events, kinds.where(~kinds.str.lower().str.match(ASIDE), NOT_SCORED).to_numpy().astype(str)


FL = [f"FL{number}.H" for number in range(1, 5)]
LABELLED = {
    "gvhd01": partial(_events, ["gvhd01"], markers=FL),
    "gvhd05": partial(_events, ["gvhd05"], markers=FL),
    "optimalflow 1": partial(_events, ["optimalflow_Cytometry1"]),
    "optimalflow 20": partial(_events, ["optimalflow_Cytometry20"]),
    "bodenmiller": partial(
        _events, [f"bodenmiller_{well}" for well in ("H01", "H05", "H08", "H12")], markers=BODENMILLER, cofactor=5.0
    ),
    "cytoMEM": partial(_events, ["cytomem_cytomem_pbmc"], labels=["cytomem_labels.csv"], cofactor="auto"),
    "activation": partial(_events, [f"Activation_{number}" for number in (1, 2, 15, 16)], cofactor="auto", raw=True),
}


def made(name: str, *, seed: int) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Events and kinds of a set by name: one of LABELLED, of SHAPES, or of :mod:`benchmarks.datasets`."""
    if name in LABELLED:
        return LABELLED[name]()
    if name in SHAPES:
        return SHAPES[name](seed)
    data = load(name, seed=seed)
    return np.load(data.events), np.array(data.kinds)[data.codes]
