"""Counting, against pandas on one table of all events."""

import numpy as np
import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.stats import ClusterCounts

NAMES = ["0", "1", "2", "3"]


@pytest.fixture
def events():
    """One row an event; nothing is in cluster 3, and nobody passed in the last sample."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"sample_id": np.repeat(["a", "b", "empty"], [500, 300, 40]), "qc": rng.integers(0, 6, 840)})
    table.loc[table["sample_id"] == "empty", "qc"] = 5
    table["cluster"] = rng.integers(0, 3, len(table))
    table["probability"] = rng.uniform(0, 1, len(table)).astype(np.float32)
    return table


@pytest.fixture
def counted(events):
    return count(events)


def count(events):
    passed = events[events["qc"] == keys.QC_OK]
    names = list(dict.fromkeys(events["sample_id"]))
    return ClusterCounts.of(
        passed["cluster"].to_numpy(np.int32), passed["probability"].to_numpy(),
        [events.loc[events["sample_id"] == name, "qc"].to_numpy(np.uint8) for name in names],
        clusters=NAMES, sheet=pd.DataFrame({"group": "g"}, index=pd.Index(names, name="sample_id")),
    )  # fmt: skip


def test_events_and_doubt(events, counted):
    passed = events[events["qc"] == keys.QC_OK].assign(doubt=lambda t: 1 - t["probability"].astype(float))
    for table, column, how in ((counted.events, "cluster", "count"), (counted.doubt, "doubt", "sum")):
        expected = passed.pivot_table(column, "sample_id", passed["cluster"].rename("of"), aggfunc=how)
        expected = expected.reindex(index=["a", "b", "empty"], columns=range(4)).fillna(0)
        np.testing.assert_allclose(table.to_numpy(), expected.to_numpy(), atol=1e-3)
        assert table.index.tolist() == ["a", "b", "empty"]
        assert table.columns.tolist() == NAMES
    assert counted.events.to_numpy().sum() == len(passed)


def test_quality(events, counted):
    expected = pd.crosstab(events["sample_id"], events["qc"]).reindex(columns=range(6), fill_value=0)
    np.testing.assert_array_equal(counted.quality[list(keys.QC)], expected)
    assert counted.quality["total"].tolist() == [500, 300, 40]


def test_doubt_adds_up_alike_in_any_order(events, counted):
    turned = count(events.iloc[::-1].sort_values("sample_id", kind="stable"))
    pd.testing.assert_frame_equal(turned.doubt, counted.doubt, check_exact=True)


def test_the_long_table(counted):
    table = counted.to_long()
    assert list(table) == ["sample_id", "cluster", "n_events", "n_cells", "fraction"]
    assert len(table) == 3 * len(NAMES)
    for row in table.itertuples():
        assert row.n_events == counted.events.loc[row.sample_id, row.cluster]
        assert row.n_cells == counted.quality.loc[row.sample_id, "ok"]
    known = table[table["sample_id"] != "empty"]
    assert known.groupby("sample_id")["fraction"].sum().to_numpy() == pytest.approx(1)
    assert table.loc[table["sample_id"] == "empty", "fraction"].isna().all()
