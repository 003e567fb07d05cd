"""The files of a cohort, described."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cytoclust.terminal._describe_file import add_channels, add_steps
from cytoclust.terminal._page import Column, Page
from cytoclust.words import plural, some

__all__ = ["describe_cohort"]

MOST = 8
"""Panels, or markers of one, that are told; of more, the number."""
NAMED = 4
"""Samples that have a note, by name; of more, the number."""
SHEET = ("patient_id", "group", "timepoint", "batch")


def describe_cohort(found: dict[str, Any]) -> Page:
    """What :func:`cytoclust.inspection.inspect_samples` found."""
    page, files = Page(), found["files"]
    events = sum(file["n_events"] for file in files)
    page.text(f"{found['path']}: {plural(len(files), 'file')}, {events:,} events")
    if found["apart"]:
        page.text(found["advice"][0]["found"])
    for key in SHEET:
        if text := _design(files, key):
            page.text(text)
    _add_files(page, files, several=len(found["panels"]) > 1)
    page.items("not read", [each["fault"] for each in found["unread"]])
    page.items("notes on files", _notes(files, found["advice"]))
    if found["apart"]:
        page.items("panels", [_panel(letter, markers, files) for letter, markers in found["panels"].items()])
        add_steps(page, found | {"advice": found["advice"][1:]})
        if found["by_panel"]:
            page.command(*found["by_panel"].values())
        return page
    if len(found["panels"]) > 1:
        page.items("panels", _panels(found["panels"], files))
    page.items("what differs between files", [each["sentence"] for each in found["differences"]])
    add_channels(page, found["channels"])
    add_steps(page, found)
    return page


def _panel(letter: str, markers: Sequence[str], files: Sequence[dict[str, Any]]) -> str:
    """A panel with its markers and its files."""
    names = [file["sample_id"] for file in files if file["panel"] == letter]
    return f"{letter} ({plural(len(names), 'file')}: {some(names, MOST)}): {', '.join(markers) or 'nothing stained'}"


def _add_files(page: Page, files: Sequence[dict[str, Any]], *, several: bool) -> None:
    def of(key: str) -> list[str]:
        return [str(file[key] or "") for file in files]

    def name(file: dict[str, Any]) -> str:
        """Of the file, where the sample is not called after it."""
        full = Path(file["path"]).name
        full += f", data set {file['dataset']}" if file["dataset"] else ""
        return "" if full.partition(".")[0] == file["sample_id"] else full

    ids = of("sample_id")
    page.table(
        [
            Column("sample", ids, fold=32),
            Column("file", [name(file) for file in files], spare=7),
            *(Column(key.removesuffix("_id"), of(key), spare=1) for key in SHEET),
            Column("events", [f"{file['n_events']:,}" for file in files], right=True),
            Column("channels", of("n_channels"), right=True, spare=4),
            Column("matrix", ["yes" if file["compensated"] else "no" for file in files], spare=3),
            Column("panel", of("panel") if several else [""] * len(files)),
            Column("version", of("version"), spare=6),
            Column("instrument", of("cytometer"), spare=5),
            Column("date", of("date"), spare=2),
        ]
    )  # fmt: skip


def _notes(files: Sequence[dict[str, Any]], advice: Sequence[dict[str, Any]]) -> list[str]:
    """Of each kind of note the first, and the samples whose files have it; but for those that advice takes up."""
    said = {step["code"] for step in advice}
    kinds: dict[str, list[tuple[str, str]]] = {}
    for file in files:
        for note in file["notes"]:
            if note["code"] not in said:
                kinds.setdefault(note["code"], []).append((file["sample_id"], note["sentence"]))
    lines = []
    for told in kinds.values():
        names = list(dict.fromkeys(name for name, _ in told))
        more = len({sentence for _, sentence in told}) - 1
        lines.append(f"{some(names, NAMED)}: {told[0][1]}" + (f" (and {more} more like it)" if more else ""))
    return lines


def _design(files: Sequence[dict[str, Any]], key: str) -> str:
    """``group: metastatic 5, control 3``: samples of each, and how many have none."""
    counts: dict[str, int] = {}
    for file in files:
        counts[file[key] or ""] = counts.get(file[key] or "", 0) + 1
    without = counts.pop("", 0)
    if not counts:
        return ""
    if key == "patient_id":
        text = f"patients: {len(counts)}"
    else:
        text = f"{key}: " + ", ".join(f"{name} {n}" for name, n in counts.items())
    return text + (f"; {plural(without, 'sample')} without" if without else "")


def _panels(panels: dict[str, list[str]], files: Sequence[dict[str, Any]]) -> list[str]:
    """Each panel: how many files have it, and how it differs from the commonest."""
    (first, common), *others = panels.items()
    lines = [f"{first} ({plural(_having(files, first), 'file')}): {some(common, MOST)}"]
    for letter, markers in others[:MOST]:
        lacks, more = ([m for m in x if m not in y] for x, y in ((common, markers), (markers, common)))
        names = [file["sample_id"] for file in files if file["panel"] == letter]
        if len(lacks) == len(common):
            text = f"has none of these; it has {some(more, MOST)}"
        else:
            text = "; ".join(
                [f"lacks {some(lacks, MOST)}"] * bool(lacks) + [f"has {some(more, MOST)} beside"] * bool(more)
            )
        lines.append(f"{letter} ({plural(len(names), 'file')}: {some(names, MOST)}): {text}")
    return lines + ([f"and {len(others) - MOST} more panels"] if len(others) > MOST else [])


def _having(files: Sequence[dict[str, Any]], letter: str) -> int:
    return sum(file["panel"] == letter for file in files)
