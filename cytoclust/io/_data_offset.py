"""Where DATA begins and how many events it holds, when HEADER, TEXT and the bytes themselves may disagree."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._garbage import Garbage
from cytoclust.io._segments import HEADER_BYTES, Segments, number

__all__ = ["Place", "find_data", "spans"]

_SLACK: Final = 1
"""Bytes that a span may be too long or too short. Convention: writers give the byte after the last, or miss one."""
_NEAR: Final = 8
"""Bytes that a stated beginning may be off. Chosen: an event of two floats, no more than writers miscount."""
_ASIDE: Final = 4
"""Bytes aside that are looked at. Derived: four are a whole number, and a table moved by one looks like any."""
_SETTING: Final = "read_fcs(data_offset=...) or --set read.data_offset=header (or text) follows one of them."


@dataclass(frozen=True)
class _Claim:
    """What HEADER or TEXT says: first and last byte of DATA, and the events and bytes that it would hold."""

    source: str
    start: int
    end: int
    events: int
    needed: int

    @property
    def length(self) -> int:
        return self.end - self.start + 1

    @property
    def fits(self) -> bool:
        return abs(self.length - self.needed) <= _SLACK

    @property
    def holds(self) -> bool:
        """Whether the events fit in the span; the end of some writers is the beginning, or absent."""
        return self.fits or self.length > self.needed or self.end <= self.start


@dataclass(frozen=True)
class Place:
    """Where DATA is: first and last byte from the start of the data set, events, and what was found odd."""

    start: int
    end: int
    events: int
    notes: tuple[Finding, ...] = ()
    swapped: bool = False  # bytes of a value are in the other order than $BYTEORD says


def find_data(
    segments: Segments,
    size_of: Callable[[int], int],
    garbage: Callable[[int, int, bool], Garbage],
    is_gap: Callable[[int, int], bool],
    path: Path,
    *,
    follow: Literal["auto", "header", "text"] = "auto",
) -> Place:
    """Where DATA is.

    A beginning is possible if the events fit in the file behind it and it is not inside TEXT. Of several, the one whose
    values are signals; then the one whose span fits; then HEADER's. Where no stated beginning gives signals, one near
    by that does is taken.

    Parameters
    ----------
    segments
        What HEADER and TEXT say.
    size_of
        Bytes of so many events.
    garbage
        Of a beginning, a number of events, and whether bytes are swapped: how many values cannot be signals.
    is_gap
        Of two bytes, whether there is nothing but padding from the one to before the other.
    path
        For messages.
    follow
        ``header`` or ``text``: the only one to believe.

    Raises
    ------
    InputError
        No beginning is possible, or its values cannot be signals.
    """
    claims = _claims(segments, size_of, path, follow)
    if follow != "auto":
        claim = claims[0]
        if claim.start < HEADER_BYTES or claim.start + claim.needed > segments.size:
            raise InputError(_refusal(claims, segments, path))
        return _place(claim, [*_no_total(segments, claim), *_contradicted(claim, segments, size_of, path)])
    possible = [claim for claim in claims if claim.holds and _is_possible(claim.start, claim.needed, segments)]
    judged = {claim.start: garbage(claim.start, claim.events, False) for claim in possible}
    chosen, why = _choose(possible, judged)
    if chosen is not None and not judged[chosen.start].doubtful:
        return _place(chosen, [*_no_total(segments, chosen), *_notes(claims, chosen, why)])
    elsewhere = _elsewhere(claims, chosen, segments, garbage, is_gap)
    if elsewhere is not None:
        return elsewhere
    if chosen is None:
        raise InputError(_refusal(claims, segments, path))
    if not judged[chosen.start].certain:
        return _place(chosen, [*_no_total(segments, chosen), *_notes(claims, chosen, why)])
    raise InputError(
        f"{path}: {judged[chosen.start].share:.0%} of the values of DATA, from byte {chosen.start} on, are no signals "
        f"(below 1e-20 or above 1e20): its offsets or $BYTEORD must be wrong. {_SETTING}"
    )


def spans(segments: Segments, size_of: Callable[[int], int], path: Path) -> bool:
    """Whether HEADER or TEXT gives DATA just the length of $TOT events."""
    total = number(segments.text, "$TOT", path, default=0)
    return total > 0 and any(claim.fits for claim in _claims(segments, size_of, path, "auto"))


def _place(claim: _Claim, notes: list[Finding]) -> Place:
    return Place(claim.start, claim.end, claim.events, tuple(notes))


def _claims(segments: Segments, size_of: Callable[[int], int], path: Path, follow: str) -> list[_Claim]:
    stated = {"HEADER": segments.data}
    if follow != "header":
        ends = [number(segments.text, key, path, default=0) for key in ("$BEGINDATA", "$ENDDATA")]
        stated["TEXT"] = (ends[0], ends[1])
    if follow == "text":
        stated.pop("HEADER")
    stated = {source: (start, end) for source, (start, end) in stated.items() if start > 0}
    if not stated:
        known = {"header": "HEADER does not say", "text": "TEXT does not say"}
        raise InputError(f"{path}: {known.get(follow, 'neither HEADER nor TEXT says')} where DATA is.")
    total = number(segments.text, "$TOT", path, default=0)
    counted = {source: total or _count(*span, segments, size_of) for source, span in stated.items()}
    if all(events is None for events in counted.values()):
        start, end = next(iter(stated.values()))
        raise InputError(
            f"{path}: $TOT is absent or 0, and DATA, bytes {start} to {end} of {segments.size}, "
            f"is not a whole number of events of {size_of(8) / 8:g} bytes."
        )
    return [
        _Claim(
            source,
            stated[source][0] if events else min(stated[source][0], segments.size),
            stated[source][1],
            events,
            size_of(events),
        )
        for source, events in counted.items()
        if events is not None
    ]


def _count(start: int, end: int, segments: Segments, size_of: Callable[[int], int]) -> int | None:
    """Without a $TOT (FCS 2.0 does not ask for one), the length of DATA says how many events there are."""
    length = max(0, end - start + 1)
    if length <= _SLACK:
        return 0
    past = end == segments.size  # the byte after the last one was given
    bits = size_of(8)  # bytes of eight events are bits of one
    count, rest = divmod(8 * (length - past), bits) if bits else (0, 0)
    return None if end > segments.size or rest >= 8 * (1 if past else _SLACK + 1) else count


def _is_possible(start: int, needed: int, segments: Segments) -> bool:
    if needed == 0:
        return start >= 0
    return start >= HEADER_BYTES and not _is_in(start, segments) and start + needed <= segments.size


def _is_in(start: int, segments: Segments) -> bool:
    """Whether a byte is one of TEXT."""
    return segments.primary[0] <= start <= segments.primary[1]


def _choose(possible: list[_Claim], judged: dict[int, Garbage]) -> tuple[_Claim | None, str]:
    """The claim to follow, and what decided: the data, the size, or that HEADER goes first."""
    if len({claim.start for claim in possible}) < 2:
        return min(possible, key=lambda claim: not claim.fits, default=None), "size"
    for odd in ({start: each.seems for start, each in judged.items()}, {s: j.at_edge for s, j in judged.items()}):
        sound = [claim for claim in possible if not odd[claim.start]]
        if sound and len(sound) < len(possible):
            return sound[0], "data"
    fitting = [claim for claim in possible if claim.fits]
    if fitting and len(fitting) < len(possible):
        return fitting[0], "size"
    return possible[0], "header"


def _elsewhere(
    claims: list[_Claim],
    chosen: _Claim | None,
    segments: Segments,
    garbage: Callable[[int, int, bool], Garbage],
    is_gap: Callable[[int, int], bool],
) -> Place | None:
    """Where values are signals although nothing says so: behind TEXT, bytes aside, or with bytes in the other order.

    Bytes in the other order and bytes a place aside both leave the exponents of numbers likely, so that what stands
    before them must decide: DATA begins behind TEXT and padding. None where nothing, or more than one, is likely.
    """
    after = segments.primary[1] + 1
    found: list[tuple[tuple[bool, int], _Claim, bool]] = []
    for claim in claims:
        steps = [step for i in range(1, _ASIDE) for step in (i, -i)]
        behind = [after] if abs(after - claim.start) < _NEAR else []
        for start in dict.fromkeys([*behind, *(claim.start + step for step in steps)]):
            if claim.events and start != claim.start and _is_possible(start, claim.needed, segments):
                seen = garbage(start, claim.events, False)
                forced = start == after and _is_in(claim.start, segments) and not seen.seems
                if forced or (seen.sound and not seen.at_edge):
                    moved = replace(claim, start=start, end=start + claim.needed - 1)
                    found.append(((not is_gap(after, start), abs(start - claim.start)), moved, False))
    if chosen is not None and garbage(chosen.start, chosen.events, True).sound:
        found.append(((not is_gap(after, chosen.start), 0 if chosen.start == after else 2), chosen, True))
    best = [each for each in found if each[0] == min(rank for rank, _, _ in found)] if found else []
    if len({(claim.start, swapped) for _, claim, swapped in best}) != 1:
        return None
    _, claim, swapped = best[0]
    notes = [Finding("bytes swapped")] if swapped else _moved_notes(claims, claim)
    return replace(_place(claim, [*_no_total(segments, claim), *notes]), swapped=swapped)


def _contradicted(
    claim: _Claim, segments: Segments, size_of: Callable[[int], int], path: Path
) -> list[Finding]:  # fmt: skip
    """What says otherwise than the claim that the user chose; nothing where the other one cannot be read."""
    try:
        claims = _claims(segments, size_of, path, "auto")
    except InputError:
        return []
    return _notes([each for each in claims if each.source != claim.source], claim, "setting")


def _no_total(segments: Segments, claim: _Claim) -> list[Finding]:
    given = segments.text.get("$TOT", "").strip().strip("0")
    return [] if given or not claim.events else [Finding("no event count", events=claim.events)]


def _refusal(claims: list[_Claim], segments: Segments, path: Path) -> str:
    noted = " and ".join(f"{claim.source} says bytes {claim.start} to {claim.end}" for claim in claims)
    events, needed = claims[0].events, claims[0].needed
    found = f"{path}: DATA of {events} events of {needed / max(events, 1):g} bytes is not where it should be: {noted}; "
    if all(claim.start + claim.needed > segments.size for claim in claims) and events:
        return f"{found}the data set has {segments.size} bytes: it is cut short, or $TOT is too high."
    choice = f" {_SETTING}" if len({claim.start for claim in claims}) > 1 else ""
    return f"{found}the data set has {segments.size} bytes.{choice}"


def _moved_notes(claims: list[_Claim], moved: _Claim) -> list[Finding]:
    said = {claim.start: claim.source for claim in reversed(claims) if claim.start != moved.start}
    return [Finding("data moved", source=source, said=start, found=moved.start) for start, source in said.items()]


def _notes(claims: list[_Claim], chosen: _Claim, why: str) -> list[Finding]:
    notes = []
    if chosen.length > chosen.needed + _SLACK and not any(claim.fits for claim in claims):
        notes.append(Finding("bytes after events", bytes=chosen.length - chosen.needed))
    notes += [
        Finding(
            "offsets disagree", source=claim.source, first=claim.start, last=claim.end, followed=chosen.source,
            followed_first=chosen.start, followed_last=chosen.end, why=why,
        )
        for claim in claims
        if claim.start != chosen.start or (abs(claim.end - chosen.end) > _SLACK and claim.end > claim.start)
    ]  # fmt: skip
    return notes
