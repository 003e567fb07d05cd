"""The output folder: there whole, or as it was."""

import itertools
import shutil

import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.errors import InputError
from cytoclust.pipeline._output import Output
from cytoclust.pipeline._put_in_place import RECORD, settle_alone
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
def test_a_sample_taken_from_the_sheet_leaves_no_labels_behind(small, tmp_path):
    table = pd.read_csv(small / "samples.csv")
    table["path"] = [str(small / path) for path in table["path"]]
    for rows in (table, table.iloc[1:]):
        rows.to_csv(tmp_path / "sheet.csv", index=False)
        ct.run(tmp_path / "sheet.csv", out=tmp_path / "OUT", rules="msc", settings=QUICK)
    assert set(labels(tmp_path / "OUT")) == {"S02", "S03"}
    assert set(pd.read_csv(tmp_path / "OUT" / "tables" / "populations.csv")["sample_id"]) == {"S02", "S03"}


def test_a_kill_in_the_last_moment_is_completed_by_whoever_comes_next(tmp_path, monkeypatch):
    """After each operation on the disk the process dies; the next one finds the new output, whole, or the old one."""
    operations = ("unlink", "replace", "rename")

    class Killed(BaseException):
        pass

    def run(folder, mark, dies_after):
        done = 0

        def counted(operation):
            def act(self, *args, **kwargs):
                nonlocal done
                if done == dies_after:
                    raise Killed
                done += 1
                return operation(self, *args, **kwargs)

            return act

        with monkeypatch.context() as patched:
            output = Output(folder, PARTS).__enter__()
            fill(output, mark, *("AB" if mark == 1 else "BC"))
            for name in operations:
                patched.setattr(f"pathlib.Path.{name}", counted(getattr(type(folder), name)))
            patched.setattr("shutil.rmtree", counted(shutil.rmtree))
            try:
                output.__exit__(None, None, None)
            except Killed:
                return True
        return False

    outcomes = set()
    for dies_after in itertools.count():
        folder = tmp_path / str(dies_after)
        run(folder, 1, -1)
        (folder / "fcs").mkdir()
        (folder / "validation.json").write_text("of the first")
        before = tree(folder)
        killed = run(folder, 2, dies_after)
        settle_alone(folder)
        shutil.rmtree(folder / ".partial", ignore_errors=True)  # as the next run does
        shutil.rmtree(folder / ".store", ignore_errors=True)
        found = tree(folder)
        if found == before:
            outcomes.add("as it was")
        else:
            outcomes.add("whole")
            marks = {content[-1:] for name, content in found.items() if content and name.count(".")}
            assert marks == {b"2"}
            assert {name for name in found if name.startswith("labels/")} == {"labels/B.parquet", "labels/C.parquet"}
            assert "validation.json" not in found
        if not killed:
            break
    assert dies_after > 10
    assert outcomes == {"as it was", "whole"}


@pytest.mark.parametrize(
    ("plan", "said"), [('["../x"]', "leads out"), ('["/x"]', "leads out"), ("{", "Remove it"), ("3", "Remove it")]
)
def test_a_plan_that_was_changed_moves_nothing(tmp_path, plan, said):
    (tmp_path / "OUT" / ".placing").mkdir(parents=True)
    (tmp_path / "OUT" / ".placing" / ".plan.json").write_text(plan)
    before = tree(tmp_path / "OUT" / ".placing")
    with pytest.raises(InputError, match=said):
        settle_alone(tmp_path / "OUT")
    assert tree(tmp_path / "OUT" / ".placing") == before
    assert {path.name for path in tmp_path.iterdir()} == {"OUT"}
