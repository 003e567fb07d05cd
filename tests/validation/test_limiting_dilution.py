"""Against statmod::elda of R (1.5.0), printed with ten digits."""

import numpy as np
import pytest

from cytoclust.validation import limiting_dilution

GROUPS = {
    1: ((2, 3, 2, 1), (15116.1773181, 31863.531721, 67165.436893)),
    2: ((6, 5, 6, 1), (1983.1352080, 4508.940999, 10251.721038)),
    3: ((2, 3, 4, 2), (11360.2207423, 22490.225566, 44524.684640)),
    4: ((6, 6, 6, 1), (555.9850458, 1369.054122, 3371.150361)),
}


def test_one_group_and_its_slope() -> None:
    found = limiting_dilution([50, 100, 200, 400, 800], [24] * 5, [2, 6, 9, 15, 21])
    assert (found.low, found.one_in, found.high) == pytest.approx((302.1165684, 403.0631883, 537.7392395), rel=1e-8)
    assert found.slope == pytest.approx(1.04637, rel=1e-5)
    assert found.slope_p == pytest.approx(0.79620, rel=1e-4)


@pytest.mark.parametrize("group", GROUPS)
def test_groups_of_the_documentation(group: int) -> None:
    positive, expected = GROUPS[group]
    found = limiting_dilution([30000, 20000, 4000, 500], [6] * 4, positive)
    assert (found.low, found.one_in, found.high) == pytest.approx(expected, rel=1e-6)  # six digits: R stops there


def test_no_positive_well_and_nothing_but_positive_wells() -> None:
    none = limiting_dilution([10, 20, 40], [24] * 3, [0] * 3)
    assert (none.low, none.one_in, none.high) == (pytest.approx(560.7977772), np.inf, np.inf)
    every = limiting_dilution([10, 20, 40], [24] * 3, [24] * 3)
    assert every.high == pytest.approx(4.474522687)
    assert np.isnan([every.low, every.one_in, every.slope]).all()


def test_wells_of_one_dose_may_stand_in_several_rows() -> None:
    whole = limiting_dilution([10, 100], [6, 6], [1, 5])
    parts = limiting_dilution([10, 10, 100, 100], [2, 4, 3, 3], [0, 1, 2, 3])
    assert (parts.one_in, parts.slope, parts.slope_p) == pytest.approx(
        (whole.one_in, whole.slope, whole.slope_p), rel=1e-7
    )


def test_a_slope_without_limit_is_not_told() -> None:
    assert np.isnan(limiting_dilution([10, 100], [6, 6], [0, 6]).slope)
