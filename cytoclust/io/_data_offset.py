"""Where DATA begins and how many events it holds, when HEADER and TEXT may disagree."""

from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._segments import Segments, number

__all__ = ["find_data"]

_SLACK: Final = 1  # some writers give the byte after the last one as the last, or miss the last one


def find_data(segments: Segments, width: int, path: Path) -> tuple[int, int, list[Finding]]:
    """First byte of DATA (from the start of the data set), number of events, and notes.

    HEADER and TEXT both may say where DATA is; what fits $TOT × ``width`` bytes is taken, and said where they differ.

    Raises
    ------
    InputError
        DATA is not within the file, or neither fits, or both do.
    """
    claims = _claims(segments, path)
    if not claims:
        raise InputError(f"{path}: neither HEADER nor TEXT says where DATA is.")
    total = number(segments.text, "$TOT", path, default=0)
    if total == 0:
        return _count(claims, segments, width, path)
    needed = total * width
    within = {name: claim for name, claim in claims.items() if claim[0] + needed <= segments.size}
    fitting = [name for name, (start, end) in within.items() if abs(end - start + 1 - needed) <= _SLACK]
    longer = [name for name, (start, end) in within.items() if end - start + 1 > needed]
    chosen = fitting or longer
    if not chosen or len({claims[name][0] for name in chosen}) > 1:
        raise InputError(_refusal(claims, segments, total, width, path))
    return claims[chosen[0]][0], total, _notes(claims, chosen, needed, fitted=bool(fitting))


def _claims(segments: Segments, path: Path) -> dict[str, tuple[int, int]]:
    text = (
        number(segments.text, "$BEGINDATA", path, default=0),
        number(segments.text, "$ENDDATA", path, default=0),
    )
    both = {"HEADER": segments.data, "TEXT": text}
    return {name: (start, end) for name, (start, end) in both.items() if start > 0}


def _count(
    claims: dict[str, tuple[int, int]], segments: Segments, width: int, path: Path
) -> tuple[int, int, list[Finding]]:
    """Without a $TOT (FCS 2.0 does not ask for one), the length of DATA says how many events there are."""
    if len(set(claims.values())) > 1:
        raise InputError(f"{path}: $TOT is absent or 0, and HEADER and TEXT disagree on where DATA is.")
    start, end = next(iter(claims.values()))
    length = max(0, end - start + 1)
    if length <= _SLACK:
        return min(start, segments.size), 0, []
    past = end == segments.size  # the byte after the last one was given
    count, rest = divmod(length - past, width)
    if end > segments.size or rest > (0 if past else _SLACK):
        raise InputError(
            f"{path}: $TOT is absent or 0, and DATA, bytes {start} to {end} of {segments.size}, "
            f"is not a whole number of events of {width} bytes."
        )
    return start, count, [Finding("no event count", events=count)]


def _refusal(claims: dict[str, tuple[int, int]], segments: Segments, total: int, width: int, path: Path) -> str:
    noted = " and ".join(f"{name} says bytes {start} to {end}" for name, (start, end) in claims.items())
    return (
        f"{path}: DATA of {total} events of {width} bytes is not where it should be: {noted}; "
        f"the data set has {segments.size} bytes."
    )


def _notes(claims: dict[str, tuple[int, int]], chosen: list[str], needed: int, *, fitted: bool) -> list[Finding]:
    start, end = claims[chosen[0]]
    notes = []
    if not fitted:
        notes.append(Finding("bytes after events", bytes=end - start + 1 - needed))
    for name, (other_start, other_end) in claims.items():
        if other_start != start or abs(other_end - end) > _SLACK:
            notes.append(
                Finding(
                    "offsets disagree", source=name, first=other_start, last=other_end,
                    followed=chosen[0], followed_first=start, followed_last=end,
                )
            )  # fmt: skip
    return notes
