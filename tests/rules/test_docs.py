"""What docs/rules.md says of the language is so."""

import re
from pathlib import Path

import pytest

from cytoclust.positivity._states import WORDS
from cytoclust.rules import load, names
from cytoclust.rules._parse import parse
from cytoclust.rules._rule_file import PopulationEntry, RuleFile

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def rows(heading):
    """First cells of the table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]


def test_every_key_is_explained():
    assert [cell.strip(" `") for cell in rows("Keys of the file")] == list(RuleFile.model_fields)
    assert {cell.strip(" `") for cell in rows("Keys of a population")} == set(PopulationEntry.model_fields)


def test_every_state_is_explained():
    assert set(re.findall(r"`([^`]+)`", " ".join(rows("States of a marker")))) == set(WORDS)


def test_every_file_of_the_library_is_named():
    table = PAGE.split("## A first file")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(names())


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_valid(example):
    assert parse(example, "docs/rules.md").populations


def test_the_worked_example_is_the_beginning_of_the_library_file():
    library = {p.name: p for p in load("t_cells").populations}
    for population in parse(EXAMPLES[-1], "docs/rules.md").populations:
        theirs = library[population.name]
        assert (population.parent, population.markers) == (theirs.parent, theirs.markers)
        assert population.unless == theirs.unless
