import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from cytoclust.pp._density import _peaks, _smooth, smooth_density


@pytest.mark.parametrize("seed", range(5))
def test_smoothing_and_peaks_are_those_of_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.uniform(0.1, 5), 512).astype(float)  # has plateaus
    sigma = rng.uniform(1, 20)
    np.testing.assert_allclose(_smooth(counts, sigma), gaussian_filter1d(counts, sigma, mode="constant"), atol=1e-12)
    assert _peaks(counts) == find_peaks(counts, plateau_size=1)[0].tolist()


def test_what_is_flat_has_no_peak() -> None:
    assert _peaks(np.zeros(5)) == _peaks(np.ones(1)) == []


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_a_pile_is_no_mode_and_the_space_beside_it_no_valley(share: float) -> None:
    values = np.random.default_rng(4).normal(0, 1, 20_000)
    floor = np.quantile(values, share)
    assert len(smooth_density(np.maximum(values, floor), deepest=0.7).modes) == 1
    assert len(smooth_density(np.round(values * 1.5), deepest=0.7).modes) == 1
