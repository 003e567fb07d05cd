"""What a first run of files is begun with: a sheet and a list of markers, to be filled in."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io import STAINS, atomic_path
from cytoclust.params import Config

__all__ = ["write_panel", "write_sheet"]

_COLUMNS: Final = (keys.SAMPLE, "path", *keys.SHEET_COLUMNS, "control")
_TOLD: Final = {"date": "date", "instrument": "cytometer"}
"""Columns that help to say what the batches are, by what is known of a file."""
Found = Mapping[str, Any]


def write_sheet(found: Found, target: Path) -> None:
    """A row for each file; paths count from the sheet, and what is not known is left empty.

    Days and instruments are there where the files tell of several.

    Parameters
    ----------
    found
        What :func:`inspect_samples` gave.
    target
        A CSV file that is not there yet.

    Raises
    ------
    InputError
        It is there, or what was inspected is a sheet.
    """
    if found["sheet"]:
        raise InputError(f"{found['path']} is a sheet already: a new one is written of files or a folder.")
    files: Sequence[Found] = found["files"]
    data = {keys.DATASET: keys.DATASET} if any(file[keys.DATASET] for file in files) else {}
    told = {name: key for name, key in _TOLD.items() if len({file[key] for file in files}) > 1} | data
    with _new(target) as temporary, temporary.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([*_COLUMNS, *told])
        for file in files:
            known = {**file, "path": _path_from(target.parent, file["path"])}
            row = [known.get(name) for name in _COLUMNS] + [file[key] for key in told.values()]
            writer.writerow(["" if value is None else value for value in row])


def write_panel(found: Found, target: Path, *, config: Config) -> None:
    """A configuration with a line for each stained channel, empty where the file names no marker.

    Parameters
    ----------
    found
        What :func:`inspect_samples` gave.
    target
        A YAML file that is not there yet.
    config
        What is known already.

    Raises
    ------
    InputError
        It is there, or the files share no panel.
    """
    if found["apart"]:
        raise InputError(f"{found['path']}: the files share no stained channel, so that there is no panel to write.")
    lines = [
        "# The marker on each channel. What is left empty is as the file says.",
        "panel:",
        f"  viability: {_scalar(config.panel.viability)}  # dye of dead cells: its channel or marker, none, or auto",
        "  names:",
    ]
    for each in found["channels"]:
        given = config.panel.names.get(each[keys.CHANNEL], "")
        if each[keys.SIGNAL_TYPE] in STAINS or given:
            says = f"  # the file says {each[keys.MARKER]}" if each[keys.MARKER] and not given else ""
            lines.append(f"    {_scalar(each[keys.CHANNEL])}:{f' {_scalar(given)}' if given else ''}{says}")
    with _new(target) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _new(target: Path) -> Any:
    """Nothing that somebody filled in is written over."""
    if target.exists():
        raise InputError(f"{target} is there already: name another file, or remove it.")
    return atomic_path(target)


def _path_from(folder: Path, path: str) -> str:
    """As a sheet in a folder has it: relative where that is shorter to say, with forward slashes."""
    if "://" in path:
        return path
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return str(Path(path).resolve())


def _scalar(text: str) -> str:
    return yaml.safe_dump(text, allow_unicode=True, width=1000).removesuffix("\n...\n").strip()
