"""Rules by name or from a file."""

from functools import cache
from importlib import resources
from pathlib import Path

from cytoclust.errors import InputError, nearest
from cytoclust.io import as_path
from cytoclust.rules._parse import parse
from cytoclust.rules._ruleset import RuleSet

__all__ = ["load", "names", "source"]


def names() -> list[str]:
    """Rule files of the library."""
    folder = resources.files("cytoclust.rules").joinpath("library")
    return sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))


def source(name: str) -> str:
    """The text of a rule file of the library.

    Raises
    ------
    InputError
        The library has no such file.
    """
    if name not in names():
        raise InputError(f"There are no rules {name!r} in the library ({', '.join(names())}).{nearest(name, names())}")
    return resources.files("cytoclust.rules").joinpath("library", f"{name}.yaml").read_text(encoding="utf-8")


def load(name_or_path: str | Path) -> RuleSet:
    """Rules of the library by name, or of a YAML file by path.

    Raises
    ------
    InputError
        No such rules, an unreadable file, or a mistake in it (with its line).
    """
    path = as_path(name_or_path)
    if path.is_dir() and str(name_or_path) not in names():
        raise InputError(
            f"The rules {path} are a folder: give a YAML file, or a name of the library ({', '.join(names())})."
        )
    if str(name_or_path) in names() or (path.suffix not in (".yaml", ".yml") and not path.is_file()):
        return _of_library(str(name_or_path))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"The rule file {path} is not UTF-8 text.") from None
    except OSError as error:
        raise InputError(f"The rule file {path} cannot be read: {error.strerror}.") from None
    return parse(text, str(path))


@cache
def _of_library(name: str) -> RuleSet:
    """Read once a process: nobody changes rules, and inspecting a file asks for all of the library."""
    return parse(source(name), f"{name}.yaml")
