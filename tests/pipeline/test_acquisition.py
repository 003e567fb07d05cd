import numpy as np
import pandas as pd
import pytest
from cytoclust.pipeline._acquisition_table import acquisition
from cytoclust.pipeline._cohort import judge_events

import cytoclust as ct
from cytoclust.params import load_config, update
from cytoclust.pipeline import Result
from cytoclust.pipeline._listener import Silent
from cytoclust.pipeline._open import open_cohort
from tests.pipeline.made import labels

QC = ["ok", "margin", "time", "debris", "doublet", "dead"]


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
def test_workers_and_blocks_change_nothing(finished: Result, cohort, workers: int, chunk: int) -> None:
    config = update(load_config(None), {"run.workers": workers, "run.chunk_events": chunk})
    opened = open_cohort(cohort / "samples.csv", config, "stop")
    judge_events(opened, Silent())
    pd.testing.assert_frame_equal(acquisition(opened), finished.tables["acquisition"])


def test_a_cohort_without_a_clock_has_no_time(tmp_path, small) -> None:
    for sample in ("a", "b"):
        file = ct.io.open_fcs(next(iter(sorted((small / "fcs").iterdir()))))
        kept = [i for i, channel in enumerate(file.channels) if channel.signal_type != "time"]
        channels = [file.channels[i] for i in kept]
        ct.io.write_fcs(tmp_path / f"{sample}.fcs", file.read(0, 60, columns=kept), channels, spill=file.spill)
    opened = open_cohort(tmp_path, load_config(None), "stop")
    judge_events(opened, Silent())
    table = acquisition(opened)
    assert table.groupby("sample_id").size().tolist() == [60, 60]  # a bin for each event, since there are so few
    assert table[["start", "stop"]].isna().all(axis=None)
