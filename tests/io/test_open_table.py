"""Tables of events as people have them: what pandas wrote is read back, whatever the dialect."""

import gzip
import pickle

import numpy as np
import pandas as pd
import pytest

from cytoclust.errors import InputError
from cytoclust.io import Channel, open_events, read_sheet, write_fcs

NAMES = ["FSC-A", "SSC-A", "CD3", "CD19", "Time"]


@pytest.fixture
def events():
    values = np.random.default_rng(0).normal(500, 200, (700, 5)).round(3)
    values[:, 4] = np.sort(values[:, 4])
    return pd.DataFrame(values, columns=NAMES)


DIALECTS = {
    "comma": (lambda table: table.to_csv(index=False), "utf-8", "csv"),
    "index": (lambda table: table.to_csv(), "utf-8", "csv"),
    "mark": (lambda table: table.to_csv(index=False), "utf-8-sig", "csv"),
    "tabs": (lambda table: table.to_csv(index=False, sep="\t"), "utf-8", "tsv"),
    "decimal commas": (lambda table: table.to_csv(index=False, sep=";", decimal=","), "cp1252", "csv"),
    "Unicode text": (lambda table: table.to_csv(index=False, sep="\t", decimal=","), "utf-16", "txt"),
    "quoted decimal commas": (lambda table: table.to_csv(index=False, decimal=",", quoting=1), "utf-8", "csv"),
    "said": (lambda table: "sep=;\n" + table.to_csv(index=False, sep=";"), "utf-8", "csv"),
    "comment": (lambda table: "# written by a program\n\n" + table.to_csv(index=False), "utf-8", "csv"),
    "carriage returns": (lambda table: table.to_csv(index=False, lineterminator="\r\n"), "utf-8", "csv"),
    "R": (lambda table: table.set_axis(table.index + 1).to_csv(sep=" ", quoting=2)[3:], "utf-8", "txt"),
    "empty end": (lambda table: table.to_csv(index=False).replace("\n", ",\n") + 3 * ",,,,,\n", "utf-8", "csv"),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dialect_gives_the_values_that_were_written(tmp_path, events, dialect):
    write, encoding, suffix = DIALECTS[dialect]
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(write(events).encode(encoding))
    file = open_events(path)
    assert [channel.name for channel in file.channels] == NAMES
    assert [channel.marker for channel in file.channels] == ["", "", "CD3", "CD19", ""]
    assert [channel.signal_type for channel in file.channels][:2] == ["scatter", "scatter"]
    np.testing.assert_allclose(file.read(), events.to_numpy(), rtol=1e-6)
    np.testing.assert_array_equal(file.take([5, 1], columns=[3, 0]), file.read()[[5, 1]][:, [3, 0]])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(file)).read(3, 9), file.read(3, 9))  # noqa: S301


def test_gzip_and_parquet_are_the_same_events(tmp_path, events):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(events.to_csv(index=False).encode()))
    events.assign(kind="T", cell=range(700)).set_index("cell").to_parquet(tmp_path / "a.parquet")
    packed, parquet = open_events(tmp_path / "a.csv.gz"), open_events(tmp_path / "a.parquet")
    np.testing.assert_array_equal(packed.read(), parquet.read())
    (note,) = parquet.notes
    assert (note.code, note.data) == ("columns set aside", {"words": ["kind"], "index": ["cell"], "empty": []})


def test_flowjo_headers_and_a_panel_file_give_markers(tmp_path, events):
    events.set_axis(["FSC-A", "SSC-A", "Comp-PE-A :: CD3", "X9", "Time"], axis=1).to_csv(
        tmp_path / "a.csv", index=False
    )
    assert [channel.marker for channel in open_events(tmp_path / "a.csv").channels][2] == "CD3"
    (tmp_path / "panel.csv").write_text("Channel;Marker;Type\nX9;GD2;\nTime;;other\nabsent;CD5;\n")
    file = open_events(tmp_path / "a.csv")
    assert [channel.marker for channel in file.channels] == ["", "", "CD3", "GD2", ""]
    assert file.channels[4].signal_type == "other"
    assert {note.code for note in file.notes} == {"panel file read", "panel file names others"}
    assert [sample.sample_id for sample in read_sheet(tmp_path)] == ["a"]


def test_missing_values_are_nan_and_said(tmp_path, events):
    events.loc[4:6, "CD3"] = np.nan
    events.to_csv(tmp_path / "a.csv", index=False, na_rep="N/A")
    file = open_events(tmp_path / "a.csv")
    assert np.isnan(file.read()).sum() == 3
    assert [note.data for note in file.notes if note.code == "values missing"] == [{"columns": {"CD3": 3}}]


REFUSED = {
    "a word": (
        lambda table: table.astype(object).replace({"CD3": {table["CD3"][3]: "high"}}),
        "'CD3' holds numbers, and 'high'",
    ),
    "a late word": (lambda table: pd.concat([table, table.assign(CD3="high")]), "column 'CD3'.*'high'"),
    "statistics": (lambda table: table.set_axis(list("abcde"), axis=1), "not called as channels or markers"),
    "matrix": (lambda _: pd.DataFrame(np.eye(3) + 0.1, columns=["FITC-A", "PE-A", "APC-A"]), "spillover matrix"),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED)
def test_what_is_no_table_of_events_is_refused(tmp_path, events, fault):
    change, message = REFUSED[fault]
    pd.concat([change(events)]).to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(InputError, match=message) as caught:
        open_events(tmp_path / "a.csv")
    assert "\n" not in str(caught.value)


def test_points_and_commas_together_are_refused(tmp_path):
    (tmp_path / "a.csv").write_text("CD3;CD4\n1.5;2\n1,5;2\n")
    with pytest.raises(InputError, match="decimal points and commas both"):
        open_events(tmp_path / "a.csv")


def test_a_folder_with_fcs_files_gives_these_alone(tmp_path, events):
    write_fcs(tmp_path / "b.fcs", events.to_numpy(), [Channel(name) for name in NAMES])
    events.to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "samples.csv").write_text("sample_id,path\nx,b.fcs\n")
    (tmp_path / "c.wsp").write_text("<?xml version='1.0'?><Workspace/>")
    with pytest.warns(match=r"a\.csv may be tables of events and were passed over"):
        assert [sample.path.name for sample in read_sheet(tmp_path)] == ["b.fcs"]
    (tmp_path / "b.fcs").unlink()
    assert [sample.path.name for sample in read_sheet(tmp_path)] == ["a.csv"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.wsp", b"<?xml version='1.0'?>", "FlowJo workspace.*give the FCS files"),
        ("a.acs", b"PK\x03\x04", "archive of FCS files.*unpack"),
        ("a.fcs.zip", b"PK\x03\x04", "an archive: unpack it"),
        ("a.pzfx", b"<xml", "Prism"),
        ("a.mqd", b"\x01", "MACSQuant.*export"),
        ("a.fcs", b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        ("a.fcs", b"<html>404</html>", "web page"),
    ],
)  # fmt: skip
def test_other_formats_are_refused_with_what_to_do(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    for call in (open_events, read_sheet):
        with pytest.raises(InputError, match=message) as caught:
            call(tmp_path / name)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("separator", "mark"), [("\t", ","), (";", ","), ("\t", ".")])
def test_marks_between_thousands_are_no_decimals(tmp_path, events, separator, mark):
    wide = events.assign(CD3=10 ** (events.CD3 / 200))
    rows = [separator.join(f"{value:,.0f}".replace(",", mark) for value in row) for row in wide.to_numpy()]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([separator.join(NAMES), *rows]))
    with pytest.raises(InputError, match="between thousands"):
        open_events(path)


def test_three_decimals_are_no_thousands(tmp_path):
    path = tmp_path / "a.csv"
    values = np.random.default_rng(0).uniform(1, 999, (300, 2))
    path.write_text("CD3;CD4;cluster\n" + "".join(f"{a:.3f};{b:.3f};7\n".replace(".", ",") for a, b in values))
    assert np.allclose(open_events(path).take(np.arange(300))[:, :2], values, atol=1e-3)
