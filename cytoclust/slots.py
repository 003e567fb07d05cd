"""The one writer of AnnData: what a step found, in the slots where every reader looks for it.

The step-by-step functions and a run call the same functions here, so that both objects have the same slots.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from natsort import natsorted
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust import params as table
from cytoclust.colours import colours
from cytoclust.findings import Finding

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = [
    "packed",
    "read_findings",
    "read_meta",
    "read_quality",
    "read_tables",
    "transform_params",
    "unpack",
    "write_clusters",
    "write_densities",
    "write_findings",
    "write_names",
    "write_quality",
    "write_sheet",
    "write_tables",
    "write_transform",
]

_MATRIX = "/matrix"  # no keyword is called so: they hold no "/"
FINDING_COLUMNS = ("step", keys.SAMPLE, "code", "data", "sentence")


def write_sheet(obs: pd.DataFrame, sheet: Mapping[str, Sequence[str | None]], which: NDArray[np.integer]) -> None:
    """What the sheet says of each sample, as naturally sorted categories; a column without any value is not written.

    Parameters
    ----------
    obs
        Of the events (n).
    sheet
        A list over samples for each column.
    which
        Sample of each event (n,).
    """
    for name, values in sheet.items():
        categories = natsorted({value for value in values if value is not None})
        if categories:
            obs[name] = pd.Categorical(list(values), categories=categories).take(which)


def write_findings(adata: "AnnData", step: str, found: Iterable[tuple[str, Finding]]) -> None:
    """Replace what a step found in ``uns["findings"]``: a row each, with the sample it is about, or ""."""
    kept = adata.uns.get(keys.FINDINGS)
    rows = [
        (step, sample, each.code, json.dumps(each.data, ensure_ascii=False), each.sentence) for sample, each in found
    ]
    table = pd.DataFrame(rows, columns=list(FINDING_COLUMNS), dtype=object)
    if kept is not None:
        table = pd.concat([kept[kept["step"] != step], table], ignore_index=True)
    table.index = table.index.astype(str)
    adata.uns[keys.FINDINGS] = table


def read_findings(adata: "AnnData") -> list[tuple[str, str, Finding]]:
    """Step, sample ("" for all) and finding, in the order of the steps."""
    table = adata.uns.get(keys.FINDINGS)
    if table is None:
        return []
    columns = zip(table["step"], table[keys.SAMPLE], table["code"], table["data"], strict=True)
    return [(str(step), str(sample), Finding(str(code), **json.loads(data))) for step, sample, code, data in columns]


@contextmanager
def packed(adata: "AnnData") -> Iterator[None]:
    """While it is written, ``uns["meta"]`` and ``uns["quality"]["samples"]`` hold one text a sample, which is JSON.

    A file keeps each number and word apart, a hundred and more of each sample: most of the time that writing and
    reading took. Readers are :func:`read_meta` and :func:`read_quality`.
    """
    held = {name: adata.uns[name] for name in (keys.META, keys.QUALITY) if name in adata.uns}
    quality = held.get(keys.QUALITY)
    if keys.META in held and all(isinstance(each, Mapping) for each in held[keys.META].values()):
        adata.uns[keys.META] = _texts(held[keys.META])
    if quality is not None:
        adata.uns[keys.QUALITY] = {**quality, "samples": _texts(quality["samples"])}
    try:
        yield
    finally:
        adata.uns.update(held)


def unpack(adata: "AnnData") -> None:
    """Hold what :func:`packed` wrote as it was, so that it is read once."""
    for name, read in ((keys.META, read_meta), (keys.QUALITY, read_quality)):
        if name in adata.uns:
            adata.uns[name] = read(adata)


def read_meta(adata: "AnnData") -> Mapping[str, Any]:
    """Keywords and ``spill`` of a file; of several samples such a mapping for each. Empty where nothing is known."""
    return _of_samples(adata.uns.get(keys.META, {}))


def read_quality(adata: "AnnData") -> Mapping[str, Any]:
    """``params``, and of each of ``samples`` the ``counts`` and thresholds, as far as known."""
    slot = adata.uns.get(keys.QUALITY, {})
    return {**slot, "samples": _of_samples(slot.get("samples", {}))} if isinstance(slot, Mapping) else {}


def _texts(samples: Mapping[str, Any]) -> pd.DataFrame:
    told = [json.dumps(each, default=_plain, ensure_ascii=False) for each in samples.values()]
    return pd.DataFrame({"json": told}, index=pd.Index(list(samples), dtype=object), dtype=object)


def _of_samples(held: Any) -> Mapping[str, Any]:
    if not isinstance(held, pd.DataFrame):
        return held if isinstance(held, Mapping) else {}
    return {str(name): json.loads(told, object_hook=_rich) for name, told in held["json"].items()}


def _plain(value: Any) -> Any:
    """What JSON has no word for."""
    return {_MATRIX: value.to_dict("split")} if isinstance(value, pd.DataFrame) else np.asarray(value).tolist()


def _rich(value: dict[str, Any]) -> Any:
    """A matrix again, and lists of numbers as arrays."""
    if _MATRIX in value:
        return pd.DataFrame(**value[_MATRIX])
    return {name: np.array(each) if isinstance(each, list) else each for name, each in value.items()}


def write_quality(
    adata: "AnnData", codes: NDArray[np.uint8], samples: Mapping[str, Mapping[str, Any]], params: Mapping[str, Any]
) -> None:
    """``obs["qc"]`` and ``uns["quality"]``.

    Parameters
    ----------
    adata
        n events.
    codes
        Index into ``keys.QC`` of each event (n,).
    samples
        Of each sample: ``counts`` and the thresholds of each check.
    params
        The switches, and the viability dye.
    """
    adata.obs[keys.QC_COLUMN] = pd.Categorical.from_codes(codes, categories=pd.Index(keys.QC))
    adata.uns[keys.QUALITY] = {
        "params": dict(params),
        "samples": {name: dict(known) for name, known in samples.items()},
    }


def write_transform(
    adata: "AnnData", linear: NDArray[np.float32], channels: pd.DataFrame | None, params: Mapping[str, Any]
) -> None:
    """``layers["compensated"]`` (the events before the transform) and ``uns["transform"]``.

    ``channels`` has the transform's parameters, a row for each transformed channel.
    """
    adata.layers[keys.COMPENSATED] = linear
    adata.uns[keys.TRANSFORM] = {"params": dict(params)} | ({} if channels is None else {"channels": channels})


def transform_params(chosen: table.Transform) -> dict[str, Any]:
    """Of ``uns["transform"]``; cofactors by marker as JSON, since keys of h5ad cannot hold "/", as in Live/Dead."""
    cofactor = json.dumps(chosen.cofactor) if isinstance(chosen.cofactor, dict) else chosen.cofactor
    return {"method": chosen.method, "cofactor": cofactor}


def write_clusters(
    adata: "AnnData",
    rows: NDArray[np.int64],
    labels: NDArray[np.integer],
    probability: NDArray[np.float32],
    *,
    parent: NDArray[np.integer],
    stability: NDArray[np.float64],
    joins: pd.DataFrame | None,
    params: Mapping[str, Any],
    overlaps_with: NDArray[np.int64] | None = None,
    parted: pd.DataFrame | None = None,
    pieces: Mapping[str, Any] | None = None,
    key: str = keys.CLUSTER,
) -> None:
    """Clusters of the events in ``rows``; the others have none.

    Parameters
    ----------
    adata
        n events.
    rows
        Rows of those that have clusters (m,).
    labels, probability
        Of these events (m,).
    parent, stability
        Of each cluster (k,).
    joins
        The tree: ``first, second, depth``; None where the method knows none.
    params
        What the clusters were found with.
    overlaps_with
        Of each cluster (k,) the one that it overlaps with most, -1 where with none.
    parted
        What parts each cluster from its nearest, a row each.
    pieces
        The level below the clusters; None where the method knows none.
    key
        Column and slot.
    """
    names = np.arange(len(parent)).astype(str)
    for column, values in ((key, labels), (f"{key}_parent", parent[labels])):
        codes = np.full(adata.n_obs, -1, dtype=np.int32)
        codes[rows] = values
        used = np.unique(parent) if column != key else np.arange(len(parent))
        adata.obs[column] = pd.Categorical.from_codes(codes, categories=pd.Index(names)).set_categories(names[used])
    full = np.full(adata.n_obs, np.nan, dtype=np.float32)
    full[rows] = probability
    adata.obs[keys.PROBABILITY if key == keys.CLUSTER else f"{key}_{keys.PROBABILITY}"] = full
    _write_colours(adata, key)
    slot: dict[str, Any] = {"params": dict(params), "stability": stability}
    slot |= {} if overlaps_with is None else {keys.OVERLAPS_WITH: overlaps_with}
    slot |= {} if parted is None else {"parted": parted}
    slot |= {} if pieces is None else {"pieces": dict(pieces)}
    adata.uns[key] = slot | ({} if joins is None else {"joins": joins})


def _write_colours(adata: "AnnData", key: str) -> None:
    """``uns["<key>_colors"]``, as scanpy has it: a colour a category."""
    names = [str(name) for name in adata.obs[key].cat.categories]
    chosen = colours(names)
    adata.uns[f"{key}_colors"] = [chosen[name] for name in names]


def write_tables(adata: "AnnData", tables: Mapping[str, pd.DataFrame]) -> None:
    """``uns["tables"]``: the tables of counts by name, in types that h5ad can hold; "/" in a marker's name is "_"."""
    columns = _columns(adata)
    adata.uns[keys.TABLES] = {name: _storable(table).rename(columns=columns) for name, table in tables.items()}


def read_tables(adata: "AnnData") -> dict[str, pd.DataFrame]:
    """``uns["tables"]``, with the markers' own names."""
    markers = {column: marker for marker, column in _columns(adata).items()}
    found = adata.uns.get(keys.TABLES, {}).items()
    return {str(name): table.rename(columns=markers) for name, table in found if isinstance(table, pd.DataFrame)}


def _columns(adata: "AnnData") -> dict[str, str]:
    """Columns for the markers that have "/" in their names, each different from every other's."""
    taken, columns = set(adata.var_names.astype(str)), dict[str, str]()
    for marker in adata.var_names.astype(str):
        if "/" in marker:
            column = marker.replace("/", "_")
            while column in taken:
                column += "_"
            taken.add(column)
            columns[marker] = column
    return columns


def _storable(table: pd.DataFrame) -> pd.DataFrame:
    """Text with gaps as categories, which may be missing."""
    text = [str(name) for name in table if table[name].dtype == object]
    made = table.assign(
        **{
            name: pd.Categorical(table[name]) if table[name].isna().any() else table[name].astype(str).astype(object)
            for name in text
        }
    )
    made.index = made.index.astype(str)
    return made


def write_densities(adata: "AnnData", densities: Mapping[str, Any]) -> None:
    """``uns["densities"]``: all events of each sample over two markers, on a grid; removed where there are none."""
    adata.uns.pop(keys.DENSITIES, None)
    if densities:
        adata.uns[keys.DENSITIES] = dict(densities)


def write_names(
    adata: "AnnData",
    labels: NDArray[np.integer],
    naming: pd.DataFrame,
    *,
    thresholds: pd.DataFrame,
    by_batch: pd.DataFrame,
    limits: Sequence[Finding],
    rules: str,
    params: Mapping[str, Any],
    key: str = keys.POPULATION,
) -> None:
    """``obs[key]``, ``uns[key]`` and ``uns["thresholds"]``.

    Parameters
    ----------
    adata
        n events.
    labels
        Cluster of each event (n,), as a row of ``naming``; -1 for none.
    naming
        Index cluster: ``population, phenotype, probability, near, leftover``.
    thresholds, by_batch
        A row a marker; a row a marker and batch where batches differ.
    limits
        What the panel cannot tell; in ``uns["findings"]`` too.
    rules
        The rule set as JSON; empty if there is none.
    params
        What the names were found with.
    parted
        What parts each cluster from its nearest, a row each.
    pieces
        The level below the clusters; None where the method knows none.
    key
        Column and slot.
    """
    names = np.append(naming[keys.POPULATION].to_numpy(dtype=object), keys.UNASSIGNED)[labels]
    categories = natsorted({*naming[keys.POPULATION], *names[labels < 0]})
    adata.obs[key] = pd.Categorical(names, categories=categories)
    _write_colours(adata, key)
    adata.uns[keys.THRESHOLDS] = thresholds
    adata.uns[key] = {
        "params": dict(params),
        "table": naming,
        keys.THRESHOLDS: by_batch,
        "limits": [each.sentence for each in limits],
        "rules": rules,
    }
    write_findings(adata, keys.LIMITS, [("", each) for each in limits])
