"""What is kept comes back as it was, and bytes run nothing."""

import io
import json
import pickle
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cytoclust.engine import Clustering, Join
from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.pipeline import _pack
from cytoclust.pipeline._pack import Unpackable, digest_of, unpack
from cytoclust.positivity import Profile
from cytoclust.pp import QualityModel, Transform

SIMPLE = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SIMPLE,
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=20,
)


def pack(value):
    """In one piece."""
    return bytearray(b"".join(_pack.pack(value)))


@given(VALUES)
@settings(max_examples=60)
def test_plain_values_come_back(value):
    found = unpack(pack(value))
    assert found == value
    assert repr(found) == repr(value)  # of the same types: True is no 1, a tuple no list


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12, dtype=np.int32).reshape(3, 4).T,
        np.array([np.nan, np.inf, -0.0], dtype=np.float32),
        np.zeros((0, 3), dtype=np.uint8),
        np.array(5.0),
        np.array(["a", "Ä"]),
        np.array([True, False]),
        np.arange(5, dtype=">i8"),
    ],
)
def test_arrays_come_back(array):
    found = unpack(pack({"array": array, "after": 1}))["array"]
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    assert found.tobytes() == np.ascontiguousarray(array).tobytes()
    assert found.flags.writeable


def test_numbers_of_numpy_keep_their_type():
    found = unpack(pack([np.float32(0.1), np.int64(3), np.bool_(True)]))
    assert [type(each) for each in found] == [np.float32, np.int64, np.bool_]


def test_tables_come_back():
    table = pd.DataFrame(
        {
            "sample_id": ["A", "B", None],
            "n": pd.array([1, None, 3], dtype="Int64"),
            "share": [0.1, np.nan, np.inf],
            "ok": [True, False, True],
        },
        index=pd.Index([5, 6, 9], name="row"),
    )
    pd.testing.assert_frame_equal(unpack(pack(table)), table)


def test_what_steps_make_comes_back():
    profile = Profile.from_events(np.random.default_rng(0).normal(size=(50, 2)), np.zeros(50, int), ["0"], ["a", "b"])
    panel = Panel(("a",), ("FL1-A",), ("a",), ("fluorescence",), given={"FL1-A": "a"})
    model = QualityModel({}, (Finding("no dead cells", dye="L/D"),), np.zeros((2, 1), dtype=np.float32))
    found = unpack(pack([profile, panel, model, Transform("arcsinh", np.array([150.0, np.nan]))]))
    np.testing.assert_array_equal(found[0].counts, profile.counts)
    np.testing.assert_array_equal(found[0].medians, profile.medians)
    assert found[1] == panel
    assert found[2].notes == model.notes
    assert np.isnan(found[3].parameters[1])


def test_a_clustering_comes_back_with_its_tree():
    made = Clustering(
        np.array([0, 1, 1], np.int32), np.array([1, 0.5, 0.7], np.float32), 2, lambda: np.array([0.9, np.nan]),
        lambda: [Join(0, 1, 0.25)], knows_tree=True,
    )  # fmt: skip
    found = unpack(pack(made))
    np.testing.assert_array_equal(found.labels, made.labels)
    np.testing.assert_array_equal(found.probability, made.probability)
    np.testing.assert_array_equal(found.stability(), made.stability())
    assert found.joins() == made.joins()
    pd.testing.assert_frame_equal(found.tree(), made.tree())


def test_digests_are_of_what_a_value_holds():
    assert digest_of(np.arange(3)) == digest_of(np.arange(3))
    assert len({digest_of(each) for each in (np.arange(3), np.arange(3.0), [0, 1, 2], (0, 1, 2), "012")}) == 5


@dataclass
class Elsewhere:
    """Not of this package."""

    value: int = 0


class Trap:
    def __reduce__(self):
        return (print, ("ran",))


def test_what_cannot_be_kept_is_said():
    for value in (Trap(), {1, 2}, np.array([object()]), lambda: None):
        with pytest.raises(Unpackable):
            pack(value)
    with pytest.raises(Unpackable, match="not of this package"):
        unpack(pack(Elsewhere()))


def _as_bytes(plain):
    text = json.dumps(plain).encode()
    return len(text).to_bytes(8, "little") + text


@pytest.mark.parametrize(
    "plain",
    [
        {"of": ["os:system", {"command": "exit"}]},
        {"of": ["cytoclust.pipeline:clean", {"out": "."}]},
        {"of": ["cytoclust.params:Config", {}]},
        {"of": ["cytoclust.nowhere:Thing", {}]},
        {"unheard of": []},
        {"array": ["O", [1], 0]},
        {"array": ["<f4", [10**9, 10**9], 0]},
        {"array": ["<f4", [-1], 0]},
        {"finding": ["no such code", {"map": []}]},
        {"clustering": []},
        {"list": 3},
        {},
    ],
)
def test_forged_bytes_are_refused(plain):
    with pytest.raises(Unpackable):
        unpack(_as_bytes(plain))


def test_a_pickle_is_not_read():
    held = io.BytesIO()
    pickle.dump(Trap(), held)
    with pytest.raises(Unpackable):
        unpack(held.getvalue())


def test_spoilt_bytes_give_a_value_or_are_refused():
    whole = pack({"a": np.arange(4), "b": (1, "x"), "c": Finding("no dead cells", dye="L/D")})
    random = np.random.default_rng(1)
    for _ in range(2000):
        spoilt = bytearray(whole)
        for at in random.integers(0, len(whole), 3):
            spoilt[at] = random.integers(0, 256)
        try:
            unpack(bytes(spoilt[: random.integers(0, len(whole) + 1)]))
        except Unpackable:
            continue
