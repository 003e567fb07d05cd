from math import comb

import numpy as np
import pytest

from cytoclust.stats._relabellings import relabellings


@pytest.mark.parametrize("strata", [["110"], ["1100", "10"], ["100", "000", "11"], ["0", "10"]])
def test_every_way_is_there_once_and_the_observed_one_first(strata: list[str]) -> None:
    labels = [np.array([letter == "1" for letter in stratum]) for stratum in strata]
    rows = relabellings(labels, 9_999, 0)
    assert rows[0].tolist() == np.concatenate(labels).tolist()
    assert len(rows) == np.prod([comb(len(stratum), stratum.count("1")) for stratum in strata])
    assert len(np.unique(rows, axis=0)) == len(rows)
    place = 0
    for stratum in strata:
        assert (rows[:, place : place + len(stratum)].sum(axis=1) == stratum.count("1")).all()
        place += len(stratum)


def test_of_many_ways_some_are_drawn_again_with_the_same_seed() -> None:
    labels = [np.arange(20) < 10, np.zeros(3, dtype=bool)]
    rows = relabellings(labels, 199, 3)
    assert rows.shape == (200, 23)
    assert (rows == relabellings(labels, 199, 3)).all()
    assert (rows[:, :20].sum(axis=1) == 10).all()
    assert not rows[:, 20:].any()
