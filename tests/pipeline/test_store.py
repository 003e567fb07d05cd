"""What a run keeps, and what becomes of it."""

import errno
from contextlib import suppress

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import FileArray
from cytoclust.pipeline import _store
from cytoclust.pipeline._entry import Damaged, Kept, Place
from cytoclust.pipeline._recipe import NEEDS, Recipe
from cytoclust.pipeline._store import Store
from tests.pipeline.made import QUICK, steps_to

OF = {"quality.margin": True, "read.data_offset": "auto", f"{NEEDS}panel": "abc"}
VALUES = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)


def fill(place, value="a value"):
    filling = place.fill()
    filling.create("events", VALUES.shape)
    for start in range(0, len(VALUES), 30):
        filling.append(VALUES[start : start + 30])
    return filling.finish(value)


def test_a_key_is_of_all_that_it_depends_on():
    recipe = Recipe("a step", OF, "S01")
    others = [
        Recipe("other", OF, "S01"),
        Recipe("a step", OF, "S02"),
        Recipe("a step", OF),
        *(Recipe("a step", OF | {name: "another"}, "S01") for name in OF),
        Recipe("a step", OF | {"more": 1}, "S01"),
    ]
    assert len({recipe.key, *(other.key for other in others)}) == 1 + len(others)
    assert Recipe("a step", dict(reversed(OF.items())), "S01").key == recipe.key  # the order is none


@pytest.mark.parametrize("sample", ["../../x", "a" * 10_000, "a/b", "\n", "=cmd"])
def test_no_name_of_a_sample_leads_out_of_the_store(sample):
    assert set(Recipe("a step", OF, sample).slot) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(Recipe("a step", OF, sample).slot) < 40


def test_the_difference_is_told_by_name_and_what_was_needed_comes_last():
    recipe = Recipe("a step", OF)
    assert recipe.difference(OF | {f"{NEEDS}panel": "x", "quality.margin": False}) == ("quality.margin", False, True)
    assert recipe.difference(OF | {f"{NEEDS}panel": "x"}) == (f"{NEEDS}panel", "x", "abc")
    assert recipe.difference({}) == ("quality.margin", None, True)


@pytest.mark.parametrize("mapped", [False, True])
def test_memory_and_disk_give_the_same_arrays(tmp_path, mapped):
    nowhere = fill(Place(None, Recipe("s", OF), mapped=False))
    found = fill(Place(tmp_path / "deep" / "place", Recipe("s", OF), mapped=mapped))
    np.testing.assert_array_equal(nowhere, VALUES)
    np.testing.assert_array_equal(found, VALUES)
    assert isinstance(found, FileArray) == mapped
    np.testing.assert_array_equal(found[np.array([7, 3])], VALUES[[7, 3]])
    kept = Kept.read(tmp_path / "deep" / "place")
    assert kept.value() == "a value"
    assert not kept.array("events")[:].flags.writeable
    np.testing.assert_array_equal(kept.array("events")[:], VALUES)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["place"]  # nothing half made


@pytest.mark.parametrize("name", ["events.npy", "value.bin", "meta.json"])
def test_every_flipped_byte_and_every_cut_is_seen(tmp_path, name):
    fill(Place(tmp_path / "place", Recipe("s", OF), mapped=True))
    path = tmp_path / "place" / name
    whole = path.read_bytes()

    def read():
        kept = Kept.read(tmp_path / "place")
        return kept.value(), kept.array("events")

    read()
    for at in {*range(0, len(whole), 7), len(whole) - 1}:
        for spoilt in (whole[:at], whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :]):
            path.write_bytes(spoilt)
            with pytest.raises(Damaged):
                read()
    path.unlink()
    with pytest.raises(Damaged):
        read()


@pytest.mark.parametrize(
    ("where", "n_bytes", "mapped"),
    [("memory", 10**12, False), ("disk", 1, True), ("auto", 1000, False), ("auto", 1001, True)],
)
def test_where(tmp_path, monkeypatch, where, n_bytes, mapped):
    monkeypatch.setattr(_store, "KEEP_BYTES", 1000)
    with Store(tmp_path, where=where) as store:
        assert store.is_mapped(n_bytes) == mapped
        place = store.place(Recipe("s", OF), mapped=mapped)
    assert (place.folder is None) == (where == "memory")
    assert place.mapped == mapped


def kept_by(out, *recipes):
    """A store that a run left which was stopped after the steps of these recipes."""
    with suppress(KeyboardInterrupt), Store(out) as store:
        for recipe in recipes:
            fill(store.place(recipe), value=recipe.sample)
        raise KeyboardInterrupt


def test_what_was_made_of_the_same_is_found_and_other_things_are_said(tmp_path):
    same, other = Recipe("s", OF, "A"), Recipe("s", OF, "B")
    kept_by(tmp_path, same, other, Recipe("s", OF, "C"), Recipe("t", OF))
    with Store(tmp_path, resume=True) as store:
        assert store.find(same).value() == "A"
        for sample in "BC":
            assert store.find(Recipe("s", OF | {"quality.margin": False}, sample)) is None
        assert store.find(Recipe("t", OF | {f"{NEEDS}panel": "x"})) is None
        assert store.find(Recipe("never made", OF)) is None
        told = [finding.sentence for finding in store.again]
    assert told == [
        "s of B, C is made again: quality.margin was True, and is False",
        "t is made again: it rests on panel, which is made again or another",
    ]


def test_nothing_is_found_unless_asked_and_what_is_left_is_told(tmp_path):
    kept_by(tmp_path, Recipe("s", OF))
    with Store(tmp_path) as store:
        assert store.find(Recipe("s", OF)) is None
        assert [told.code for told in store.greetings()] == ["store left by stopped"]
        fill(store.place(Recipe("s", OF)))
    with Store(tmp_path) as store:
        assert [told.code for told in store.greetings()] == ["store left by finished"]
    with Store(tmp_path / "other") as store:
        assert store.greetings() == []


def test_a_whole_run_leaves_what_is_small_and_of_use(tmp_path):
    used, events = Recipe("s", OF), Recipe(_store.EVENTS, OF, "A")
    kept_by(tmp_path, used, events, Recipe("of another run", OF))
    with Store(tmp_path, resume=True) as store:
        store.find(used)
        store.find(events)
    assert {path.name for path in (tmp_path / ".store").iterdir() if path.is_dir()} == {"s"}


def test_a_run_that_keeps_nothing_leaves_nothing(tmp_path):
    with Store(tmp_path / "a" / "OUT", where="memory") as store:
        fill(store.place(Recipe("s", OF)))
        assert not store.kept
    assert list((tmp_path / "a" / "OUT").iterdir()) == []
    with pytest.raises(InputError), Store(tmp_path / "b" / "OUT"):
        raise InputError("before anything was made")
    assert not (tmp_path / "b").exists()


def test_what_was_half_made_is_cleared(tmp_path):
    with suppress(KeyboardInterrupt), Store(tmp_path) as store:
        filling = store.place(Recipe("s", OF), mapped=True).fill()
        filling.create("events", VALUES.shape)
        filling.append(VALUES[:10])
        raise KeyboardInterrupt
    with Store(tmp_path, resume=True) as store:
        assert store.find(Recipe("s", OF)) is None
        assert store.again == []
        assert not list((tmp_path / ".store").glob("*.making"))


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"The store .* cannot be written to: .*Use run\.store=memory"):
        Place(tmp_path / "file" / ".store" / "s", Recipe("s", OF), mapped=True).fill().create("events", (3, 2))
    with pytest.raises(InputError, match=r"The output folder .* cannot be written to"), Store(tmp_path / "file"):
        pass


def test_a_full_disk_is_said_before_events_are_written(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    with pytest.raises(InputError, match=r"No space left on device. Use run.store=memory"):
        Place(tmp_path / "place", Recipe("s", OF), mapped=True).fill().create("events", (10, 3))
    assert list(tmp_path.iterdir()) == []


def test_what_fits_in_memory_needs_no_room_on_the_disk(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    filling = Place(tmp_path / "place", Recipe("s", OF), mapped=False).fill()
    filling.create("events", VALUES.shape)
    filling.append(VALUES)
    np.testing.assert_array_equal(filling.finish("a value"), VALUES)
    assert filling.unkept == "No space left on device"
    assert list(tmp_path.iterdir()) == []


def test_samples_are_prepared_alike_in_memory_and_on_disk(small, tmp_path):
    memory, disk = (
        steps_to("quality control", small / "samples.csv", tmp_path / where, QUICK | {"run.store": where})["prepared"]
        for where in ("memory", "disk")
    )
    for one, other in zip(memory, disk, strict=True):
        assert isinstance(one.linear.rows(), np.ndarray)
        assert isinstance(other.linear.rows(), FileArray)
        np.testing.assert_array_equal(one.codes, other.codes)
        assert one.summary == other.summary
        assert one.key == other.key
