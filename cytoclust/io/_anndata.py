"""Building AnnData from events and a panel."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.io._event_file import EventFile
from cytoclust.io._panel import Panel
from cytoclust.io._types import Sample
from cytoclust.io._unique import unique_names
from cytoclust.slots import write_findings, write_sheet

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["build", "metadata", "write_samples"]


def build(events: np.ndarray, panel: Panel) -> "AnnData":
    """AnnData of (n, p) events; ``obs["event"]`` counts from 0."""
    from anndata import AnnData

    n = len(events)
    var = pd.DataFrame(
        {
            keys.CHANNEL: list(panel.channels),
            keys.MARKER: list(panel.markers),
            keys.SIGNAL_TYPE: pd.Categorical(panel.signal_types, categories=sorted(set(panel.signal_types))),
            keys.ROLE: pd.Categorical(panel.roles, categories=sorted(set(panel.roles))),
        },
        index=pd.Index(panel.names, dtype=object),
    )
    obs = pd.DataFrame(
        {keys.EVENT: np.arange(n, dtype=np.int64)}, index=pd.Index(np.arange(n).astype(str), dtype=object)
    )
    return AnnData(X=events, obs=obs, var=var)


def write_samples(
    adata: "AnnData",
    *,
    samples: Sequence[Sample],
    files: Sequence[EventFile],
    panel: Panel,
    rows: Sequence[NDArray[np.int64]],
) -> None:
    """What is known of events by their samples: columns of the sheet, event numbers, names, keywords and findings.

    Parameters
    ----------
    adata
        The events, sample after sample.
    samples, files
        The samples, and the file of each.
    panel
        The columns.
    rows
        Of each sample: number in the file of each event that is there.
    """
    which = np.repeat(np.arange(len(samples)), [len(mine) for mine in rows])
    pairs = zip(samples, rows, strict=True)
    names = [f"{sample.sample_id}:{row}" for sample, mine in pairs for row in mine]
    adata.obs = pd.DataFrame(index=pd.Index(names, dtype=object))
    columns = (keys.SAMPLE, *keys.SHEET_COLUMNS)
    sheet = {name: [getattr(sample, name) for sample in samples] for name in columns}
    write_sheet(adata.obs, sheet | _further(samples), which)
    adata.obs[keys.EVENT] = np.concatenate(rows)
    adata.uns[keys.META] = {sample.sample_id: metadata(file) for sample, file in zip(samples, files, strict=True)}
    noted = [(sample.sample_id, note) for sample, file in zip(samples, files, strict=True) for note in file.notes]
    write_findings(adata, keys.READ, [*[("", note) for note in panel.notes], *noted])


def _further(samples: Sequence[Sample]) -> dict[str, list[str | None]]:
    """Columns that only the sheet knows, with ``sheet_`` before names that obs has otherwise."""
    taken = {name.casefold() for name in keys.OBS}
    found = {}
    for name in dict.fromkeys(name for sample in samples for name in sample.further):
        plain = _name(name) or "column"
        plain = f"sheet_{plain}" if plain.casefold() in taken else plain
        found[plain] = [sample.further.get(name) or None for sample in samples]
    return found


def metadata(file: EventFile) -> dict[str, Any]:
    """Keywords and ``spill`` (rows are sources), in names and values that h5ad can hold: it has no ``/`` and no NUL.

    Of keywords that then have one name, the one that is called so keeps it; others are numbered: ``A_B (2)``.
    """
    kept = [(key, value.replace("\0", "")) for key, value in file.text.items() if _name(key)]
    kept.sort(key=lambda pair: _name(pair[0]) != pair[0])
    names = unique_names([_name(key) for key, _ in kept])
    meta: dict[str, Any] = {name: value for name, (_, value) in zip(names, kept, strict=True)}
    meta.pop(keys.SPILL, None)
    if file.spill is not None:
        names = list(file.spill.channels)
        meta[keys.SPILL] = pd.DataFrame(
            file.spill.matrix.copy(), index=pd.Index(names, dtype=object), columns=[_name(name) for name in names]
        )
    return meta


def _name(key: str) -> str:
    return key.replace("/", "_").replace("\0", "").strip(".")
