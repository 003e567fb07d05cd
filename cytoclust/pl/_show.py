"""What every figure can do: be drawn in our style, saved, and shown in a notebook."""

import functools
import inspect
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cytoclust.errors import InputError
from cytoclust.io import atomic_path
from cytoclust.pl.style import STYLE, safe_text

__all__ = ["figure"]

FORMATS: Final = {  # and what keeps the date out of the file, so that the same figure is the same file
    ".eps": None, ".jpg": None, ".pdf": {"CreationDate": None}, ".png": None, ".svg": {"Date": None}, ".tif": None,
    ".webp": None,
}  # fmt: skip
SAVED_DPI, SHOWN_DPI = 300, 200  # a notebook shows 100 pixels an inch, so that 200 are sharp on any screen
TIGHT: Final[dict[str, Any]] = {"bbox_inches": "tight", "pad_inches": 0.06}  # nothing is cut off
TITLE_LETTERS: Final = 80
SHARED: Final = """\
title
    In place of the title that is written; of a figure with several panels, a title for each, or one above all.
figsize
    Width and height in inches of a figure of its own.
save
    File to write, in the format that its suffix names (``.png``, ``.pdf``, ``.svg``, …); whole or not at all.
show
    Show the figure and return nothing (in Jupyter; elsewhere a window, and the axes), or not (False: always returns
    the axes). By default a figure of its own is shown in Jupyter only."""

P = ParamSpec("P")
R = TypeVar("R", bound=Axes | list[Axes])


def figure(draw: Callable[P, R]) -> Callable[..., R]:
    """Give a function that draws in ``ax`` our style and the arguments ``title``, ``figsize``, ``save`` and ``show``.

    The function must take ``ax`` by keyword (None: a figure of its own) and return axes, or a list of axes of one
    figure. Other parts of cytoclust call with ``show=False``, since in a notebook nothing is returned.
    """

    @functools.wraps(draw)
    def wrapper(
        *args: Any,
        title: str | Sequence[str] | None = None,
        figsize: tuple[float, float] | None = None,
        save: str | Path | None = None,
        show: bool | None = None,
        **kwargs: Any,
    ) -> Any:
        path = None if save is None else _checked(save)
        if figsize is not None:
            _check_size(figsize, own=kwargs.get("ax") is None)
        with mpl.rc_context(STYLE):
            drawn = draw(*args, **kwargs)
            if figsize is not None:
                _figure_of(drawn).set_size_inches(*figsize)
            if title is not None:
                _entitle(drawn, title)
            if path is not None:
                _save(_figure_of(drawn), path)
            if show or (show is None and kwargs.get("ax") is None and _in_kernel()):
                return _shown(drawn, str(inspect.getdoc(wrapper)).partition("\n")[0])
        return drawn

    own = inspect.signature(draw)
    added = {
        "title": str | Sequence[str] | None, "figsize": tuple[float, float] | None, "save": str | Path | None,
        "show": bool | None,
    }  # fmt: skip
    by_name = inspect.Parameter.KEYWORD_ONLY
    only = [inspect.Parameter(name, by_name, default=None, annotation=kind) for name, kind in added.items()]
    wrapper.__signature__ = own.replace(parameters=[*own.parameters.values(), *only])  # type: ignore[attr-defined]
    wrapper.__annotations__ = draw.__annotations__ | added
    wrapper.__doc__ = _documented(draw.__doc__)
    return wrapper


def _documented(doc: str | None) -> str | None:
    """The docstring with the shared arguments after the entry of ``ax``, which is the last of the parameters."""
    lines = inspect.cleandoc(doc or "").split("\n")
    if "ax" not in lines:
        return doc
    end = lines.index("ax") + 1
    while end < len(lines) and lines[end].startswith(" "):
        end += 1
    return "\n".join([*lines[:end], *SHARED.split("\n"), *lines[end:]])


def _checked(save: str | Path) -> Path:
    """The path, before anything is drawn in vain."""
    if not isinstance(save, str | Path) or Path(save).suffix.lower() not in FORMATS:
        raise InputError(f"save must be a path that ends in {', '.join(FORMATS)}. Got {save!r} instead.")
    path = Path(save)
    if not path.parent.is_dir():
        raise InputError(f"{path} cannot be written: there is no folder {path.parent}.")
    return path


def _check_size(figsize: tuple[float, float], *, own: bool) -> None:
    numbers = [each for each in figsize if isinstance(each, int | float) and 0 < each < np.inf]
    if len(numbers) != 2 or len(figsize) != 2:
        raise InputError(f"figsize must be a width and a height in inches. Got {figsize!r} instead.")
    if not own:
        raise InputError("figsize is the size of a figure of its own: give ax or figsize, not both.")


def _entitle(drawn: Axes | list[Axes], title: str | Sequence[str]) -> None:
    """A title for each panel, or one above all."""
    panels = drawn if isinstance(drawn, list) else [drawn]
    if isinstance(title, str) and len(panels) > 1:
        whole = _figure_of(drawn)
        above = 1 + 0.05 / whole.get_size_inches()[1]
        whole.text(0.005, above, safe_text(title, TITLE_LETTERS), fontsize=10, fontweight="bold", va="bottom")
        return
    titles = [title] if isinstance(title, str) else list(title)
    if len(titles) != len(panels):
        raise InputError(f"title must be one text, or one a panel: {len(panels)}. Got {len(titles)} instead.")
    for ax, each in zip(panels, titles, strict=True):
        ax.set_title(safe_text(each, TITLE_LETTERS))


def _figure_of(drawn: Axes | list[Axes]) -> Figure:
    ax = drawn[0] if isinstance(drawn, list) else drawn
    return ax.figure.canvas.figure  # the whole figure, also of axes in a part of it


def _save(whole: Figure, path: Path) -> None:
    suffix = path.suffix.lower()
    options: dict[str, Any] = {"format": suffix[1:], "dpi": SAVED_DPI, "metadata": FORMATS[suffix]}
    with atomic_path(path) as temporary:
        whole.savefig(temporary, **options, **TIGHT)


def _in_kernel() -> bool:
    """Whether this runs in a kernel of Jupyter: no other program has loaded IPython with a shell that has a kernel."""
    ipython = sys.modules.get("IPython")
    return getattr(ipython and ipython.get_ipython(), "kernel", None) is not None


def _shown(drawn: Any, alt: str) -> Any:
    """Nothing where a notebook shows the figure, else the axes, when the window was closed."""
    if _in_kernel():
        from IPython.display import Image, display

        picture = io.BytesIO()
        whole = _figure_of(drawn)
        whole.savefig(picture, format="png", dpi=SHOWN_DPI, **TIGHT)
        display(Image(data=picture.getvalue(), format="png", retina=True, alt=alt))
        return None
    _open_window(_figure_of(drawn))
    return drawn


def _open_window(whole: Figure) -> None:
    import matplotlib.pyplot as plt
    from matplotlib.backends import BackendFilter, backend_registry

    backend = mpl.get_backend()
    if backend.lower() not in backend_registry.list_builtin(BackendFilter.INTERACTIVE):
        raise InputError(f"show=True needs Jupyter or a display, and matplotlib's is {backend!r}: use save= instead.")
    plt.figure(FigureClass=lambda **_: whole)  # type: ignore[arg-type]  # a manager for the figure that there is
    plt.show()
