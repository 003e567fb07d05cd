"""The events that gates are held against: of a file, or of an AnnData as it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io._event_file import EventFile
from cytoclust.io._open_events import open_events
from cytoclust.io._types import Spillover
from cytoclust.slots import read_meta

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["Events", "as_events"]


@dataclass(frozen=True, eq=False)
class Events:
    """Events of one sample, on the linear scale and not compensated.

    Attributes
    ----------
    names
        What the sample and its file are called.
    channels, labels
        $PnN and $PnS of each channel.
    n_events
        n.
    numbers
        Number of each event in its file (n,); None where all are there, in order.
    spill
        The file's own matrix.
    text
        Keywords.
    """

    names: tuple[str, ...]
    channels: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    n_events: int
    spill: Spillover | None
    text: Mapping[str, str]
    numbers: NDArray[np.int64] | None = None
    file: EventFile | None = field(default=None, repr=False)
    values: Any = field(default=None, repr=False)

    def read(self, start: int, stop: int, columns: list[int]) -> NDArray[np.float64]:
        """Events ``start`` to ``stop`` × ``columns``."""
        if self.file is not None:
            return np.asarray(self.file.read(start, min(stop, self.n_events), columns=columns), dtype=np.float64)
        rows = self.values[start:stop]
        rows = rows.toarray() if hasattr(rows, "toarray") else np.asarray(rows)
        return np.asarray(rows[:, columns], dtype=np.float64)


def as_events(data: "str | Path | EventFile | AnnData", *, dataset: int | None = None) -> Events:
    """A file, an open one, or an AnnData of one sample that :func:`read_fcs` or :func:`read_samples` gave.

    Raises
    ------
    InputError
        The file cannot be read; the AnnData holds several samples, or events that are no longer as they were read.
    """
    if hasattr(data, "obs") and hasattr(data, "var"):
        return _of_adata(data)
    file: Any = open_events(data, dataset=dataset) if isinstance(data, str | Path) else data
    return Events(
        names=(file.path.name,),
        channels=tuple(channel.name for channel in file.channels),
        labels=tuple((channel.label.strip(), channel.marker) for channel in file.channels),
        n_events=file.n_events,
        spill=file.spill,
        text=file.text,
        file=file,
    )


def _of_adata(adata: Any) -> Events:
    changed = [step for step in (keys.COMPENSATE, keys.TRANSFORM) if step in adata.uns]
    if changed:
        raise InputError(
            f"Gates need events as they were read; this AnnData went through {changed[0]}. Read the gates before "
            "that, or give the file."
        )
    samples = list(map(str, adata.obs[keys.SAMPLE].unique())) if keys.SAMPLE in adata.obs else []
    if len(samples) > 1:
        raise InputError(f"Gates are read for one sample; this AnnData holds {len(samples)}. Give adata[rows of one].")
    meta = read_meta(adata)
    meta = meta.get(samples[0], {}) if samples and isinstance(meta.get(samples[0]), Mapping) else meta
    spill = meta.get(keys.SPILL)
    numbers = adata.obs[keys.EVENT].to_numpy(dtype=np.int64) if keys.EVENT in adata.obs else np.arange(adata.n_obs)
    text = {str(key): str(value) for key, value in meta.items() if isinstance(value, str)}
    whole = bool((numbers == np.arange(adata.n_obs)).all()) and text.get("$TOT", str(adata.n_obs)).strip() == str(
        adata.n_obs
    )
    column = adata.var[keys.CHANNEL] if keys.CHANNEL in adata.var else adata.var_names.to_series()
    labels = adata.var.get(keys.MARKER, column)
    return Events(
        names=(*samples, text.get("$FIL", "")),
        channels=tuple(map(str, column)),
        labels=tuple((str(label),) for label in labels),
        n_events=int(adata.n_obs),
        spill=None if spill is None else Spillover(tuple(map(str, spill.index)), spill.to_numpy(dtype=np.float64)),
        text=text,
        numbers=None if whole else numbers,
        values=adata.X,
    )
