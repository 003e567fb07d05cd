"""Writing the output folder, so that it is there whole or as it was."""

import contextlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io import write_labels
from cytoclust.pipeline._cohort import Cohort
from cytoclust.pipeline._label import Clustered
from cytoclust.record import finite
from cytoclust.tables import write_csv

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["RECORD", "Output"]

RECORD = "run.json"
PARTS = ("labels", "tables", "cohort.h5ad", "report.html", RECORD)  # in the order they are put in place


class Output:
    """Files are written to a hidden folder inside the output folder, and moved into place when all are there."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.staging = folder / ".partial"

    def __enter__(self) -> Self:
        self._made = [folder for folder in (self.folder, *self.folder.parents) if not folder.exists()]
        try:
            shutil.rmtree(self.staging, ignore_errors=True)  # of a run that was killed
            for part in (".", "labels", "tables"):
                (self.staging / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._undo()
            raise InputError(f"The output folder {self.folder} cannot be written to: {error.strerror}.") from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is not None:
            self._undo()
            return
        try:
            (self.folder / RECORD).unlink(missing_ok=True)  # it vouches for the rest: first away, last in place
            for part in PARTS:
                _replace(self.staging / part, self.folder / part)
        finally:
            shutil.rmtree(self.staging, ignore_errors=True)

    def _undo(self) -> None:
        """Leave the folders as they were found."""
        shutil.rmtree(self.staging, ignore_errors=True)
        for folder in self._made:
            with contextlib.suppress(OSError):  # somebody else has put something there
                folder.rmdir()

    def write_labels(self, cohort: Cohort, clustered: Clustered, naming: pd.DataFrame) -> None:
        """``labels/<sample_id>.parquet``: one row per event of the file."""
        names = naming[keys.POPULATION].to_numpy(dtype=object)
        populations = sorted({*names, keys.UNASSIGNED})
        code = np.array([populations.index(name) for name in names], dtype=np.int16)

        def one(number: int) -> None:
            codes, rows, mine = cohort.prepared[number].codes, cohort.passed(number), clustered.of(number)
            cluster = np.full(len(codes), keys.NO_CLUSTER, dtype=np.int32)
            cluster[rows] = clustered.cluster[mine]
            population = np.full(len(codes), populations.index(keys.UNASSIGNED), dtype=np.int16)
            population[rows] = code[clustered.cluster[mine]]
            probability = np.full(len(codes), np.nan, dtype=np.float32)
            probability[rows] = clustered.probability[mine]
            labels = pd.DataFrame(
                {
                    keys.EVENT: np.arange(len(codes), dtype=np.int64),
                    keys.QC_COLUMN: pd.Categorical.from_codes(codes, categories=pd.Index(keys.QC)),
                    keys.CLUSTER: cluster,
                    keys.POPULATION: pd.Categorical.from_codes(population, categories=pd.Index(populations)),
                    keys.PROBABILITY: probability,
                }
            )
            write_labels(self.staging / "labels" / f"{cohort.samples[number].sample_id}.parquet", labels)

        with ThreadPoolExecutor(cohort.config.run.workers) as pool:
            list(pool.map(one, range(len(cohort.samples))))

    def write_tables(self, tables: dict[str, pd.DataFrame]) -> None:
        """``tables/*.csv``."""
        for name, table in tables.items():
            write_csv(name, table, self.staging / "tables" / f"{name}.csv")

    def write_cohort(self, adata: "AnnData") -> None:
        """``cohort.h5ad``."""
        adata.write_h5ad(self.staging / "cohort.h5ad")

    def write_report(
        self, adata: "AnnData", tables: dict[str, pd.DataFrame], record: dict[str, Any], title: str
    ) -> None:
        """``report.html``."""
        from cytoclust.report import write as write_report  # which brings matplotlib: not before the labels are out

        write_report(adata, self.staging / "report.html", tables=tables, run=record, title=title)

    def write_record(self, record: dict[str, Any]) -> None:
        """``run.json``."""
        text = json.dumps(finite(record), indent=1, ensure_ascii=False, default=str, allow_nan=False)
        (self.staging / RECORD).write_text(text + "\n", encoding="utf-8")


def _replace(source: Path, target: Path) -> None:
    """Move a file, or a folder's files, into place; labels that an earlier run left go, what is not ours stays."""
    if not source.is_dir():
        source.replace(target)
        return
    target.mkdir(exist_ok=True)
    for old in target.glob("*.parquet"):
        if not (source / old.name).exists():
            old.unlink()
    for new in sorted(source.iterdir()):
        new.replace(target / new.name)
