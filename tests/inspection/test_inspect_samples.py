"""What is in the files of a cohort, and how they differ."""

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cytoclust import inspection, io
from cytoclust.errors import InputError
from cytoclust.inspection._differences import has_matrix
from cytoclust.terminal import describe_cohort


@pytest.fixture
def files(small):
    return [io.open_fcs(small / "fcs" / f"S0{i}.fcs") for i in (1, 2, 3)]


def test_the_sheet_the_panel_and_the_ranges_are_told(small):
    found = inspection.inspect_samples(small / "samples.csv")
    sheet = pd.read_csv(small / "samples.csv", dtype=str)
    told = pd.DataFrame(found["files"])
    assert told[["sample_id", "patient_id", "group", "batch"]].equals(
        sheet[["sample_id", "patient_id", "group", "batch"]]
    )
    assert told["n_events"].tolist() == [2500] * 3
    assert (found["unread"], found["differences"]) == ([], [])
    one = {each["channel"]: each for each in inspection.inspect(small / "fcs" / "S01.fcs")["channels"]}
    assert {each["channel"]: each["role"] for each in found["channels"]} == {k: v["role"] for k, v in one.items()}
    every = np.concatenate([io.open_fcs(small / "fcs" / f"S0{i}.fcs").read() for i in (1, 2, 3)])
    medians = [each["median"] for each in found["channels"]]
    np.testing.assert_allclose(medians, np.median(every, axis=0), rtol=1e-5)  # of small files all events are taken


def test_files_that_cannot_be_read_do_not_hide_the_others(small, tmp_path):
    shutil.copy(small / "fcs" / "S01.fcs", tmp_path)
    (tmp_path / "empty.fcs").touch()
    (tmp_path / "cut.fcs").write_bytes((small / "fcs" / "S02.fcs").read_bytes()[:4000])
    found = inspection.inspect_samples(tmp_path)
    assert [each["sample_id"] for each in found["files"]] == ["S01"]
    assert {each["sample_id"] for each in found["unread"]} == {"empty", "cut"}
    assert found["advice"][0]["code"] == "files not read"
    assert found["advice"][0]["found"] == "2 files cannot be read"
    (tmp_path / "S01.fcs").unlink()
    with pytest.raises(InputError, match="None of the 2 files can be read"):
        inspection.inspect_samples(tmp_path)


def test_panels_that_differ_are_told_apart(files, tmp_path):
    for i, file in enumerate(files):
        keep = [j for j, channel in enumerate(file.channels) if i < 2 or channel.marker != "CD31"]
        io.write_fcs(tmp_path / f"{i}.fcs", file.read(columns=keep), [file.channels[j] for j in keep])
    found = inspection.inspect_samples(tmp_path)
    assert [each["panel"] for each in found["files"]] == ["A", "A", "B"]
    assert set(found["panels"]["A"]) - set(found["panels"]["B"]) == {"CD31"}
    assert "2.fcs has no marker CD31" in found["advice"][0]["found"]
    assert found["next"].endswith("--on-error skip")
    assert "CD31" in [each["marker"] for each in found["channels"]]


def test_files_without_a_common_stain_are_told_by_panel(files, tmp_path):
    for i, stain in enumerate(([5, 7], [8, 9], [5, 7])):
        io.write_fcs(
            tmp_path / f"{i}.fcs", files[i].read(columns=[0, *stain]), [files[i].channels[j] for j in (0, *stain)]
        )
    shutil.copy(tmp_path / "1.fcs", tmp_path / "3.fcs")
    found = inspection.inspect_samples(tmp_path)
    assert (found["apart"], found["next"], found["channels"]) == (True, "", [])
    assert [note["code"] for note in found["notes"]] == ["same events"]  # the copy
    assert [each["panel"] for each in found["files"]] == ["A", "B", "A", "B"]
    assert found["advice"][0]["found"] == "4 files, 2 panels, no common marker: they cannot be run together"
    expected = [[str(tmp_path / f"{i}.fcs") for i in mine] for mine in ((0, 2), (1, 3))]
    assert [line.split()[2:4] for line in found["by_panel"].values()] == expected
    assert [line.split()[5] for line in found["by_panel"].values()] == ["OUT_A", "OUT_B"]
    text = describe_cohort(found).plain()
    for markers in found["panels"].values():
        assert ", ".join(markers) in text
    assert "used for" not in text
    assert "there is no" not in text
    assert text.count("\nnext\n") == 1


def test_a_matrix_that_changes_nothing_is_none(files, tmp_path):
    file = files[0]
    told = [inspection.inspect_samples(file.path)["files"][0]["compensated"]]
    matrix = replace(file.spill, matrix=np.eye(len(file.spill.channels)))
    assert [*told, has_matrix(replace(file, spill=matrix))] == [True, False]


def test_detector_settings_that_differ_are_told(files, tmp_path, monkeypatch):
    """Keywords are changed after opening: the writer keeps none of them."""
    volts = {"S01": "400", "S02": "400", "S03": "450"}
    for file in files:
        shutil.copy(file.path, tmp_path)

    def opened(path, **_):
        file = io.open_fcs(path)
        return replace(file, text=file.text | {"$P6V": volts[path.stem], "$P7V": volts[path.stem], "$P8V": "300"})

    monkeypatch.setattr("cytoclust.inspection._inspect_samples.open_events", opened)
    found = inspection.inspect_samples(tmp_path)
    names = [channel.name for channel in files[0].channels[5:7]]
    (differ,) = found["differences"]
    assert differ["data"] == {"channels": names, "values": [["400 V", ["S01", "S02"]], ["450 V", ["S03"]]]}
    assert differ["sentence"] == f"detector of {', '.join(names)}: 400 V in 2 files, 450 V in 1 file (S03)"
    (step,) = [each for each in found["advice"] if each["code"] == "settings differ"]
    assert "column batch of the sheet" in step["do"]
    assert found["channels"][5]["voltage"] == "400"


def test_warnings_of_the_sheet_are_notes(small, tmp_path):
    table = pd.read_csv(small / "samples.csv", dtype=str)
    table["path"] = [str(small / path) for path in table["path"]]
    table["patient_id"], table["timepoint"], table["group"] = "P1", "diagnosis", ["a", "b", "b"]
    table["batch"] = ["B1", None, "B1"]
    table.to_csv(tmp_path / "s.csv", index=False)
    found = inspection.inspect_samples(tmp_path / "s.csv")["notes"]
    assert {"patient in two groups", "some without batch"} <= {note["code"] for note in found}
    notes = " ".join(note["sentence"] for note in found)
    assert "patient 'P1' is in the groups 'a' and 'b' at diagnosis" in notes
    assert "column batch: it is empty in 1 of 3 samples, which are taken as one batch" in notes
