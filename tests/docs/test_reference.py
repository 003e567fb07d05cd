"""The pages of reference say all that there is, and numbers are those that were measured."""

import re

import pytest

from cytoclust import record
from cytoclust.findings._claims import CLAIMS
from cytoclust.keys import QC, SHEET_COLUMNS, STATUSES, UNASSIGNED, UNKNOWN, VERDICTS
from cytoclust.pipeline import Result
from cytoclust.tables import TABLES
from tests.docs.pages import ROOT, section, tables, text

OUTPUT = text("reference/output.md")
WORDS = text("reference/words.md")
RESULTS = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")


def documented(heading: str) -> list[str]:
    """Columns that a section of the page explains, in order."""
    cells = [row[0] for row in tables(section(OUTPUT, heading))[0]]
    return re.findall(r"`(\w+)`", " ".join(cells))


def test_every_table_has_a_section_made_of_its_declaration() -> None:
    assert re.findall(r"## tables/(\w+)\.csv\n\n```\{output-table\} (\w+)\n", OUTPUT) == [
        (name, name) for name in TABLES
    ]


@pytest.mark.slow
def test_every_file_of_a_run_is_explained(finished: Result) -> None:
    listed = " ".join(row[0] for row in tables(OUTPUT)[0])
    for path in finished.out.iterdir():
        assert path.name in listed


def test_every_field_of_the_record_is_explained() -> None:
    rows = tables(section(OUTPUT, "run.json"))[0]
    assert re.findall(r"`(\w+)`", " ".join(row[0] for row in rows)) == list(record.Record.model_fields)
    told = {name: row[1] for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    parts = {"rules": record.Rules, "inputs": record.InputFile, "panel": record.Column, "controls": record.Control}
    for name, part in parts.items():
        assert set(part.model_fields) <= set(re.findall(r"`(\w+)`", told[name])), name
    assert set(record.RulePopulation.model_fields) <= set(re.findall(r"`(\w+)`", told["rules"]))
    assert all(f"`{name}`" in section(OUTPUT, "run.json").split("|")[0] for name in record.Note.model_fields)


@pytest.mark.slow
def test_every_slot_of_the_event_sample_is_explained(finished: Result) -> None:
    told = " ".join(row[0] for row in tables(section(OUTPUT, "cohort.h5ad"))[0])
    adata = finished.adata
    slots = {f'{part}["{name}"]' for part in ("layers", "obs", "obsm", "uns") for name in getattr(adata, part)}
    sheet = {f'obs["{name}"]' for name in (*SHEET_COLUMNS, *finished.record["inputs"][0]["further"])}
    assert slots - sheet == set(re.findall(r"`(\w+\[\S+\])`", told)) - {'uns["controls"]'}  # there are none in this run
    assert set(adata.var) <= set(re.findall(r"`(\w+)`", section(OUTPUT, "cohort.h5ad")))


def test_columns_of_labels_are_explained() -> None:
    from cytoclust.io._labels import _TYPES

    assert documented("labels") == list(_TYPES)


@pytest.mark.parametrize("word", [*QC, *STATUSES, *VERDICTS, UNKNOWN, UNASSIGNED])
def test_every_word_is_explained(word: str) -> None:
    assert f"| `{word}` |" in WORDS


@pytest.mark.parametrize("flag", CLAIMS)
def test_every_flag_is_explained(flag: str) -> None:
    assert f"`{flag}`" in text("results.md")


def measured(data: str, method: str) -> list[str]:
    row = next(line for line in RESULTS.splitlines() if line.replace("*", "").startswith(f"| {data} | {method} |"))
    return [cell.strip() for cell in row.strip("| ").split("|")]


ROWS = tables(section(text("comparison.md"), "Some numbers"))[0]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]}, {row[1]}" for row in ROWS])
def test_numbers_of_the_comparison_are_those_measured(row: list[str]) -> None:
    data, method, f1, merged, each = row
    found = measured(data, method)
    assert [f1, merged, each] == [found[3], found[5], found[8]]


def test_times_of_the_comparison_are_those_measured() -> None:
    page = text("comparison.md")
    for method, seconds in re.findall(
        r"^\| (cytoclust|FlowSOM batch|FlowSOM) \| ([\d.]+) \| [\d.]+ \|", RESULTS, re.MULTILINE
    ):
        assert f"{seconds} s" in page, method
