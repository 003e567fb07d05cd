import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import Panel
from cytoclust.pp import choose_cofactors, estimate_cofactors

PANEL = Panel(
    ("FSC-A", "CD4", "CD8"), ("FSC-A", "FITC-A", "PE-A"), ("", "CD4", "CD8"), ("scatter",) + ("fluorescence",) * 2
)
EVENTS = np.random.default_rng(0).normal(0, 90, (5000, 3))


def test_one_number_is_for_every_signal() -> None:
    np.testing.assert_array_equal(choose_cofactors(150, EVENTS, PANEL), [np.nan, 150, 150])


@pytest.mark.parametrize("name", ["CD8", "PE-A"])
def test_a_marker_or_channel_may_have_its_own(name: str) -> None:
    chosen = choose_cofactors({name: 33.0}, EVENTS, PANEL)
    assert chosen[2] == 33.0
    assert chosen[1] == estimate_cofactors(EVENTS, PANEL.signal_types)[1]


@pytest.mark.parametrize("name", ["CD80", "Time"])
def test_what_is_no_signal_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=rf"must name stained markers or scatter \(.*CD8\)\. Got {name!r} instead"):
        choose_cofactors({name: 5.0}, EVENTS, PANEL)
