"""A file that holds several data sets: inspection takes the one that a run would, by the number that people see."""

import json

import numpy as np
import pytest

from cytoclust import inspection
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import open_events
from cytoclust.terminal import describe_cohort
from tests.io.make import floats, integers
from tests.io.test_datasets import plate

NAMES = {"$P1N": "FS Lin", "$P2N": "FL1 Log", "$P3N": "FL2 Log"}
FINER = {"$P1N": "FS", "$P2N": "FL1", "$P3N": "FL2", **{f"$P{i}R": "65536" for i in (1, 2, 3)}}


@pytest.fixture
def coulter(tmp_path):
    """The same events twice, as Beckman Coulter writes them: coarse with $DFCiTOj, and fine without."""
    fine = np.random.default_rng(0).integers(0, 60_000, (300, 3))
    coarse = integers((fine // 64).tolist(), **NAMES, **{"$DFC1TO2": "0.00", "$DFC1TO3": "28.40"})
    return plate(tmp_path / "a.lmd", coarse, integers(fine.tolist(), **FINER))


def sentences(found):
    return " ".join(note["sentence"] for note in found["notes"])


def test_the_finer_copy_is_inspected(coulter):
    found = inspection.inspect(coulter)
    assert [each["channel"] for each in found["channels"]] == ["FS", "FL1", "FL2"]
    assert "data set 2, which has them finer, was read, and 1 was left out" in sentences(found)


@pytest.mark.parametrize("through", ["file", "folder", "sheet"])
def test_compensation_told_in_the_other_copy_is_not_forgotten(coulter, through):
    sheet = coulter.parent / "s.csv"
    if through == "sheet":
        sheet.write_text("sample_id,path,dataset\na,a.lmd,2\n")
    found = (
        inspection.inspect(coulter)
        if through == "file"
        else inspection.inspect_samples(sheet if through == "sheet" else coulter.parent)
    )
    (told,) = [step["found"] for step in found["advice"] if "spillover" in step["code"]]
    assert "$DFCiTOj (FCS 2.0) of data set 1, the largest 28.40 % ($DFC1TO3), was not applied" in told


def test_panels_in_one_file_are_not_given_one_command(coulter):
    sheet = coulter.parent / "s.csv"
    sheet.write_text("sample_id,path,dataset\nA,a.lmd,1\nB,a.lmd,2\n")
    found = inspection.inspect_samples(sheet)
    assert found["by_panel"] == {"B": f"cytoclust run {coulter} -o OUT_B"}  # a path alone means data set 2
    assert "panel A" in next(step["found"] for step in found["advice"] if step["code"] == "panels in one file")
    assert [each["dataset"] for each in found["files"]] == [1, 2]
    assert "a.lmd, data set 1" in describe_cohort(found).plain()


def test_numbers_of_data_sets_count_from_one(coulter):
    sheet = coulter.parent / "s.csv"
    sheet.write_text("sample_id,path,dataset\na,a.lmd,3\n")
    with pytest.raises(InputError, match=r"there is no data set 3; the file holds 2\."):
        inspection.inspect_samples(sheet)
    assert Finding("further data sets", read=1) in open_events(coulter).notes
    assert "number 1 was read" in str(Finding("further data sets", read=1))


def test_notes_of_each_file_are_told_for_a_folder(tmp_path):
    for name in ("a", "b"):
        plate(
            tmp_path / f"{name}.fcs",
            floats(np.ones((5, 2)) * [[1, 2]] + np.arange(10).reshape(5, 2), **{"$MODE": None}),
        )
    page = describe_cohort(inspection.inspect_samples(tmp_path)).plain()
    assert page.count("$MODE is absent") == 1
    assert "a, b: $MODE is absent" in page
    assert "would pass quality control" not in page
    json.dumps(inspection.inspect_samples(tmp_path))
