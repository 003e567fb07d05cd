from cytoclust.io import Channel
from cytoclust.io._leave_one_copy import leave_one_copy


def test_the_compensated_copy_is_used_and_takes_the_marker() -> None:
    channels = [
        Channel("FSC-A", signal_type="scatter"), Channel("PE-A", marker="CD4"), Channel("FITC-A", marker="CD3"),
        Channel("FJComp-PE-A"), Channel("FJComp-APC-A", marker="CD8"),
    ]  # fmt: skip
    kept, notes = leave_one_copy(channels)
    assert [(each.name, each.marker, each.signal_type) for each in kept] == [
        ("FSC-A", "", "scatter"),
        ("PE-A", "", "other"),
        ("FITC-A", "CD3", "fluorescence"),
        ("FJComp-PE-A", "CD4", "fluorescence"),
        ("FJComp-APC-A", "CD8", "fluorescence"),
    ]
    assert [(note.code, note.data) for note in notes] == [
        ("signal twice", {"left": ["PE-A"], "used": ["FJComp-PE-A"]})
    ]  # fmt: skip


def test_a_file_without_copies_stays_as_it_is() -> None:
    channels = [Channel("PE-A", marker="CD4"), Channel("PE-H"), Channel("Comp-FITC-A")]
    assert leave_one_copy(channels) == (channels, [])
