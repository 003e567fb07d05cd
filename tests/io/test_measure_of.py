"""Which measure of a detector is used."""

import pytest

from cytoclust.io import Panel, measure_of, recognise
from cytoclust.io._types import Channel


@pytest.mark.parametrize(
    ("names", "used"),
    [
        (["FL1-A", "FL1-H", "FL1-W"], ["FL1-A"]),
        (["FL1.H", "FL1.A"], ["FL1.A"]),
        (["FL1-Height", "FL2-Area", "FL2-Width"], ["FL1-Height", "FL2-Area"]),
        (["FL1 Log", "FL1 Lin", "FL2 Lin"], ["FL1 Log", "FL2 Lin"]),  # Beckman Coulter
        (["FL1 INT LOG", "FL1 PEAK LOG", "FL1 TOF LIN"], ["FL1 INT LOG"]),
        (["GRN-B-HLin", "GRN-B-HLog", "GRN-B-ALin", "GRN-B-W", "RED-B-HLog"], ["GRN-B-ALin", "RED-B-HLog"]),  # Guava
        (["405nm BV421 (445/60) LogH", "405nm BV421 (445/60) LinH"], ["405nm BV421 (445/60) LinH"]),  # Stratedigm
        (["FITC-A", "PE-A", "PE"], ["FITC-A", "PE-A"]),
        (["B1-A", "B2-A", "V1"], ["B1-A", "B2-A", "V1"]),
    ],
)
def test_one_measure_a_detector(names, used):
    bare = Panel(
        names=tuple(names), channels=tuple(names), markers=("",) * len(names),
        signal_types=("fluorescence",) * len(names),
    )  # fmt: skip
    assert [names[i] for i in bare.stained] == used
    found, _ = recognise([Channel(name, label=f"CD{measure_of(name)[0].count('2') + 3}") for name in names])
    assert [channel.name for channel in found if channel.marker] == used
