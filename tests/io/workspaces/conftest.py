"""A small file of events with a matrix, and what gates on it hold by arithmetic."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cytoclust.io import Channel, Spillover, write_fcs

CHANNELS = ("FSC-A", "B515-A", "R660/20-A", "V450-A", "Time")
SPILL = Spillover(("B515-A", "R660/20-A"), np.array([[1.0, 0.3], [0.05, 1.0]]))


@pytest.fixture(scope="session")
def flowkit() -> object:
    """The extra, or a skip that says how to get it."""
    return pytest.importorskip("flowkit", reason="gates of XML need `pip install 'cytoclust[workspaces]'`")


@pytest.fixture(scope="session")
def values() -> np.ndarray:
    """(5000, 5) float32 as the file holds them."""
    generator = np.random.default_rng(11)
    table = np.column_stack(
        [
            generator.uniform(0, 250_000, 5000),
            generator.lognormal(6, 2, 5000) - 300,
            generator.lognormal(5, 2, 5000) - 200,
            generator.normal(0, 500, 5000),
            np.arange(5000),
        ]
    )
    return table.astype(np.float32)


@pytest.fixture(scope="session")
def events(values: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as an FCS file, ``tube 1.fcs``."""
    path = tmp_path_factory.mktemp("gates") / "tube 1.fcs"
    kinds = ("scatter", "fluorescence", "fluorescence", "fluorescence", "time")
    markers = ("", "CD3", "CD4", "", "")
    channels = [
        Channel(name, marker, marker, kind) for name, marker, kind in zip(CHANNELS, markers, kinds, strict=True)
    ]
    write_fcs(path, values, channels, spill=SPILL)
    return path


@pytest.fixture(scope="session")
def compensated(values: np.ndarray) -> np.ndarray:
    """Columns 1 and 2, solved by the inverse of the matrix."""
    return values[:, 1:3].astype(np.float64) @ np.linalg.inv(SPILL.matrix)


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a text to a file of a name."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
