"""A spillover matrix from a CSV file."""

from pathlib import Path

import numpy as np
import pandas as pd

from cytoclust.errors import InputError
from cytoclust.io import Spillover


def read_matrix_csv(path: str | Path) -> Spillover:
    """Read a square matrix whose header and first column name channels ($PnN) or markers.

    Rows may stand in another order than columns. A row is a source (fluorochrome), a column a detector, as in
    ``$SPILLOVER``, and the diagonal is 1.

    Raises
    ------
    InputError
        The file cannot be read, is not square, its names disagree or repeat, or a number is missing.
    """
    path = Path(path)
    try:
        table = pd.read_csv(path, index_col=0, skipinitialspace=True, encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"The matrix file {path} cannot be read: {error.strerror}.") from None
    except (ValueError, IndexError) as error:
        raise InputError(f"The matrix file {path} is not a CSV table: {' '.join(str(error).split())}") from None
    table.index = pd.Index([str(name).strip() for name in table.index])
    table.columns = pd.Index([str(name).strip() for name in table.columns])
    _check_names(table, path)
    return Spillover(channels=tuple(table.columns), matrix=_numbers(table.loc[table.columns], path), keyword=str(path))


def _check_names(table: pd.DataFrame, path: Path) -> None:
    columns, rows = list(table.columns), list(table.index)
    if not columns:
        raise InputError(f"The matrix file {path} must have a header of channel names. Got no columns.")
    if table.columns.has_duplicates or table.index.has_duplicates:
        raise InputError(f"The matrix file {path} must name each channel once. Got a repeated name.")
    if set(columns) != set(rows):
        odd = sorted(set(columns) ^ set(rows))
        raise InputError(
            f"The matrix file {path} must be square, with the same names in header and first column. "
            f"Only in one of them: {', '.join(odd)}."
        )


def _numbers(table: pd.DataFrame, path: Path) -> np.ndarray:
    matrix = table.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    if not np.isfinite(matrix).all():
        row, column = np.argwhere(~np.isfinite(matrix))[0]
        raise InputError(
            f"The matrix file {path} must hold numbers. "
            f"Got {table.iloc[row, column]!r} in row {table.index[row]}, column {table.columns[column]}."
        )
    diagonal = np.diag(matrix)
    if not np.allclose(diagonal, 1.0, atol=1e-3):
        raise InputError(
            f"The matrix file {path} must have 1 on its diagonal (divide a matrix in percent by 100). "
            f"Got {diagonal[np.argmax(np.abs(diagonal - 1.0))]:g}."
        )
    return matrix
