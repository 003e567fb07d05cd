"""Errors and warnings as people see them: one line, on the command line, in Jupyter and in Python."""

import warnings

import pytest

from cytoclust.errors import CytoclustWarning, InputError, ParameterError, nearest, warn


def raised() -> InputError:
    try:
        raise InputError("a.fcs holds no events.")
    except InputError as error:
        return error


def test_ipython_shows_one_line_then_the_whole_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell()
    shell.run_cell(
        "from cytoclust.errors import InputError\ndef reads():\n    raise InputError('a.fcs holds no events.')"
    )
    shell.run_cell("reads()")
    assert capsys.readouterr().out.strip() == "InputError: a.fcs holds no events."
    shell.run_line_magic("tb", "")
    full = capsys.readouterr().out
    assert full.startswith("Traceback (most recent call last)")
    assert "in reads" in full
    assert "\n\n\n" not in full


def test_each_error_is_shown_short_once() -> None:
    for error in (raised(), raised()):
        assert error._render_traceback_() == ["InputError: a.fcs holds no events."]
        assert len(error._render_traceback_()) > 2
    assert ParameterError("no")._render_traceback_() == ["ParameterError: no"]


def test_a_warning_is_one_line_each_time_without_code() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(2):
            warn("S01: no matrix; give one.", by="cytoclust.pp.compensate")
    assert [str(each.message) for each in caught] == ["S01: no matrix; give one."] * 2
    assert {each.category for each in caught} == {CytoclustWarning}
    shown = warnings.formatwarning(str(caught[0].message), CytoclustWarning, caught[0].filename, caught[0].lineno)
    assert shown == "cytoclust.pp.compensate:0: CytoclustWarning: S01: no matrix; give one.\n"


@pytest.mark.parametrize(
    ("word", "said"),
    [("CD46", " Did you mean 'CD45'?"), ("cd45", " Did you mean 'CD45'?"), ("Zombie", ""), ("", "")],
)
def test_only_what_is_near_is_proposed(word: str, said: str) -> None:
    assert nearest(word, ["CD45", "Viability"]) == said
