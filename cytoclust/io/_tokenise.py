"""TEXT taken apart into keywords and values, where writers kept the rule of delimiters and where they did not."""

from dataclasses import dataclass, field
from typing import Final

from cytoclust.io._keywords import defined, form_of, usual

__all__ = ["Reading", "read_by_rule", "resynchronise"]

_MOST_PIECES: Final = 40_000
"""Bears on no result: TEXT of more pieces, ten times what real files have, is not searched for another reading."""
_MATRICES: Final = ("SPILL", "SPILLOVER", "COMP")
_SHORT: Final = 3
"""Bears on no result: pieces that a number, or two, may be made of."""
_WINDOW, _MATRIX_WINDOW = 24, 200
"""Bears on no result: pieces that one value may span; of a matrix, whose channels' names may hold the delimiter."""

_EMPTY, _DOUBLED = 0.25, 0.3
"""Cost of an empty value, and of a doubled delimiter in a value. Chosen: programs that write one write many."""
_UNDOUBLED, _UNDOUBLED_MORE = 1.5, 0.5
"""Cost of the first delimiter left undoubled in a value, and of each other. Chosen: a path or date has several."""
_STRAY: Final = 2.0
"""Cost of a delimiter, or of a last word, that belongs to nothing. Chosen: more than an undoubled delimiter."""
_AT_END: Final = 0.2
"""Cost of a value that begins or ends with the delimiter. Chosen: decides between readings that are alike otherwise."""
_SWALLOWED, _SWALLOWED_USUAL = 6.0, 2.0
"""Cost of a keyword of the standard, or of a usual one, within a value. Chosen: it takes several others to outweigh."""
_MISFIT: Final = 5.0
"""Cost of a value that its keyword does not allow. Chosen: like a keyword swallowed."""
_KEY_DOUBLED, _NO_WORD, _UNKNOWN = 3.0, 3.0, 0.1
"""Cost of a delimiter in a keyword, of one without a letter, of one never heard of. Chosen: a date's part is none."""


@dataclass
class Reading:
    """Keywords and values in the order of the file, and what was not by the rule."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    clean: bool = True
    empty: list[str] = field(default_factory=list)
    undoubled: list[str] = field(default_factory=list)
    stray: int = 0


def read_by_rule(pieces: list[str], delimiter: str) -> Reading:
    """Pieces between delimiters, joined where the delimiter is doubled, taken in pairs (FCS 3.1, 3.2).

    ``clean`` says that nothing in it looks like a keyword that was swallowed.
    """
    tokens, held, i = [], [pieces[0]], 1
    while i <= len(pieces):
        if i + 1 < len(pieces) and pieces[i] == "":
            held.append(pieces[i + 1])
            i += 2
            continue
        tokens.append(held)
        held = [pieces[i]] if i < len(pieces) else []
        i += 1
    stray = 0
    if len(tokens) % 2 and not _is_word(delimiter.join(tokens[-1])):
        stray = int(tokens.pop() == [""])  # a delimiter too many; else padding after the last one
    reading = Reading(clean=len(tokens) % 2 == 0, stray=stray)
    for key, value in zip(tokens[::2], tokens[1::2], strict=False):
        name, said = delimiter.join(key), delimiter.join(value)
        swallowed = any(_strength(word) for word in value) if len(value) > 1 else defined(said)
        form = form_of(name)
        misfit = said != "" and form is not None and not form(said)
        if len(key) > 1 or swallowed or misfit or _key_cost(name) > _UNKNOWN:
            reading.clean = False
        reading.empty += [name] * (said == "")
        reading.pairs.append((name, said))
    return reading


def _is_word(text: str) -> bool:
    return any(letter.isalnum() for letter in text) and text.isprintable() and len(text.strip()) > 1


def _strength(word: str) -> float:
    return _SWALLOWED if defined(word) else _SWALLOWED_USUAL if usual(word) else 0.0


def _key_cost(word: str) -> float:
    if defined(word) or usual(word):
        return 0.0
    return _UNKNOWN if any(letter.isalpha() for letter in word) and word.isprintable() else _NO_WORD


def resynchronise(pieces: list[str], delimiter: str) -> Reading | None:
    """The reading of least cost: which pieces are keywords, and which make up the value of each.

    Keywords that the standard defines are what a reading holds on to. None where there are too many pieces to search.
    """
    if len(pieces) > _MOST_PIECES:
        return None
    n = len(pieces)
    strengths = [_strength(piece) for piece in pieces]
    best = [float("inf")] * (n + 1)
    best[0] = 0.0
    back: list[tuple[int, int] | None] = [None] * (n + 1)  # where the pair began, and its value; -1 for none

    def offer(at: int, cost: float, start: int, value: int) -> None:
        if cost < best[at]:
            best[at], back[at] = cost, (start, value)

    for i in range(n):
        if pieces[i] == "":
            offer(i + 1, best[i] + _STRAY, i, -1)
            continue
        key_cost, value = best[i] + _key_cost(pieces[i]), i + 1
        while True:
            if value == n:
                offer(n, key_cost + _STRAY, i, -1)
                break
            key = delimiter.join(pieces[i:value:2])
            for end, cost in _values(pieces, strengths, value, key, delimiter):
                offer(end, key_cost + cost, i, value)
            if value + 1 >= n or pieces[value] != "" or value - i > 5:  # no doubled delimiter follows the keyword
                break
            key_cost += _KEY_DOUBLED + strengths[value + 1] + (strengths[i] if value == i + 1 else 0)
            value += 2
    return _follow(pieces, delimiter, back)


def _values(pieces: list[str], strengths: list[float], start: int, key: str, delimiter: str) -> list[tuple[int, float]]:
    """Each end that a value from ``start`` may have, with its cost."""
    offers = []
    form, known = form_of(key), defined(key)
    swallowed, undoubled, doubled, run = 0.0, 0, 0, 0
    is_matrix = key.strip().upper().removeprefix("$") in _MATRICES
    name = key.strip().upper()[-1:] in ("N", "S") and known
    for end in range(start, min(len(pieces), start + (_MATRIX_WINDOW if is_matrix else _WINDOW))):
        piece = pieces[end]
        swallowed += strengths[end]
        run += end > start
        if piece:
            undoubled, doubled = undoubled + run % 2, doubled + run // 2
            run = 0
        if swallowed > 3 * _SWALLOWED:
            break
        cost = 0.7 * swallowed if end == start else swallowed
        loose = undoubled + run % 2
        cost += _DOUBLED * doubled
        if loose:
            cost += _UNDOUBLED + _UNDOUBLED_MORE * (loose - 1) + (0 if known else _UNKNOWN)
        if end == start and not piece:
            cost += _EMPTY
        elif not piece or not pieces[start]:
            cost += _AT_END + (_STRAY if name and run % 2 else 0)
        short = is_matrix or end - start < _SHORT
        if form is not None and not (short and form(delimiter.join(pieces[start : end + 1]))):
            cost += _MISFIT
        offers.append((end + 1, cost))
    return offers


def _follow(pieces: list[str], delimiter: str, back: list[tuple[int, int] | None]) -> Reading:
    steps, at = [], len(pieces)
    while at > 0:
        step = back[at]
        if step is None:
            return Reading(clean=False)
        steps.append((*step, at))
        at = step[0]
    reading = Reading(clean=False)
    for start, value, end in reversed(steps):
        if value < 0:
            reading.stray += 1
            continue
        key = delimiter.join(pieces[start:value:2])
        said, loose = _unescape(pieces[value:end], delimiter)
        reading.pairs.append((key, said))
        reading.empty += [key] * (end - value == 1 and not said)
        reading.undoubled += [key] * loose
    return reading


def _unescape(pieces: list[str], delimiter: str) -> tuple[str, bool]:
    """A value in one piece, doubled delimiters as one; whether there is one that is not doubled."""
    out, run, loose = pieces[0], 0, False
    for piece in pieces[1:]:
        run += 1
        if piece:
            loose |= bool(run % 2)
            out += delimiter * ((run + 1) // 2) + piece
            run = 0
    return out + delimiter * ((run + 1) // 2), loose or bool(run % 2)
