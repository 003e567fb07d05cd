"""The map of samples shows each once, groups as shapes, and joins visits in their order."""

import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from cytoclust.stats import composition_map

SHEET = pd.DataFrame(
    {"sample_id": list("abcd"), "patient_id": ["P", "P", "Q", None], "group": ["ill", "ill", "well", None]}
)
COUNTS = pd.DataFrame(
    {"sample_id": np.repeat(list("abcd"), 3), "cluster": [0, 1, 2] * 4,
     "n_events": [900, 50, 50, 100, 800, 100, 10, 20, 970, 400, 300, 300]}
)  # fmt: skip


def test_each_sample_is_at_its_place() -> None:
    ax = pl.samples(COUNTS, SHEET)
    places, _ = composition_map(pd.DataFrame(COUNTS["n_events"].to_numpy().reshape(4, 3)))
    drawn = np.concatenate([np.asarray(each.get_offsets()) for each in ax.collections])
    np.testing.assert_allclose(drawn, places)  # ill, ill, well, none given: the order of the sheet
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["ill", "well", "none given"]
    (line,) = ax.get_lines()
    np.testing.assert_allclose(np.column_stack(line.get_data()), places[:2])


def test_what_is_no_table_of_counts_is_refused() -> None:
    with pytest.raises(InputError, match="lacks the column 'cluster'"):
        pl.samples(COUNTS.drop(columns="cluster"))
    with pytest.raises(InputError, match="three samples or more"):
        pl.samples(COUNTS[:6])
