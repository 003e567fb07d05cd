import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.pipeline import Result
from cytoclust.stats import acquisition_table
from tests.pipeline.made import QUICK, labels, steps_to

QC = ["ok", "margin", "time", "debris", "doublet", "dead"]


def acquisition(request, out, **settings) -> pd.DataFrame:
    """The table of what quality control made of some files."""
    made = steps_to("stains", request, out, QUICK | {f"run.{name}": value for name, value in settings.items()})
    names = [sample.sample_id for sample in made["samples"]]
    return acquisition_table(dict(zip(names, made["preparations"], strict=True)), made["panel"])


@pytest.mark.slow
def test_the_table_counts_the_labels_of_the_files_and_tells_their_time(finished: Result, cohort) -> None:
    table = pd.read_csv(finished.out / "tables" / "acquisition.csv")
    assert list(table) == ["sample_id", "bin", "first_event", "n_events", "start", "stop", *QC]
    for sample, found in labels(finished.out).items():
        rows = table[table["sample_id"] == sample]
        assert rows["bin"].tolist() == list(range(100))
        of = pd.cut(found["event"], [*(rows["first_event"] - 1), len(found) - 1], labels=False)
        counted = pd.crosstab(of, found["qc"]).reindex(columns=QC, fill_value=0)
        np.testing.assert_array_equal(counted, rows[QC])
        assert (rows[QC].sum(axis=1) == rows["n_events"]).all()
        file = ct.io.read_fcs(cohort / "fcs" / f"{sample}.fcs")
        time = np.asarray(file[:, file.var["signal_type"] == "time"].X).ravel()
        np.testing.assert_allclose(rows["start"], time[rows["first_event"]])
        np.testing.assert_allclose(rows["stop"].iloc[-1], time[-1])


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "chunk"), [(1, 10_000), (3, 1024)])
def test_workers_and_blocks_change_nothing(finished: Result, cohort, tmp_path, workers: int, chunk: int) -> None:
    table = acquisition(cohort / "samples.csv", tmp_path / "OUT", workers=workers, chunk_events=chunk)
    pd.testing.assert_frame_equal(table, finished.tables["acquisition"])


def test_a_cohort_without_a_clock_has_no_time(tmp_path, small) -> None:
    for sample in ("a", "b"):
        file = ct.io.open_fcs(next(iter(sorted((small / "fcs").iterdir()))))
        kept = [i for i, channel in enumerate(file.channels) if channel.signal_type != "time"]
        channels = [file.channels[i] for i in kept]
        ct.io.write_fcs(tmp_path / f"{sample}.fcs", file.read(0, 60, columns=kept), channels, spill=file.spill)
    table = acquisition(tmp_path, tmp_path / "OUT")
    assert table.groupby("sample_id").size().tolist() == [60, 60]  # a bin for each event, since there are so few
    assert table[["start", "stop"]].isna().all(axis=None)
