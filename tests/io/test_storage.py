"""Values that are no whole bytes of one order: packed bits, text, and bytes in an order of their own."""

import struct

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from tests.io.make import fcs, integers, pack, parameters


def test_ten_bits_by_hand(opened):
    """Two values of 10 bits: the first of them fills a byte and a quarter."""
    words = parameters({"N": "A", "B": 10}, {"N": "B", "B": 10}) | {"$DATATYPE": "I", "$TOT": "1"}
    least = bytes([0b00000001, 0b11111110, 0b00001111])  # 1000000001 (bits 0-9), 1111111111 (bits 10-19), from below
    file = opened(fcs(least, words | {"$BYTEORD": "1,2,3,4"}))
    assert file.read().tolist() == [[0b1000000001, 0b1111111111]]
    most = bytes([0b10000000, 0b01000000, 0b00110000])  # 1000000001, 0000000011, from above
    file = opened(fcs(most, words | {"$BYTEORD": "4,3,2,1"}))
    assert file.read().tolist() == [[0b1000000001, 0b0000000011]]
    assert Finding("packed bits", order="most") in file.notes


@pytest.mark.parametrize("sign", "<>")
def test_ten_bits_in_two_bytes(opened, sign):
    rows = [(1, 2), (1023, 512), (0, 7)]
    file = opened(fcs(*integers(rows, order="1,2" if sign == "<" else "2,1", **{"$P1B": "10", "$P2B": "10"})))
    assert file.read().tolist() == [list(row) for row in rows]
    assert file.notes == (Finding("bits in whole bytes"),)


@pytest.mark.parametrize("sign", "<>")
def test_packed_decades(opened, sign):
    rows = [(0, 512), (1023, 256)]
    words = parameters({"N": "A", "B": 10, "E": "4,1"}, {"N": "B", "B": 12, "R": 4096})
    words |= {"$DATATYPE": "I", "$TOT": "2", "$BYTEORD": "1,2,3,4" if sign == "<" else "4,3,2,1"}
    file = opened(fcs(pack(rows, (10, 12), sign), words))
    expected = [[1, 512], [10 ** (4 * 1023 / 1024), 256]]
    np.testing.assert_allclose(file.read(), expected, rtol=1e-6)
    assert (file.take([1, 0], columns=[1]) == [[256], [512]]).all()


@pytest.mark.parametrize("order", ["3,4,1,2", "2,1,4,3", "1,3,2,4"])
@pytest.mark.parametrize("kind", "IF")
def test_bytes_in_an_order_of_their_own(opened, order, kind):
    """$BYTEORD gives for each byte as written its place, 1 the least significant (FCS 3.1, 3.2.5)."""
    values = np.array([[70_000, 5], [16_909_060, 4_000_000_000]]) if kind == "I" else np.array([[1.5, -2e5], [3, 7e4]])
    least_first = values.astype("<u4" if kind == "I" else "<f4").view("u1").reshape(-1, 4)
    written = least_first[:, [int(place) - 1 for place in order.split(",")]]
    words = parameters({"N": "A", "B": 32, "R": 2**32}, {"N": "B", "B": 32, "R": 2**32})
    file = opened(fcs(written.tobytes(), words | {"$DATATYPE": kind, "$BYTEORD": order, "$TOT": "2"}))
    np.testing.assert_allclose(file.read(), values, rtol=1e-7)


def test_sixteen_bits_in_an_order_of_four(opened):
    rows = [(1, 300), (1023, 512)]
    for order, sign in (("3,4,1,2", "<"), ("2,1,4,3", ">")):
        data = b"".join(struct.pack(f"{sign}2H", *row) for row in rows)
        file = opened(fcs(data, integers(rows, **{"$BYTEORD": order})[1]))
        assert file.read().tolist() == [list(row) for row in rows]


@pytest.mark.parametrize("order", [None, "", "1"])
def test_single_bytes_need_no_order(opened, order):
    words = parameters({"N": "A", "B": 8, "R": 256}, {"N": "B", "B": 8, "R": 256})
    file = opened(fcs(bytes([1, 2, 255, 4]), words | {"$DATATYPE": "I", "$BYTEORD": order, "$TOT": "2"}))
    assert file.read().tolist() == [[1, 2], [255, 4]]


def test_text_of_a_width(opened):
    words = parameters({"N": "A", "B": 4}, {"N": "B", "B": 3}) | {"$DATATYPE": "A", "$BYTEORD": "1,2,3,4", "$TOT": "2"}
    assert opened(fcs(b"   1 201023  7", words)).read().tolist() == [[1, 20], [1023, 7]]
    with pytest.raises(InputError, match="numbers as text"):
        opened(fcs(b"   1 xx1023  7", words))


@pytest.mark.parametrize("data", [b"1,20,1023,7", b"1 20\r\n1023\t7\r\n", b"1,,20, 1023 ,7,"])
def test_text_between_separators(opened, data):
    words = parameters({"N": "A", "B": "*"}, {"N": "B", "B": "*"})
    words |= {"$DATATYPE": "A", "$BYTEORD": "1,2,3,4", "$TOT": "2"}
    assert opened(fcs(data, words)).read().tolist() == [[1, 20], [1023, 7]]
    with pytest.raises(InputError):
        opened(fcs(b"1,20,1023", words | {"$TOT": "2"}))


@pytest.mark.parametrize("value", ["NA", "Inf", "-1", "0", "nan", "", None])
def test_a_range_that_is_none(opened, value):
    words = parameters({"N": "FSC-A", "B": 32, "R": value or ""}, {"N": "B", "B": 32})
    if value is None:
        del words["$P1R"]
    file = opened(fcs(struct.pack("<4f", 1, 2, 3, 4), words | {
        "$DATATYPE": "F", "$BYTEORD": "1,2,3,4", "$TOT": "2", "$COM": "x"
    }))  # fmt: skip
    assert file.read().tolist() == [[1, 2], [3, 4]]
    assert (file.channels[0].range, file.channels[0].limit) == (0, 0)
    assert file.notes[-1] == Finding("no channel range", keyword="$P1R", found=repr(value) if value else "absent")
    rows = [(65_535, 2), (7, 1023)]
    file = opened(fcs(*integers(rows, **{"$P1R": value})))
    assert file.read().tolist() == [list(row) for row in rows]
    assert Finding("no range of integers", keyword="$P1R", found=repr(value) if value else "absent") in file.notes


def test_bits_above_the_range_are_counted(opened):
    rows = [(1024 * (i % 4 == 0) + i, i) for i in range(40)]
    file = opened(fcs(*integers(rows)))
    assert file.read().tolist() == [[i, i] for i in range(40)]
    assert file.notes == (Finding("bits above the range", keywords=["$P1R"], share=0.25),)
    file = opened(fcs(*integers(rows, **{"$P1R": "1064"})))  # no power of two: what is below the next is kept
    assert file.read().tolist() == [list(row) for row in rows]
    assert file.notes == ()
