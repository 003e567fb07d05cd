"""FCS files written again with columns: every bit of their own, as other programs read them."""

import tracemalloc
import warnings
from pathlib import Path

import fcsparser
import numpy as np
import pandas as pd
import pytest

from cytoclust.errors import InputError
from cytoclust.io import (
    Channel,
    EventFile,
    FCSFile,
    FurtherColumn,
    channel_names,
    open_events,
    open_fcs,
    write_fcs,
    write_labelled_fcs,
)
from tests.io.make import fcs, integers, parameters
from tests.io.test_datasets import plate, well

ADDED = (FurtherColumn("cluster", "of labels", 37), FurtherColumn("probability", "of it", 1, 4))


def write(path: Path, file: EventFile, *, size: int = 1000, seed: int = 0) -> np.ndarray:
    """Labels (n, 2) that were written behind the file's columns."""
    rng = np.random.default_rng(seed)
    labels = np.column_stack([rng.integers(0, 38, file.n_events), rng.random(file.n_events)])
    blocks = (labels[i : i + size] for i in range(0, file.n_events, size))
    write_labelled_fcs(path, file, added=ADDED, values=blocks, text={"$FIL": path.name, "LEGEND 1": "MSC"})
    return labels


def stored(file: FCSFile) -> list[np.ndarray]:
    """Values of each channel as they are stored, and without bits above the range, as most programs read them."""
    records = file.records[0 : file.n_events]
    values = [file.layout.stored(records, i) for i in range(len(file.channels))]
    return [
        value & value.dtype.type((1 << field.bits) - 1) if field.kind == "I" else value
        for value, field in zip(values, file.layout.fields, strict=True)
    ]


def same_bits(found: np.ndarray, expected: np.ndarray) -> bool:
    """Whether numbers that a program read are the stored ones, to the bit (NaN is NaN)."""
    if expected.dtype.kind == "u":
        return np.array_equal(found.astype(np.uint64), expected.astype(np.uint64))
    return np.array_equal(found.astype(expected.dtype.newbyteorder("=")), expected, equal_nan=True)


def by_fcsparser(path: Path) -> np.ndarray:
    return fcsparser.parse(str(path), channel_naming="$PnN", dtype="float64")[1].to_numpy()


def by_flowio(path: Path) -> np.ndarray:
    flowio = pytest.importorskip("flowio", reason="FlowIO comes with the extra `workspaces`")
    return np.asarray(flowio.FlowData(str(path)).as_array(preprocess=False))


def by_readfcs(path: Path) -> np.ndarray:
    readfcs = pytest.importorskip("readfcs", reason="readfcs is not in the environment of the tests")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own
        return np.asarray(readfcs.read(str(path)).X)


READERS = {"fcsparser": by_fcsparser, "FlowIO": by_flowio, "readfcs": by_readfcs}


def differing(read: np.ndarray, file: FCSFile) -> list[int]:
    """Channels that a program read otherwise than they are stored."""
    return [i for i, value in enumerate(stored(file)) if not same_bits(read[:, i], value)]


def _integers(widths: tuple[int, ...], sign: str = "<") -> bytes:
    rng = np.random.default_rng(2)
    rows = [[int(rng.integers(0, 1 << width)) for width in widths] for _ in range(2500)]
    order = {"<": "little", ">": "big"}[sign]
    data = b"".join(
        value.to_bytes(width // 8, order)  # type: ignore[arg-type]
        for row in rows
        for value, width in zip(row, widths, strict=True)
    )
    told = {"$DATATYPE": "I", "$BYTEORD": "1,2,3,4" if sign == "<" else "4,3,2,1", "$TOT": "2500"}
    channels = [{"N": f"FL{i}-H", "B": width, "R": 1 << width} for i, width in enumerate(widths)]
    channels[0] |= {"E": "4,1"}
    return fcs(data, told | parameters(*channels))


def _numbers(kind: str, sign: str = "<") -> bytes:
    values = np.sinh(np.random.default_rng(3).normal(0, 5, (2500, 3)))
    values[7, 1], values[8, 2], values[9, 0] = np.nan, np.inf, -0.0
    told = {"$DATATYPE": kind, "$BYTEORD": "1,2,3,4" if sign == "<" else "4,3,2,1", "$TOT": "2500"}
    channels = [{"N": name, "B": {"F": 32, "D": 64}[kind], "R": 262144} for name in ("FSC-A", "PE-A", "Time")]
    data = values.astype(f"{sign}f{4 if kind == 'F' else 8}").tobytes()
    return fcs(data, told | parameters(*channels) | {"$TIMESTEP": "0.01", "$P2G": "2", "$P2S": "CD4"})


FILES = {
    "floats": _numbers("F"),
    "floats, most significant byte first": _numbers("F", ">"),
    "doubles": _numbers("D", ">"),
    "16-bit integers": _integers((16, 16), ">"),
    "integers of several widths": _integers((8, 32, 16)),
    "24-bit integers": _integers((24, 24), ">"),
    "8-bit integers": _integers((8, 8)),
}


@pytest.mark.parametrize("reader", ["fcsparser", "FlowIO"])
@pytest.mark.parametrize("kind", FILES)
def test_other_programs_read_every_bit(tmp_path: Path, kind: str, reader: str) -> None:
    (tmp_path / "a.fcs").write_bytes(FILES[kind])
    file = open_fcs(tmp_path / "a.fcs")
    write(tmp_path / "b.fcs", file)
    assert differing(READERS[reader](tmp_path / "b.fcs"), file) == []


@pytest.mark.parametrize("kind", FILES)
def test_events_and_labels_are_read_back_on_the_linear_scale(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.fcs").write_bytes(FILES[kind])
    file = open_fcs(tmp_path / "a.fcs")
    labels = write(tmp_path / "b.fcs", file)
    again = open_fcs(tmp_path / "b.fcs")
    own = range(len(file.channels))
    np.testing.assert_array_equal(again.read(columns=own), file.read())
    read = again.read(columns=[len(own), len(own) + 1])
    np.testing.assert_array_equal(read[:, 0], labels[:, 0])
    np.testing.assert_allclose(read[:, 1], labels[:, 1], atol=0.6e-4)
    assert all(note.code in {each.code for each in file.notes} for note in again.notes)


def test_text_is_kept_and_ranges_of_labels_are_above_them(tmp_path: Path) -> None:
    data, words = integers([(1, 2), (3, 4)])
    kept = {
        "$FIL": "old.fcs",
        "$CYT": "Canto",
        "$P1V": "450",
        "GUID": "old",
        "Lot": "µ|7",
        "$SPILLOVER": "2,A,B,1,0.1,0,1",
    }
    (tmp_path / "a.fcs").write_bytes(fcs(data, words | kept, delimiter="\x0c"))
    file = open_fcs(tmp_path / "a.fcs")
    write(tmp_path / "b.fcs", file)
    again = open_fcs(tmp_path / "b.fcs")
    for key in ("$CYT", "$P1V", "Lot", "$SPILLOVER", "$P1R", "$P2E"):
        assert again.text[key] == file.text[key]
    assert (again.text["$FIL"], again.text["LEGEND 1"]) == ("b.fcs", "MSC")
    assert again.text["GUID"] not in ("", "old")
    assert [again.text[f"$P{i}N"] for i in (1, 2, 3, 4)] == ["A", "B", "cluster", "probability"]
    assert (again.text["$P3R"], again.text["$P4R"], again.text["$P4G"]) == ("39", "10002", "10000")
    assert again.spill is not None
    np.testing.assert_array_equal(again.spill.matrix, [[1, 0.1], [0, 1]])


def test_codes_that_do_not_fit_make_integers_wider(tmp_path: Path) -> None:
    data, words = integers([(1, 2), (3, 4)])
    (tmp_path / "a.fcs").write_bytes(fcs(data, words))
    many = FurtherColumn("cluster", "", 70_000)
    labels = [np.array([[70_000.0], [0]])]
    write_labelled_fcs(tmp_path / "b.fcs", open_fcs(tmp_path / "a.fcs"), added=[many], values=labels, text={})
    again = open_fcs(tmp_path / "b.fcs")
    assert (again.text["$P1B"], again.text["$P3R"]) == ("32", "70002")
    np.testing.assert_array_equal(again.read(), [[1, 2, 70_000], [3, 4, 0]])


def test_a_table_becomes_floats_with_a_range_above_its_values(tmp_path: Path) -> None:
    table = pd.DataFrame({"FSC-A": [1.5, 2000.25, 3], "CD4": [0.1, -4, 7]})
    table.to_csv(tmp_path / "a.csv", index=False)
    file = open_events(tmp_path / "a.csv")
    write(tmp_path / "b.fcs", file)
    again = open_fcs(tmp_path / "b.fcs")
    np.testing.assert_array_equal(again.read(columns=[0, 1]), table.astype(np.float32))
    assert (again.text["$P1R"], again.text["$P2R"]) == ("2002", "9")


def test_of_several_data_sets_the_chosen_one_is_written(tmp_path: Path) -> None:
    wells = [well(seed) for seed in range(3)]
    file = open_fcs(plate(tmp_path / "plate.lmd", *wells), dataset=1)
    write(tmp_path / "b.fcs", file)
    assert differing(by_fcsparser(tmp_path / "b.fcs"), file) == []
    assert open_fcs(tmp_path / "b.fcs").read(columns=[0, 1]).tobytes() == wells[1][0]


def test_names_are_such_that_other_programs_tell_channels_apart(tmp_path: Path) -> None:
    data, words = integers([(1, 2, 3), (3, 4, 5)])
    (tmp_path / "a.fcs").write_bytes(fcs(data, words | {"$P1N": "PE,A", "$P2N": "PE_A", "$P3N": "FL\x01"}))
    file = open_fcs(tmp_path / "a.fcs")
    assert channel_names(file) == ["PE_A", "PE_A (2)", "FL_"]
    write(tmp_path / "b.fcs", file)
    assert differing(by_fcsparser(tmp_path / "b.fcs"), file) == []


@pytest.mark.parametrize("n", [1, 3])
def test_labels_of_another_number_of_events_are_refused(tmp_path: Path, n: int) -> None:
    data, words = integers([(1, 2), (3, 4)])
    (tmp_path / "a.fcs").write_bytes(fcs(data, words))
    with pytest.raises(InputError, match=r"each of 2 events. Got \d"):
        write_labelled_fcs(
            tmp_path / "b.fcs", open_fcs(tmp_path / "a.fcs"), added=ADDED, values=[np.zeros((n, 2))], text={}
        )  # fmt: skip
    assert not (tmp_path / "b.fcs").exists()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for n in (20_000, 80_000):
        write_fcs(tmp_path / "a.fcs", np.zeros((n, 30)), [Channel(f"C{i}") for i in range(30)])
        file = open_fcs(tmp_path / "a.fcs")
        tracemalloc.start()
        write_labelled_fcs(
            tmp_path / "b.fcs", file, added=ADDED, values=(np.zeros((2000, 2)) for _ in range(n // 2000)), text={}
        )  # fmt: skip
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
    assert peaks[1] < 10 * 2000 * 32 * 4


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_real_files_keep_every_bit(shared_data: Path, tmp_path: Path, reader: str) -> None:
    """Of all that are read."""
    paths = [*(shared_data / "fcs").iterdir(), *(shared_data / "fcs_more").iterdir()]
    checked = 0
    for path in sorted(paths):
        try:
            file = open_fcs(path)
        except InputError:
            continue
        write(tmp_path / "b.fcs", file, size=65_536)
        try:
            read = READERS[reader](tmp_path / "b.fcs")
        except (AssertionError, ValueError):  # readfcs, of a matrix that fits no channels
            assert reader == "readfcs"
            assert {"SPILL", "$SPILLOVER"} & file.text.keys()
            continue
        assert differing(read, file) == [], path.name
        checked += 1
    assert checked >= 45
