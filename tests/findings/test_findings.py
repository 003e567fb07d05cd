"""Codes with data, and the table of their words."""

import ast
import json
import string
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cytoclust
from cytoclust.findings import KINDS, Finding, from_cell, to_cell
from cytoclust.findings._finding import TABLES
from tests.findings.examples import EXAMPLES, examples

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FINDINGS = st.builds(
    lambda code, data: Finding(code, **data),
    st.sampled_from(sorted(KINDS)),
    st.dictionaries(st.text(), PLAIN, max_size=4),
)
HOSTILE = ['a; b {"c": 1}', '"; no mode {', "}; {", "\\", "\n", "' \" ,", "µ\u2028"]


def made() -> list[tuple[str, set[str] | None]]:
    """Each ``Finding("code", …)`` of the program, and the names of its data; None where they are not written out."""
    found = []
    for path in sorted(Path(cytoclust.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Finding"
                and node.args
            ):
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    names = {each.arg for each in node.keywords if each.arg}
                    found.append((code.value, names if len(names) == len(node.keywords) else None))
    return found


def test_no_code_stands_in_two_tables() -> None:
    counts = Counter(code for table in TABLES for code in table)
    assert [code for code, number in counts.items() if number > 1] == []
    assert set(counts) == set(KINDS)


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_kind_can_be_said(code: str) -> None:
    for finding in examples(code):
        for words in (finding.sentence, finding.meaning, finding.advice):
            assert isinstance(words, str)
            assert "\n" not in words
        assert str(finding) == finding.sentence != ""
        again = Finding.from_dict(json.loads(json.dumps(finding.to_dict())))
        assert (again, again.sentence, again.advice) == (finding, finding.sentence, finding.advice)


def test_examples_are_of_kinds_that_there_are() -> None:
    assert set(EXAMPLES) <= set(KINDS)


def test_every_finding_that_is_made_has_a_kind_and_what_its_words_need() -> None:
    for code, names in made():
        kind = KINDS[code]
        for words in (kind.sentence, kind.meaning, kind.advice):
            needed = {f for _, f, _, _ in string.Formatter().parse(words) if f} if isinstance(words, str) else set()
            assert names is None or needed <= names, code
        of_examples = [set(data) for data in EXAMPLES.get(code, [])]
        assert names is None or all(data == names for data in of_examples), code


def test_a_code_that_is_not_declared_is_refused() -> None:
    with pytest.raises(KeyError, match="declare it in cytoclust/findings"):
        Finding("no such thing")


@given(st.lists(FINDINGS, max_size=4))
def test_a_cell_gives_back_what_was_put_in(findings: list[Finding]) -> None:
    assert from_cell(to_cell(findings)) == findings


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_stands_any_name(text: str) -> None:
    findings = [Finding("note", text=text), Finding("no mode"), Finding("channels renamed", names=[text, "a"])]
    assert from_cell(to_cell(findings)) == findings


def test_findings_are_equal_by_code_and_data() -> None:
    one = Finding("channels renamed", names=("A", "B"))
    assert one == Finding("channels renamed", names=["A", "B"])
    assert len({one, Finding("channels renamed", names=["A", "B"]), Finding("channels renamed", names=["A"])}) == 2
    assert one != Finding("channels left out", names=["A", "B"])
    assert one != str(one)
