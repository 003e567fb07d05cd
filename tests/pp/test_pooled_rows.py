import numpy as np
import pytest

from cytoclust.pp import pooled_rows


@pytest.mark.parametrize(("n", "at_most"), [(0, 5), (4, 5), (5, 5), (6, 5), (1_234_567, 200_000), (10**12, 1000)])
def test_rows_are_even_and_apart(n: int, at_most: int) -> None:
    rows = pooled_rows(n, at_most)
    assert rows.dtype == np.int64
    assert len(rows) == min(n, at_most)
    if len(rows) > 1:
        steps = np.diff(rows)
        assert rows[0] == 0
        assert rows[-1] < n
        assert steps.min() >= 1
        assert steps.max() - steps.min() <= 1
