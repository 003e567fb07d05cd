"""A finished run as a reference, and samples read against it."""

import json
import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import cytoclust as ct
from cytoclust.cli import cytoclust as program
from cytoclust.errors import InputError
from cytoclust.frozen import Reference, open_reference
from cytoclust.io import open_fcs, write_fcs
from cytoclust.pipeline import Application, Result
from cytoclust.pipeline._apply import _is_of
from cytoclust.pipeline._apply_open import open_applied
from cytoclust.pipeline._apply_steps import APPLY_STEPS
from cytoclust.pipeline._context import Context
from cytoclust.record import Record
from tests.pipeline.made import QUICK, context, tree, undrawn
from tests.pipeline.made import cohort as simulated
from tests.report.sketched import sketched

pytestmark = pytest.mark.slow

KEPT = Path(__file__).parent / "kept"


@pytest.fixture(scope="module")
def file(finished: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a reference made of the finished run."""
    path = tmp_path_factory.mktemp("reference") / "panel.ctref"
    ct.reference.build(finished.out, path)
    return path


@pytest.fixture(scope="module")
def applied(file: Path, cohort: Path, tmp_path_factory: pytest.TempPathFactory) -> Application:
    """The reference applied to its own samples."""
    with undrawn():
        return ct.apply(file, cohort / "samples.csv", tmp_path_factory.mktemp("applied") / "OUT")


@pytest.fixture(scope="module")
def strange(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Application:
    """One sample of the reference with 150 of its events moved to where no event of it lies."""
    folder = tmp_path_factory.mktemp("strange")
    read = open_fcs(simulated(tmp_path_factory.getbasetemp()) / "fcs" / "S02.fcs")
    events = np.array(read.read())
    names = [channel.name for channel in read.channels]
    reference = open_reference(file)
    kept = ct.io.read_labels(_labels(file, tmp_path_factory))
    ok = np.flatnonzero(kept["qc"] == "ok")[:150]
    rng = np.random.default_rng(0)
    for marker in ("CD45", "CD271", "GD2", "CD31"):
        column = names.index(reference.panel.channels[reference.panel.names.index(marker)])
        events[ok, column] = 30_000 * np.exp(rng.normal(0, 0.1, len(ok)))
    write_fcs(folder / "new.fcs", events, read.channels, spill=read.spill)
    with sketched():
        return ct.apply(file, [folder / "new.fcs"], folder / "OUT")


def _labels(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.pipeline.made import finished

    assert file.is_file()
    return finished(tmp_path_factory.getbasetemp()).out / "labels" / "S02.parquet"


def test_its_own_samples_get_the_labels_of_the_run_to_the_bit(finished: Result, applied: Application) -> None:
    for path in sorted((finished.out / "labels").iterdir()):
        before, now = pd.read_parquet(path), pd.read_parquet(applied.out / "labels" / path.name)
        for column in ("event", "cluster", "probability"):
            np.testing.assert_array_equal(before[column].to_numpy(), now[column].to_numpy())
        for column, other in (("qc", "qc"), ("population", "population"), ("population", "nearest")):
            assert (before[column].astype(str) == now[other].astype(str)).all()
    assert applied.outside == []


def test_counts_of_its_own_samples_are_those_of_the_run(finished: Result, applied: Application) -> None:
    keyed = ["sample_id", "population", "n_events", "fraction", "ci_low", "ci_high"]
    pd.testing.assert_frame_equal(
        finished.tables["populations"].query("population != 'unknown'")[keyed].reset_index(drop=True),
        applied.tables["populations"][keyed].reset_index(drop=True),
    )
    assert not len(applied.tables["discoveries"])
    ranges = applied.tables["reference"]
    assert set(ranges["flag"]) == {"points only", "no reference"}  # no control has a neuroblastoma
    assert ranges["reference_low"].isna().all()


@pytest.fixture(scope="module")
def alone(file: Path, cohort: Path, tmp_path_factory: pytest.TempPathFactory) -> Application:
    """One sample of the cohort."""
    with undrawn():
        return ct.apply(file, [cohort / "fcs" / "S03.fcs"], tmp_path_factory.mktemp("alone") / "OUT")


def test_the_same_call_again_leaves_the_same_folder(file: Path, cohort: Path, alone: Application) -> None:
    before = tree(alone.out)
    (alone.out / "labels" / "old.parquet").write_bytes(b"of another call")
    with undrawn():
        ct.apply(file, [cohort / "fcs" / "S03.fcs"], alone.out)
    after = tree(alone.out)
    assert before.keys() == after.keys()
    told = [json.loads(str(each.pop("run.json"), "utf-8")) for each in (before, after)]
    assert {name for name in before if before[name] != after[name]} == set()
    measured = {"started", "seconds", "labels_after_seconds", "peak_memory_mb"}
    first, second = ({key: value for key, value in each.items() if key not in measured} for each in told)
    assert first == second


def test_a_sample_by_itself_gets_the_same_rows_and_bytes(applied: Application, alone: Application) -> None:
    labels, sheet = Path("labels") / "S03.parquet", ["patient_id", "group", "timepoint", "batch"]
    assert (alone.out / labels).read_bytes() == (applied.out / labels).read_bytes()
    for name in ("populations", "unlike"):
        together = applied.tables[name].query("sample_id == 'S03'").drop(columns=sheet, errors="ignore")
        mine = alone.tables[name].drop(columns=sheet, errors="ignore")
        pd.testing.assert_frame_equal(mine, together.reset_index(drop=True))


def test_events_of_a_kind_that_it_has_not_seen_are_unlike(strange: Application, finished: Result) -> None:
    labels = pd.read_parquet(strange.out / "labels" / "new.parquet")
    moved = np.flatnonzero(ct.io.read_labels(finished.out / "labels" / "S02.parquet")["qc"] == "ok")[:150]
    passed = labels.loc[moved][labels.loc[moved, "qc"] == "ok"]
    assert len(passed) > 100
    assert (passed["population"] == "unlike").mean() >= 0.9
    assert (passed["nearest"] != "unlike").all()
    others = labels.drop(index=moved).query("qc == 'ok'")
    assert (others["population"] == "unlike").mean() <= 0.02
    assert strange.outside == ["new"]
    told = strange.tables["unlike"].query("flag == 'unlike'")
    assert told["phenotype_far"].str.contains("CD271+", regex=False).any()
    assert told["n_unlike"].sum() == (labels["population"] == "unlike").sum()
    assert strange.tables["samples"]["n_ok"].tolist() == [(labels["qc"] == "ok").sum()]  # they are cells


def test_the_report_says_first_that_it_is_not_like_the_reference(strange: Application) -> None:
    page = (strange.out / "report.html").read_text(encoding="utf-8")
    first = page.index('id="reference"')
    assert first < page.index('id="answer"')
    assert "The sample is not like the reference: new" in page[first:]
    assert strange.record["reference"]["sha256"] in json.dumps(strange.summary())


def test_a_run_whose_store_was_cleaned_is_refused_in_a_line(finished: Result, tmp_path: Path) -> None:
    out = tmp_path / "OUT"
    shutil.copytree(finished.out, out, ignore=shutil.ignore_patterns(".store"))
    with pytest.raises(InputError, match=r"cleaned.*run again") as told:
        ct.reference.build(out, tmp_path / "a.ctref")
    assert "\n" not in str(told.value)
    assert not (tmp_path / "a.ctref").exists()


def test_a_marker_that_was_not_measured_and_a_copy(file: Path, cohort: Path, tmp_path: Path) -> None:
    read, reference = open_fcs(cohort / "fcs" / "S02.fcs"), open_reference(file)
    events = np.array(read.read())
    shutil.copy(cohort / "fcs" / "S02.fcs", tmp_path / "copy.fcs")
    column = next(i for i, channel in enumerate(read.channels) if channel.marker == "CD271")
    events[:, column] = 5.0
    write_fcs(tmp_path / "dark.fcs", events, read.channels, spill=read.spill)

    def opened(*files: Path) -> Context:
        with ExitStack() as cleanup:
            given = context(tmp_path / "OUT", QUICK, cleanup)
            given.step = APPLY_STEPS[0]
            open_applied(given, request=files, reference=reference)
        return given

    told = [finding.code for _, _, finding in opened(cohort / "fcs" / "S02.fcs", tmp_path / "copy.fcs").found]
    assert told == ["same events"]
    with pytest.raises(InputError, match=r"dark\.fcs: CD271: all 6,000 events have the same value"):
        opened(tmp_path / "dark.fcs")


def test_an_earlier_folder_is_of_this_reference_or_said_to_be_of_another(file: Path, alone: Application) -> None:
    known, record = open_reference(file), Record.model_validate(alone.record)
    run = record.model_copy(update={"reference": None})
    assert _is_of(record, known)
    assert _is_of(run.model_copy(update={"started": known.started}), known)
    assert not _is_of(run, known)
    assert not _is_of(record, replace(known, sha256="another"))


def test_commands(file: Path, cohort: Path, strange: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = CliRunner()
    shown = runner.invoke(program, ["reference", "show", str(file)])
    assert shown.exit_code == 0
    assert open_reference(file).sha256 in shown.output
    fits = runner.invoke(program, ["reference", "check", str(file), str(cohort / "samples.csv")])
    assert fits.output == "4 of 4 samples can be read against the reference\n"
    monkeypatch.setattr("cytoclust.pipeline.apply", lambda *_, **__: strange)
    done = runner.invoke(program, ["apply", str(file), str(cohort / "fcs"), "-o", "OUT", "--json", "--quiet"])
    assert done.exit_code == 3
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["outside"] == ["new"]


def test_a_reference_of_the_first_version_opens_and_labels_as_it_did() -> None:
    reference = open_reference(KEPT / "v1.ctref")
    assert isinstance(reference, Reference)
    with np.load(KEPT / "v1_labels.npz") as known:
        prototype, squared = reference.engine.look(known["events"])
        cluster, probability = reference.engine.assign(known["events"], prototype)
        np.testing.assert_array_equal(cluster, known["cluster"])
        np.testing.assert_allclose(probability, known["probability"], rtol=1e-5)
        np.testing.assert_array_equal(np.sqrt(squared) > reference.limits[prototype], known["far"])
    assert "MSC CD146+CD271+" in reference.names["population"].tolist()
