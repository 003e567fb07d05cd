import numpy as np
import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io import read_labels, write_labels


@pytest.fixture
def labels():
    return pd.DataFrame(
        {
            "event": range(4),
            "qc": ["ok", "ok", "debris", "ok"],
            "cluster": [3, 0, -1, 3],
            "population": ["MSC", "unassigned", "unassigned", "MSC"],
            "probability": [0.5, 0, 0, 1],
        },
        index=list("abcd"),
    )


def test_round_trip_with_the_types_of_the_contract(labels, tmp_path):
    write_labels(tmp_path / "s.parquet", labels[labels.columns[::-1]])
    plain = pd.read_parquet(tmp_path / "s.parquet")
    again = read_labels(tmp_path / "s.parquet")
    for table in (plain, again):
        assert list(table.columns) == ["event", "qc", "cluster", "population", "probability"]
        assert [str(dtype) for dtype in table.dtypes] == ["int64", "category", "int32", "category", "float32"]
    assert tuple(again["qc"].cat.categories) == keys.QC
    for name in labels:
        assert np.array_equal(again[name], labels[name])


def test_refused(labels, tmp_path):
    for wrong, message in [
        (labels.drop(columns="qc"), "qc is absent"),
        (labels.iloc[::-1], "in order"),
        (labels.assign(qc="fine"), "qc of ok, margin"),
    ]:
        with pytest.raises(InputError, match=message):
            write_labels(tmp_path / "s.parquet", wrong)
    assert not list(tmp_path.iterdir())
    (tmp_path / "s.parquet").write_text("no")
    with pytest.raises(InputError, match="not a parquet file"):
        read_labels(tmp_path / "s.parquet")
    with pytest.raises(InputError, match="does not exist"):
        read_labels(tmp_path / "absent.parquet")
