"""A file, described."""

from collections.abc import Sequence
from typing import Any, Final

from cytoclust.terminal._page import Column, Page, number
from cytoclust.words import some

__all__ = ["add_channels", "add_steps", "describe_file"]

_NAMED: Final = 12
"""Channels that are named with a reason; of more, the number."""
ANSWERED: Final = {"no time channel": "no time"}
"""Notes whose advice, which stands for them, has a code of its own."""


def describe_file(found: dict[str, Any]) -> Page:
    """What :func:`cytoclust.inspect` found: head, channels, why, notes, what to do."""
    page = Page()
    known = [found["version"], f"{found['n_events']:,} events", f"{len(found['channels'])} channels"]
    page.text(f"{found['path']}: {', '.join([*known, *(found[key] for key in ('cytometer', 'date') if found[key])])}")
    page.text(found["compensation"])
    of = f"; not looked for: {', '.join(found['unchecked'])}" if found["unchecked"] else ""
    page.text(f"quality control, of events looked at: {_shares(found['quality'], partly=bool(of))}{of}")
    add_channels(page, found["channels"])
    add_steps(page, found)
    return page


def _shares(quality: dict[str, float], *, partly: bool) -> str:
    ok = "ok of what could be checked" if partly else "ok"
    order = sorted(quality.items(), key=lambda item: -item[1])
    return ", ".join(f"{_percent(share)} % {ok if name == 'ok' else name}" for name, share in order if share)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}" if share >= 0.1 else f"{100 * share:.2g}"


def add_channels(page: Page, channels: Sequence[dict[str, Any]]) -> None:
    """The table of channels, and why each would be used as it would."""

    def of(key: str) -> list[str]:
        return [str(channel[key]) for channel in channels]

    def numbers(key: str) -> list[str]:
        return [number(channel[key]) for channel in channels]

    page.text("")
    page.text("Channels; 1 %, median and 99 % are of values as they were read, before compensation.")
    known = any(c["label"] not in ("", c["marker"], c["channel"]) for c in channels)
    page.table(
        [
            Column("channel", of("channel")),
            Column("label", of("label") if known else [""] * len(channels), spare=5),
            Column("marker", of("marker")),
            Column("dye", of("fluorochrome"), spare=2),
            Column("is", [_is(channel) for channel in channels]),
            Column("range", numbers("range"), right=True, spare=4),
            Column("1 %", numbers("low"), right=True, spare=1),
            Column("median", numbers("median"), right=True),
            Column("99 %", numbers("high"), right=True),
            Column("used for", of("role")),
        ]
    )
    reasons: dict[tuple[str, str], list[str]] = {}
    for channel in channels:
        reasons.setdefault((channel["role"], channel["why"]), []).append(_called(channel))
    page.items("why", [f"{role}: {why} ({some(names, _NAMED)})" for (role, why), names in reasons.items()])


def _called(channel: dict[str, Any]) -> str:
    return str(
        channel["marker"] if channel["marker"] and channel["kind"] in ("marker", "viability") else channel["channel"]
    )


def _is(channel: dict[str, Any]) -> str:
    """What a channel holds: of a stain how it was measured, of others their role."""
    return str(channel["signal_type"] if channel["kind"] in ("marker", "signal") else channel["kind"])


def add_steps(page: Page, found: dict[str, Any]) -> None:
    """Notes that ask for nothing, what to do, and the command to try next."""
    steps = found["advice"]
    noted = {step["code"] for step in steps}
    rest = [note for note in found["notes"] if ANSWERED.get(note["code"], note["code"]) not in noted]
    page.items("notes", [note["sentence"] for note in rest])
    page.items("what to do", [f"{step['found']} → {step['do']}" for step in steps])
    if found["next"]:
        page.command(found["next"])
