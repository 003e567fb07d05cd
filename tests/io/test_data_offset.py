"""Where DATA begins, when HEADER and TEXT disagree, or agree on what cannot be."""

import struct

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import open_events, open_fcs, read_fcs
from tests.io.make import fcs, floats, header, integers, parameters, text_segment

EVENTS = np.random.default_rng(4).lognormal(8, 1, (400, 5)).astype(np.float32)


def close(data, words, *, header_data=None, text_data=None, tail=b"", gap=b""):
    """A data set whose DATA begins right behind TEXT (and ``gap``), offsets as (first, last) minus the right ones."""
    words = {"$BEGINDATA": "000000", "$ENDDATA": "000000", "$MODE": "L", "$NEXTDATA": "0", **words}
    begin = 58 + len(text_segment(words)) + len(gap)
    right = np.array([begin, begin + len(data) - 1])
    stated = right if text_data is None else text_data(*right)
    words |= {"$BEGINDATA": f"{stated[0]:06}", "$ENDDATA": f"{stated[1]:06}"}
    text = text_segment(words)
    stated = right if header_data is None else header_data(*right)
    return header("FCS3.1", (58, 57 + len(text)), stated) + text + gap + data + tail


CASES = {
    "TEXT begins a byte low": ({"text_data": lambda b, e: (b - 1, e)}, "HEADER"),
    "TEXT a byte low": ({"text_data": lambda b, e: (b - 1, e - 1)}, "HEADER"),
    "TEXT a byte high": ({"text_data": lambda b, e: (b + 1, e + 1), "tail": b"\0" * 9}, "HEADER"),
    "HEADER a byte low": ({"header_data": lambda b, e: (b - 1, e - 1)}, "TEXT"),
    "HEADER a byte high": ({"header_data": lambda b, e: (b + 1, e + 1), "tail": b"\0" * 9}, "TEXT"),
    "HEADER two bytes low, far from TEXT": ({"header_data": lambda b, e: (b - 2, e - 2), "gap": b" " * 60}, "TEXT"),
    "TEXT 46 bytes low, both spans right": ({"text_data": lambda b, e: (b - 46, e - 46)}, "HEADER"),
    "TEXT 46 bytes low, in a gap": ({"text_data": lambda b, e: (b - 46, e - 46), "gap": b" " * 60}, "HEADER"),
    "HEADER a byte long, TEXT elsewhere": (
        {"header_data": lambda b, e: (b, e + 1), "text_data": lambda b, e: (b + 46, e + 46), "tail": b"\0" * 99},
        "HEADER",
    ),
    "the end is the beginning": ({"header_data": lambda b, _: (b, b), "text_data": lambda b, _: (b, b)}, None),
    "the end is the beginning in TEXT": ({"text_data": lambda b, _: (b, b)}, None),
    "no end": ({"header_data": lambda b, _: (b, 0), "text_data": lambda b, _: (b, 0)}, None),
}
MOVED = {
    "both a byte low": lambda b, e: (b - 1, e - 1),
    "both a byte low, the end right": lambda b, e: (b - 1, e),
    "both a byte high": lambda b, e: (b + 1, e),
    "both three bytes high": lambda b, e: (b + 3, e + 3),
}


@pytest.mark.parametrize("name", CASES)
def test_what_fits_is_followed_and_said(opened, name):
    claims, followed = CASES[name]
    file = opened(close(*floats(EVENTS), **claims))
    assert (file.read() == EVENTS).all()
    told = [note.data["followed"] for note in file.notes if note.code == "offsets disagree"]
    assert told == ([followed] if followed else [])


@pytest.mark.parametrize("name", MOVED)
@pytest.mark.parametrize("gap", [b"", b" " * 40])
def test_offsets_that_are_both_wrong(opened, name, gap):
    file = opened(close(*floats(EVENTS), header_data=MOVED[name], text_data=MOVED[name], gap=gap, tail=b"\r\n\0\0"))
    assert (file.read() == EVENTS).all()
    assert [note.code for note in file.notes] == ["data moved"]


def test_integers_never_begin_in_text(opened):
    rows = np.random.default_rng(1).integers(0, 65536, (50, 2)).tolist()
    low = {"header_data": lambda b, e: (b - 1, e - 1), "text_data": lambda b, e: (b - 1, e - 1)}
    file = opened(close(*integers(rows, **{"$P1R": "65536", "$P2R": "65536"}), **low))
    assert (file.read() == np.array(rows)).all()
    assert [note.code for note in file.notes] == ["data moved"]


def test_integers_above_their_range_tell_where_they_are_not(opened):
    rows = np.random.default_rng(1).integers(0, 1024, (50, 2)).tolist()
    for wrong in (1023, 1020):
        file = opened(fcs(*integers(rows), text_data=(wrong, wrong + 199)))
        assert (file.read() == np.array(rows)).all()
        file = opened(fcs(*integers(rows), header_data=(wrong, wrong + 199)))
        assert (file.read() == np.array(rows)).all()


def test_header_goes_first_where_nothing_else_decides(opened):
    rows = [(7, 7)] * 20
    file = opened(fcs(*integers(rows), text_data=(1028, 1107), tail=b"\7\0\7\0" * 3))
    assert Finding(
        "offsets disagree", source="TEXT", first=1028, last=1107, followed="HEADER", followed_first=1024,
        followed_last=1103, why="header",
    ) in file.notes  # fmt: skip


@pytest.mark.parametrize("kind", "FD")
def test_bytes_in_the_other_order_than_stated(opened, kind):
    data = EVENTS.astype(f">f{4 if kind == 'F' else 8}").tobytes()
    bits = 32 if kind == "F" else 64
    words = parameters(*({"N": f"C{i}", "B": bits} for i in range(5)))
    file = opened(fcs(data, words | {"$DATATYPE": kind, "$BYTEORD": "1,2,3,4", "$TOT": "400"}))
    assert (file.read() == EVENTS).all()
    assert Finding("bytes swapped") in file.notes


def test_values_that_are_no_signals_anywhere_are_refused(opened):
    noise = np.random.default_rng(0).integers(0, 256, EVENTS.nbytes, dtype=np.uint8).tobytes()
    with pytest.raises(InputError, match=r"a\.fcs: \d+% of the values of DATA.*offsets or \$BYTEORD"):
        opened(fcs(noise, floats(EVENTS)[1]))


def test_a_few_huge_or_tiny_values_are_no_reason(opened):
    values = EVENTS.copy()
    values[::50, 0] = 3e37
    values[::30, 1] = 1e-30
    file = opened(fcs(*floats(values)))
    assert (file.read() == values).all()
    assert file.notes == ()


def test_a_file_that_is_cut_short_is_called_so(opened):
    with pytest.raises(InputError, match="cut short"):
        opened(fcs(*floats(EVENTS))[:-500])


def test_one_can_be_told_to_be_followed(opened, tmp_path):
    content = fcs(*integers([(i, i) for i in range(20)]), text_data=(1028, 1107), tail=b"\7\0\7\0" * 3)
    assert opened(content).read()[0, 0] == 0
    path = tmp_path / "a.fcs"
    assert open_fcs(path, data_offset="header").read()[0, 0] == 0
    (note,) = [note for note in open_fcs(path, data_offset="header").notes if note.code == "offsets disagree"]
    assert (note.data["source"], note.data["followed"], note.data["why"]) == ("TEXT", "HEADER", "setting")
    assert open_fcs(path, data_offset="text").read()[0, 0] == 1
    assert open_events(path, data_offset="text").read()[0, 0] == 1
    assert read_fcs(path, data_offset="text").X[0, 0] == 1
    with pytest.raises(InputError, match="TEXT does not say"):
        opened(fcs(*integers([(1, 2)]), version="FCS2.0"), data_offset="text")


def test_data_inside_text_is_refused_with_the_setting(opened):
    with pytest.raises(InputError, match=r"is not where it should be.*--set read\.data_offset"):
        opened(fcs(*integers([(1, 2)]), header_data=(100, 103), text_data=(110, 113)))


def test_missing_total_and_offsets_that_differ(opened):
    data, words = floats(EVENTS, **{"$TOT": None})
    file = opened(fcs(data, words, text_data=(1023, 1022 + len(data))))
    assert (file.read() == EVENTS).all()
    assert Finding("no event count", events=400) in file.notes


@pytest.mark.parametrize("total", ["0", None])
def test_no_events_may_begin_behind_the_file(opened, total):
    content = fcs(b"", integers([(1, 2)])[1] | {"$TOT": total}, header_data=(5000, 4999), text_data=(5000, 4999))
    assert opened(content).read().shape == (0, 2)


def test_header_of_another_program(opened):
    """$DATATYPE F with 64 bits a value, and D with 32: the width is believed."""
    data = struct.pack("<4d", 1.5, 2.5, -3.25, 4e5)
    words = parameters({"N": "A", "B": 64}, {"N": "B", "B": 64})
    file = opened(fcs(data, words | {"$DATATYPE": "F", "$BYTEORD": "1,2,3,4", "$TOT": "2"}))
    assert file.read().tolist() == [[1.5, 2.5], [-3.25, 4e5]]
    assert [note.code for note in file.notes] == ["float of another width"] * 2
