import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import Channel, Sample, read_sheet, write_fcs
from cytoclust.io._read_controls import ControlFile, read_controls, read_process_controls


@pytest.fixture
def sheet(tmp_path):
    for name in ("a.fcs", "b.fcs", "c.fcs", "d.fcs"):
        write_fcs(tmp_path / name, np.zeros((3, 1)), [Channel("FSC-A")])

    def write(text):
        (tmp_path / "samples.csv").write_text(text, encoding="utf-8")
        return tmp_path / "samples.csv"

    return write


def test_controls_are_no_samples(sheet):
    path = sheet(
        "sample_id,path,batch,control\na,a.fcs,B1,\nb,b.fcs,B1,FMO CD271\nc,c.fcs,,unstained\nd,d.fcs,B2,fmo-HLA-DR\n"
    )
    folder = path.parent
    assert read_sheet(path) == [Sample("a", folder / "a.fcs", batch="B1")]
    where = f"{path}, row {{}}, column control"
    assert read_controls(path) == [
        ControlFile("b", folder / "b.fcs", "CD271", "B1", where.format(3)),
        ControlFile("c", folder / "c.fcs", None, None, where.format(4)),
        ControlFile("d", folder / "d.fcs", "HLA-DR", "B2", where.format(5)),
    ]
    assert [control.kind for control in read_controls(path)] == ["FMO CD271", "unstained", "FMO HLA-DR"]


def test_a_sheet_without_the_column_and_files_have_none(sheet):
    path = sheet("sample_id,path\na,a.fcs\n")
    assert read_controls(path) == []
    assert read_controls(path.parent / "a.fcs") == []


@pytest.mark.parametrize("control", ["isotype", "FMO", "FMO ", "CD271"])
def test_another_control_is_refused(sheet, control):
    path = sheet(f"sample_id,path,control\na,a.fcs,\nb,b.fcs,{control}\n")
    with pytest.raises(InputError, match="row 3, column control: it must be 'unstained', 'FMO' and a marker"):
        read_controls(path)


def test_controls_alone_are_no_cohort(sheet):
    with pytest.raises(InputError, match="lists no samples: every row is a control"):
        read_sheet(sheet("sample_id,path,control\na,a.fcs,unstained\n"))


def test_names_are_unique_among_samples_and_controls(sheet):
    with pytest.raises(InputError, match="row 3, column sample_id: 'A' is there already"):
        read_sheet(sheet("sample_id,path,control\na,a.fcs,\nA,b.fcs,unstained\n"))


def test_process_controls_and_beads_are_neither_samples_nor_cuts(sheet):
    path = sheet(
        "sample_id,path,batch,control,Date,instrument\na,a.fcs,B1,,2026-01-02,A\nb,b.fcs,B1,Process,2026-01-02,A\n"
        "c,c.fcs,B2,BEADS,NA,\nd,d.fcs,,unstained,,\n"
    )
    assert [each.sample_id for each in read_sheet(path)] == ["a"]
    assert [each.kind for each in read_controls(path)] == ["unstained"]
    found = read_process_controls(path)
    assert [(c.name, c.kind, c.batch, c.date, c.instrument) for c in found] == [
        ("b", "process", "B1", "2026-01-02", "A"),
        ("c", "beads", "B2", "", ""),
    ]
