"""What somebody may give on purpose: it is used as it is, or refused in one line, and touches nothing that is not ours.

``SECURITY.md`` tells what is tried here in a table.
"""

import contextlib
import csv
import errno
import gzip
import io
import re
import shutil
import time
import tracemalloc
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cytoclust as ct
from benchmarks.mutate import outcome, seeds
from benchmarks.mutated import KINDS
from cytoclust import comparison, pipeline, rules
from cytoclust.errors import InputError, LimitError
from cytoclust.io import Channel, as_path, list_samples, open_events, safe_sample_id, write_fcs
from cytoclust.io.workspaces import open_gates
from cytoclust.params import load_config
from cytoclust.pipeline._held import held
from cytoclust.pipeline._lock import STORE, Lock
from cytoclust.pipeline._output import Output
from cytoclust.pipeline._recipe import Recipe
from cytoclust.pipeline._store import Store
from cytoclust.report._visits import file_name
from cytoclust.tables import TABLES, as_text, read_csv, write_csv
from cytoclust.validation import read_assays, read_qpcr

NAMES = [
    "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)",
    "\t=1+1", "\r=1+1", "a;=1+1", "＝1+1", "../../x", "/etc/passwd", "C:\\x", "a\0b", "con", "lpt1.txt", ".", "..",
    "~root", "a" * 10_000, "\x1b[31mred", "\u202egnp.exe", "a\nb", "{{7*7}}", "${x}", "%s%n", "'; drop",
    "",
]  # fmt: skip
HARMLESS = ["-", "+", "+CD4", "CD4+", "CD3- CD19+", "-1", "+3 months", "3", "a-b", "MSC CD146+CD271-", "'", "= "]


def refusal(read):
    """The line in which something is refused, before it costs much."""
    began = time.process_time()
    with pytest.raises(InputError) as caught:
        read()
    assert time.process_time() - began < 5
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- names ------------------------------------------------------------------------------------


def runs(cell):
    """Whether a spreadsheet would run a cell, or a part of it that it takes for one."""
    parts = [part.strip() for part in re.split(r"[;\t\r\n]", cell)]
    return any(part[:1] in tuple("=@＝＠") and part[1:2].strip() for part in parts) or any(
        part[:1] in tuple("+-＋－") and set(part) & set("(|![") for part in parts
    )


@pytest.mark.parametrize("name", ["samples", "populations", "clusters", "contrasts"])
def test_no_cell_of_a_table_is_run_by_a_spreadsheet_and_every_name_comes_back(name, tmp_path):
    columns = TABLES[name].columns
    names = [name for name in (*NAMES, *HARMLESS) if name and "\0" not in name]
    text = {each.name for each in columns if each.kind == "text" and not each.several}
    made = {}
    for column in columns:
        if column.several:
            made |= {"=A1+cmd|x": np.zeros(len(names)), "+CD4": np.zeros(len(names))} if column.kind == "number" else {}
        elif column.name in text:
            made[column.name] = names
        else:
            word = column.words[0] if column.words else ""
            made[column.name] = np.resize(
                np.array({"integer": [1], "number": [0.5], "boolean": [True]}.get(column.kind, [word])), len(names)
            )
    table = pd.DataFrame(made)
    write_csv(name, table, tmp_path / "a.csv")
    plain = {"header": None, "dtype": str, "keep_default_na": False, "lineterminator": "\n"}
    head, *rows = pd.read_csv(tmp_path / "a.csv", **plain).to_numpy().tolist()
    assert len(rows) == len(names)
    assert not [cell for row in (head, *rows) for cell in row if runs(cell)]
    for column in sorted(text):
        assert [row[head.index(column)] for row in rows[-len(HARMLESS) :]] == HARMLESS
    read = read_csv(name, tmp_path / "a.csv")
    assert list(read) == list(table)
    for column in text:
        assert read[column].tolist() == names


def test_harmless_names_are_written_as_they_are():
    assert [as_text(name) for name in HARMLESS] == HARMLESS
    assert not any(map(runs, HARMLESS))


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leads_out_of_a_folder(name, tmp_path):
    made = [safe_sample_id(name), f"{file_name(name)}.html", Recipe("step", {}, name).slot]
    for each in made:
        assert (tmp_path / each).resolve().parent == tmp_path
        assert len(each.encode()) < 250
        assert each.isprintable()
        (tmp_path / each).touch()
    sheet = tmp_path / "sheet.csv"
    with sheet.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["sample_id", "path"], [name, "a.fcs"]])
    with contextlib.suppress(InputError):
        (sample,), _ = list_samples(sheet, check_files=False)
        assert (tmp_path / f"{sample.sample_id}.parquet").resolve().parent == tmp_path
        assert safe_sample_id(sample.sample_id) == sample.sample_id


@pytest.mark.parametrize("name", ["a\0b", "a" * 10_000, "a/" * 4000])
def test_what_no_system_takes_for_a_name_is_refused(name, tmp_path):
    for read in (
        lambda: list_samples(name), lambda: ct.run("a.fcs", out=tmp_path / name), lambda: rules.load(f"{name}.yaml"),
    ):  # fmt: skip
        if read.__code__.co_names[0] == "ct":
            (tmp_path / "a.fcs").write_bytes(seeds()["floats"])
        assert "cannot be the name of a file" in refusal(read)
    assert list(tmp_path.glob("a*")) in ([], [tmp_path / "a.fcs"])


# --- what grows as it is read -----------------------------------------------------------------


@pytest.fixture
def small_limit(monkeypatch):
    monkeypatch.setattr("cytoclust.io._open_gzip._ALWAYS", 2**16)


@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize(
    ("name", "head", "more"), [("a.fcs.gz", seeds()["floats"], b"\0"), ("a.csv.gz", b"CD3,CD4\n", b"1,2\n")]
)
def test_a_gzip_bomb_is_refused_before_the_disk_is_full(name, head, more, tmp_path):
    with gzip.open(tmp_path / name, "wb") as file:
        file.write(head + more * 2_000_000)
    assert "unpacks to more than 200 times its size" in refusal(lambda: open_events(tmp_path / name))


@pytest.mark.usefixtures("small_limit")
def test_events_that_pack_well_are_no_bomb(tmp_path):
    rows = "".join(f"{i % 7},{i % 11},0,0,0,0,0,0\n" for i in range(50_000))
    with gzip.open(tmp_path / "a.csv.gz", "wt") as file:
        file.write("CD3,CD4,CD8,CD19,CD56,CD14,CD16,CD20\n" + rows)
    assert open_events(tmp_path / "a.csv.gz").n_events == 50_000


@pytest.mark.usefixtures("small_limit")
def test_parquet_that_says_it_holds_a_thousand_times_its_size_is_refused(tmp_path):
    rows = pa.array(np.zeros(2_000_000, dtype=np.float32))
    pq.write_table(pa.table({"CD3": rows, "CD4": rows, "CD8": rows, "FSC-A": rows}), tmp_path / "a.parquet")
    assert "many times its size" in refusal(lambda: open_events(tmp_path / "a.parquet"))


def far_cell(sheet):
    sheet.cell(1_048_576, 16_384, "x")


def workbook(path, change=lambda xml: xml, edit=lambda _: None):
    book, saved = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["sample_id", "path"])
    book.active.append(["a", "a.fcs"])
    edit(book.active)
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name.endswith("sheet1.xml") else old.read(name))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"edit": far_cell}, "so far apart"),
        (
            {
                "change": lambda xml: xml.replace(
                    b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>'
                )
            },
            "merged",
        ),
        ({"change": lambda xml: xml.replace(b"</sheetData>", b" " * 70_000_000 + b"</sheetData>")}, "MB unpacked"),
        (
            {
                "change": lambda xml: xml.replace(
                    b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet', 1
                ).replace(b"</sheetData>", b'<row r="3"><c r="A3" t="str"><v>&b;</v></c></row></sheetData>')
            },
            "not a whole Excel workbook",
        ),
    ],
    ids=["a cell far away", "merged cells", "blanks", "entities"],
)  # fmt: skip
def test_a_workbook_that_would_fill_the_memory_is_refused(made, said, tmp_path):
    workbook(tmp_path / "a.xlsx", **made)
    assert said in refusal(lambda: list_samples(tmp_path / "a.xlsx", check_files=False))


ALIASES = "- &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"- &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]\n" for i in range(12)
)


@pytest.mark.parametrize(
    "read", [load_config, rules.load, read_assays, lambda path: comparison.compare(".", "x", mapping=path)]
)
@pytest.mark.parametrize(
    "text",
    [
        ALIASES,
        "cluster: &a {resolution: *a}\n",
        "cluster: " + "[" * 2_000 + "]" * 2_000,
        f"run: {{seed: {'9' * 5_000}}}\n",
        f"run: {{seed: {'1:' * 900}1}}\n",
        "run: {seed: 2020-99-99}\n",
        "run: {seed: !!int x, workers: !!float ''}\n",
        "run: !!python/object/apply:os.system ['true']\n",
    ],
    ids=["aliases", "loop", "deep", "number", "sixties", "date", "no number", "python"],
)
def test_yaml_that_grows_or_runs_is_refused(read, text, tmp_path, monkeypatch):
    if "compare" in read.__code__.co_names:
        monkeypatch.setattr("cytoclust.comparison._compare.read_finished", lambda out: out)
    (tmp_path / "a.yaml").write_text(text)
    assert "a.yaml" in refusal(lambda: read(tmp_path / "a.yaml"))


@pytest.mark.parametrize(
    "xml",
    [
        "<a>" * 100_000,
        f"<Workspace {' '.join(f'a{i}={chr(34)}x{chr(34)}' for i in range(100_000))}/>",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Workspace>&x;</Workspace>',
    ],
    ids=["deep", "attributes", "entities"],
)
def test_xml_that_grows_or_reads_files_is_refused(xml, tmp_path):
    pytest.importorskip("lxml.etree", reason="cytoclust[workspaces] is not installed")
    (tmp_path / "a.wsp").write_text(xml)
    assert "a.wsp" in refusal(lambda: open_gates(tmp_path / "a.wsp"))


@pytest.mark.parametrize(
    "xml", ["<rdml>" + "<a/>" * 4_100_000, "<rdml>" + " " * 70_000_000], ids=["elements", "blanks"]
)
def test_a_plate_that_would_fill_the_memory_is_refused(xml, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.rdml", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("rdml_data.xml", xml)
    with pytest.raises(InputError, match="is not read"):
        read_qpcr(tmp_path / "a.rdml")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("$TOT", "9999999999999"),
        ("$PAR", "999999999"),
        ("$P1B", "99999999999"),
        ("$P1R", "9" * 400),
        ("$NEXTDATA", "9" * 20),
    ],
)
def test_a_file_that_says_it_holds_terabytes_takes_none(key, value, tmp_path):
    content = seeds()["doubles"]
    at = content.index(f"|{key}|".encode()) + len(key) + 2
    end = content.index(b"|", at)
    longer = len(value) - (end - at)
    text = content[:at] + value.encode() + content[end:]
    head = bytearray(text[:58])
    for place, add in ((18, longer), (26, longer), (34, longer)):
        head[place : place + 8] = b"%8d" % (int(text[place : place + 8]) + add)
    (tmp_path / "a.fcs").write_bytes(bytes(head) + text[58:])
    tracemalloc.start()
    assert outcome(tmp_path / "a.fcs") in ("read", "refused")
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


# --- where files are --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["labels", "tables", "fcs", "gates", "patients", ".store", ".partial", ".ready", ".store/lock"]
)
def test_nothing_is_written_through_a_link_out_of_the_folder(name, tmp_path):
    out, other = tmp_path / "OUT", tmp_path / "other"
    (out / STORE if "/" in name else out).mkdir(parents=True)
    other.mkdir()
    (other / "mine.parquet").write_text("mine")
    (out / name).symlink_to(other / "mine.parquet" if "/" in name else other)
    for use in (
        lambda: Store(out).__enter__(), lambda: Lock(out), lambda: held(out).__enter__(), lambda: pipeline.clean(out),
        lambda: pipeline.redraw(out), lambda: pipeline.export_run(out, fcs=True),
    ):  # fmt: skip
        with contextlib.suppress(InputError):
            use()
    assert {path.name: path.read_text() for path in other.iterdir()} == {"mine.parquet": "mine"}
    with pytest.raises(InputError, match="is a link to"):
        Lock(out)


def test_a_file_that_is_a_link_is_replaced_and_the_whole_folder_may_be_one(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "OUT").symlink_to(tmp_path / "real")
    (tmp_path / "mine.html").write_text("mine")
    (tmp_path / "real" / "report.html").symlink_to(tmp_path / "mine.html")
    with Lock_of_store(tmp_path / "OUT"), Output(tmp_path / "OUT", ["report.html"]) as output:
        output.path("report.html").write_text("new")
    assert (tmp_path / "mine.html").read_text() == "mine"
    assert not (tmp_path / "real" / "report.html").is_symlink()
    assert (tmp_path / "OUT" / "report.html").read_text() == "new"


class Lock_of_store:
    """A store that keeps nothing, as a run has it."""

    def __init__(self, out):
        self.store = Store(out, where="memory")

    def __enter__(self):
        return self.store.__enter__()

    def __exit__(self, *error):
        self.store.__exit__(*error)


@pytest.mark.parametrize("url", ["s3://bucket/OUT", "gs://bucket/OUT", "memory://bucket/OUT"])
def test_commands_that_work_here_alone_refuse_a_url(url):
    for use in (
        lambda: pipeline.redraw(url), lambda: pipeline.export_run(url, fcs=True), lambda: pipeline.clean(url),
        lambda: pipeline.validate(url, cfu="a.csv"), lambda: comparison.compare(url, "a.wsp"),
    ):  # fmt: skip
        assert "object storage" in refusal(use)


# --- disks and files that go ------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_full_disk_leaves_the_report_as_it_was(number, finished, tmp_path, monkeypatch):
    out = tmp_path / "OUT"
    shutil.copytree(finished.out, out, ignore=shutil.ignore_patterns(STORE))
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def full(*_, **__):
        raise OSError(number, "No room")

    monkeypatch.setattr("cytoclust.report.write", full)
    with pytest.raises(LimitError, match="What is there is whole") as caught:
        pipeline.redraw(out)
    assert "\n" not in str(caught.value)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_file_that_is_cut_or_goes_between_two_looks_is_told(tmp_path):
    path = tmp_path / "a.fcs"
    path.write_bytes(seeds()["floats"])
    file = open_events(path)
    whole = file.read()
    path.write_bytes(path.read_bytes()[:-20])
    assert "was changed while it was read" in refusal(lambda: file.read(0, 5))
    path.write_bytes(seeds()["floats"])
    assert np.array_equal(file.read(), whole)
    path.unlink()
    assert "a.fcs cannot be read" in refusal(file.read)


def test_a_file_of_object_storage_that_goes_between_two_looks_is_told(tmp_path):
    fsspec = pytest.importorskip("fsspec", reason="cytoclust[cloud] is not installed")
    disk = fsspec.filesystem("memory")
    write_fcs(tmp_path / "a.fcs", np.ones((100_000, 3)), [Channel("FSC-A"), Channel("FITC-A"), Channel("PE-A")])
    disk.pipe("/bucket/a.fcs", (tmp_path / "a.fcs").read_bytes())
    file = open_events(as_path("memory://bucket/a.fcs"))
    disk.rm("/bucket/a.fcs")
    assert "cannot be read" in refusal(lambda: file.read(50_000, 50_009))


# --- spoilt files -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_spoilt_files_are_read_or_refused(kind, tmp_path):
    """A slice of what ``benchmarks.mutate`` does ten thousand times."""
    if kind == "workspaces":
        pytest.importorskip("lxml.etree", reason="cytoclust[workspaces] is not installed")
    row, found = KINDS[kind], set()
    sound = list(row.seeds().items())
    for name, content in sound:
        (tmp_path / name).write_bytes(content)
        assert row.outcome(tmp_path / name) == "read"
    for number in range(80):
        name, content = sound[number % len(sound)]
        (tmp_path / name).write_bytes(row.spoil(content, np.random.default_rng([11, number])))
        found.add(row.outcome(tmp_path / name))
    assert found == {"read", "refused"}
