"""A sheet and a list of markers are written to be filled in, and what is filled in is read."""

from dataclasses import replace
from pathlib import Path

import pytest

from cytoclust import inspection, io
from cytoclust.errors import InputError
from cytoclust.params import D, load_config


@pytest.fixture
def bare(small: Path, tmp_path: Path) -> Path:
    """A folder of two files, of which none names a marker."""
    folder = tmp_path / "fcs"
    folder.mkdir()
    file = io.open_fcs(small / "fcs" / "S01.fcs")
    channels = [replace(c, marker="", label="") for c in file.channels]
    for name in ("a", "=b"):
        io.write_fcs(folder / f"{name}.fcs", file.read(0, 300), channels)
    return folder


def test_the_sheet_is_read_as_the_folder_was(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "beside").mkdir()
    sheet = tmp_path / "beside" / "samples.csv"
    inspection.write_sheet(inspection.inspect_samples(bare), sheet)
    of_folder, _ = io.list_samples(bare)
    of_sheet, _ = io.list_samples(sheet)
    assert [(s.sample_id, s.path.resolve()) for s in of_sheet] == [(s.sample_id, s.path.resolve()) for s in of_folder]
    assert all(s.patient_id is None or s.patient_id == s.sample_id for s in of_sheet)
    with pytest.raises(InputError, match="is there already"):
        inspection.write_sheet(inspection.inspect_samples(bare), sheet)
    with pytest.raises(InputError, match="is a sheet already"):
        inspection.write_sheet(inspection.inspect_samples(sheet), tmp_path / "other.csv")


def test_the_list_of_markers_names_every_stain_and_is_a_configuration(bare: Path, tmp_path: Path) -> None:
    empty, filled = tmp_path / "panel.yaml", tmp_path / "filled.yaml"
    inspection.write_panel(inspection.inspect_samples(bare), empty, config=D)
    assert load_config(empty) == D
    text = empty.read_text(encoding="utf-8")
    filled.write_text(text.replace("    PE-A:", "    PE-A: CD146"), encoding="utf-8")
    config = load_config(filled)
    assert config.panel.names == {"PE-A": "CD146"}
    found = inspection.inspect_samples(bare, config=config)
    assert [c["marker"] for c in found["channels"] if c["channel"] == "PE-A"] == ["CD146"]
    stains = {c["channel"] for c in found["channels"] if c["signal_type"] == "fluorescence"}
    assert {line.strip().rstrip(":") for line in text.splitlines()[4:]} == stains
    again = tmp_path / "again.yaml"
    inspection.write_panel(found, again, config=config)
    assert load_config(again) == config


def test_the_next_command_keeps_what_was_given() -> None:
    run = "cytoclust run 'my fcs' -o OUT --set compensate.enabled=false"
    options = ["--config", "p.yaml", "--set", "compensate.enabled=false"]
    assert inspection.again(run, options) == f"{run} --config p.yaml"
    assert inspection.again(run, [], sheet=Path("s.csv")) == run.replace("'my fcs'", "s.csv")
    assert inspection.again("", options) == ""
