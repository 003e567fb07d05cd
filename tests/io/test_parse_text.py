"""TEXT of writers who keep the rules, and of those who do not."""

import time

import pytest

from cytoclust.findings import Finding
from cytoclust.io import open_fcs
from cytoclust.io._parse_text import parse_text
from tests.io.make import fcs, integers

WORDS = {
    "$PAR": "2", "$BYTEORD": "1,2,3,4", "$DATATYPE": "I", "$TOT": "3", "$P1N": "A", "$P1B": "16", "$P1R": "1024",
    "$P2N": "B", "$P2B": "16", "$P2R": "1024", "$P2S": "CD3", "$P2E": "4,1", "$SPILLOVER": "2,A,B,1,0.1,0,1",
}  # fmt: skip
DELIMITERS = ["|", "/", "\\", "!", ";", "\t", "\x0c", "\x1e", "*", " "]


def raw(words, delimiter="|", *, doubled=False):
    """TEXT as written: values as they stand, or with delimiters doubled."""
    flat = [word for pair in words.items() for word in pair]
    flat = [word.replace(delimiter, 2 * delimiter) if doubled else word for word in flat]
    return (delimiter + delimiter.join(flat) + delimiter).encode("utf-8")


def before(words, key, **inserted):
    """Keywords with others put before one of them."""
    names = list(words)
    at = names.index(key)
    first = {name: words[name] for name in names[:at]}
    return first | {name.replace("_", "$", 1): value for name, value in inserted.items()} | words


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("key", ["$SPILLOVER", "$P2N", "$P2S", "$P2E", "$P2B", "$TOT"])
def test_an_empty_value_swallows_nothing(key, delimiter):
    words = before(WORDS, key, _PROJ="", _P1S="")
    text, notes = parse_text(raw(words, delimiter))
    assert text == words
    assert Finding("empty values", keywords=["$PROJ", "$P1S"]) in notes


@pytest.mark.parametrize("delimiter", DELIMITERS[:-1])
@pytest.mark.parametrize("value", ["a{0}b", "a{0}b{0}c", "{0}x{0}y", "a{0}b{0}c{0}d.fcs", "C:{0}data{0}x.fcs"])
@pytest.mark.parametrize("key", ["$SPILLOVER", "$P2S", "$PAR"])
def test_a_delimiter_in_a_value_swallows_no_keyword(key, value, delimiter):
    words = before(WORDS, key, BDCHORUS=value.format(delimiter))
    text, notes = parse_text(raw(words, delimiter))
    assert {name: text.get(name) for name in WORDS} == WORDS
    assert text["BDCHORUS"] == words["BDCHORUS"] or set(text) > set(words)  # what looks like pairs is taken as pairs
    text, notes = parse_text(raw(words, delimiter, doubled=True))
    assert (text, notes) == (words, [])


@pytest.mark.parametrize("delimiter", ["/", "|", "-", "+"])
def test_a_label_with_a_delimiter(delimiter):
    words = WORDS | {"$P2S": f"CD3{delimiter}CD19"}
    text, notes = parse_text(raw(words, delimiter))
    assert text == words
    assert [note.code for note in notes] == ["delimiter in value"]
    assert (notes[0].data["keyword"], notes[0].data["value"]) == ("$P2S", repr(words["$P2S"]))


def test_a_label_that_could_go_on_is_told():
    text, notes = parse_text(raw(WORDS | {"$P2S": "CD3/CD19/DUMP"}, "/"))
    assert text["$P2S"] == "CD3"  # the rule says so
    assert Finding("label may go on", keyword="$P2S", next="'CD19'") in notes


@pytest.mark.parametrize("key", ["@CHECKSUM", "@P1ADDRESS", "#P1GAIN", "&ID"])
def test_keywords_of_instruments_are_no_part_of_a_label(key):
    assert parse_text(raw(WORDS | {"$P2S": "CD3", key: "12"}, "/"))[1] == []


def test_channels_with_delimiters_in_the_matrix():
    words = WORDS | {"$P1N": "FL1/488", "$P2N": "FL2/561", "$SPILLOVER": "2,FL1/488,FL2/561,1,0.1,0,1"}
    assert parse_text(raw(words, "/"))[0] == words


def test_a_date_is_one_value():
    words = before(WORDS, "$P1N", DATE2="2024/05/01")
    assert parse_text(raw(words, "/"))[0] == words


@pytest.mark.parametrize(
    ("value", "meant"), [("//data//x", "/data/x"), ("x//", "x/"), ("//", "/"), ("a////b", "a//b"), ("a//b", "a/b")]
)
def test_doubled_delimiters_anywhere_in_a_value(value, meant):
    assert parse_text(raw(before(WORDS, "$P2B", PATH=value), "/"))[0] == before(WORDS, "$P2B", PATH=meant)


def test_the_last_of_repeated_keywords_counts_unless_it_is_empty():
    segment = raw(WORDS) + b"$P2S|CD4|$p1n|A|$OP|me|$OP||"
    text, notes = parse_text(segment)
    assert (text["$P2S"], text["$P1N"], text["$OP"]) == ("CD4", "A", "me")
    assert Finding("keywords repeated", keywords=["$OP", "$P2S"]) in notes


@pytest.mark.parametrize("key", ["$SPILLOVER", "$PAR", "$P1B", "$TOT"])
def test_a_digit_that_is_no_number(key):
    assert parse_text(raw(WORDS | {key: "²"}))[0][key] == "²"


def test_a_delimiter_too_many_is_told():
    text, notes = parse_text(raw(WORDS | {"$P1S": "CD45RA"}) + b"|")
    assert (text["$P1S"], notes) == ("CD45RA", [Finding("stray words in text", words=1)])


@pytest.mark.parametrize("tail", [b"", b"   ", b"\0\0", b"\r\n", b"  F"])
def test_what_stands_behind_the_last_delimiter_is_left_out(tail):
    assert parse_text(raw(WORDS) + tail) == (WORDS, [])
    assert parse_text(raw(WORDS)[:-1])[0] == WORDS  # the last delimiter is missing


@pytest.mark.parametrize(
    ("codec", "system", "label", "code"),
    [
        ("utf-8", "", "CD3 µ–β", None),
        ("cp1252", "", "CD3 µ–é", "text not utf-8"),
        ("mac_roman", "Macintosh System Software 9.2", "CD3 ™é", "text not utf-8"),
        ("utf-16-le", "", "CD3 µβ", "text in utf-16"),
        ("utf-16-be", "", "CD3 µβ", "text in utf-16"),
    ],
)
def test_encodings(codec, system, label, code):
    words = WORDS | {"$P2S": label} | ({"$SYS": system} if system else {})
    text, notes = parse_text(raw(words).decode().encode(codec))
    assert text == words
    assert [note.code for note in notes] == ([code] if code else [])


@pytest.mark.parametrize("label", ["表", "ソ|", "CD3 能"])  # second bytes 0x5C and 0x7C: backslash and bar
@pytest.mark.parametrize("delimiter", ["\\", "|"])
def test_a_delimiter_in_half_a_japanese_letter_swallows_no_keyword(label, delimiter):
    words = WORDS | {"$COM": label.replace("|", "")}
    text, _ = parse_text(raw(words, delimiter).decode().encode("shift_jis"))
    assert {name: text.get(name) for name in WORDS} == WORDS
    assert set(text) == set(words)


@pytest.mark.parametrize("word", ["$P1B|12", "SPILL|x", "COMPANY|y", "|", "a||", "$P2S|a|b", "GATE||x|y"])
def test_hostile_text_takes_no_time(word):
    segment = raw(WORDS) + (word + "|").encode() * (60_000 // (word.count("|") + 1)) + b"odd|"
    start = time.process_time()
    text, _ = parse_text(segment)
    assert time.process_time() - start < 5
    assert text["$P1N"] == "A"


def test_supplemental_text_that_is_none_is_left_out(tmp_path):
    plain = fcs(*integers([(1, 2)]))
    extra = b"PK\x03\x04 a packed file|$P1S|CD8|"
    data, words = integers(
        [(1, 2)], **{"$BEGINSTEXT": str(len(plain)), "$ENDSTEXT": str(len(plain) + len(extra) - 1), "$P1S": "CD3"}
    )
    (tmp_path / "a.fcs").write_bytes(fcs(data, words) + extra)
    file = open_fcs(tmp_path / "a.fcs")
    assert file.channels[0].label == "CD3"
    assert [note.code for note in file.notes] == ["supplement no text"]


def test_an_end_of_text_that_lies_in_data(tmp_path):
    content = fcs(*integers([(1, 2), (3, 4)]))
    end = content[18:26]
    for wrong in (1024, 1027):
        (tmp_path / "a.fcs").write_bytes(content.replace(end, f"{wrong:>8}".encode(), 1))
        assert open_fcs(tmp_path / "a.fcs").read().tolist() == [[1, 2], [3, 4]]
