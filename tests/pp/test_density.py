import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from cytoclust.pp._density import _peaks, _smooth


@pytest.mark.parametrize("seed", range(5))
def test_smoothing_and_peaks_are_those_of_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.uniform(0.1, 5), 512).astype(float)  # has plateaus
    sigma = rng.uniform(1, 20)
    np.testing.assert_allclose(_smooth(counts, sigma), gaussian_filter1d(counts, sigma, mode="constant"), atol=1e-12)
    assert _peaks(counts) == find_peaks(counts, plateau_size=1)[0].tolist()


def test_what_is_flat_has_no_peak() -> None:
    assert _peaks(np.zeros(5)) == _peaks(np.ones(1)) == []
