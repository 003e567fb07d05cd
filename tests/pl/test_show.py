import inspect
import sys
import types
import typing
from pathlib import Path
from typing import Any

import IPython.display
import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes
from matplotlib.image import imread

from cytoclust import pl, report
from cytoclust.errors import InputError
from cytoclust.pl._show import SHOWN_DPI, _open_window, figure
from tests.pl.drawn import new_axes
from tests.report.cohort import Cohort

SHARED = ("ax", "title", "figsize", "save", "show")


@figure
def blot(*, size: float = 3.0, ax: Axes | None = None) -> Axes:
    """A blot.

    Parameters
    ----------
    size
        In inches.
    ax
        Axes to draw in;
        by default a figure of their own.

    Raises
    ------
    InputError
        Never.
    """
    ax = new_axes() if ax is None else ax
    ax.figure.set_size_inches(size, size)
    ax.text(1.3, 0.5, "beyond the edge of the figure", transform=ax.transAxes)
    return ax


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a notebook would show."""
    shown: list[Any] = []
    shell = types.SimpleNamespace(kernel=object())
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: shell)
    monkeypatch.setattr(IPython.display, "display", shown.append)
    return shown


@pytest.mark.parametrize("name", pl.__all__)
def test_every_figure_can_be_saved_and_shown(name: str) -> None:
    draw = getattr(pl, name)
    taken = inspect.signature(draw).parameters
    assert all(taken[each].kind is inspect.Parameter.KEYWORD_ONLY for each in SHARED)
    assert all(taken[each].default is None for each in SHARED)
    assert typing.get_type_hints(draw)["save"] == str | Path | None
    lines = inspect.getdoc(draw).split("\n")
    assert lines.index("ax") < lines.index("save") < lines.index("show")


def test_the_docstring_names_them_after_ax_and_keeps_the_rest() -> None:
    text = inspect.getdoc(blot)
    assert "by default a figure of their own.\ntitle\n" in text
    assert "a figure of its own.\nsave\n" in text
    assert text.endswith("Raises\n------\nInputError\n    Never.")


@pytest.mark.parametrize("suffix", [".png", ".pdf", ".svg", ".jpg", ".tif", ".webp", ".eps", ".PNG"])
def test_save_writes_the_format_of_the_suffix(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"blot{suffix}"
    assert isinstance(blot(save=path), Axes)
    begins = {
        ".png": b"\x89PNG", ".pdf": b"%PDF", ".svg": b"<?xml", ".jpg": b"\xff\xd8", ".tif": b"II*\0", ".webp": b"RIFF",
        ".eps": b"%!PS",
    }  # fmt: skip
    assert path.read_bytes().startswith(begins[suffix.lower()])
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_same_figure_is_the_same_file(tmp_path: Path, suffix: str) -> None:
    one, two = tmp_path / f"1{suffix}", tmp_path / f"2{suffix}"
    blot(save=one)
    blot(save=str(two))
    assert one.read_bytes() == two.read_bytes()


def test_what_stands_outside_the_figure_is_not_cut_off(tmp_path: Path) -> None:
    blot(size=2.0, save=tmp_path / "blot.png")
    assert imread(tmp_path / "blot.png").shape[1] > 2.0 * 300


@pytest.mark.parametrize(
    ("save", "told"),
    [("blot.doc", r"ends in \.eps"), ("blot", r"ends in"), (True, "a path"), ("no/such/a.png", "no folder")],
)
def test_a_file_that_cannot_be_written_is_refused_before_drawing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, save: Any, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=told) as caught:
        blot(save=save, size="not drawn")
    assert "\n" not in str(caught.value)


def test_a_notebook_shows_a_figure_of_its_own_and_returns_nothing(kernel: list[Any]) -> None:
    assert blot() is None
    (image,) = kernel
    data, told = image._repr_mimebundle_()
    assert data["image/png"]
    width, height = (round(inches * SHOWN_DPI / 2) for inches in _tight_inches())
    assert told["image/png"]["width"] == pytest.approx(width, abs=3)
    assert told["image/png"]["height"] == pytest.approx(height, abs=3)
    assert told["image/png"]["alt"] == "A blot."


def _tight_inches() -> tuple[float, float]:
    ax = blot(show=False)
    ax.figure.draw_without_rendering()
    box = ax.figure.get_tightbbox()
    return box.width + 0.12, box.height + 0.12


def test_a_notebook_does_not_show_what_is_drawn_in_axes_or_unwanted(kernel: list[Any]) -> None:
    ax = new_axes()
    assert blot(ax=ax) is ax
    assert isinstance(blot(show=False), Axes)
    assert kernel == []
    assert blot(ax=ax, show=True) is None
    assert len(kernel) == 1


def test_a_figure_of_several_axes_is_shown_once(kernel: list[Any]) -> None:
    assert pl.histograms(Cohort(2, 3, n_events=50).adata) is None
    assert len(kernel) == 1


def test_the_report_shows_none_of_its_figures_in_a_notebook(kernel: list[Any], tmp_path: Path) -> None:
    cohort = Cohort(3, 6, n_events=300)
    report.write(cohort.adata, tmp_path / "report.html", tables=cohort.tables, run=cohort.run)
    assert kernel == []


def test_no_kernel_no_show_but_a_clear_word_where_there_is_no_display() -> None:
    assert isinstance(blot(), Axes)
    with pytest.raises(InputError, match="save="):
        blot(show=True)
    assert plt.get_fignums() == []


def test_a_window_is_of_the_figure_that_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A backend that draws to memory stands for one that opens windows."""
    ax = blot()
    seen: list[Any] = []
    monkeypatch.setattr("matplotlib.get_backend", lambda: "qtagg")
    monkeypatch.setattr(plt, "show", lambda: seen.append(plt.gcf()))
    _open_window(ax.figure)
    plt.close("all")
    assert seen == [ax.figure]


def test_title_and_size_are_as_asked() -> None:
    drawn = blot(title="A $ blot", figsize=(2, 5))
    assert drawn.get_title(loc="left") == r"A \$ blot"
    assert tuple(drawn.figure.get_size_inches()) == (2, 5)
    with pytest.raises(InputError, match="a width and a height"):
        blot(figsize=(2, -1))
    with pytest.raises(InputError, match="not both"):
        blot(ax=new_axes(), figsize=(2, 2))
    with pytest.raises(InputError, match="one a panel"):
        blot(title=["a", "b"])
