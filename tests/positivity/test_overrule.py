import numpy as np
import pytest

from cytoclust.positivity import learn_thresholds
from cytoclust.positivity._control import Control
from tests.positivity.test_batch_cuts import profile

BATCHES = {"a": 0.0, "b": -0.6}


def rows(found):
    """Cut and source of marker M by batch."""
    table = found.to_frame(by_batch=True).query("marker == 'M'")
    return {row.batch: (row.positive, row.source) for row in table.itertuples()}


def fmo(batch, cut, marker="M", bound=False):
    return Control(marker, batch, cut, 0.05, f"{'unstained' if bound else 'FMO'} ({batch}.fcs)", bound)


def test_an_fmo_control_sets_the_cut_of_its_batch():
    found = learn_thresholds(profile(0, BATCHES), controls=[fmo("a", 2.2)])
    data = rows(learn_thresholds(profile(0, BATCHES)))
    assert rows(found) == {"a": (2.2, "FMO (a.fcs)"), "b": data["b"]}
    assert found.source == ("data", "data")
    assert found.of_batch("a")[0, 3] == 0.05


def test_controls_of_every_batch_set_the_cut_of_all():
    found = learn_thresholds(profile(0, BATCHES), controls=[fmo("a", 2.2), fmo("b", 1.8)])
    assert rows(found) == {"a": (2.2, "FMO (a.fcs)"), "b": (1.8, "FMO (b.fcs)")}
    assert found.positive[0] == pytest.approx(2.0)
    assert found.source[0] == "batches"


def test_a_control_for_all_batches():
    found = learn_thresholds(profile(0, BATCHES), controls=[fmo(None, 1.7), fmo(None, 1.9)])
    assert rows(found) == {"": (pytest.approx(1.8), "FMO (None.fcs), FMO (None.fcs)")}
    assert found.uncertainty[0] == pytest.approx(0.1)  # half of what they differ


def test_a_cut_by_hand_goes_before_a_control():
    found = learn_thresholds(profile(0, BATCHES), given={"M": 1.1}, controls=[fmo("a", 2.2)])
    assert rows(found) == {"": (1.1, "given")}


def test_an_unstained_control_only_raises_a_cut():
    plain = learn_thresholds(profile(0, BATCHES))
    low, high = (learn_thresholds(profile(0, BATCHES), controls=[fmo(None, c, bound=True)]) for c in (0.2, 2.0))
    assert rows(low) == rows(plain)
    assert set(rows(high).values()) == {(2.0, "unstained (None.fcs)")}
    assert high.uncertainty[0] > 0.05


def test_an_fmo_control_parts_a_marker_with_one_mode():
    found = learn_thresholds(profile(0, BATCHES), controls=[fmo(None, 1.0, "none")])
    assert found.positive[1] == 1.0
    assert found.only[1] == ""
    unstained = learn_thresholds(profile(0, BATCHES), controls=[fmo(None, 1.0, "none", bound=True)])
    assert np.isnan(unstained.positive[1])
    assert unstained.only[1] == "-"


def test_an_unstained_control_tells_that_every_cell_is_positive():
    found = learn_thresholds(profile(0, BATCHES), controls=[fmo(None, -2.0, "none", bound=True)])
    assert np.isnan(found.positive[1])
    assert found.only[1] == "+"
