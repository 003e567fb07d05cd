"""Bytes of a text file as text, whatever program wrote it."""

from typing import Final

__all__ = ["decode_text", "encoding_of"]

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROLS: Final = frozenset(range(32)) - {9, 10, 11, 12, 13, 26}  # tabs and ends of lines, of pages and of files
_LOOKED_AT: Final = 4096


def decode_text(data: bytes) -> tuple[str, str]:
    """The text, and the encoding that it was read by.

    UTF-8 with and without its mark, UTF-16 (Excel's "Unicode text") and UTF-32; what is none of these is Windows-1252.

    Raises
    ------
    ValueError
        It is no text.
    """
    encoding = encoding_of(data)
    return data.decode(encoding, "replace" if encoding == "cp1252" else "strict"), encoding


def encoding_of(data: bytes) -> str:
    """The encoding of a text, by its mark or by what it holds; ``data`` may be its beginning.

    Raises
    ------
    ValueError
        It is no text.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    head = data[:_LOOKED_AT]
    zeros = head[0::2].count(0), head[1::2].count(0)
    if max(zeros) > len(head) // 4 and min(zeros) == 0:
        return "utf-16-be" if zeros[0] else "utf-16-le"
    controls = sum(byte in _CONTROLS for byte in head)
    if b"\0" in head or controls > 1 + len(head) // 100:
        raise ValueError("control characters")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":  # cut within a letter
            return "cp1252"
    return "utf-8"
