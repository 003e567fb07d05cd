"""Bars of samples are the counts."""

import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import new_axes


def table() -> pd.DataFrame:
    """S2 (control): 60 A, 30 B, 10 other; S10 and S1 (ill): 20 A of 200, 5 B of 50; under A: 15 of 60 are A1."""
    rows = [
        ("S10", "ill", "A", "cells", 20, 200),
        ("S10", "ill", "B", "cells", 0, 200),
        ("S2", "control", "A", "cells", 60, 100),
        ("S2", "control", "B", "cells", 30, 100),
        ("S1", "ill", "A", "cells", 0, 50),
        ("S1", "ill", "B", "cells", 5, 50),
        ("S2", "control", "A1", "A", 15, 60),
    ]
    return pd.DataFrame(rows, columns=["sample_id", "group", "population", "parent", "n_events", "n_parent"])


def test_parts_are_counts_over_the_parent_and_the_rest_is_pale() -> None:
    ax = pl.composition(table(), palette={"A": "#ff0000", "B": "#00ff00"})
    assert [label.get_text() for label in ax.get_yticklabels()] == ["S1", "S10", "S2"]  # by group, then naturally
    widths = {bars.get_label(): [bar.get_width() for bar in bars] for bars in ax.containers}
    np.testing.assert_allclose(widths["A"], [0, 0.1, 0.6])
    np.testing.assert_allclose(widths["B"], [0.1, 0, 0.3])
    np.testing.assert_allclose(widths["not named"], [0.9, 0.9, 0.1])
    assert {bars.get_label(): bars[0].get_facecolor() for bars in ax.containers}["A"] == (1, 0, 0, 1)
    written = {text.get_gid(): text.get_text() for text in ax.texts if (text.get_gid() or "").startswith("share")}
    assert written["share S2 A"] == "60.0\u00a0%"
    assert [text.get_text() for text in ax.texts if text.get_gid() == "group"] == ["ill", "control"]
    assert {"50", "200", "100"} <= {text.get_text() for text in ax.texts}


def test_parts_of_a_population_in_given_axes() -> None:
    ax = new_axes()
    assert pl.composition(table(), parent="A", ax=ax, title="of A") is ax
    assert [[bar.get_width() for bar in bars] for bars in ax.containers] == [[0.25], [0.75]]
    assert ax.get_title(loc="left") == "of A"


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match=r"under 'B'\. There are some under cells, A"):
        pl.composition(table(), parent="B")
    with pytest.raises(InputError, match="lacks the column 'n_parent'"):
        pl.composition(table().drop(columns="n_parent"))
