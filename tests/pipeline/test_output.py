"""The output folder: there whole, or as it was."""

import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.errors import InputError
from cytoclust.pipeline._output import RECORD, Output
from tests.pipeline.made import QUICK, labels, tree

PARTS = ("labels", "tables", "cohort.h5ad", "report.html", RECORD)


def fill(output, mark, *samples):
    fixed = ("cohort.h5ad", "report.html", RECORD, "tables/clusters.csv")
    for name in (*fixed, *(f"labels/{sample}.parquet" for sample in samples)):
        part, _, file = name.partition("/")
        path = output.path(part) / file if file else output.path(part)
        path.write_text(f"{name} {mark}")


def test_files_come_into_place_together(tmp_path):
    with Output(tmp_path / "a" / "OUT", PARTS) as output:
        fill(output, 1, "A", "B")
        assert {path.name for path in output.folder.iterdir()} == {".partial"}
    found = tree(tmp_path / "a" / "OUT")
    assert found["labels/B.parquet"] == b"labels/B.parquet 1"
    files = {name for name, content in found.items() if content is not None}
    assert files == {
        "cohort.h5ad", "report.html", "run.json", "tables/clusters.csv", "labels/A.parquet", "labels/B.parquet"
    }  # fmt: skip


def test_a_rerun_replaces_what_a_run_left_and_nothing_of_others(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "mine.csv").write_text("of the user")
    (tmp_path / "notes.txt").write_text("of the user")
    for mark, samples in ((1, "AB"), (2, "BC")):
        with Output(tmp_path, PARTS) as output:
            fill(output, mark, *samples)
    found = tree(tmp_path)
    assert found["tables/mine.csv"] == found["notes.txt"] == b"of the user"
    assert {name for name in found if name.startswith("labels/")} == {"labels/B.parquet", "labels/C.parquet"}
    assert all(found[name].endswith(b" 2") for name in ("run.json", "labels/B.parquet", "tables/clusters.csv"))


def test_a_rerun_takes_away_tables_that_it_does_not_make(tmp_path):
    for name in ("clusters", "marker_levels"):
        with Output(tmp_path, PARTS) as output:
            fill(output, 1, "A")
            (output.path("tables") / f"{name}.csv").write_text("x")
    assert (tmp_path / "tables" / "marker_levels.csv").exists()
    with Output(tmp_path, PARTS) as output:
        fill(output, 2, "A")
    assert {path.name for path in (tmp_path / "tables").iterdir()} == {"clusters.csv"}


@pytest.mark.parametrize("error", [InputError("x"), KeyboardInterrupt(), RuntimeError("x")])
def test_an_error_leaves_everything_as_it_was(tmp_path, error):
    def broken(folder):
        with Output(folder, PARTS) as output:
            fill(output, 2, "A")
            raise error

    (tmp_path / "OUT").mkdir()
    with Output(tmp_path / "OUT", PARTS) as output:
        fill(output, 1, "A")
    before = tree(tmp_path)
    for folder in (tmp_path / "OUT", tmp_path / "new", tmp_path / "new" / "deep"):
        with pytest.raises(type(error)):
            broken(folder)
        assert tree(tmp_path) == before


def test_an_error_does_not_take_what_others_put_there(tmp_path):
    def broken():
        with Output(tmp_path / "OUT", PARTS) as output:
            (output.folder / "log.txt").write_text("of the user")
            raise InputError("the error that counts")

    with pytest.raises(InputError, match="the error that counts"):
        broken()
    assert tree(tmp_path) == {"OUT": None, "OUT/log.txt": b"of the user"}


def test_what_a_killed_run_left_is_cleared(tmp_path):
    (tmp_path / ".partial" / "labels").mkdir(parents=True)
    (tmp_path / ".partial" / "labels" / "old.parquet").write_text("half")
    with Output(tmp_path, PARTS) as output:
        fill(output, 1, "A")
    assert set(labels_of(tmp_path)) == {"A.parquet"}
    assert not (tmp_path / ".partial").exists()


def labels_of(folder):
    return [path.name for path in (folder / "labels").iterdir()]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "OUT"):
        with pytest.raises(InputError, match="cannot be written to"), Output(folder, PARTS):
            pass


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_a_sample_taken_from_the_sheet_leaves_no_labels_behind(small, tmp_path):
    table = pd.read_csv(small / "samples.csv")
    table["path"] = [str(small / path) for path in table["path"]]
    for rows in (table, table.iloc[1:]):
        rows.to_csv(tmp_path / "sheet.csv", index=False)
        ct.run(tmp_path / "sheet.csv", out=tmp_path / "OUT", rules="msc", settings=QUICK)
    assert set(labels(tmp_path / "OUT")) == {"S02", "S03"}
    assert set(pd.read_csv(tmp_path / "OUT" / "tables" / "populations.csv")["sample_id"]) == {"S02", "S03"}
