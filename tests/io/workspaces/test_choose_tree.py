"""Which sample of a workspace a file is, when files move and names repeat."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cytoclust.errors import InputError
from cytoclust.io import read_gates
from cytoclust.io.workspaces import file_name
from tests.io.workspaces import write as w

pytestmark = pytest.mark.usefixtures("flowkit")
Put = Callable[[str, str], Path]
GATE = w.population("g", w.rectangle(w.dimension("FSC-A", 1.0)))


def read(put: Put, events: Path, *samples: str) -> str:
    return read_gates(put("a.wsp", w.workspace(*samples)), events).gates[0].name


@pytest.mark.parametrize(
    "uri",
    ["file:/C:/Users/a%20b/tube%201.fcs", "tube 1.fcs", "file:///data/run/TUBE%201.FCS", r"D:\runs\tube 1.fcs"],
)
def test_a_file_that_moved_is_known_by_its_name(put: Put, events: Path, uri: str) -> None:
    other = w.sample("tube 2.fcs", w.population("wrong", w.rectangle(w.dimension("FSC-A", 1.0))))
    assert read(put, events, other, w.sample("renamed in the workspace", GATE, uri=uri)) == "g"


def test_a_file_that_was_renamed_is_known_by_what_it_says_of_itself(put: Put, values: object, tmp_path: Path) -> None:
    from cytoclust.io import Channel, write_fcs

    path = tmp_path / "renamed.fcs"
    write_fcs(path, values, [Channel(n) for n in ("FSC-A", "B", "C", "D", "Time")], text={"$FIL": "Specimen_7.fcs"})  # type: ignore[arg-type]
    assert read(put, path, w.sample("x", GATE, keywords={"$FIL": "Specimen_7.fcs", "$TOT": "5000"})) == "g"


def test_one_name_with_another_number_of_events_is_refused(put: Put, events: Path) -> None:
    path = put("a.wsp", w.workspace(w.sample("tube 1.fcs", GATE, keywords={"$TOT": "4999"})))
    with pytest.raises(InputError, match=r"a\.wsp: its gates are of other events: tube 1\.fcs has 4999 .* 5000 here"):
        read_gates(path, events)


def test_two_samples_of_one_name_are_told_apart_by_their_events_or_refused(put: Put, events: Path) -> None:
    wrong = w.population("wrong", w.rectangle(w.dimension("FSC-A", 1.0)))
    one, two = (w.sample("tube 1.fcs", pop, uri=f"file:/{n}/tube%201.fcs", keywords={"$TOT": n}) for n, pop in
                (("4000", wrong), ("5000", GATE)))  # fmt: skip
    assert read(put, events, one, two) == "g"
    with pytest.raises(InputError, match="more than one sample of the workspace may be it"):
        read(put, events, two, two)


def test_none_is_refused_with_those_that_there_are(put: Put, events: Path) -> None:
    with pytest.raises(InputError, match=r"no sample of the gate file is it; there are other\.fcs"):
        read(put, events, w.sample("other.fcs", GATE))


def test_the_name_of_a_file_is_found_in_any_address() -> None:
    assert file_name("file:/V:/a/b%20c.fcs") == file_name(r"V:\a\b c.fcs") == file_name("b c.fcs") == "b c.fcs"
    assert file_name("") == ""
