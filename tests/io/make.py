"""FCS bytes made by hand, from the standard and not from our writer."""

import struct

import numpy as np

from cytoclust.io import Channel

CODES = {8: "B", 16: "H", 32: "I", 64: "Q"}


def text_segment(keywords, delimiter="|"):
    words = [str(word).replace(delimiter, 2 * delimiter) for pair in keywords.items() for word in pair]
    return (delimiter + delimiter.join(words) + delimiter).encode()


def header(version, text, data):
    return f"{version}    {text[0]:>8}{text[1]:>8}{data[0]:>8}{data[1]:>8}{0:>8}{0:>8}".encode()


def fcs(
    data,
    keywords,
    *,
    version="FCS3.1",
    delimiter="|",
    header_data=None,
    text_data=None,
    tail=b"",
):
    """A data set of ``data`` bytes; offsets in HEADER and TEXT are right unless given."""
    begin = 1024
    end = begin + len(data) - 1
    words = {"$MODE": "L", "$NEXTDATA": "0", **keywords}
    if version != "FCS2.0":
        claim = (begin, end) if text_data is None else text_data
        words |= {"$BEGINDATA": str(claim[0]), "$ENDDATA": str(claim[1])}
    segment = text_segment({key: value for key, value in words.items() if value is not None}, delimiter)
    assert 58 + len(segment) <= begin
    head = header(version, (58, 57 + len(segment)), (begin, end) if header_data is None else header_data)
    return (head + segment).ljust(begin) + data + tail


def parameters(*channels):
    """$Pn keywords of channels, each a mapping such as {"N": "FSC-A", "B": 16}."""
    words = {"$PAR": str(len(channels))}
    for i, channel in enumerate(channels, start=1):
        words |= {f"$P{i}{key}": str(value) for key, value in {"B": 16, "E": "0,0", "R": 1024, **channel}.items()}
    return words


def integers(rows, *, order="1,2,3,4", **more):
    """An integer data set of two 16-bit channels A and B."""
    sign = "<" if order.startswith("1") else ">"
    data = b"".join(struct.pack(f"{sign}{len(row)}H", *row) for row in rows)
    names = [{"N": name} for name in "ABCDEFGH"[: len(rows[0])]]
    words = {"$DATATYPE": "I", "$BYTEORD": order, "$TOT": str(len(rows)), **parameters(*names)}
    return data, words | more


def floats(values, *channels, **more):
    """A little-endian float data set; channels default to C1, C2, …"""
    values = np.asarray(values, dtype="<f4")
    channels = channels or [{"N": f"C{i + 1}"} for i in range(values.shape[1])]
    words = parameters(*({"B": 32, "R": 262144, **channel} for channel in channels))
    return values.tobytes(), {"$DATATYPE": "F", "$BYTEORD": "1,2,3,4", "$TOT": str(len(values)), **words, **more}


def stained(*markers, scatter=("FSC-A", "SSC-A")):
    """Channels of a small panel: scatter, then a detector for each marker."""
    plain = [Channel(name, signal_type="scatter") for name in scatter]
    return [*plain, *(Channel(f"D{i}-A", marker=marker, label=marker) for i, marker in enumerate(markers, start=1))]


def pack(rows, widths, sign):
    """Integers of any number of bits one behind the other: the first bit is the least (``<``) or most significant."""
    stream = 0
    bits = [(int(value), width) for row in rows for value, width in zip(row, widths, strict=True)]
    length = sum(width for _, width in bits)
    size = -(-length // 8)
    if sign == "<":
        for value, width in reversed(bits):
            stream = stream << width | value
        return stream.to_bytes(size, "little")
    for value, width in bits:
        stream = stream << width | value
    return (stream << (8 * size - length)).to_bytes(size, "big")
