import datetime as dt
import gzip
import os

import numpy as np
import pytest

from cytoclust.errors import CytoclustWarning, InputError
from cytoclust.io import Channel, Sample, read_sheet, write_fcs


@pytest.fixture
def folder(tmp_path):
    for name in ("a2.fcs", "a10.fcs", "a1.fcs"):
        write_fcs(tmp_path / name, np.zeros((3, 1)), [Channel("FSC-A")])
    return tmp_path


def sheet(folder, text, name="samples.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_sheet(folder, separator, mark):
    rows = ["sample_id,path,patient_id,group", "s 1,a1.fcs,p1,tumour", ",,,", 's-2,"a2.fcs",p1,', ""]
    text = mark + "\r\n".join(rows).replace(",", separator)
    assert read_sheet(sheet(folder, text)) == [
        Sample("s 1", folder / "a1.fcs", "p1", "tumour"),
        Sample("s-2", folder / "a2.fcs", "p1"),
    ]


def test_paths_are_relative_to_the_sheet(folder, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    (folder / "sub").mkdir()
    path = sheet(folder / "sub", f"sample_id,path\na,../a1.fcs\nb,{folder / 'a2.fcs'}\n")
    assert [sample.path.resolve().name for sample in read_sheet(path)] == ["a1.fcs", "a2.fcs"]


FAULTS = {
    "missing file": ("sample_id,path\na,absent.fcs\n", r"row 2, column path: the file .*absent\.fcs does not exist"),
    "folder": ("sample_id,path\na,.\n", "row 2, column path"),
    "repeated": ("sample_id,path\na,a1.fcs\n\nA,a2.fcs\n", "row 4, column sample_id: 'A' is there already"),
    "no path": ("sample_id,where\na,a1.fcs\n", "has no column path. It has sample_id, where"),
    "no sample_id": ("path\na1.fcs\n", "has no column sample_id"),
    "column twice": ("sample_id,path,path\na,a1.fcs,a1.fcs\n", "column path 2 times"),
    "no rows": ("sample_id,path\n", "lists no samples"),
    "empty": ("", "is empty"),
    "blank": ("\n \n", "is empty"),
    "empty file": ("sample_id,path\na,empty.fcs\n", r"row 2, column path: the file .*empty\.fcs is empty"),
    "not FCS": ("sample_id,path\na,samples.csv\n", "is not an FCS, CSV or Parquet file"),
    "empty cell": ("sample_id,path\n,a1.fcs\n", "row 2, column sample_id: it is empty"),
    "empty path": ("sample_id,path\na,\n", "row 2, column path: it is empty"),
    "short row": ("sample_id,path,group\na,a1.fcs\n", "row 2: 3 cells are expected. Got 2"),
    "unsafe": (
        "sample_id,path\n../../x,a1.fcs\n",
        r"column sample_id: '\.\./\.\./x' cannot be the name of a file",
    ),
    "dot": ("sample_id,path\n..,a1.fcs\n", "dot"),
    "backslash": ("sample_id,path\na\\b,a1.fcs\n", "must be without"),
    "control": ("sample_id,path\na\x07b,a1.fcs\n", "must be without"),
    "reserved": ("sample_id,path\nCON,a1.fcs\n", "Windows"),
    "long": (f"sample_id,path\n{'a' * 121},a1.fcs\n", "at most 120"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_name_sheet_row_and_column(folder, name):
    text, message = FAULTS[name]
    (folder / "empty.fcs").touch()
    with pytest.raises(InputError, match=message) as caught:
        read_sheet(sheet(folder, text))
    assert "samples.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_column_is_said_with_the_nearest(folder):
    path = sheet(folder, "sample_id,path,patinet_id,age\na,a1.fcs,p,7\n")
    with pytest.warns(CytoclustWarning, match="'patinet_id' is carried through and not used. Did you mean patient_id"):
        (sample,) = read_sheet(path)
    assert sample.patient_id is None
    assert sample.further == {"patinet_id": "p", "age": "7"}


def test_one_file_twice_is_said(folder):
    path = sheet(folder, "sample_id,path\na,a1.fcs\nb,./a1.fcs\n")
    with pytest.warns(CytoclustWarning, match="row 3: the file .* is listed twice"):
        assert len(read_sheet(path)) == 2


def test_folder_is_sorted_naturally(folder):
    packed = gzip.compress((folder / "a1.fcs").read_bytes())
    (folder / "b.fcs.gz").write_bytes(packed)
    os.link(folder / "a1.fcs", folder / "tube.001")
    (folder / "notes.001").write_text("no")
    (folder / "._a1.fcs").write_text("no")
    (folder / "readme.txt").write_text("no")
    (folder / "tube.001").unlink()
    (folder / "tube.001").write_bytes((folder / "a1.fcs").read_bytes())
    assert [sample.sample_id for sample in read_sheet(folder)] == ["a1", "a2", "a10", "b", "tube.001"]


def test_groups_that_differ_by_case_alone_are_told(folder):
    rows = "a,a1.fcs,p1,Tumour\nb,a2.fcs,p2,tumour\nc,a10.fcs,p3,\n"
    with pytest.warns(CytoclustWarning, match="column group: 'Tumour' and 'tumour' differ by case alone"):
        samples = read_sheet(sheet(folder, "sample_id,path,patient_id,group\n" + rows))
    assert [sample.group for sample in samples] == ["Tumour", "tumour", None]


def test_files(folder):
    (folder / "sub").mkdir()
    (folder / "sub" / "a1.fcs").write_bytes((folder / "a1.fcs").read_bytes())
    samples = read_sheet([folder / "a1.fcs", str(folder / "sub" / "a1.fcs"), folder / "a2.fcs"])
    assert [sample.sample_id for sample in samples] == [f"{folder.name}_a1", "sub_a1", "a2"]
    assert read_sheet(folder / "a2.fcs") == [Sample("a2", folder / "a2.fcs")]


def test_files_that_cannot_be(folder):
    (folder / "empty.fcs").touch()
    (folder / "junk.fcs").write_text("sample_id,path")
    (folder / "sub").mkdir()
    for given, message in [
        ([folder / "a1.fcs", folder / "empty.fcs"], "empty.fcs is empty"),
        (folder / "empty.fcs", "empty.fcs is empty"),
        (folder / "junk.fcs", "junk.fcs is not an FCS file"),
        ([], "no samples"),
        (folder / "absent", "does not exist"),
        (folder / "sub", "holds no FCS, CSV or Parquet files"),
        ([folder / "a1.fcs", folder / "a1.fcs"], "given twice"),
        (
            [folder / "a1.fcs", sheet(folder, "sample_id,path\n")],
            "is not an FCS, CSV or Parquet file but a sheet; give it alone",
        ),
    ]:
        with pytest.raises(InputError, match=message):
            read_sheet(given)


def test_a_patient_in_two_groups_at_one_time_is_told(folder):
    rows = "a,a1.fcs,p1,tumour,t1\nb,a2.fcs,p1,control,t1\nc,a10.fcs,p1,control,t2\n"
    with pytest.warns(CytoclustWarning, match="patient 'p1' is in the groups 'tumour' and 'control' at t1"):
        read_sheet(sheet(folder, "sample_id,path,patient_id,group,timepoint\n" + rows))


def test_samples_without_a_batch_among_others_are_told(folder):
    rows = "a,a1.fcs,b1\nb,a2.fcs,\nc,a10.fcs,\n"
    with pytest.warns(CytoclustWarning, match="column batch: it is empty in 2 of 3 samples, which are taken"):
        read_sheet(sheet(folder, "sample_id,path,batch\n" + rows))


ROWS = "sample_id,path,patient_id,group,timepoint\n1,a1.fcs,101,A,0\n2,a2.fcs,102,B,0\n"
FORMS = {
    "UTF-16": (ROWS.replace(",", "\t"), "utf-16"),
    "old Macintosh": (ROWS.replace("\n", "\r"), "utf-8"),
    "sep line": ("sep=;\n" + ROWS.replace(",", ";"), "utf-8"),
    "empty columns": ("".join(f"{row},,\n" for row in ROWS.splitlines()) + ",,,,,,\n , ,,\n", "utf-8"),
    "cells beyond the header": (ROWS.replace("0\n", "0,,\n"), "utf-8"),
    "header as people write it": (ROWS.replace("sample_id", "Sample ID").replace("patient_id", "patient-id"), "utf-8"),
    "no-break blanks": (ROWS.replace("A,", "\u00a0A ,").replace("group", "group\u00a0"), "utf-8"),
    "quoted path": (ROWS.replace("a1.fcs", '"""a1.fcs"""'), "utf-8"),
    "backslash": (ROWS.replace("a1.fcs", ".\\a1.fcs"), "utf-8"),
    "of another computer": (ROWS.replace("a1.fcs", "C:\\data\\a1.fcs"), "utf-8"),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_a_sheet_are_one(folder, form):
    text, encoding = FORMS[form]
    (folder / "samples.csv").write_bytes(text.encode(encoding))
    first, second = read_sheet(folder / "samples.csv")
    assert (first.sample_id, first.path.name, first.patient_id, first.group, first.timepoint) == (
        "1", "a1.fcs", "101", "A", "0",
    )  # fmt: skip
    assert first.path.is_file()
    assert (second.patient_id, second.group, second.further) == ("102", "B", {})


def test_windows_letters_are_read_and_said(folder):
    (folder / "samples.csv").write_bytes("sample_id,path,group\nMüller,a1.fcs,Größe\n".encode("cp1252"))
    with pytest.warns(CytoclustWarning, match="was read as Windows-1252"):
        (sample,) = read_sheet(folder / "samples.csv")
    assert (sample.sample_id, sample.group) == ("Müller", "Größe")


@pytest.mark.parametrize("word", ["NA", "N/A", "#N/A", "n/a", "NaN", "NULL", "<NA>", "-", "?", ".", "n.a.", "missing"])
def test_words_for_no_value_are_missing_and_counted_once(folder, word):
    rows = f"a,a1.fcs,{word},{word}\nb,a2.fcs,{word},g\nc,a10.fcs,p,g\n"
    with pytest.warns(CytoclustWarning, match="values missing among 3 samples: patient_id 2 .* and group 1") as told:
        samples = read_sheet(sheet(folder, "sample_id,path,patient_id,group\n" + rows))
    assert [(sample.patient_id, sample.group) for sample in samples] == [(None, None), (None, "g"), ("p", "g")]
    assert sum("values missing" in str(each.message) for each in told) == 1


def test_none_and_unknown_name_a_group_and_no_patient(folder):
    text = "sample_id,path,patient_id,group,control\na,a1.fcs,unknown,none,none\nb,a2.fcs,None,control,NA\n"
    with pytest.warns(CytoclustWarning, match=r"patient_id 2 \(1 'None', 1 'unknown'\)"):
        samples = read_sheet(sheet(folder, text))
    assert [(sample.patient_id, sample.group) for sample in samples] == [(None, "none"), (None, "control")]


@pytest.mark.parametrize("pair", [("101.0", "101"), ("007", "7"), ("01.02.2024", "2024-02-01"), ("A 1", "A-1")])
def test_one_value_in_two_spellings_is_told(folder, pair):
    rows = "".join(
        f"s{i},{name},{word}\n" for i, (name, word) in enumerate(zip(("a1.fcs", "a2.fcs"), pair, strict=True))
    )
    with pytest.warns(CytoclustWarning, match="may be one and are taken for two"):
        read_sheet(sheet(folder, "sample_id,path,timepoint\n" + rows))


def test_an_excel_workbook_is_read_as_it_is_seen(folder):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Notes"])
    page = book.create_sheet("Samples")
    page.append(["Sample ID", "path", "Patient_ID", "timepoint", "age"])
    page.append([1.0, "a1.fcs", 7, dt.datetime(2024, 2, 1), 55.5])
    page.append([2, "a2.fcs", "NA", None, None])
    page["A2"].number_format = page["A3"].number_format = "000"
    book.save(folder / "s.xlsx")
    with pytest.warns(CytoclustWarning) as told:
        first, second = read_sheet(folder / "s.xlsx")
    assert first == Sample("001", folder / "a1.fcs", "7", None, "2024-02-01", further={"age": "55.5"})
    assert (second.sample_id, second.patient_id, second.timepoint) == ("002", None, None)
    assert ["worksheet 'Samples'" in str(told[0].message), "(1 'NA')" in str(told[1].message)] == [True, True]


def test_a_missing_file_is_asked_about(folder):
    with pytest.raises(InputError, match=r"does not exist. Did you mean 'a1.fcs'\?"):
        read_sheet(sheet(folder, "sample_id,path\na,a1\n"))


def test_a_workbook_without_the_columns_is_refused(folder):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["CD3", "CD4"])
    book.save(folder / "s.xlsx")
    with pytest.raises(InputError, match=r"has no column sample_id\. It has CD3, CD4"):
        read_sheet(folder / "s.xlsx")


def test_cells_merged_downwards_count_for_each_row(folder):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    page = book.active
    for row in (["sample_id", "path", "group"], ["a", "a1.fcs", "case"], ["b", "a2.fcs", None]):
        page.append(row)
    page.merge_cells("C2:C3")
    book.save(folder / "s.xlsx")
    assert [sample.group for sample in read_sheet(folder / "s.xlsx")] == ["case", "case"]


def test_a_workbook_of_events_is_told_what_to_do(folder):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["FSC-A", "SSC-A", "CD3", "CD4"], [1, 2, 3, 4]):
        book.active.append(row)
    book.save(folder / "events.xlsx")
    with pytest.raises(InputError, match=r"no column sample_id.*Events are not read.*save it as CSV"):
        read_sheet(folder / "events.xlsx")
