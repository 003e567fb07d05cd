import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import Spillover
from cytoclust.pp import embed_spillover

SPILL = Spillover(("PE-A", "FITC-A"), np.array([[1.0, 0.1], [0.2, 1.0]]), "$SPILLOVER")


def test_rows_and_columns_find_their_places() -> None:
    full = embed_spillover(SPILL, ["FSC-A", "FITC-A", "APC-A", "PE-A"])
    expected = np.eye(4)
    expected[3, 1], expected[1, 3] = 0.1, 0.2  # PE spills 0.1 into FITC, FITC 0.2 into PE
    assert np.array_equal(full, expected)


def test_a_missing_channel_is_named() -> None:
    with pytest.raises(InputError, match=r"\(\$SPILLOVER\) names FITC-A, which the events lack"):
        embed_spillover(SPILL, ["FSC-A", "PE-A"])


def test_a_repeated_channel_is_refused() -> None:
    with pytest.raises(InputError, match="occurs twice"):
        embed_spillover(SPILL, ["PE-A", "FITC-A", "PE-A"])
