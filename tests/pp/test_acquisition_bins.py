import numpy as np
import pytest

from cytoclust.pp._acquisition_bins import acquisition_bins, acquisition_rows

QC = ["ok", "margin", "time", "debris", "doublet", "dead"]


@pytest.mark.parametrize("n", [0, 1, 7, 99, 100, 101, 1234, 1_000_003])
def test_bins_are_equal_and_hold_all_events(n: int) -> None:
    codes = np.random.default_rng(n).integers(0, 6, n)
    table = acquisition_bins(codes)
    assert len(table) == min(100, n)
    assert table["n_events"].sum() == n
    assert n == 0 or table["n_events"].max() - table["n_events"].min() <= 1
    np.testing.assert_array_equal(
        table["first_event"] + table["n_events"], np.append(table["first_event"][1:], n)[: len(table)]
    )
    np.testing.assert_array_equal(table[QC].sum(), np.bincount(codes, minlength=6))
    for row in table.iloc[[0, len(table) // 2, -1]].to_dict("records") if n else ():
        part = codes[row["first_event"] : row["first_event"] + row["n_events"]]
        assert [row[name] for name in QC] == [(part == i).sum() for i in range(6)]
    assert table["start"].isna().all()


def test_start_and_stop_are_the_times_of_the_first_events() -> None:
    time = np.sort(np.random.default_rng(0).uniform(0, 50, 1234))
    table = acquisition_bins(np.zeros(1234, dtype=int), time[acquisition_rows(1234)])
    np.testing.assert_array_equal(table["start"], time[table["first_event"]])
    np.testing.assert_array_equal(table["stop"], [*time[table["first_event"][1:]], time[-1]])


@pytest.mark.parametrize("time", [lambda n: np.arange(n)[::-1], np.zeros, lambda n: np.arange(n) % (n // 2)])
def test_a_clock_that_falls_back_or_stands_still_is_none(time: object) -> None:
    n = 5000
    times = time(n)[acquisition_rows(n)].astype(float)  # type: ignore[operator]
    table = acquisition_bins(np.zeros(n, dtype=int), times)
    assert table[["start", "stop"]].isna().all(axis=None)


def test_a_time_that_is_not_finite_is_no_clock() -> None:
    times = np.arange(101.0)
    times[3] = np.nan
    assert acquisition_bins(np.zeros(1000, dtype=int), times)["start"].isna().all()
