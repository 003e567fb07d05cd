"""HEADER and TEXT of an FCS file that is written."""

from collections.abc import Mapping
from typing import Final

__all__ = ["HEADER_BYTES", "fcs_header", "fcs_text"]

HEADER_BYTES: Final = 58
"""Before TEXT. Source: FCS 3.1, 3.1."""
_HEADER_LIMIT: Final = 99_999_999
"""Eight digits; beyond it HEADER says 0 and TEXT holds the offsets. Source: FCS 3.1, 3.1."""
_DELIMITERS: Final = "\x0c\x1e|!\\/~^"
_OFFSET_DIGITS: Final = 20
"""Of an offset in TEXT. Bears on no result: any fixed number lets TEXT hold where it ends itself."""


def fcs_header(text_bytes: int, data_bytes: int) -> bytes:
    """HEADER of FCS 3.1 whose TEXT follows, and DATA after that."""
    begin = HEADER_BYTES + text_bytes
    end = begin + max(data_bytes, 1) - 1
    data = (begin, end) if end <= _HEADER_LIMIT else (0, 0)
    offsets = (HEADER_BYTES, begin - 1, *data, 0, 0)
    return ("FCS3.1    " + "".join(f"{offset:>8d}" for offset in offsets)).encode("ascii")


def fcs_text(keywords: Mapping[str, str], data_bytes: int) -> bytes:
    """The TEXT segment, with the offsets of DATA, which follows it.

    Words are parted by a character that none of them holds; where each is in some word, a form feed, which is doubled
    within words (FCS 3.1, 3.2.2).
    """
    words = "".join(word for pair in keywords.items() for word in pair)
    delimiter = next((each for each in _DELIMITERS if each not in words), _DELIMITERS[0])

    def build(begin: int) -> bytes:
        end = begin + max(data_bytes, 1) - 1
        offsets = {"$BEGINDATA": f"{begin:0{_OFFSET_DIGITS}d}", "$ENDDATA": f"{end:0{_OFFSET_DIGITS}d}"}
        pairs = {**keywords, **offsets}.items()
        escaped = [word.replace(delimiter, 2 * delimiter) for pair in pairs for word in pair]
        return (delimiter + delimiter.join(escaped) + delimiter).encode("utf-8")

    return build(HEADER_BYTES + len(build(0)))
