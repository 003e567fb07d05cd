"""Where prepared events are kept during a run."""

import errno

import numpy as np
import pytest

import cytoclust as ct
from cytoclust.errors import InputError
from cytoclust.io import FileArray
from cytoclust.pipeline import _cluster, _store
from cytoclust.pipeline._store import Place, Store, store_key
from tests.pipeline.made import QUICK, steps_to

KEY = ("prepare", 1, {"quality": {"enabled": True}, "transform": "arcsinh"}, ["abc", "S01"])


def test_a_key_is_of_all_that_it_depends_on():
    key = store_key(*KEY)
    assert len(key) == 16
    assert set(key) <= set("0123456789abcdef")
    others = [
        ("other", *KEY[1:]),
        (KEY[0], 2, *KEY[2:]),
        (*KEY[:2], {"quality": {"enabled": False}, "transform": "arcsinh"}, KEY[3]),
        (*KEY[:2], {"quality": {"enabled": True}}, KEY[3]),
        (*KEY[:3], ["abd", "S01"]),
        (*KEY[:3], ["abc", "S02"]),
        (*KEY[:3], ["S01", "abc"]),
    ]
    assert len({key, *(store_key(*other) for other in others)}) == 1 + len(others)
    turned = {"transform": "arcsinh", "quality": {"enabled": True}}
    assert store_key(*KEY[:2], turned, tuple(KEY[3])) == key  # the order of parameters is none


def test_memory_and_disk_give_the_same_arrays(tmp_path):
    values = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)
    found = []
    for place in (Place(None), Place(tmp_path / "deep" / "place")):
        array = place.create("events", values.shape)
        assert (array.shape, array.dtype) == (values.shape, np.float32)
        for start in range(0, 100, 30):
            array[start : start + 30] = values[start : start + 30]
        found.append(place.finish("events", array))
        place.write("codes", np.arange(3))
        place.write("model", {"a": 1})
    np.testing.assert_array_equal(found[0], values)
    np.testing.assert_array_equal(found[1], values)
    assert isinstance(found[1], FileArray)
    assert not found[1][:].flags.writeable
    np.testing.assert_array_equal(found[1][np.array([7, 3])], values[[7, 3]])
    assert {path.name for path in (tmp_path / "deep" / "place").iterdir()} == {"events.npy", "codes.npy", "model.json"}
    np.testing.assert_array_equal(np.load(tmp_path / "deep" / "place" / "codes.npy"), np.arange(3))


@pytest.mark.parametrize(
    ("where", "n_bytes", "on_disk"),
    [("memory", 10**12, False), ("disk", 1, True), ("auto", 1000, False), ("auto", 1001, True)],
)
def test_where(tmp_path, monkeypatch, where, n_bytes, on_disk):
    monkeypatch.setattr(_store, "KEEP_BYTES", 1000)
    with Store(tmp_path, where=where) as store:
        places = store.places("prepare", ["a", "b"], n_bytes)
    folders = [tmp_path / ".store" / f"prepare-{key}" if on_disk else None for key in "ab"]
    assert [place.folder for place in places] == folders


def test_it_goes_and_so_does_that_of_a_run_that_was_killed(tmp_path):
    (tmp_path / ".store" / "old").mkdir(parents=True)
    with Store(tmp_path, where="disk") as store:
        assert not (tmp_path / ".store").exists()
        store.places("prepare", ["a"], 1)[0].create("events", (3, 2))
        assert (tmp_path / ".store" / "prepare-a" / "events.npy").exists()
    assert not (tmp_path / ".store").exists()


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"The store .* cannot be written to: .*Use run\.store=memory"):
        Place(tmp_path / "file" / ".store").create("events", (3, 2))


def test_samples_are_prepared_alike_in_memory_and_on_disk(small, tmp_path, monkeypatch):
    monkeypatch.setattr(Store, "__exit__", lambda *_: None)  # it stays to be looked at
    memory, disk = (
        steps_to("quality control", small / "samples.csv", tmp_path / where, QUICK | {"run.store": where})["prepared"]
        for where in ("memory", "disk")
    )
    for one, other in zip(memory, disk, strict=True):
        assert isinstance(other.linear, FileArray)
        assert not isinstance(one.linear, FileArray)
        np.testing.assert_array_equal(one.linear, other.linear)
        np.testing.assert_array_equal(one.codes, other.codes)
        assert one.summary == other.summary


def test_a_run_that_fails_leaves_nothing(small, tmp_path, monkeypatch):
    def failing(context, **_):
        assert len(list((context.output.folder / ".store").iterdir())) == 3  # one a sample: else this shows nothing
        raise InputError("no")

    monkeypatch.setattr(_cluster, "scale", failing)
    with pytest.raises(InputError, match="no"):
        ct.run(small / "samples.csv", out=tmp_path / "OUT", settings=QUICK | {"run.store": "disk"})
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_before_events_are_written(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    with pytest.raises(InputError, match=r"No space left on device. Use run.store=memory"):
        Place(tmp_path / "place").create("events", (10, 3))
