"""Each number that bears on a result says where it comes from."""

import numpy as np
import pytest
from scipy import stats

from benchmarks.constants import PACKAGES, constants
from cytoclust import normal

WORDS = ("chosen", "derived:", "source:", "measured:", "convention:", "bears on no result")
"""A choice (how much hangs on it stands in benchmarks/SENSITIVITY.md), a derivation, a paper or standard, a measurement
of this repository, a habit of the field; or the number is one of speed, memory or wording."""

EVERY = constants()


def test_there_are_numbers_in_every_package() -> None:
    assert {each.key.partition(".")[0] for each in EVERY} == set(PACKAGES)


def test_every_number_says_where_it_comes_from() -> None:
    silent = {each.key: each.told for each in EVERY if not any(word in each.told.lower() for word in WORDS)}
    assert silent == {}


def test_numbers_of_the_normal_distribution() -> None:
    ppf = stats.norm.ppf
    exact = {
        "SD_OF_MAD": 1 / ppf(0.75),
        "QUARTILE": ppf(0.75),
        "INTERQUARTILE": 2 * ppf(0.75),
        "TENTHS": 2 * ppf(0.9),
        "TWO_SIDED": ppf(0.975),
        "ERROR_OF_MEDIAN": np.sqrt(np.pi / 2),
        "BANDWIDTH": (4 / 3) ** 0.2,
    }
    assert set(exact) == set(normal.__all__)
    for name, value in exact.items():
        assert getattr(normal, name) == pytest.approx(value, rel=3e-3), name
