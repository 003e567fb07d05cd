"""A finished run that may be changed, and its own names as labels."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.io import read_labels
from cytoclust.pipeline import Result


@pytest.fixture
def run(finished: Result, tmp_path: Path) -> Path:
    """A copy of the folder of the finished run."""
    return Path(shutil.copytree(finished.out, tmp_path / "OUT"))


@pytest.fixture
def labels(run: Path, tmp_path: Path) -> Path:
    """The run's own populations as a table of labels."""
    parts = []
    for path in sorted((run / "labels").glob("*.parquet")):
        table = read_labels(path)
        name = (
            table[keys.POPULATION].astype(str).where(~table[keys.POPULATION].isin([keys.UNKNOWN, keys.UNASSIGNED]), "")
        )
        parts.append(pd.DataFrame({"sample_id": path.stem, "event": table[keys.EVENT], "label": name}))
    pd.concat(parts).to_csv(tmp_path / "labels.csv", index=False)
    return tmp_path / "labels.csv"
