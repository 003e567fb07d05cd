"""Labels of events as a table."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import read_fcs, read_gates

Put = Callable[[str, str], Path]


def rows(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def test_one_label_an_event_by_number_from_0(put: Put, events: Path) -> None:
    path = put("a.csv", rows("sample_id,event,label", "s,0,T cell", "s,4999,B", "s,7,T cell", "s,8,", "other,1,B"))
    gates = read_gates(path, events, sample_id="s")
    assert np.flatnonzero(gates["T cell"]).tolist() == [0, 7]
    assert np.flatnonzero(gates["B"]).tolist() == [4999]
    assert [str(note) for note in gates.notes] == [
        "s: 4,996 events without a row in the labels were taken to lie in no gate"
    ]
    with pytest.raises(InputError, match=r"labels 2 samples \(s, other\): say which"):
        read_gates(path, events)


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_column_a_population_in_file_order(put: Put, events: Path, between: str) -> None:
    lines = [between.join([str(int(i % 2 == 0)), "TRUE" if i < 3 else "false"]) for i in range(5000)]
    gates = read_gates(put("a.csv", rows(between.join(["even", "first"]), *lines)), events)
    assert np.array_equal(gates["even"], np.arange(5000) % 2 == 0)
    assert np.flatnonzero(gates["first"]).tolist() == [0, 1, 2]
    assert gates.notes == ()


def test_a_chosen_part_of_the_events_gets_its_own_labels(put: Put, events: Path) -> None:
    path = put("a.csv", rows("event,label", "12,x", "3,x", "40,x"))
    assert read_gates(path, read_fcs(events)[[3, 5, 12]])["x"].tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (rows("event,label", "5000,x"), "labels event 5000 .* which has the events 0 to 4999"),
        (rows("label", *["x"] * 4999), "has 4,999 rows for the sample '', which has 5,000 events"),
        (rows("event,label", "1,x", "1,y"), r"row 3: the event 1 of the sample is there twice"),
        (rows("event,label", "-1,x"), "row 2: the event '-1' is no number of an event"),
        (rows("event,label", "first,x"), "row 2: the event 'first' is no number of an event"),
        (rows("event,cell", "1,T cell"), "row 2: the column 'cell' says 'T cell'; 0 or 1 are allowed"),
        (rows("event,label,cell", "1,x,1"), "has the column 'label' and others \\(cell\\)"),
        (rows("event", "1"), "has no column of labels"),
        (rows("event,label"), "has no row"),
        (rows("label,label", "x,y"), "more than once|column 'label.1'|and others"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(put: Put, events: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        read_gates(put("a.csv", text), events)
    assert "\n" not in str(caught.value)
    assert "a.csv" in str(caught.value)


def test_cells_beyond_the_header_shift_nothing(put: Put, events: Path) -> None:
    """A comma at the end of each row is none; a cell there belongs to no column."""
    lines = [f"{i},{int(i < 3)}," for i in range(5000)]
    assert np.flatnonzero(read_gates(put("a.csv", rows("event,MSC", *lines)), events)["MSC"]).tolist() == [0, 1, 2]
    with pytest.raises(InputError, match="more cells than its header has columns"):
        read_gates(put("b.csv", rows("event,MSC", *(line + "1" for line in lines))), events)
