import gzip
import struct
import time

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import open_fcs
from tests.io.make import CODES, fcs, floats, integers, parameters

ROWS = [(1, 2), (1023, 512), (0, 7)]


@pytest.mark.parametrize("version", ["FCS2.0", "FCS3.0", "FCS3.1", "FCS3.2"])
@pytest.mark.parametrize("order", ["1,2,3,4", "4,3,2,1", "1,2", "2,1", "1, 2, 3, 4"])
def test_integers_in_every_version_and_order(opened, version, order):
    file = opened(fcs(*integers(ROWS, order=order), version=version))
    assert file.version == version
    assert [channel.name for channel in file.channels] == ["A", "B"]
    assert (file.read() == np.array(ROWS)).all()
    assert file.read().dtype == np.float32
    assert file.read().flags.c_contiguous


@pytest.mark.parametrize("kind", ["F", "D"])
@pytest.mark.parametrize("sign", "<>")
def test_floats_keep_values_beyond_the_range(opened, kind, sign):
    values = np.array([[-5.5, 3e5], [1e-3, 7.25]])
    data = values.astype(f"{sign}f{4 if kind == 'F' else 8}").tobytes()
    bits = 32 if kind == "F" else 64
    words = parameters({"N": "A", "B": bits, "R": 100}, {"N": "B", "B": bits, "R": 100})
    order = "1,2,3,4" if sign == "<" else "4,3,2,1"
    file = opened(fcs(data, words | {"$DATATYPE": kind, "$BYTEORD": order, "$TOT": "2"}))
    np.testing.assert_allclose(file.read(), values, rtol=1e-7)


@pytest.mark.parametrize("sign", "<>")
def test_mixed_integer_widths(opened, sign):
    widths = (8, 32, 16, 64)
    rows = [(200, 70_000, 60_000, 2**40), (3, 4_000_000_000, 1, 5)]
    data = b"".join(struct.pack(sign + "".join(CODES[width] for width in widths), *row) for row in rows)
    words = parameters(*({"N": f"C{width}", "B": width, "R": 2**width} for width in widths))
    order = "1,2,3,4" if sign == "<" else "4,3,2,1"
    file = opened(fcs(data, words | {"$DATATYPE": "I", "$BYTEORD": order, "$TOT": "2"}))
    np.testing.assert_allclose(file.read(), rows, rtol=1e-7)


@pytest.mark.parametrize("order", ["little", "big"])
def test_24_bit_integers(opened, order):
    rows = [(70_000, 5), (2**24 - 1, 12)]
    data = b"".join(value.to_bytes(3, order) for row in rows for value in row)
    words = parameters({"N": "A", "B": 24, "R": 2**24}, {"N": "B", "B": 24, "R": 1024})
    byteord = "1,2,3,4" if order == "little" else "4,3,2,1"
    file = opened(fcs(data, words | {"$DATATYPE": "I", "$BYTEORD": byteord, "$TOT": "2"}))
    assert (file.read() == np.array(rows)).all()


def test_bits_above_the_range_are_masked(opened):
    file = opened(fcs(*integers([(0xFC01, 0xFFFF)], **{"$P1R": "1024", "$P2R": "1000"})))  # 1000: next power is 1024
    assert file.read().tolist() == [[1, 1023]]


def test_mixed_types_of_fcs_3_2(opened):
    data = struct.pack("<HfHf", 7, 1.5, 65_000, -2.5)
    words = parameters({"N": "A", "B": 16, "R": 65536}, {"N": "B", "B": 32, "DATATYPE": "F"})
    file = opened(fcs(data, words | {"$DATATYPE": "I", "$BYTEORD": "1,2,3,4", "$TOT": "2"}, version="FCS3.2"))
    assert file.read().tolist() == [[7, 1.5], [65_000, -2.5]]


def test_log_decades(opened):
    content = fcs(*integers([(0, 0), (512, 256), (1023, 1023)], **{"$P1E": "4,1", "$P2E": "2,0", "$P2G": "8"}))
    file = opened(content)
    stored = np.array([[0, 0], [512, 256], [1023, 1023]]) / 1024
    np.testing.assert_allclose(
        file.read(), np.stack([10 ** (4 * stored[:, 0]), 10 ** (2 * stored[:, 1])], 1), rtol=1e-6
    )
    assert file.channels[1].decades == (2, 1)
    assert file.channels[0].limit == 10_000
    assert Finding("zero of decades") in file.notes
    assert Finding("gain of decades", keyword="$P2G", gain=8.0) in file.notes


def test_log_decades_of_wide_integers(opened):
    data = struct.pack("<2I", 2**19, 2**20 - 1)
    words = parameters({"N": "A", "B": 32, "R": 2**20, "E": "5,0.1"})
    file = opened(fcs(data, words | {"$DATATYPE": "I", "$BYTEORD": "1,2,3,4", "$TOT": "2"}))
    np.testing.assert_allclose(file.read()[:, 0], [0.1 * 10**2.5, 0.1 * 10 ** (5 * (1 - 2.0**-20))], rtol=1e-6)


def test_gain_and_time_step(opened):
    content = floats([[100, 300], [200, 600]], {"N": "FSC-A", "G": "8"}, {"N": "TIME"}, **{"$TIMESTEP": "0.01"})
    file = opened(fcs(*content))
    np.testing.assert_allclose(file.read(), [[12.5, 3], [25, 6]], rtol=1e-6)
    assert file.time_step == 0.01
    assert file.channels[1].signal_type == "time"


def test_decades_of_float_data_are_ignored_and_said(opened):
    file = opened(fcs(*floats([[5.0]], {"N": "A", "E": "4,1"})))
    assert file.read().tolist() == [[5.0]]
    assert "decades of linear numbers" in [note.code for note in file.notes]


def test_gzip(tmp_path):
    path = tmp_path / "a.fcs.gz"
    path.write_bytes(gzip.compress(fcs(*integers(ROWS))))
    assert (open_fcs(path).read() == np.array(ROWS)).all()
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError, match="gzip"):
        open_fcs(path)


@pytest.mark.parametrize("absolute", [False, True])
def test_several_data_sets(opened, absolute):
    second = fcs(*integers([(9, 8)]))
    first = fcs(*integers(ROWS))
    middle = fcs(*integers([(5, 5)], **{"$NEXTDATA": str(len(second))}))
    lengths = {"$NEXTDATA": str(len(first))}
    content = fcs(*integers(ROWS, **lengths)) + middle + second
    assert opened(content).read().tolist() == [list(row) for row in ROWS]
    assert opened(content, dataset=1).read().tolist() == [[5, 5]]
    if absolute:
        content = (
            fcs(*integers(ROWS, **lengths))
            + fcs(*integers([(5, 5)], **{"$NEXTDATA": str(len(first) + len(middle))}))
            + second
        )
    assert opened(content, dataset=2).read().tolist() == [[9, 8]]
    assert opened(content).notes == (Finding("further data sets", read=1),)
    with pytest.raises(InputError, match="holds 3"):
        opened(content, dataset=3)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"header_data": (0, 0)}, ""),
        ({"header_data": (900, 1035)}, "HEADER says"),
        ({"text_data": (900, 1035)}, "TEXT says"),
        ({"header_data": (1024, 5000)}, "HEADER says"),
        ({"header_data": (1024, 1036), "text_data": (1024, 1036)}, ""),  # the byte after the last
        ({"header_data": (1024, 1034), "text_data": (1024, 1034)}, ""),  # the byte before the last
        ({"header_data": (1024, 1049), "text_data": (1024, 1049), "tail": b"x" * 20}, "14 bytes after"),
    ],
)
def test_offsets_that_differ(opened, claims, said):
    file = opened(fcs(*integers(ROWS), **claims))
    assert file.read().tolist() == [list(row) for row in ROWS]
    assert said in " ".join(map(str, file.notes))


def test_supplemental_text(opened):
    plain = fcs(*integers(ROWS))
    extra = b"|$P1S|CD3 FITC|$TOT|999|"
    data, words = integers(ROWS, **{"$BEGINSTEXT": str(len(plain)), "$ENDSTEXT": str(len(plain) + len(extra) - 1)})
    file = opened(fcs(data, words) + extra)
    assert file.channels[0].marker == "CD3"
    assert file.n_events == 3  # what primary TEXT says counts


@pytest.mark.parametrize("claim", [None, (1024, 1036)])
def test_missing_tot_follows_from_data(opened, claim):
    file = opened(fcs(*integers(ROWS, **{"$TOT": None}), version="FCS2.0", header_data=claim))
    assert file.read().tolist() == [list(row) for row in ROWS]
    assert Finding("no event count", events=3) in file.notes


def test_missing_tot_never_reads_beyond_the_file(opened):
    content = fcs(*integers(ROWS, **{"$TOT": None}), version="FCS2.0", header_data=(1024, 1035))
    with pytest.raises(InputError, match="not a whole number of events"):
        opened(content[:-1])


def test_no_events(opened):
    assert opened(fcs(b"", integers(ROWS)[1] | {"$TOT": "0"})).read().shape == (0, 2)


def test_names_are_mended_and_said(opened):
    file = opened(fcs(*integers([(1, 2, 3, 4)], **{"$P2N": "A", "$P3N": "A", "$P4N": None})))
    assert [channel.name for channel in file.channels] == ["A", "A (2)", "A (3)", "P4"]
    assert file.notes == (
        Finding("no channel name", keyword="$P4N", name="P4"),
        Finding("channels renamed", names=["A (2)", "A (3)"]),
    )


@pytest.mark.parametrize("delimiter", ["/", "\\", "\x0c", "!", "\t", " "])
def test_delimiters_are_escaped_by_doubling(opened, delimiter):
    data, words = integers(ROWS, **{"$P1S": f"a{delimiter}b"})
    assert opened(fcs(data, words, delimiter=delimiter)).channels[0].label == f"a{delimiter}b"


def test_text_with_empty_values(opened):
    data, words = integers(ROWS, **{"$COM": "", "$P1S": "CD3"})
    file = opened(fcs(data, {"$COM": "", **words}))
    assert file.channels[0].marker == "CD3"
    assert Finding("empty values", keywords=["$COM"]) in file.notes


def test_lower_case_keywords_and_latin_1(opened):
    data, words = integers(ROWS)
    content = fcs(data, {key.lower(): value for key, value in words.items()} | {"$P1S": "CD3 \u0416"})
    file = opened(content.replace("Ж".encode(), b"\xb5m"))
    assert file.read().tolist() == [list(row) for row in ROWS]
    assert file.channels[0].label == "CD3 µm"


REFUSED = {
    "byte order": ({"$BYTEORD": "3,4,1"}, r"\$BYTEORD .*3,4,1"),
    "no byte order": ({"$BYTEORD": None}, r"\$BYTEORD"),
    "datatype": ({"$DATATYPE": "X"}, r"\$DATATYPE must be I, F, D or A. Got 'X'"),
    "no datatype": ({"$DATATYPE": None}, r"\$DATATYPE"),
    "histogram": ({"$MODE": "U"}, r"\$MODE"),
    "too many bits": ({"$P1B": "65"}, r"\$P1B must be 1 to 64 bits. Got 65"),
    "no bits": ({"$P1B": "0"}, r"\$P1B must be 1 to 64 bits. Got 0"),
    "huge $TOT": ({"$TOT": "99999999999999"}, "DATA of 99999999999999 events"),
    "more events": ({"$TOT": "4"}, "DATA of 4 events of 4 bytes"),
    "bad $TOT": ({"$TOT": "many"}, r"\$TOT must be a whole number. Got 'many'"),
    "bad $PAR": ({"$PAR": "0"}, r"\$PAR"),
    "more channels": ({"$PAR": "3"}, r"\$P3B"),
    "bad $PnE": ({"$P1E": "4"}, r"\$P1E"),
    "huge $PnE": ({"$P1E": "400,1"}, r"\$P1E"),
    "decades without range": ({"$P1R": "-1", "$P1E": "4,1"}, r"\$P1R must be > 0 for a logarithmic"),
    "bad $NEXTDATA": ({"$NEXTDATA": "-4"}, r"\$NEXTDATA"),
    "float width": ({"$DATATYPE": "F"}, r"\$P1B must be 32"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(opened, name):
    changes, message = REFUSED[name]
    with pytest.raises(InputError, match=message) as caught:
        opened(fcs(*integers(ROWS, **changes)))
    assert "\n" not in str(caught.value)
    assert "a.fcs" in str(caught.value)


def test_a_hostile_label_takes_no_time(opened):
    hostile = "a" + "-" * 300_000
    content = fcs(*integers(ROWS, **{"$BEGINSTEXT": "2000", "$ENDSTEXT": str(2000 + 300_018)}))
    start = time.process_time()
    opened(content.ljust(2000) + f"|$P1S|{hostile}|$P1X|y|".encode())
    assert time.process_time() - start < 1


def test_refused_files(opened, tmp_path):
    content = fcs(*integers(ROWS))
    for broken in (b"", b"FCS", b"FCS1.0" + content[6:], content[:600], content[:-1], content[:40]):
        with pytest.raises(InputError):
            opened(broken)
    with pytest.raises(InputError, match="cannot be read"):
        open_fcs(tmp_path)
    with pytest.raises(InputError, match="No such file"):
        open_fcs(tmp_path / "absent.fcs")
    with pytest.raises(InputError, match="dataset"):
        opened(content, dataset=-1)


@pytest.mark.parametrize("keyword", ["$SPILLOVER", "SPILL", "$SPILL", "SPILLOVER", "$COMP", "spill"])
@pytest.mark.parametrize(
    "value", ["2,A,B,1,0.1,0.02,1", "2, B ,A,1,0.02,0.1,1,", '"2,A,B,1,0.1,0.02,1"', "2,1,2,1,0.1,0.02,1"]
)
def test_spillover_under_any_keyword(opened, keyword, value):
    spill = opened(fcs(*integers(ROWS, **{keyword: value}))).spill
    order = [spill.channels.index(name) for name in "AB"]
    assert spill.matrix[np.ix_(order, order)].tolist() == [[1, 0.1], [0.02, 1]]
    assert spill.keyword == keyword


def test_nameless_comp_of_fcs_3_0(opened):
    spill = opened(fcs(*integers(ROWS, **{"$COMP": "2,1,0.1,0.02,1"}))).spill
    assert spill.channels == ("A", "B")
    inverse = opened(fcs(*integers(ROWS, **{"$COMP": "2,1,-0.1,-0.02,1"})))
    assert inverse.spill is None
    assert "matrix not usable" in [note.code for note in inverse.notes]


def test_spillover_that_says_nothing_is_noted(opened):
    assert opened(fcs(*integers(ROWS, SPILL="2,A,B,1,0,0,1"))).notes == (Finding("identity matrix", keyword="SPILL"),)
    names_only = opened(fcs(*integers(ROWS, SPILL="2,A,B")))
    assert names_only.spill is None
    assert "spillover without numbers" in [note.code for note in names_only.notes]
    absent = opened(fcs(*integers(ROWS, SPILL="2,A,X,1,0.1,0,1"))).notes
    assert absent[0] == Finding("spillover of absent channels", keyword="SPILL", channels=["X"])


@pytest.mark.parametrize(
    "value", ["2,A,B,1,0.1,0.02", "3,A,B,1,0.1,0.02,1", "x,A,B,1,0,0,1", "2,A,B,1,nan,0,1", "2,A,A,1,0,0,1"]
)
def test_spillover_of_the_wrong_size_is_noted_and_does_not_stop_reading(opened, value):
    file = opened(fcs(*integers(ROWS, SPILL=value)))
    assert file.spill is None
    assert [(note.code, note.data["matrix"]) for note in file.notes] == [("matrix not usable", "SPILL")]
