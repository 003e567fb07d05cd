"""Files of another panel, dye, scale, voltage or compensation are refused by name."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.frozen import channel_facts, compare_file, refuse_compensation
from cytoclust.io import Channel, Spillover, reconcile_panel


def file(voltage: str = "500", text: dict[str, str] | None = None, **changes: Any) -> Any:
    channels = [
        Channel("FSC-A", signal_type="scatter"),
        Channel("PE-A", "CD90", "CD90 PE"),
        Channel("APC-A", "CD45", "CD45 APC"),
    ]
    channels[2] = replace(channels[2], **changes)
    return SimpleNamespace(
        path=Path("new.fcs"), channels=tuple(channels), n_events=10, notes=(),
        text={"$P1V": "300", "$P3V": voltage} | (text or {}),
        spill=Spillover(("PE-A", "APC-A"), np.eye(2) + 0.1, "$SPILLOVER"),
    )  # fmt: skip


@pytest.fixture
def reference() -> Any:
    return reference_of([file()])


def reference_of(files: list[Any]) -> Any:
    panel = reconcile_panel(files)
    return SimpleNamespace(
        panel=panel, channels=channel_facts(files, panel), compensated=(True,), override=None,
        columns=np.array([panel.names.index("CD45")]), stained=np.array([panel.names.index("CD90")]),
        instruments=["", "FACSCanto II 7"],
    )  # fmt: skip


def refusal(new: Any, reference: Any) -> str:
    with pytest.raises(InputError) as told:
        compare_file(new, reference)
    return str(told.value)


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (file(voltage="540"), "CD45: the voltage is not the reference's: found 540, allowed 500"),
        (file(name="FITC-A"), "CD45: the channel is not the reference's: found FITC-A, allowed APC-A"),
        (file(label="CD45 FITC", name="APC-A"), None),
        (file(range=1024.0), "the end of the scale is not the reference's: found 1024, allowed 262144"),
        (file(decades=(4.0, 1.0), range=262_144.0), "the scale is not the reference's: found logarithmic"),
        (file(marker="CD3", label="CD3 APC"), "no channel for CD45"),
    ],
)
def test_by_name(reference: Any, new: Any, told: str | None) -> None:
    if told is None:  # the channel's name says the dye before the label does
        compare_file(new, reference)
    else:
        assert told in refusal(new, reference)
        assert "new.fcs" in refusal(new, reference)


@pytest.mark.parametrize("new", [file(), file(voltage="504"), file(voltage=""), file(range=200_000.0)])
def test_what_moves_from_day_to_day_is_no_other_panel(reference: Any, new: Any) -> None:
    assert compare_file(new, reference) == []


def test_the_voltage_of_a_column_that_no_label_rests_on_is_told(reference: Any) -> None:
    (note,) = compare_file(file(text={"$P1V": "350"}), reference)
    assert note.data == {"names": ["FSC-A"]}


def test_the_largest_value_of_a_file_is_no_end_of_a_scale() -> None:
    for known, new in (("fluorescence", (100_345.0, 7_112.0)), ("mass", (8192.0, 1024.0))):
        one, other = (file(signal_type=known, range=end) for end in new)
        assert compare_file(other, reference_of([one])) == []
        transformed = file(signal_type=known, range=6.0)
        assert "the end of the scale is not the reference's: found 6," in refusal(transformed, reference_of([one]))


def test_where_each_file_has_its_own_voltage_so_may_a_further_one() -> None:
    several = reference_of([file(voltage) for voltage in ("500", "520", "508", "512")])
    (note,) = compare_file(file("530"), several)
    assert note.data == {"names": ["CD45"]}
    assert "found 560, allowed 500 to 520, and 481 to 540" in refusal(file("560"), several)
    two = reference_of([file("500"), file("520")])
    assert "found 530, allowed 500 to 520, and 1% beyond" in refusal(file("530"), two)


def test_further_channels_are_told(reference: Any) -> None:
    new = file()
    new.channels = (*new.channels, Channel("BV421-A", "CD3", "CD3 BV421"))
    (note,) = compare_file(new, reference)
    assert note.data == {"channels": ["BV421-A"]}


def test_another_cytometer_is_told(reference: Any) -> None:
    assert compare_file(file(text={"$CYT": "FACSCanto II", "$CYTSN": "7"}), reference) == []
    (note,) = compare_file(file(text={"$CYT": "FACSCanto II", "$CYTSN": "8"}), reference)
    assert note.data == {"found": "FACSCanto II 8", "known": ["FACSCanto II 7"]}
    reference.instruments = []  # of before they were kept
    assert compare_file(file(text={"$CYT": "FACSCanto II", "$CYTSN": "8"}), reference) == []


def test_a_file_that_names_no_marker_is_taken_by_its_channels_which_is_told(reference: Any) -> None:
    (note,) = compare_file(file(marker="", label=""), reference)
    assert (note.code, note.data) == ("markers by channel", {"markers": ["CD45"]})


def test_ends_that_differed_in_the_reference_are_a_range(reference: Any) -> None:
    """Some programs write the largest value of each file there."""
    known = [file(), file(range=250_000.0)]
    reference.channels = channel_facts(known, reference.panel)
    assert compare_file(file(range=255_000.0), reference) == []
    assert "found 1024, allowed 250000 to 262144" in refusal(file(range=1024.0), reference)


def test_a_matrix_of_other_channels(reference: Any) -> None:
    """A channel that it leaves out keeps the light of the others."""
    new = file()
    new.channels = (*new.channels, Channel("BV421-A", "CD3", "CD3 BV421"))
    source: Any = SimpleNamespace(matrix=np.eye(2), file=new)
    new.spill = Spillover(("PE-A", "APC-A", "BV421-A"), np.eye(3) + 0.1, "$SPILLOVER")
    refuse_compensation(source, reference)
    new.spill = Spillover(("PE-A", "BV421-A"), np.eye(2) + 0.1, "$SPILLOVER")
    with pytest.raises(
        InputError, match=r"new\.fcs: CD45: the spillover .* found a matrix without it, allowed a matrix w"
    ):
        refuse_compensation(source, reference)
    reference.override = new.spill
    refuse_compensation(source, reference)


def test_compensation(reference: Any) -> None:
    source: Any = SimpleNamespace(matrix=np.eye(2), file=file())
    refuse_compensation(source, reference)
    source.matrix = None
    with pytest.raises(InputError, match=r"new\.fcs: compensation: found no spillover matrix .* compensated"):
        refuse_compensation(source, reference)
