"""The command line: results on stdout, one line on stderr for bad input, and nothing left where nothing was done."""

import copy
import functools
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from cytoclust import cli, inspection, rules
from cytoclust.terminal import LogProgress
from tests.pipeline import made

ROOT = Path(__file__).resolve().parents[1]
QUICK = ["--set", "embed.enabled=false", "--set", "cluster.n_prototypes=100", "--set", "cluster.n_redraws=1"]


@pytest.fixture
def call(monkeypatch, capfd):
    """Run the command line in this process: (status, stdout, stderr)."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["cytoclust", *map(str, arguments)])
        status = 0
        capfd.readouterr()
        try:
            cli.main()
        except SystemExit as stop:
            status = stop.code
        return status, *capfd.readouterr()

    return run


@pytest.fixture
def refused(call, tmp_path):
    """Run what must be refused: the line on stderr. Nothing may have changed below ``tmp_path``.

    What was done until then is kept in a store, for the next try; then the line says so.
    """

    def run(*arguments):
        before, earlier = made.tree(tmp_path), set(tmp_path.rglob(".store"))
        status, out, err = call(*arguments)
        assert (status, out) == (2, "")
        assert err.startswith("cytoclust: ")
        assert err.count("\n") == 1
        assert err.endswith("\n")
        assert "Traceback" not in err
        kept = set(tmp_path.rglob(".store")) - earlier
        assert ("--resume goes on from it" in err) == bool(kept)
        for folder in kept:
            shutil.rmtree(folder)
            if not list(folder.parent.iterdir()):
                folder.parent.rmdir()
        assert made.tree(tmp_path) == before
        return err

    return run


def start(*arguments, **options):
    """The command line in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "cytoclust.cli", *map(str, arguments)], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def sheet(folder, small, change=lambda table: table):
    """A sheet of the small cohort with absolute paths, changed."""
    table = pd.read_csv(small / "samples.csv", dtype=str)
    table["path"] = [str(small / path) for path in table["path"]]
    path = folder / "sheet.csv"
    change(table).to_csv(path, index=False)
    return path


def replaced(column, row, value):
    def change(table):
        table.loc[row, column] = str(value)
        return table

    return change


# --- bad sheets and files ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (replaced("path", 1, "no/such.fcs"), ["sheet.csv, row 3, column path", "no/such.fcs", "does not exist"]),
        (replaced("sample_id", 1, "S01"), ["sheet.csv, row 3, column sample_id", "'S01'"]),
        (replaced("sample_id", 1, "s01"), ["sheet.csv, row 3, column sample_id", "'s01'"]),
        (replaced("sample_id", 1, "../../x"), ["sheet.csv, row 3, column sample_id", "'../../x'", "'/'"]),
        (replaced("sample_id", 1, "/etc/x"), ["sheet.csv, row 3, column sample_id", "'/etc/x'"]),
        (replaced("sample_id", 1, ".."), ["sheet.csv, row 3, column sample_id", "'..'"]),
        (replaced("sample_id", 1, ""), ["sheet.csv, row 3, column sample_id", "empty"]),
        (replaced("sample_id", 1, "a\nb"), ["sheet.csv", "column sample_id"]),
        (lambda table: table.drop(columns="path"), ["sheet.csv", "no column path"]),
        (lambda table: table.drop(columns="sample_id"), ["sheet.csv", "no column sample_id"]),
        (lambda table: table.iloc[:0], ["sheet.csv", "no samples"]),
    ],
)
def test_a_bad_sheet_is_refused(refused, tmp_path, small, change, said):
    line = refused("run", sheet(tmp_path, small, change), "-o", tmp_path / "OUT", *QUICK)
    assert all(words in line for words in said), line


def test_an_empty_sheet_and_an_empty_file_are_refused(refused, tmp_path, small):
    empty = tmp_path / "empty.csv"
    empty.touch()
    assert "empty.csv is empty" in refused("run", empty, "-o", tmp_path / "OUT", *QUICK)
    (tmp_path / "none.fcs").touch()
    listed = sheet(tmp_path, small, replaced("path", 0, tmp_path / "none.fcs"))
    assert "none.fcs is empty" in refused("run", listed, "-o", tmp_path / "OUT", *QUICK)
    assert "none.fcs is empty" in refused("run", tmp_path / "none.fcs", "-o", tmp_path / "OUT", *QUICK)


def test_a_missing_file_or_folder_is_refused(refused, tmp_path):
    for name in ("no.csv", "no.fcs", "folder/no.fcs"):
        assert f"{name} does not exist" in refused("run", tmp_path / name, "-o", tmp_path / "OUT", *QUICK)
    (tmp_path / "bare").mkdir()
    assert "bare holds no FCS, CSV or Parquet files" in refused(
        "run", tmp_path / "bare", "-o", tmp_path / "OUT", *QUICK
    )


@pytest.mark.parametrize("cut", [3, 60, 500, 30_000])
def test_a_truncated_file_is_refused(refused, tmp_path, small, cut):
    (tmp_path / "cut.fcs").write_bytes((small / "fcs" / "S01.fcs").read_bytes()[:cut])
    assert "cut.fcs" in refused("run", tmp_path / "cut.fcs", "-o", tmp_path / "OUT", *QUICK)
    listed = sheet(tmp_path, small, replaced("path", 2, tmp_path / "cut.fcs"))
    assert "cut.fcs" in refused("run", listed, "-o", tmp_path / "new" / "deep" / "OUT", *QUICK)


@pytest.mark.parametrize("name", ["fcsparser__corrupted.fcs", "fcsparser__sample_header.fcs"])
def test_the_broken_shared_files_are_refused(refused, tmp_path, shared_data, name):
    assert name in refused("run", shared_data / "fcs" / name, "-o", tmp_path / "OUT", *QUICK)
    assert name in refused("inspect", shared_data / "fcs" / name)


def test_too_few_events_are_refused(refused, tmp_path, small):
    from cytoclust import io

    file = io.open_fcs(small / "fcs" / "S01.fcs")
    for n in (0, 1, 10):
        io.write_fcs(tmp_path / "few.fcs", file.read(0, n), file.channels, spill=file.spill)
        refused("run", tmp_path / "few.fcs", "-o", tmp_path / "OUT", *QUICK)


# --- bad options ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--set", "cluster.resolutoin=2"], ["'cluster.resolutoin'", "'cluster.resolution'"]),
        (["--set", "qality.time=false"], ["'qality.time'", "'quality.time'"]),
        (["--set", "cluster.resolution=-1"], ["cluster.resolution", "> 0", "-1"]),
        (["--set", "cluster.method=flowsom"], ["cluster.method", "'prototypes' or 'knn'", "'flowsom'"]),
        (["--set", "cluster.resolution"], ["section.key=value", "cluster.resolution"]),
        (["--set", "cluster.markers=[CD46]"], ["'CD46'", "Did you mean"]),
        (["--set", "panel.names={PX-A: CD4}"], ["PX-A"]),
        (["--set", "panel.viability=Viabilty"], ["panel.viability", "Viabilty", "Viability"]),
        (["--set", "transform.cofactor={CD46: 5}"], ["transform.cofactor", "CD46"]),
        (["--set", "compensate.matrix=no.csv"], ["no.csv"]),
        (["--rules", "mcs"], ["'mcs'", "msc"]),
        (["--rules", "no.yaml"], ["no.yaml", "cannot be read"]),
        (["--config", "no.yaml"], ["no.yaml", "cannot be read"]),
        (["--seed", "x"], ["--seed", "'x'"]),
        (["--seed", "-1"], ["run.seed", "-1"]),
        (["--workers", "0"], ["run.workers", "0"]),
        (["--on-error", "explode"], ["explode", "stop", "skip"]),
        (["--frobnicate"], ["--frobnicate"]),
        (["--scheduler", "nowhere"], ["run.scheduler", "local:N", "'nowhere'"]),
        (["--log", "xml"], ["xml", "text", "json"]),
    ],
)
def test_a_bad_option_is_refused(refused, tmp_path, small, options, said):
    line = refused("run", small / "samples.csv", "-o", tmp_path / "OUT", *QUICK, *options)
    assert all(words in line for words in said), line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cluster: [", "valid YAML"),
        ("- a\n- b\n", "sections"),
        ("clster:\n  method: knn\n", "cluster"),
        ("cluster:\n  metod: knn\n", "cluster.method"),
        ("cluster: 3\n", "key: value"),
    ],
)
def test_a_bad_config_is_refused(refused, tmp_path, small, text, said):
    (tmp_path / "c.yaml").write_text(text)
    assert said in refused("run", small / "samples.csv", "-o", tmp_path / "OUT", "--config", tmp_path / "c.yaml")


def test_a_config_that_is_no_text_is_refused(refused, tmp_path, small):
    (tmp_path / "c.yaml").write_bytes(b"\xff\xfe\x00\x01")
    assert "c.yaml" in refused("run", small / "samples.csv", "-o", tmp_path / "O", "--config", tmp_path / "c.yaml")
    assert str(tmp_path) in refused("run", small / "samples.csv", "-o", tmp_path / "O", "--config", tmp_path)


@pytest.mark.parametrize("arguments", [[], ["run"], ["run", "x.fcs"], ["rules"], ["rules", "show"], ["rnu"], ["--x"]])
def test_a_bad_command_is_refused(refused, arguments):
    assert "--help" in refused(*arguments)


def test_an_export_of_nothing_or_of_no_run_is_refused(refused, tmp_path):
    assert "nothing to export" in refused("export", tmp_path)
    assert "not the folder of a finished run: run.json" in refused("export", tmp_path, "--fcs")
    (tmp_path / "run.json").write_text("{")
    assert "run.json is not as a run wrote it" in refused("export", tmp_path, "--flowjo")


def test_an_output_folder_that_cannot_be_is_refused(refused, tmp_path, small):
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", tmp_path / "file" / "OUT"):
        assert "file" in refused("run", small / "samples.csv", "-o", out, *QUICK)
    assert "file" in refused("simulate", tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_output_folder_that_may_not_be_written_is_refused(refused, tmp_path, small):
    (tmp_path / "closed").mkdir(mode=0o555)
    for out in (tmp_path / "closed", tmp_path / "closed" / "OUT"):
        assert "closed" in refused("run", small / "samples.csv", "-o", out, *QUICK)


def test_a_folder_that_was_there_keeps_what_it_had(refused, tmp_path, small):
    (tmp_path / "OUT" / "labels").mkdir(parents=True)
    (tmp_path / "OUT" / "labels" / "S01.parquet").write_text("of a run before")
    listed = sheet(tmp_path, small, replaced("path", 0, "no.fcs"))
    refused("run", listed, "-o", tmp_path / "OUT", *QUICK)


def test_an_error_is_one_line_in_a_process_of_its_own(tmp_path, small):
    with start("run", sheet(tmp_path, small, replaced("sample_id", 0, "../../x")), "-o", tmp_path / "OUT") as process:
        out, err = process.communicate()
    assert (process.returncode, out, err.count("\n")) == (2, "", 1)
    assert "'../../x'" in err
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.csv"]


# --- what works -------------------------------------------------------------------------------
@pytest.mark.parametrize("options", [[], pytest.param(["--quiet"], marks=pytest.mark.slow)])
@pytest.mark.usefixtures("undrawn")
def test_a_run_says_its_result_on_stdout_and_only_notes_on_stderr(call, tmp_path, small, monkeypatch, options):
    if not options:  # a short run says nothing, and this one is short though other tests run beside it
        monkeypatch.setitem(LogProgress.__init__.__kwdefaults__, "patience", 600.0)
    status, out, err = call("run", small / "samples.csv", "-o", tmp_path / "OUT", "--rules", "msc", *QUICK, *options)
    assert status == 0
    assert [line for line in err.splitlines() if options or not line.startswith("cytoclust: note: ")] == []
    assert out.startswith("3 samples, 7,500 events")
    assert "\ndiscoveries: " in out
    assert out.endswith(f"report: {tmp_path / 'OUT' / 'report.html'}\n")


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_files_and_a_folder_are_samples_too(call, tmp_path, small):
    files = [small / "fcs" / "S01.fcs", small / "fcs" / "S03.fcs"]
    assert call("run", *files, "-o", tmp_path / "a", *QUICK)[0] == 0
    assert set(made.labels(tmp_path / "a")) == {"S01", "S03"}
    (tmp_path / "c.yaml").write_text("embed: {enabled: false}\ncluster: {n_prototypes: 100}\nrun: {seed: 5}\n")
    assert call("run", small / "fcs", "-o", tmp_path / "b", "--config", tmp_path / "c.yaml", "--seed", "6")[0] == 0
    assert set(made.labels(tmp_path / "b")) == {"S01", "S02", "S03"}
    told = json.loads((tmp_path / "b" / "run.json").read_text())
    assert told["seed"] == 6  # the option goes before the file
    assert told["parameters"]["cluster"]["n_prototypes"] == 100
    assert told["command"].startswith("cytoclust run")


@pytest.mark.usefixtures("sketched")
def test_report_draws_again(call, refused, tmp_path, small):
    with made.undrawn():
        call("run", small / "samples.csv", "-o", tmp_path / "OUT", *QUICK)
    (tmp_path / "OUT" / "report.html").unlink()
    status, out, err = call("report", tmp_path / "OUT")
    assert (status, out, err) == (0, f"{tmp_path / 'OUT' / 'report.html'}\n", "")
    assert (tmp_path / "OUT" / "report.html").stat().st_size > 10_000
    for part, said in [
        ("cohort.h5ad", "cohort.h5ad"),
        ("run.json", "run.json"),
        ("tables/clusters.csv", "clusters.csv"),
    ]:
        whole = (tmp_path / "OUT" / part).read_bytes()
        (tmp_path / "OUT" / part).write_bytes(whole[: len(whole) // 3] if part != "tables/clusters.csv" else b"")
        assert said in refused("report", tmp_path / "OUT")
        (tmp_path / "OUT" / part).unlink()
        assert said in refused("report", tmp_path / "OUT")
        (tmp_path / "OUT" / part).write_bytes(whole)
    refused("report", tmp_path / "no such folder")


def test_inspect_shows_every_channel(call, small):
    status, out, err = call("inspect", small / "fcs" / "S01.fcs")
    assert (status, err) == (0, "")
    assert "FCS3.1, 2,500 events, 17 channels" in out
    assert "compensated with the matrix of the file" in out
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert lines["PE-A"].endswith("clustering")
    assert lines["BV510-A"].endswith("viability")
    assert lines["Time"].endswith("quality")


def test_inspect_as_json_holds_numbers_of_the_file(call, small):
    from cytoclust import io

    status, out, _ = call("inspect", small / "fcs" / "S01.fcs", small / "fcs" / "S02.fcs", "--json")
    first, second = json.loads(out)
    assert status == 0
    assert (first["n_events"], second["path"]) == (2500, str(small / "fcs" / "S02.fcs"))
    raw = pd.DataFrame(io.open_fcs(small / "fcs" / "S01.fcs").read())
    for channel, expected in zip(first["channels"], raw.median(), strict=True):
        assert channel["median"] == pytest.approx(expected, rel=1e-5)
    assert first["spillover"]["coefficients"] > 10


@pytest.mark.slow
def test_inspect_reads_every_valid_shared_file(call, shared_data, monkeypatch):
    """What is found in a file is told twice, as JSON and in words, and looked for once."""
    looked = functools.cache(inspection.inspect)
    monkeypatch.setattr(inspection, "inspect", lambda path, **_: copy.deepcopy(looked(path)))
    broken = ("corrupted", "sample_header")
    valid = [path for path in sorted((shared_data / "fcs").iterdir()) if not any(word in path.name for word in broken)]
    status, out, err = call("inspect", *valid, "--json")
    assert (status, err) == (0, "")

    def forbidden(word):
        raise AssertionError(f"{word} is no JSON")

    found = json.loads(out, parse_constant=forbidden)
    assert [each["path"] for each in found] == [str(path) for path in valid]
    assert all(each["n_events"] > 0 and each["channels"] for each in found)
    for path in valid:
        status, out, err = call("inspect", path)
        assert (status, err) == (0, "")
        assert out.startswith(f"{path}: FCS")
        assert "what to do\n- " in out
        runnable = "all events have the same values" not in out
        assert out.splitlines()[-1].startswith(f"  cytoclust run {path} -o OUT") == runnable


def test_inspect_of_a_folder_goes_on_without_what_cannot_be_read(call, shared_data):
    status, out, err = call("inspect", shared_data / "fcs")
    assert status == 2
    assert err == "cytoclust: 2 of 30 files cannot be read: fcsparser__corrupted.fcs, fcsparser__sample_header.fcs.\n"
    assert "28 files, 710,530 events" in out
    assert "28 files, 20 panels, no common marker: they cannot be run together" in out


def test_inspect_of_a_sheet_shows_its_design_and_the_command_to_run_next(call, small):
    status, out, err = call("inspect", small / "samples.csv")
    assert (status, err) == (0, "")
    table = pd.read_csv(small / "samples.csv", dtype=str)
    assert f"patients: {table['patient_id'].nunique()}" in out
    for sample, path in zip(table["sample_id"], table["path"], strict=True):
        assert f"\n{sample} " in out, path
    command = shlex.split(out.splitlines()[-1])
    assert command == ["cytoclust", "run", str(small / "samples.csv"), "-o", "OUT", "--rules", "msc"]
    found = json.loads(call("inspect", small / "samples.csv", "--json")[1])
    assert [each["sample_id"] for each in found["files"]] == table["sample_id"].tolist()
    assert found["panels"] == {"A": [c["marker"] for c in found["channels"] if c["marker"]]}


def test_inspect_takes_settings_that_its_advice_names(call, tmp_path, small):
    from cytoclust import io

    file = io.open_fcs(small / "fcs" / "S01.fcs")
    io.write_fcs(tmp_path / "bare.fcs", file.read(), [replace(c, marker="", label="") for c in file.channels])
    assert "name them, so that rules can speak of them" in call("inspect", tmp_path / "bare.fcs")[1]
    named = ["--set", "panel.names={PE-A: CD146, BV421-A: CD271}", "--set", "compensate.enabled=false"]
    status, out, _ = call("inspect", tmp_path / "bare.fcs", *named)
    assert status == 0
    assert "named in panel.names (CD146, CD271)" in out or "named in panel.names (CD271, CD146)" in out
    assert "no channel names a marker" not in out
    assert "spillover" not in out
    assert (
        shlex.split(out.splitlines()[-1])[-4:] == named
    )  # the run that is proposed is of the panel that was looked at
    assert "'PX-A'" in call("inspect", tmp_path / "bare.fcs", "--set", "panel.names={PX-A: CD4}")[2]
    sheet, panel = tmp_path / "samples.csv", tmp_path / "panel.yaml"
    status, out, err = call("inspect", tmp_path / "bare.fcs", "--sheet", sheet, "--panel", panel)
    assert (status, err.count("is written: fill in")) == (0, 2)
    assert shlex.split(out.splitlines()[-1]) == ["cytoclust", "run", str(sheet), "-o", "OUT", "--config", str(panel)]
    assert call("inspect", sheet, "--config", panel)[0] == 0


def test_what_a_file_says_cannot_steer_the_terminal(call, tmp_path, small):
    from cytoclust import io

    file = io.open_fcs(small / "fcs" / "S01.fcs")
    evil = replace(file.channels[5], label="CD3\x1b[2J[red]x\r", marker="CD3")
    io.write_fcs(tmp_path / "evil\x1b[31m.fcs", file.read(), [*file.channels[:5], evil, *file.channels[6:]])
    for path in (tmp_path, tmp_path / "evil\x1b[31m.fcs", tmp_path / "no\x1b[31m.fcs"):
        _, out, err = call("inspect", path)
        assert "\x1b" not in out + err
        assert "\r" not in out + err


def test_rules_are_listed_shown_and_checked(call, refused, tmp_path):
    status, out, _ = call("rules", "list")
    assert status == 0
    assert [line.split(":")[0] for line in out.splitlines()] == [
        "aml_mrd", "b_all_mrd", "bone_marrow", "mouse_spleen", "msc", "pbmc", "t_cells",
    ]  # fmt: skip
    status, out, _ = call("rules", "show", "msc")
    assert (status, out) == (0, rules.source("msc"))
    (tmp_path / "mine.yaml").write_text(out, encoding="utf-8")
    status, out, _ = call("rules", "check", tmp_path / "mine.yaml")
    assert status == 0
    assert out.endswith(f"{len(rules.load('msc').populations)} populations, 3 doubts, listed above\n")
    assert "'mcs'" in refused("rules", "show", "mcs")
    assert "no.yaml" in refused("rules", "check", tmp_path / "no.yaml")
    (tmp_path / "bad.yaml").write_text("name: x\npopulations: 3\n")
    assert "bad.yaml" in refused("rules", "check", tmp_path / "bad.yaml")


def test_doubts_of_rules_are_counted_rightly(call, refused, tmp_path):
    text = "name: x\nversion: 1\npopulations:\n  a: {markers: {CD3: +}}\n  b: {markers: {CD4: +}}\n"
    (tmp_path / "two.yaml").write_text(text)
    status, out, _ = call("rules", "check", tmp_path / "two.yaml")
    assert status == 0
    assert out.splitlines()[-1].endswith("two.yaml: 2 populations, 1 doubt, listed above")
    assert "are a folder: give a YAML file" in refused("rules", "check", tmp_path)


def test_completion_prints_a_script(call, refused):
    status, out, err = call("completion", "zsh")
    assert (status, err) == (0, "")
    assert "compdef" in out
    assert "'bash'" in refused("completion", "tcsh")


def test_simulate_writes_a_cohort(call, refused, tmp_path):
    status, out, err = call("simulate", tmp_path / "sim", "--samples", 2, "--events", 500, "--seed", 4)
    assert (status, out, err) == (0, f"{tmp_path / 'sim' / 'samples.csv'}\n", "")
    assert pd.read_csv(tmp_path / "sim" / "samples.csv")["sample_id"].tolist() == ["S01", "S02"]
    refused("simulate", tmp_path / "other", "--samples", 0)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "-h"], ["rules", "check", "--help"]])
def test_help_goes_to_stdout(call, arguments):
    status, out, err = call(*arguments)
    assert (status, err) == (0, "")
    assert out


# --- accidents --------------------------------------------------------------------------------
def test_a_defect_of_ours_gives_status_1(small, tmp_path):
    code = (
        "import sys; from cytoclust import cli, pipeline\n"
        "def run(*a, **k): raise RuntimeError('a defect')\n"
        "pipeline.run = run; sys.argv = ['cytoclust', 'run', sys.argv[1], '-o', sys.argv[2]]; cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, small, tmp_path / "OUT"], env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "RuntimeError: a defect" in done.stderr


def test_a_defect_leaves_no_output(call, monkeypatch, tmp_path, small):
    def broken(*_, **__):
        raise RuntimeError("a defect")

    monkeypatch.setattr("cytoclust.pipeline._event_sample.build_sample", broken)
    with pytest.raises(RuntimeError, match="a defect"):
        call("run", small / "samples.csv", "-o", tmp_path / "new" / "OUT", *QUICK)
    assert list((tmp_path / "new" / "OUT").iterdir()) == [tmp_path / "new" / "OUT" / ".store"]


def test_interruption_gives_status_130_and_leaves_no_output(call, monkeypatch, tmp_path, small):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("cytoclust.pipeline._event_sample.build_sample", interrupted)
    status, out, err = call("run", small / "samples.csv", "-o", tmp_path / "OUT", "--quiet", *QUICK)
    assert (status, out, err.strip().count("\n")) == (130, "", 0)
    assert f"stopped; nothing was written. What was done is kept in {tmp_path / 'OUT' / '.store'}" in err
    assert list((tmp_path / "OUT").iterdir()) == [tmp_path / "OUT" / ".store"]


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_run_leaves_no_half_file_and_the_next_one_works(call, tmp_path, small, blow):
    out = tmp_path / "OUT"
    with start("run", small / "samples.csv", "-o", out, *QUICK) as process:
        limit = time.monotonic() + 120
        while not (out / ".partial" / "labels" / "S01.parquet").exists():
            assert process.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.01)
        process.send_signal(blow)
        _, err = process.communicate()
    assert process.returncode == -blow
    assert "Traceback" not in err
    assert {path.name for path in out.iterdir()} <= {".partial", ".store"}
    assert call("run", small / "samples.csv", "-o", out, *QUICK)[0] == 0
    whole = {"labels", "tables", "cohort.h5ad", "report.html", "run.json", ".store"}
    assert {path.name for path in out.iterdir()} == whole
    shutil.rmtree(out / ".store")
    before = made.tree(out)
    with start("run", small / "samples.csv", "-o", out, "--seed", 9, *QUICK) as process:
        while not (out / ".partial" / "labels" / "S01.parquet").exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(blow)
        process.communicate()
    for left in (".partial", ".store"):
        shutil.rmtree(out / left, ignore_errors=True)
    assert made.tree(out) == before


def test_the_module_runs_as_the_command(small):
    with start("inspect", small / "fcs" / "S01.fcs", "--json") as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    assert json.loads(out) == json.loads(json.dumps([inspection.inspect(small / "fcs" / "S01.fcs")]))
