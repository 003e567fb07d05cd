"""What is written, by the rules or not, is read as meant, or refused; nothing is read otherwise without a word."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cytoclust.errors import InputError
from cytoclust.io import open_fcs
from tests.io.make import header, pack

N_EXAMPLES = 200

ENCODINGS = ["utf-8", "cp1252", "mac_roman", "utf-16-le", "shift_jis"]
DELIMITERS = list("|/\\!;*,\t\x0c\x1e")
NAMES = ["FSC-A", "SSC-A", "FITC-A", "PE-Cy7-A", "Comp-APC-A", "FL1{0}H", "B{0}530{0}30-A", "µPE-A", "<PE-A>", "é1"]
LABELS = ["", "CD3", "CD4{0}CD8", "HLA-DR FITC", "CD45RA{0}", "{0}CD19", "µCD38", "CD3{0}CD19{0}CD20"]
REQUIRED = ["$BYTEORD", "$DATATYPE", "$MODE", "$NEXTDATA", "$TOT", "$PAR", "$BEGINDATA", "$ENDDATA"]
OPTIONAL = [
    "$ABRT", "$BTIM", "$CELLS", "$COM", "$CSMODE", "$CSVBITS", "$CYT", "$CYTSN", "$DATE", "$ETIM", "$EXP", "$FIL",
    "$INST", "$LAST_MODIFIED", "$LAST_MODIFIER", "$LOST", "$OP", "$ORIGINALITY", "$PLATEID", "$PLATENAME", "$PROJ",
    "$SMNO", "$SRC", "$SYS", "$TIMESTEP", "$TR", "$VOL", "$WELLID", "$GATE", "$UNICODE", "$BEGINANALYSIS",
    "$ENDANALYSIS", "$BEGINSTEXT", "$ENDSTEXT", "$UNSTAINEDINFO", "$P1L", "$P2V", "$P1T", "$P2F", "$P1O", "$P1D",
    "$P2CALIBRATION", "$P1FEATURE", "$P2TAG", "$P1TYPE", "$P2ANALYTE", "$P2DET", "$CARRIERID", "$FLOWRATE",
    "CREATOR", "GUID", "P1DISPLAY", "MYKEY",
]  # fmt: skip
NUMBERS = {
    "$BEGINANALYSIS": "0", "$ENDANALYSIS": "0", "$BEGINSTEXT": "0", "$ENDSTEXT": "0", "$TIMESTEP": "0.01",
    "$P2V": "500", "$CYT": "LSR", "$SYS": "Windows",
}  # fmt: skip
VALUES = ["x", "ab", "C:{0}data{0}a.fcs", "2024{0}05{0}01", "a{0}b", "µm", "12:30:01", "", "p{0}q{0}r{0}s"]
SAYS = {"label may go on", "delimiter in value", "stray words in text"}
WIDTHS = st.integers(1, 64)


@st.composite
def files(draw):
    """Keywords as meant, delimiter, encoding, whether delimiters are doubled, and events."""
    delimiter, count = draw(st.sampled_from(DELIMITERS)), draw(st.integers(2, 4))
    events = np.array(
        draw(st.lists(st.lists(st.integers(1, 60_000), min_size=count, max_size=count), min_size=1, max_size=4))
    )
    known = [name for name in NAMES if delimiter != "," or "{" not in name]  # a name holds no comma (FCS 3.1, 3.2.20)
    names = draw(st.lists(st.sampled_from(known), min_size=count, max_size=count, unique=True))
    words = {
        "$BYTEORD": "1,2,3,4", "$DATATYPE": "I", "$MODE": "L", "$NEXTDATA": "0", "$TOT": str(len(events)),
        "$PAR": str(count), "$BEGINDATA": "000000", "$ENDDATA": "000000",
    }  # fmt: skip
    for i, name in enumerate(names, start=1):
        words |= {
            f"$P{i}N": name,
            f"$P{i}B": "16",
            f"$P{i}R": "65536",
            f"$P{i}E": draw(st.sampled_from(["0,0", "4,1"])),
        }
        words[f"$P{i}S"] = draw(st.sampled_from(LABELS))
        words[f"$P{i}G"] = draw(st.sampled_from(["1", "2", ""]))
    if draw(st.booleans()):
        words["$SPILLOVER"] = f"2,{names[0]},{names[1]},1,0.25,0.5,1"
    for key in draw(st.lists(st.sampled_from(OPTIONAL), max_size=12, unique=True)):
        words[key] = draw(st.sampled_from([NUMBERS[key], ""] if key in NUMBERS else VALUES))
    words = {key: value.replace("{0}", delimiter) for key, value in words.items()}
    keys = draw(st.permutations(list(words)))
    missing = draw(
        st.sampled_from([None, None, None, "$MODE", "$NEXTDATA", "$BYTEORD", "$P1B", "$P1R", "$P2E", "$TOT"])
    )
    meant = {key: words[key] for key in keys if key != missing}
    return meant, delimiter, draw(st.sampled_from(ENCODINGS)), draw(st.booleans()), events


def written(meant, delimiter, encoding, doubled, events):
    """The bytes of the file."""
    data = events.astype("<u2").tobytes()
    escape = (lambda word: word.replace(delimiter, 2 * delimiter)) if doubled else (lambda word: word)

    def text(stated):
        flat = [escape(word) for pair in (meant | stated).items() for word in pair]
        return (delimiter + delimiter.join(flat) + delimiter).encode(encoding, "replace")

    begin = 58 + len(text({}))
    stated = {"$BEGINDATA": f"{begin:06}", "$ENDDATA": f"{begin + len(data) - 1:06}"}
    segment = text({key: value for key, value in stated.items() if key in meant})
    return header("FCS3.1", (58, 57 + len(segment)), (begin, begin + len(data) - 1)) + segment + data


@settings(max_examples=N_EXAMPLES)
@given(files())
def test_text_is_read_as_meant_or_refused(tmp_path_factory, made):
    meant, _, encoding, _, events = made
    path = tmp_path_factory.mktemp("f") / "a.fcs"
    path.write_bytes(written(*made))
    try:
        file = open_fcs(path)
    except InputError:
        return
    doubted = {str(note.data.get("keyword")) for note in file.notes if note.code in SAYS}
    count = int(meant["$PAR"])
    assert len(file.channels) == count
    for i, channel in enumerate(file.channels, start=1):
        for key, found in ((f"$P{i}N", channel.name), (f"$P{i}S", channel.label)):
            same = _alike(found, meant[key].strip(), encoding)
            assert same or key in doubted or "None" in doubted, (key, meant[key], found, file.notes)
        decades = tuple(float(part) for part in meant.get(f"$P{i}E", "0,0").split(","))
        assert channel.decades == decades
        assert channel.gain == float(meant[f"$P{i}G"] or 1)
    if "$SPILLOVER" in meant:
        whole = file.spill is not None and sorted(file.spill.matrix.ravel().tolist()) == [0.25, 0.5, 1, 1]
        told = {note.code for note in file.notes} & {"matrix not usable", "spillover of absent channels"}
        assert whole or (doubted and told), file.notes  # of a text that is not clear, what the matrix lost is told
    assert (file.read() == _scaled(events, file.channels)).all()


def _alike(found, meant, encoding):
    if encoding in ("utf-8", "utf-16-le", "cp1252"):
        return found == meant
    kept = [part for part in "".join(c if c.isascii() else "\n" for c in meant).split("\n") if part.strip()]
    return all(part.strip() in found for part in kept)  # letters that no program can know may be others


def _scaled(events, channels):
    stored = events.astype(np.float64)
    linear = [stored[:, i] / channel.gain for i, channel in enumerate(channels)]
    logs = [10 ** (channel.decades[0] * stored[:, i] / 65536) for i, channel in enumerate(channels)]
    pairs = zip(channels, linear, logs, strict=True)
    return np.stack([log if channel.decades[0] else line for channel, line, log in pairs], 1).astype(np.float32)


@st.composite
def integers_of_any_width(draw):
    widths = draw(st.lists(WIDTHS, min_size=1, max_size=6))
    ranges = [draw(st.sampled_from([2**width, max(2, 2**width - 3), max(2, 2 ** (width - 1) + 1)])) for width in widths]
    rows = draw(st.lists(st.tuples(*(st.integers(0, top - 1) for top in ranges)), min_size=1, max_size=20))
    return (
        widths,
        [min(top, 2**width) for top, width in zip(ranges, widths, strict=True)],
        rows,
        draw(st.sampled_from("<>")),
    )


@settings(max_examples=N_EXAMPLES)
@given(integers_of_any_width())
def test_integers_of_any_width_are_read_exactly(tmp_path_factory, made):
    widths, ranges, rows, sign = made
    rows = [tuple(min(value, 2**width - 1) for value, width in zip(row, widths, strict=True)) for row in rows]
    if all(width % 8 == 0 for width in widths):
        order = "little" if sign == "<" else "big"
        data = b"".join(
            value.to_bytes(width // 8, order) for row in rows for value, width in zip(row, widths, strict=True)
        )
    else:
        data = pack(rows, widths, sign)
    words = {
        "$BYTEORD": "1,2,3,4" if sign == "<" else "4,3,2,1", "$DATATYPE": "I", "$MODE": "L", "$NEXTDATA": "0",
        "$TOT": str(len(rows)), "$PAR": str(len(widths)),
    }  # fmt: skip
    for i, (width, top) in enumerate(zip(widths, ranges, strict=True), start=1):
        words |= {f"$P{i}N": f"C{i}", f"$P{i}B": str(width), f"$P{i}R": str(top), f"$P{i}E": "0,0"}
    text = ("|" + "|".join(word for pair in words.items() for word in pair) + "|").encode()
    begin = 58 + len(text)
    path = tmp_path_factory.mktemp("f") / "a.fcs"
    path.write_bytes(header("FCS3.1", (58, begin - 1), (begin, begin + len(data) - 1)) + text + data)
    expected = np.array([[float(np.float32(value)) for value in row] for row in rows])
    assert (open_fcs(path).read() == expected).all()
