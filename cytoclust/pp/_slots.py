"""Reading and writing the slots of AnnData that every shell here uses."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io import STAINS, Panel, channel_key, marker_key, signal_type_of
from cytoclust.pp._preparation import Preparation

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = [
    "AdataRows", "events_of", "origin_of", "panel_of", "passed_rows", "preparations_of", "qc_codes",
    "refuse_transformed", "samples_of", "writable",
]  # fmt: skip


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

    channels, markers = column(keys.CHANNEL, names), column(keys.MARKER, names)
    kinds = cast(tuple[keys.SignalType, ...], column(keys.SIGNAL_TYPE, ("fluorescence",) * len(names)))
    roles = cast(tuple[keys.Role, ...], column(keys.ROLE, ()))
    return Panel(
        names=names,
        channels=channels,
        markers=markers,
        signal_types=kinds,
        identities=tuple(
            marker_key(marker) if marker else channel_key(channel)
            for channel, marker in zip(channels, markers, strict=True)
        ),
        roles=roles if _fit(roles, kinds) else (),
    )


def _fit(roles: tuple[keys.Role, ...], kinds: tuple[keys.SignalType, ...]) -> bool:
    """Whether roles are such that the types, which may have been edited since, agree with them."""
    pairs = zip(roles, kinds, strict=False)
    return set(roles) <= set(keys.ROLES) and all(
        (signal_type_of(role) or (kind if kind in STAINS else None)) == kind for role, kind in pairs
    )


def samples_of(adata: "AnnData") -> Iterator[tuple[str, np.ndarray]]:
    """Each sample and the positions of its events; one sample without a name if there is no ``sample_id``."""
    if keys.SAMPLE not in adata.obs:
        yield "", np.arange(adata.n_obs)
        return
    labels = adata.obs[keys.SAMPLE].astype(str).to_numpy()
    for sample in dict.fromkeys(labels.tolist()):
        yield sample, np.flatnonzero(labels == sample)


class AdataRows:
    """Rows of one sample of an AnnData, whether X is dense, sparse, in dask or on disk."""

    def __init__(
        self, adata: "AnnData", where: np.ndarray, *, check: np.ndarray | None = None, layer: str | None = None
    ):
        """``where`` are the sample's rows; events that pass must be usable in the columns of ``check``.

        ``layer`` is read in the place of ``X``.
        """
        self._adata, self._where, self._check, self._layer = adata, where, check, layer

    def __len__(self) -> int:
        return len(self._where)

    def __getitem__(self, rows: slice | np.ndarray, /) -> np.ndarray:
        at = self._where[rows]
        if not len(at):
            return np.empty((0, self._adata.n_vars), dtype=np.float32)
        low = int(at.min())
        events_of: Any = self._adata.X if self._layer is None else self._adata.layers[self._layer]
        block: Any = events_of[low : int(at.max()) + 1][at - low]
        block = block.compute() if hasattr(block, "compute") else block  # dask
        block = block.toarray() if hasattr(block, "toarray") else block  # sparse
        events = np.ascontiguousarray(block, dtype=np.float32)
        if self._check is not None:
            self._refuse_unusable(events, at)
        return events

    def _refuse_unusable(self, events: np.ndarray, at: np.ndarray) -> None:
        usable = (np.abs(events[:, self._check]) <= LARGEST).all(axis=1)
        if not usable.all():
            raise InputError(
                f"X must be finite, and at most {LARGEST:g}, in events to be clustered. "
                f"Row {int(at[~usable][0])} is not: drop it, or mark it in obs[{keys.QC_COLUMN!r}]."
            )


LARGEST = 1e15
"""Beyond this, events are refused. Derived: squares of larger values, summed over markers, do not fit a float32."""


def qc_codes(adata: "AnnData") -> np.ndarray:
    """Index into ``keys.QC`` of each event (n,) uint8; all ok without a column ``qc``, and other words are not ok."""
    if keys.QC_COLUMN not in adata.obs:
        return np.full(adata.n_obs, keys.QC_OK, dtype=np.uint8)
    column = adata.obs[keys.QC_COLUMN].astype("category")
    place = [keys.QC.index(name) if name in keys.QC else NOT_OK for name in column.cat.categories.astype(str)]
    return np.array([*place, NOT_OK], dtype=np.uint8)[column.cat.codes.to_numpy()]


def passed_rows(adata: "AnnData") -> np.ndarray:
    """Rows of the events that passed quality control, sample after sample, int64."""
    passed = qc_codes(adata) == keys.QC_OK
    return np.concatenate([where[passed[where]] for _, where in samples_of(adata)])


NOT_OK = 255
"""Code of an event that another program set aside. Bears on no result: a name."""


def preparations_of(adata: "AnnData", *, check: np.ndarray | None = None) -> dict[str, Preparation]:
    """Each sample of an AnnData as the steps take it, on the scale that X has; its rows are ``samples_of``.

    ``check`` are columns in which events that pass must be finite.
    """
    codes = qc_codes(adata)
    return {
        name: Preparation(AdataRows(adata, where, check=check), codes[where], origin=origin_of(adata, where))
        for name, where in samples_of(adata)
    }


def origin_of(adata: "AnnData", where: np.ndarray) -> AdataRows:
    """Some rows as they were before the transform, whatever they hold: what lots are made of."""
    return AdataRows(adata, where, layer=keys.COMPENSATED if keys.COMPENSATED in adata.layers else None)


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
