import numpy as np
import pytest
from scipy.stats import norm

from cytoclust.positivity._upper_end import upper_end


@pytest.mark.parametrize("n", [150, 1_500, 3_000, 100_000])
def test_of_a_normal_it_is_the_quantile(n):
    rng = np.random.default_rng(n)
    found = np.array([upper_end(rng.normal(1, 0.4, n)) for _ in range(200)])
    truth = 1 + 0.4 * norm.ppf(0.995)
    assert np.mean(found[:, 0]) == pytest.approx(truth, abs=0.05)
    assert np.mean(np.abs(found[:, 0] - truth) < 2 * found[:, 1]) > 0.85  # the deviation is about right
    assert np.std(found[:, 0]) < 2 * np.mean(found[:, 1])


def test_stained_cells_that_were_carried_over_do_not_move_it():
    rng = np.random.default_rng(0)
    x = rng.normal(0, 0.3, 20_000)
    x[:300] = rng.normal(5, 0.4, 300)  # 1.5 %
    assert 0.7 < upper_end(x)[0] < 2.0
    assert upper_end(x[300:])[0] == pytest.approx(0.3 * norm.ppf(0.995), abs=0.03)


def test_autofluorescent_cells_count():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0.5, 0.25, 97_000), rng.normal(1.5, 0.3, 3_000)])
    assert upper_end(x)[0] == pytest.approx(np.quantile(x, 0.995))
