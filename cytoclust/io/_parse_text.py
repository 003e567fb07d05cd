"""The TEXT segment of an FCS file as keywords."""

import re
from collections import Counter
from itertools import pairwise
from typing import Final

from cytoclust.findings import Finding
from cytoclust.io._keywords import completeness, defined, usual
from cytoclust.io._shown import shown
from cytoclust.io._tokenise import Reading, read_by_rule, resynchronise

__all__ = ["parse_text"]

_PREFIXES: Final = ("$", "@", "#", "&")
"""With which keywords begin, of the standard and of instruments (``@CHECKSUM``), and markers do not."""
_LABEL: Final = re.compile(r"\$P\d+[NS]", re.IGNORECASE)


def parse_text(segment: bytes) -> tuple[dict[str, str], list[Finding]]:
    """Keywords and their values, standard keywords in upper case, and notes on what was not by the standard.

    The delimiter is the first character, and is doubled where it stands for itself (FCS 3.1, 3.2). Where that rule
    leaves a keyword swallowed or without a partner, values may be empty or hold the delimiter undoubled, and the
    keywords of the standard tell where values end. Of two readings the one that has more of the keywords that $PAR asks
    for is right.
    """
    segment, wide = _narrow(segment)
    raw = segment.decode("latin-1")  # a byte a character: the delimiter is a byte, values are decoded one by one
    if len(raw.strip("\0 \r\n\t")) < 2:
        return {}, []
    delimiter = raw[0]
    body = raw.rstrip("\0 \r\n") if delimiter.strip("\0 \r\n") else raw
    pieces = body[1:].removesuffix(delimiter).split(delimiter)
    reading = read_by_rule(pieces, delimiter)
    if not reading.clean:
        other = resynchronise(pieces, delimiter)
        if other is not None and completeness(_plain(other)) >= completeness(_plain(reading)):
            reading = other
    text, notes = _decoded(reading)
    return text, [*([Finding("text in utf-16")] if wide else []), *notes, *_irregular(reading, delimiter)]


def _narrow(segment: bytes) -> tuple[bytes, bool]:
    """UTF-16 as UTF-8; whether it was."""
    body = segment.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    half = len(body) // 2
    for codec, zeros in (("utf-16-le", body[1::2]), ("utf-16-be", body[0::2])):
        if half > 8 and zeros.count(0) > 0.9 * half and body.count(0) < 1.1 * half:
            return body[: 2 * half].decode(codec, "replace").encode(), True
    return segment, False


def _plain(reading: Reading) -> dict[str, str]:
    return {_folded(key): value for key, value in reading.pairs}


def _folded(key: str) -> str:
    """Keywords of the standard do not differ by case (FCS 3.1, 3.2.9)."""
    key = key.strip()
    return key.upper() if key.startswith("$") else key


def _decoded(reading: Reading) -> tuple[dict[str, str], list[Finding]]:
    """Of a keyword that is repeated, the last value counts, but for empty ones."""
    by_latin = "mac_roman" if _of_old_mac(_plain(reading)) else "cp1252"
    used: Counter[str] = Counter()
    text: dict[str, str] = {}
    repeated: list[str] = []
    for key, value in reading.pairs:
        name = _folded(_decode(key, by_latin, used))
        if not name:
            continue
        said = _decode(value, by_latin, used)
        if name in text and text[name].strip() != said.strip():
            repeated.append(name)
        text[name] = said if said.strip() else text.get(name, said)
    notes = []
    if used["Latin-1"] or used["Mac Roman"]:
        notes.append(Finding("text not utf-8", encoding="Mac Roman" if used["Mac Roman"] else "Windows-1252"))
    if repeated:
        notes.append(Finding("keywords repeated", keywords=sorted(set(repeated))))
    return text, notes


def _of_old_mac(text: dict[str, str]) -> bool:
    """Mac OS before X wrote its own set of characters."""
    return re.search(r"mac ?os ?[789]|macintosh", text.get("$SYS", ""), re.IGNORECASE) is not None


def _decode(latin: str, otherwise: str, used: Counter[str]) -> str:
    if latin.isascii():
        return latin
    raw = latin.encode("latin-1")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        used["Mac Roman" if otherwise == "mac_roman" else "Latin-1"] += 1
    try:
        return raw.decode(otherwise)
    except UnicodeDecodeError:
        return latin


def _irregular(reading: Reading, delimiter: str) -> list[Finding]:
    notes = []
    if reading.empty and not reading.clean:  # one at the end of TEXT leaves no doubt
        notes.append(Finding("empty values", keywords=[_folded(key) for key in reading.empty]))
    for key in reading.undoubled:
        value = dict(reading.pairs)[key]
        notes.append(
            Finding("delimiter in value", keyword=_folded(key), delimiter=shown(delimiter), value=shown(value))
        )
    if reading.stray:
        notes.append(Finding("stray words in text", words=reading.stray))
    notes += [
        Finding("label may go on", keyword=_folded(key), next=shown(after)) for key, after in _doubtful(reading.pairs)
    ]
    return notes


def _doubtful(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Names and labels behind which an unknown keyword stands.

    Writers put none there, and a label with two delimiters that are not doubled looks so.
    """
    names = [key for key, _ in pairs]
    return [
        (before, name)
        for before, name in pairwise(names)
        if _LABEL.fullmatch(before.strip()) and not (defined(name) or usual(name) or name.startswith(_PREFIXES))
    ]
