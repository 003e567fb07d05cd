"""Parameters as they are written: a file of YAML by section, the record of a run, or ``section.key=value``."""

import json
from pathlib import Path
from typing import Any, Final

import yaml

from cytoclust.errors import InputError, ParameterError
from cytoclust.unique_yaml import NumbersLoader

__all__ = ["parse_setting", "read_sections"]

_PARAMETERS: Final = "parameters"
"""What ``run.json`` calls them."""


def read_sections(path: Path, *, sections: str) -> dict[str, dict[Any, Any]]:
    """What a file says, ``{section: {key: value}}``; of a ``run.json``, the parameters of that run.

    Parameters
    ----------
    path
        YAML, or JSON where it is called so.
    sections
        Their names, for the message.

    Raises
    ------
    InputError
        The file cannot be read, is no valid YAML or JSON, or holds no sections.
    """
    tree = _tree(path)
    if isinstance(tree, dict) and path.suffix == ".json":
        tree = tree.get(_PARAMETERS, tree)
    tree = {} if tree is None else tree
    if not isinstance(tree, dict):
        raise InputError(f"{path} must hold the sections {sections}. Got {tree!r:.200} instead.")
    found = {section: {} if values is None else values for section, values in tree.items()}
    for section, values in found.items():
        if not isinstance(values, dict):
            raise InputError(f"In {path}: section {section} must hold key: value pairs. Got {values!r:.200} instead.")
    return found


def parse_setting(setting: str) -> tuple[str, Any]:
    """Key and value of ``section.key=value``; the value is YAML.

    Raises
    ------
    ParameterError
        There is no ``=``, or the value is no YAML.
    """
    key, equals, value = setting.partition("=")
    if not equals:
        raise ParameterError(f"A setting must have the form section.key=value. Got {setting!r:.200} instead.")
    try:
        return key.strip(), yaml.load(value, Loader=NumbersLoader)  # noqa: S506 (a SafeLoader)
    except (yaml.YAMLError, ValueError):
        raise ParameterError(f"The {key} parameter must be valid YAML. Got {value!r:.200} instead.") from None


def _tree(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            return json.loads(text)
        return yaml.load(text, Loader=NumbersLoader)  # noqa: S506 (a SafeLoader)
    except OSError as error:
        raise InputError(f"The config file {path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # bytes that are no text, a date that is none
        kind = "JSON" if path.suffix == ".json" else "YAML"
        raise InputError(f"The config file {path} is not valid {kind}: {' '.join(str(error).split())}") from None
