"""Compensation against a general solver, and its independence of chunks."""

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.pp import solve_spillover


def _matrix(p: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.eye(p) + rng.uniform(0, 0.3, (p, p)) * (1 - np.eye(p))


@pytest.mark.parametrize("p", [1, 2, 7, 18])
def test_mixed_signals_are_unmixed(p: int) -> None:
    rng = np.random.default_rng(p)
    true = rng.lognormal(5, 2, (300, p))
    observed = (true @ _matrix(p)).astype(np.float32)
    compensated = solve_spillover(observed, _matrix(p))
    assert compensated.dtype == np.float32
    assert compensated.flags.c_contiguous
    expected = np.linalg.solve(_matrix(p).T, observed.astype(float).T).T
    np.testing.assert_allclose(compensated, expected, rtol=1e-6, atol=1e-6 * np.abs(expected).max())
    np.testing.assert_allclose(compensated, true, rtol=1e-3, atol=1e-5 * true.max())


def test_rows_are_swapped_where_the_diagonal_is_small() -> None:
    matrix = np.array([[0.01, 1.0, 0.0], [1.0, 0.02, 0.3], [0.0, 0.5, 1.0]])
    true = np.array([[10.0, 20.0, 30.0]])
    np.testing.assert_allclose(solve_spillover((true @ matrix).astype(np.float32), matrix), true, rtol=1e-5)


def test_an_event_does_not_depend_on_its_neighbours() -> None:
    rng = np.random.default_rng(1)
    events, matrix = rng.normal(0, 1e4, (1000, 11)).astype(np.float32), _matrix(11)
    whole = solve_spillover(events, matrix)
    for chunk in (1, 3, 64, 97):
        parts = [solve_spillover(events[i : i + chunk], matrix) for i in range(0, len(events), chunk)]
        assert np.array_equal(np.concatenate(parts), whole)
    assert np.array_equal(solve_spillover(np.asfortranarray(events)[::-1], matrix)[::-1], whole)


def test_columns_outside_the_matrix_keep_their_bits() -> None:
    matrix = np.eye(5)
    matrix[1, 3] = 0.2
    events = np.random.default_rng(2).normal(0, 1e5, (50, 5)).astype(np.float32)
    assert np.array_equal(solve_spillover(events, matrix)[:, [0, 1, 2, 4]], events[:, [0, 1, 2, 4]])


@pytest.mark.parametrize("second_row", [[1.0, 0.5], [1.0, 0.50001]])
def test_a_singular_or_nearly_singular_matrix_is_refused(second_row: list[float]) -> None:
    with pytest.raises(InputError, match="condition number of at most 10000"):
        solve_spillover(np.ones((2, 2), dtype=np.float32), np.array([[1.0, 0.5], second_row]))


def test_a_matrix_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match=r"each of 3 channels. Got shape \(2, 2\)"):
        solve_spillover(np.ones((2, 3), dtype=np.float32), np.eye(2))
    with pytest.raises(InputError, match="finite"):
        solve_spillover(np.ones((2, 2), dtype=np.float32), np.array([[1.0, np.nan], [0.0, 1.0]]))
