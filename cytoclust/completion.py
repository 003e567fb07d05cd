"""What the shell proposes where Tab is pressed: names of rules, and settings."""

from importlib import resources
from typing import Any, get_args

import click
from click.shell_completion import CompletionItem, get_completion_class

from cytoclust.errors import InputError

__all__ = ["SHELLS", "complete_rules", "complete_settings", "script"]

SHELLS = ("bash", "zsh", "fish")


def complete_rules(_: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rules of the library; where none begins so and a file will do, files (bash cannot show both)."""
    library = resources.files("cytoclust").joinpath("rules", "library")  # not cytoclust.rules, which takes long to load
    names = sorted(item.name.removesuffix(".yaml") for item in library.iterdir() if item.name.endswith(".yaml"))
    found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return found or ([CompletionItem(incomplete, type="file")] if parameter.name == "rules" else [])


def complete_settings(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """``section.key=``; with the values, where these can be counted, once one key is left."""
    from cytoclust.params import parameters

    start = incomplete.partition("=")[0]
    near = [each for each in parameters() if each[0].startswith(start)]
    if len(near) > 1 and "=" not in incomplete:
        return [CompletionItem(f"{key}=", help=known) for key, _, known in near]
    exact = near[:1] if "=" not in incomplete else [each for each in near if each[0] == start]
    items = [CompletionItem(f"{key}={value}", help=known) for key, field, known in exact for value in _values(field)]
    return [item for item in items if item.value.startswith(incomplete)]


def _values(field: Any) -> list[str]:
    """The words that a parameter may be, or nothing for it to be completed with."""
    from cytoclust.registry import Registry

    annotation = field.annotation
    if annotation is bool:
        return ["true", "false"]
    named = [name for item in field.metadata if isinstance(item, Registry) for name in item]
    if named:
        return named
    words = [each for each in get_args(annotation) if isinstance(each, str)]
    nested = [word for each in get_args(annotation) for word in get_args(each) if isinstance(word, str)]
    return words or nested or [""]


def script(command: click.Command, shell: str) -> str:
    """The lines that a shell reads to complete the command.

    Raises
    ------
    InputError
        No such shell.
    """
    found = get_completion_class(shell)
    if found is None:
        raise InputError(f"Completion is for {', '.join(SHELLS)}. Got {shell!r} instead.")
    return found(command, {}, "cytoclust", "_CYTOCLUST_COMPLETE").source()
