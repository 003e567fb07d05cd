import numpy as np
import pytest

from benchmarks.validation import INTERCEPT, SD, SLOPE, wells_of
from cytoclust.validation import Scale, copies, no_template_cut, standard_curve

SCALE = Scale(INTERCEPT, SLOPE, SD, 1e6)


def test_many_copies_are_the_mean_cq() -> None:
    cq = INTERCEPT + SLOPE * np.log10(1000.0) + np.array([-0.1, 0.0, 0.1])
    found = copies(cq, SCALE)
    assert found.estimate == pytest.approx(np.log2(1000))
    error = np.sqrt(((SD * np.log2(10) / SLOPE) ** 2 + np.log2(np.e) ** 2 / 1000) / 3)
    assert (found.high - found.low) / 2 == pytest.approx(1.959964 * error, rel=1e-6)


def test_no_amplified_well_leaves_three_copies() -> None:
    """Of n wells without a copy, the upper 95 % limit is −ln(0.05) / n a well."""
    found = copies([np.nan] * 4, SCALE)
    assert (found.estimate, found.low) == (-np.inf, -np.inf)
    assert 4 * 2**found.upper == pytest.approx(-np.log(0.05), rel=2e-3)


def test_a_late_cut_leaves_more() -> None:
    """Wells that would be cut off at a Cq of a hundred copies say that there are fewer than these, no more."""
    cut = Scale(INTERCEPT, SLOPE, SD, 1e6, INTERCEPT + SLOPE * 2)
    found = copies([np.nan] * 3, cut)
    assert 60 < 2**found.upper < 140


def test_one_curve_joins_few_and_many_copies() -> None:
    rng = np.random.default_rng(0)
    for mean in (280.0, 320.0):
        found = [copies(wells_of(mean, 3, rng), SCALE) for _ in range(200)]
        assert np.mean([each.estimate for each in found]) == pytest.approx(np.log2(mean), abs=0.02)


@pytest.mark.parametrize("mean", [0.7, 3.0, 20.0, 1000.0])
def test_intervals_cover_the_truth(mean: float) -> None:
    rng = np.random.default_rng(int(10 * mean))
    found = [copies(wells_of(mean, 3, rng), SCALE) for _ in range(400)]
    covered = np.mean([each.low <= np.log2(mean) <= each.high for each in found])
    assert covered > 0.92


def test_efficiency_by_hand() -> None:
    """A slope of −log2(10) is a doubling a cycle; limits by scipy's regression."""
    from scipy.stats import linregress, t

    quantity = np.repeat([10.0, 100.0, 1e3, 1e4], 2)
    cq = 36 - np.log2(10) ** 1 * np.log10(quantity) + np.tile([0.1, -0.1], 4)
    found, other = standard_curve(quantity, cq), linregress(np.log10(quantity), cq)
    assert found.efficiency == pytest.approx(1.0)
    reach = t.isf(0.025, 6) * other.stderr
    assert found.low == pytest.approx(10 ** (-1 / (other.slope - reach)) - 1)
    assert found.high == pytest.approx(10 ** (-1 / (other.slope + reach)) - 1)
    assert found.intercept == pytest.approx(other.intercept)


def test_cut_comes_from_wells_without_template() -> None:
    assert no_template_cut([np.nan, np.nan], margin=3) == np.inf
    assert no_template_cut([36.0, np.nan], margin=3) == 33
    many = 36 + np.random.default_rng(0).normal(0, 0.5, 60)
    cut = no_template_cut(many, margin=3)
    assert cut == pytest.approx(36 - 1.645 * 0.5, abs=0.35)
    assert no_template_cut([30.0, 36.0], margin=2) == 28


def test_efficiency_of_real_standards() -> None:
    """FSTL1 in genomic DNA on a LightCycler (RDML-consortium/rdmlpython, experiments/untergasser, MIT licence).

    By scipy's linregress and t: efficiency 0.916, limits 0.882 and 0.9526. Empty wells amplified at 30 to 34.
    """
    quantity = np.repeat([0.2, 1.0, 2.0, 4.0, 8.0], 3)
    cq = [25.67, 25.55, 25.59, 23.34, 23.43, 23.31, 22.11, 22.13, 22.13, 20.97, 20.99, 21.02, 19.99, 19.99, 20.02]
    found = standard_curve(quantity, cq)
    assert (found.efficiency, found.low, found.high) == pytest.approx((0.9160, 0.8820, 0.9526), abs=6e-5)
    assert no_template_cut([30.32, 34.16, 33.93], margin=3) == pytest.approx(27.32)
