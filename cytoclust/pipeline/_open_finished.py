"""A finished run opened again with its events."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.executor import Executor
from cytoclust.io import EventFile, Panel, Sample, as_path, check_sample_id, open_events, reconcile_panel, sha256
from cytoclust.params import Config, update
from cytoclust.pipeline._finished import COHORT, read_cohort, read_record
from cytoclust.pipeline._labelled import LabelledCohort, LabelledSample
from cytoclust.pipeline._normalise import divisor_of
from cytoclust.pipeline._put_in_place import RECORD
from cytoclust.pp import Compensated, Compensation, transform_of
from cytoclust.record import InputFile, Record
from cytoclust.tables import read_csv

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["open_finished"]

_COMPARED: Final = 50
"""Events of a sample that are prepared again and compared. Bears on no result: one would tell."""


def open_finished(out: str | Path, executor: Executor) -> LabelledCohort:
    """The samples of a run with their labels, as the run prepared them.

    Files must be where ``run.json`` says, and be what they were (SHA-256); some events of each are prepared again and
    must be what the run wrote to ``cohort.h5ad``, so that no other matrix, panel or version goes unseen.

    Raises
    ------
    InputError
        The folder lacks a file of a finished run, or a file of events is absent or another.
    """
    folder = Path(out)
    record = read_record(folder)
    config = _config(record, folder)
    samples = [_sample(each, folder) for each in record.inputs]
    labels = [folder / "labels" / f"{sample.sample_id}.parquet" for sample in samples]
    for part in [folder / COHORT, *labels]:
        if not part.is_file():
            raise InputError(f"{folder} is not the folder of a finished run: {part.relative_to(folder)} is absent.")
    _check_files(record.inputs, samples, executor)
    follow = config.read.data_offset
    files = [open_events(sample.path, dataset=sample.dataset, data_offset=follow) for sample in samples]
    panel = _panel(files, config, record)
    compensation = Compensation.of(config)
    sources = [compensation.open(file, panel) for file in files]
    adata = read_cohort(folder)
    by_batch = _divisors(config, folder, panel)
    for sample, source in zip(samples, sources, strict=True):
        _compare(sample, source, adata, panel, by_batch.get(sample.batch or ""))
    labelled = tuple(map(LabelledSample, samples, sources, labels))
    return LabelledCohort(labelled, panel, transform_of(adata, panel), config)


def _config(record: Record, folder: Path) -> Config:
    flat = {f"{section}.{key}": value for section, values in record.parameters.items() for key, value in values.items()}
    try:
        return update(Config(), flat)
    except InputError as error:
        raise InputError(f"{folder / RECORD}: {error}") from None


def _sample(given: InputFile, folder: Path) -> Sample:
    check_sample_id(given.sample_id, str(folder / RECORD))  # it becomes the name of a file
    sheet = {name: getattr(given, name) for name in keys.SHEET_COLUMNS}
    dataset = None if given.dataset is None else given.dataset - 1
    return Sample(given.sample_id, as_path(given.path), **sheet, dataset=dataset, further=given.further)


def _check_files(inputs: Sequence[InputFile], samples: Sequence[Sample], executor: Executor) -> None:
    known = {sample.path: given for sample, given in zip(samples, inputs, strict=True)}
    for path, given in known.items():
        if not path.is_file():
            hint = "" if path.is_absolute() else f", seen from {Path.cwd()}, where the run did not begin"
            raise InputError(f"{path} of the sample {given.sample_id} is not there{hint}: put it back where it was.")
    for (path, given), digest in zip(known.items(), executor.map(sha256, known), strict=True):
        if digest != given.sha256:
            raise InputError(
                f"{path} of the sample {given.sample_id} is not the file that was run: its SHA-256 is {digest[:12]}…, "
                f"and was {given.sha256[:12]}…; run again."
            )


def _panel(files: Sequence[EventFile], config: Config, record: Record) -> Panel:
    """The panel as the run had it: columns that were left out for a sample that was left out stay so."""
    panel = reconcile_panel(files, markers=config.cluster.markers, names=config.panel.names)
    wanted = [column.name for column in record.panel]
    absent = [name for name in wanted if name not in panel.names]
    if absent:
        raise InputError(f"No column {absent[0]!r} is found in the files any more, which the run had: run again.")
    at = [panel.names.index(name) for name in wanted]

    def chosen(values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(values[i] for i in at)

    columns: dict[str, Any] = {
        name: chosen(getattr(panel, name))
        for name in ("names", "channels", "markers", "signal_types", "identities", "roles", "reasons")
    }
    return replace(panel, **columns)


def _divisors(config: Config, folder: Path, panel: Panel) -> dict[str, NDArray[np.float32]]:
    """What signals of each batch were divided by (p,); empty where they are as they were."""
    if config.normalize.method == "none":
        return {}
    path = folder / "tables" / "normalize.csv"
    if not path.is_file():
        raise InputError(f"{folder} is not the folder of a finished run: {path.relative_to(folder)} is absent.")
    table = read_csv("normalize", path)
    return {str(batch): divisor_of(rows, panel) for batch, rows in table.groupby(keys.BATCH)}


def _compare(
    sample: Sample, source: Compensated, adata: "AnnData", panel: Panel, by: NDArray[np.float32] | None
) -> None:  # fmt: skip
    """Whether events are prepared as they were."""
    mine = np.flatnonzero((adata.obs[keys.SAMPLE].astype(str) == sample.sample_id).to_numpy())[:_COMPARED]
    numbers = adata.obs[keys.EVENT].to_numpy()[mine]
    before = adata.layers.get(keys.COMPENSATED, adata.X)
    if numbers.size and numbers.max() >= source.file.n_events:
        raise InputError(f"{sample.path} has fewer events than when it was run: run again.")
    now = source.take(numbers) if by is None else source.take(numbers) / by
    if tuple(adata.var_names.astype(str)) != panel.names or not np.array_equal(before[mine], now, equal_nan=True):
        raise InputError(
            f"Events of {sample.path} are not what the run made of them: another matrix file, or another version of "
            "cytoclust; run again."
        )
