"""Reading and writing the slots of AnnData that every shell here uses."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io import Panel
from cytoclust.pp._pooled_rows import pooled_rows
from cytoclust.registry import TRANSFORMS

if TYPE_CHECKING:
    from anndata import AnnData

FIT_EVENTS = 60_000  # of a sample, for its quality model
_POOL_EVENTS = 400_000  # of all samples together, for the transform


def writable(adata: "AnnData", copy: bool) -> "AnnData":
    """The object to write to: a copy if wanted; a view is made actual first."""
    if copy:
        return adata.copy()
    if adata.is_view:
        adata._init_as_actual(adata.copy())
    return adata


def events_of(adata: "AnnData") -> np.ndarray:
    """``X`` as float32 (n, p), C-contiguous."""
    if not isinstance(adata.X, np.ndarray):
        raise InputError(f"X must be a dense array of events × channels. Got {type(adata.X).__name__} instead.")
    return np.ascontiguousarray(adata.X, dtype=np.float32)


def panel_of(adata: "AnnData", *, strict: bool = True) -> Panel:
    """The columns of AnnData as a panel; unless ``strict``, columns of another origin are taken to be stained markers.

    Raises
    ------
    InputError
        ``strict``, and ``var`` lacks what ``ct.io.read_fcs`` writes.
    """
    names = tuple(adata.var_names.astype(str))
    missing = [column for column in (keys.CHANNEL, keys.MARKER, keys.SIGNAL_TYPE) if column not in adata.var]
    if missing and strict:
        raise InputError(f"var must have the column {missing[0]!r}, as ct.io.read_fcs writes it. Got none.")

    def column(name: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(adata.var[name].astype(str)) if name in adata.var else otherwise

    return Panel(
        names=names,
        channels=column(keys.CHANNEL, names),
        markers=column(keys.MARKER, names),
        signal_types=cast(tuple[keys.SignalType, ...], column(keys.SIGNAL_TYPE, ("fluorescence",) * len(names))),
    )


def samples_of(adata: "AnnData") -> Iterator[tuple[str, np.ndarray]]:
    """Each sample and the positions of its events; one sample without a name if there is no ``sample_id``."""
    if keys.SAMPLE not in adata.obs:
        yield "", np.arange(adata.n_obs)
        return
    labels = adata.obs[keys.SAMPLE].astype(str).to_numpy()
    for sample in dict.fromkeys(labels.tolist()):
        yield sample, np.flatnonzero(labels == sample)


def pooled_share(n_samples: int) -> int:
    """How many events of each sample the transform is learnt from."""
    return max(2_000, _POOL_EVENTS // max(n_samples, 1))


def pooled_events(adata: "AnnData") -> np.ndarray:
    """Events that passed quality control, evenly pooled over samples, as the transform is learnt from."""
    events, samples = events_of(adata), list(samples_of(adata))
    pooled = []
    for _, where in samples:
        rows = where[pooled_rows(len(where), FIT_EVENTS)]
        if keys.QC_COLUMN in adata.obs:
            rows = rows[(adata.obs[keys.QC_COLUMN].to_numpy() == "ok")[rows]]
        pooled.append(events[rows[pooled_rows(len(rows), pooled_share(len(samples)))]])
    return np.concatenate(pooled) if pooled else events


def refuse_transformed(adata: "AnnData", step: str) -> None:
    """Refuse a step that needs the linear scale on data that have left it."""
    if keys.TRANSFORM in adata.uns:
        method = _method(adata.uns[keys.TRANSFORM])
        raise InputError(
            f"pp.{step} needs the linear scale, and X is transformed already ({method}, see uns[{keys.TRANSFORM!r}]): "
            "read the events again."
        )


def _method(record: Any) -> str:
    return str(record.get("params", {}).get("method", "unknown")) if hasattr(record, "get") else "unknown"


def transform_table(parameters: np.ndarray, names: Sequence[str], *, method: str = "") -> pd.DataFrame:
    """The table ``uns["transform"]["channels"]``: the cofactor, or logicle's T and W, of each transformed channel.

    The columns are those of the ``method``; where none is given, the number of parameters tells it.
    """
    width = 1 if parameters.ndim == 1 else parameters.shape[1]
    row = TRANSFORMS[method] if method else next(row for row in TRANSFORMS.ours if len(row.columns) == width)
    return pd.DataFrame(parameters, columns=list(row.columns), index=pd.Index(list(names), dtype=object)).dropna()
