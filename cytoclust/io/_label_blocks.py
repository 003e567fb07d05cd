"""The labels of a sample's events, a block at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError

__all__ = ["LabelBlock", "label_blocks"]


@dataclass(frozen=True, eq=False)
class LabelBlock:
    """Labels of n consecutive events.

    Attributes
    ----------
    start
        Number of the first, from 0.
    qc
        Index into ``keys.QC`` (n,).
    cluster
        Number (n,), ``keys.NO_CLUSTER`` of an event that was set aside.
    population
        Index into ``populations`` (n,).
    probability
        Of belonging to the cluster (n,); NaN of an event that was set aside.
    populations
        Names, ``keys.UNASSIGNED`` among them.
    """

    start: int
    qc: NDArray[np.uint8]
    cluster: NDArray[np.int32]
    population: NDArray[np.int32]
    probability: NDArray[np.float32]
    populations: tuple[str, ...]

    @property
    def stop(self) -> int:
        """Number of the event after the last."""
        return self.start + len(self.qc)


def label_blocks(path: str | Path, size: int) -> Iterator[LabelBlock]:
    """The labels that :func:`write_labels` wrote, in blocks of at most ``size`` events, in memory for one block.

    Raises
    ------
    InputError
        The file is absent, not such a table, or its events do not count up from 0.
    """
    from pyarrow import parquet

    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path} does not exist.")
    columns = [keys.EVENT, keys.QC_COLUMN, keys.CLUSTER, keys.POPULATION, keys.PROBABILITY]
    try:
        with parquet.ParquetFile(path) as file:
            missing = [name for name in columns if name not in file.schema_arrow.names]
            if missing:
                raise InputError(f"{path} must have the columns {', '.join(columns)}. {missing[0]} is absent.")
            start = 0
            for batch in file.iter_batches(size, columns=columns):
                yield _block(batch, start, path)
                start += len(batch)
    except (ValueError, OSError) as error:  # pyarrow's ArrowInvalid is a ValueError
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is not a parquet file of labels: {' '.join(str(error).split())}") from None


def _block(batch: Any, start: int, path: Path) -> LabelBlock:
    if not np.array_equal(batch[keys.EVENT].to_numpy(), np.arange(start, start + len(batch))):
        raise InputError(f"{path} must have every event of the file, in order, from 0.")
    qc, checks = _coded(batch[keys.QC_COLUMN])
    unknown = [name for name in checks if name not in keys.QC]
    if unknown:
        raise InputError(f"{path} must have a qc of {', '.join(keys.QC)} in every row. Got {unknown[0]!r} instead.")
    codes = np.array([keys.QC.index(name) for name in checks], dtype=np.uint8)
    population, populations = _coded(batch[keys.POPULATION])
    return LabelBlock(
        start=start,
        qc=codes[qc],
        cluster=batch[keys.CLUSTER].to_numpy().astype(np.int32),
        population=population,
        probability=batch[keys.PROBABILITY].to_numpy(zero_copy_only=False).astype(np.float32),
        populations=populations,
    )


def _coded(column: Any) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Codes and names of a column of words; ValueError where one is missing."""
    if not hasattr(column, "dictionary"):
        column = column.dictionary_encode()
    if column.null_count:
        raise ValueError("a label is missing")
    return column.indices.to_numpy().astype(np.int32), tuple(map(str, column.dictionary.to_pylist()))
