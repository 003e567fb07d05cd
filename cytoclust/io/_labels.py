"""The labels of a sample's events, as parquet."""

from pathlib import Path
from typing import Any, Final

import pandas as pd

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io._atomic_path import atomic_path

__all__ = ["read_labels", "write_labels"]

_TYPES: Final = {
    keys.EVENT: "int64",
    keys.QC_COLUMN: "category",
    keys.CLUSTER: "int32",
    keys.POPULATION: "category",
    keys.PROBABILITY: "float32",
}


def write_labels(path: str | Path, labels: pd.DataFrame) -> None:
    """Write one row per event of a file, in file order; atomically.

    Parameters
    ----------
    path
        A parquet file.
    labels
        (n, 5): ``event`` from 0, ``qc``, ``cluster`` (−1 where ``qc`` is not ``ok``), ``population``, ``probability``;
        and ``nearest``, the population of the cluster, where events may be ``unlike`` it.

    Raises
    ------
    InputError
        A column that is absent, or events that do not count up from 0.
    """
    missing = [name for name in _TYPES if name not in labels]
    if missing:
        raise InputError(f"Labels for {path} must have the columns {', '.join(_TYPES)}. {missing[0]} is absent.")
    types = _types() | ({keys.NEAREST: "category"} if keys.NEAREST in labels else {})
    table = labels[list(types)].reset_index(drop=True).astype(types)
    if not (table[keys.EVENT] == table.index).all():
        raise InputError(f"Labels for {path} must have every event of the file, in order, from 0.")
    if table[keys.QC_COLUMN].isna().any():
        raise InputError(f"Labels for {path} must have a qc of {', '.join(keys.QC)} in every row.")
    with atomic_path(path) as temporary:
        table.to_parquet(
            temporary, engine="pyarrow", index=False,
            use_dictionary=[keys.QC_COLUMN, keys.CLUSTER, keys.POPULATION, *sorted(set(types) - set(_TYPES))],
            column_encoding={keys.EVENT: "DELTA_BINARY_PACKED"},
        )  # fmt: skip


def read_labels(path: str | Path) -> pd.DataFrame:
    """The labels that :func:`write_labels` wrote, with the same types.

    Raises
    ------
    InputError
        The file is absent or not such a table.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path} does not exist.")
    try:
        table = pd.read_parquet(path, engine="pyarrow")
    except (ValueError, OSError) as error:  # pyarrow's ArrowInvalid is a ValueError
        raise InputError(f"{path} is not a parquet file: {' '.join(str(error).split())}") from None
    missing = [name for name in _TYPES if name not in table]
    if missing:
        raise InputError(f"{path} must have the columns {', '.join(_TYPES)}. {missing[0]} is absent.")
    return table[list(_TYPES)].astype(_types())


def _types() -> dict[str, Any]:
    return _TYPES | {keys.QC_COLUMN: pd.CategoricalDtype(list(keys.QC))}
