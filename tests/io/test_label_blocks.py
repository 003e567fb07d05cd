"""Labels in blocks."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io import label_blocks, write_labels


def _labels(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        {
            keys.EVENT: np.arange(n),
            keys.QC_COLUMN: pd.Categorical(rng.choice(["ok", "dead", "doublet"], n), categories=list(keys.QC)),
            keys.CLUSTER: rng.integers(-1, 5, n).astype(np.int32),
            keys.POPULATION: pd.Categorical(rng.choice(["MSC", "T", keys.UNASSIGNED], n)),
            keys.PROBABILITY: rng.random(n).astype(np.float32),
        }
    )


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
def test_blocks_put_together_are_the_table(tmp_path: Path, size: int) -> None:
    table = _labels(100)
    write_labels(tmp_path / "a.parquet", table)
    blocks = list(label_blocks(tmp_path / "a.parquet", size))
    assert max(block.stop - block.start for block in blocks) == min(size, 100)
    assert np.concatenate([np.array(keys.QC)[block.qc] for block in blocks]).tolist() == table[keys.QC_COLUMN].tolist()
    names = [block.populations[code] for block in blocks for code in block.population]
    assert names == table[keys.POPULATION].tolist()
    np.testing.assert_array_equal(np.concatenate([block.cluster for block in blocks]), table[keys.CLUSTER])
    np.testing.assert_array_equal(np.concatenate([block.probability for block in blocks]), table[keys.PROBABILITY])


def test_what_is_no_table_of_labels_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with pytest.raises(InputError, match=r"a\.parquet does not exist"):
        list(label_blocks(path, 10))
    path.write_text("PAR1")
    with pytest.raises(InputError, match=r"a\.parquet is not a parquet file of labels"):
        list(label_blocks(path, 10))
    _labels(9).iloc[2:].to_parquet(path)
    with pytest.raises(InputError, match="every event of the file, in order"):
        list(label_blocks(path, 10))
    _labels(9).drop(columns=keys.CLUSTER).to_parquet(path)
    with pytest.raises(InputError, match="cluster is absent"):
        list(label_blocks(path, 10))
