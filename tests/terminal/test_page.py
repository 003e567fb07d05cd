"""Tables that fit, and text that is safe."""

import io

import pytest
from rich.console import Console

from cytoclust.terminal import Page, printable
from cytoclust.terminal._page import Column, number

NAMES = ["a very long name of a channel (530/30)", "PE-A", "[bold]x[/bold]"]


def page() -> Page:
    made = Page()
    made.text("head")
    made.table(
        [
            Column("channel", NAMES, fold=12),
            Column("label", ["l" * 20] * 3, spare=2),
            Column("type", ["fluorescence"] * 3, spare=1),
            Column("median", ["1,000,000"] * 3, right=True),
            Column("nothing", [""] * 3),
        ]
    )
    made.items("what to do", ["first " * 30, "then"])
    made.items("empty", [])
    made.command("cytoclust run " + "x" * 130)
    return made


def drawn(width: int) -> str:
    console = Console(width=width, file=io.StringIO(), highlight=False, markup=False)
    page().draw(console)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_but_the_command_is_wider_than_the_terminal(width: int) -> None:
    lines = drawn(width).splitlines()
    assert [line for line in lines if len(line) > width] == ["  cytoclust run " + "x" * 130]


def test_nothing_is_shortened_silently() -> None:
    letters = "".join(drawn(60).split())
    assert "averylong" in letters
    folded = [line[:20].strip() for line in drawn(40).splitlines() if line.strip()]
    assert all(part in "".join(folded).replace(" ", "") for part in ("averylon", "530/30"))
    assert "Left out for want of width: label; --json has all." in drawn(50)
    assert "want of width: label, type" in " ".join(drawn(34).split())
    assert "Left out" not in drawn(120)


def test_markup_is_no_markup() -> None:
    assert "[bold]x[/bold]" in drawn(120)


def test_a_pipe_gets_aligned_text_of_any_width() -> None:
    lines = page().plain().splitlines()
    rows = lines[2:6]
    assert len({row.index("fluorescence") for row in rows[1:]}) == 1
    assert "nothing" not in rows[0]
    assert "empty" not in lines
    assert "- " + ("first " * 30).rstrip() in [line.rstrip() for line in lines]
    assert "\x1b" not in page().plain()


@pytest.mark.parametrize(
    ("text", "safe"),
    [("CD3\x1b[31m", "CD3\ufffd[31m"), ("a\r\nb\tc", "a  b c"), ("\u202eabc", "\ufffdabc"), ("Kö™ µ", "Kö™ µ")],
)
def test_control_characters_are_taken_out(text: str, safe: str) -> None:
    assert printable(text) == safe


@pytest.mark.parametrize(
    ("value", "text"),
    [(262144.0, "262,144"), (0.0, "0"), (-12.345, "-12.3"), (0.04567, "0.046"), (2.6e7, "2.6e+07"), (None, "?")],
)
def test_numbers(value: float | None, text: str) -> None:
    assert number(value) == text
