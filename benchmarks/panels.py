"""What each channel of real files is taken for: a table to be read line by line.

``python -m benchmarks.panels FOLDER ... -o panels.md`` writes, for each file below the folders, the role of each
channel with what told it, the marker, what a run would use it for, whether the values would be compensated, and the
advice that ``cytoclust inspect`` gives. To be looked for: clocks, beads, barcodes, DNA, dyes and blanks among the
markers, markers among the rest, and advice that would do harm.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cytoclust.errors import InputError
from cytoclust.inspection import inspect
from cytoclust.io import named_as_events

USES = {"clustering": "clustered on"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the table, or show it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, help="folders of event files, or such files")
    parser.add_argument("-o", "--out", type=Path, help="where to write it; shown if not given")
    given = parser.parse_args(arguments)
    text = "\n".join(line for path in _files(given.folders) for line in describe(path))
    if given.out is None:
        print(text)
    else:
        given.out.write_text(text + "\n", encoding="utf-8")


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        below = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
        yield from (path for path in below if path.is_file() and named_as_events(path))


def describe(path: Path) -> Iterator[str]:
    """Lines of Markdown on one file."""
    yield f"## {path.name}"
    yield ""
    try:
        found = inspect(path)
    except InputError as error:
        yield f"refused: {error}"
        yield ""
        return
    spill = found["spillover"]
    state = f"compensated with {spill['coefficients']} coefficients" if spill else "not compensated"
    yield f"{found['cytometer'] or 'cytometer not named'}, {found['n_events']:,} events, {state}"
    yield ""
    yield from _channels(found["channels"])
    yield ""
    yield from (f"- {note['sentence']}" for note in found["notes"])
    yield from (f"- **{step['found']}** → {step['do']}" for step in found["advice"])
    yield ""


def _channels(channels: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Channels of one use, role and reason on one line."""
    lines: dict[tuple[str, str], list[str]] = {}
    for each in channels:
        told = f"{each['kind']} (by {each['told_by']})"
        lines.setdefault((each["role"], f"{each['signal_type']}: {told}"), []).append(_shown(each))
    for (use, told), names in lines.items():
        yield f"- {USES.get(use, use)}, {told}: {', '.join(names)}"


def _shown(channel: dict[str, Any]) -> str:
    """``channel=label→marker``, as far as they say something."""
    label = f"={channel['label']}" if channel["label"] not in ("", channel["channel"]) else ""
    return f"{channel['channel']}{label}" + (f"→{channel['marker']}" if channel["marker"] else "")


if __name__ == "__main__":
    main()
