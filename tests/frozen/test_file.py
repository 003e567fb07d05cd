"""Files that are no whole reference of this version are refused in one line."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cytoclust.drift import ControlProfile
from cytoclust.errors import InputError
from cytoclust.frozen import file_key, open_reference, write_reference

KEPT = Path(__file__).parents[1] / "reference" / "kept" / "v1.ctref"


def members() -> dict[str, bytes]:
    with zipfile.ZipFile(KEPT) as file:
        return {name: file.read(name) for name in file.namelist()}


def written(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in content.items():
            file.writestr(name, data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as told:
        open_reference(path)
    assert "\n" not in str(told.value)
    assert str(path) in str(told.value)
    return str(told.value)


def test_it_is_written_as_it_was_read(tmp_path: Path) -> None:
    reference = open_reference(KEPT)
    again = write_reference(reference, tmp_path / "a.ctref")
    assert again.sha256 == reference.sha256
    assert (tmp_path / "a.ctref").read_bytes() == KEPT.read_bytes()


def test_one_of_before_controls_has_none_and_what_controls_measured_is_kept(tmp_path: Path) -> None:
    old = open_reference(KEPT)
    assert (dict(old.controls), old.beads, old.landmarks.medians) == ({}, None, None)
    events = np.random.default_rng(0).normal(100, 10, (300, 2)).astype(np.float32)
    profile = ControlProfile.of(events, ("a", "b"))
    write_reference(replace(old, controls={"": profile}, beads=events), tmp_path / "a.ctref")
    again = open_reference(tmp_path / "a.ctref")
    np.testing.assert_array_equal(again.beads, events)
    kept = again.controls[""]
    assert (kept.markers, kept.n_events) == (("a", "b"), 300)
    for name in ("levels", "values", "modes", "spreads", "limits"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(profile, name))


def test_a_sample_is_one_data_set_of_its_file() -> None:
    reference = open_reference(KEPT)
    inputs = reference.inputs.iloc[:2].assign(sha256="a", dataset=["1", "2"])
    first, second = inputs["sample_id"]
    assert replace(reference, inputs=inputs).own == {file_key("a", 1): first, file_key("a", 2): second}
    assert file_key("a", 3) not in replace(reference, inputs=inputs).own
    assert replace(reference, inputs=inputs.iloc[:1].assign(dataset="")).own == {file_key("a", None): first}
    assert set(reference.own) == set(reference.inputs["sha256"])  # of before data sets were kept


@pytest.mark.parametrize("kept", [0, 10, 20_000, -1])
def test_cut_short(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.ctref"
    path.write_bytes(KEPT.read_bytes()[:kept])
    assert "no reference of cytoclust, or not whole" in refusal(path)


def test_foreign(tmp_path: Path) -> None:
    assert "no reference" in refusal(written(tmp_path / "a.ctref", {"word/document.xml": b"<x/>"}))
    assert "does not exist" in refusal(tmp_path / "b.ctref")
    (tmp_path / "c.ctref").write_text("sample_id,path\n", encoding="utf-8")
    assert "no reference" in refusal(tmp_path / "c.ctref")


def test_newer(tmp_path: Path) -> None:
    content = members()
    plain = json.loads(content["reference.json"])
    plain["reference"] |= {"schema": 2, "cytoclust": "9.1"}
    content["reference.json"] = json.dumps(plain).encode()
    told = refusal(written(tmp_path / "a.ctref", content))
    assert "version 2; this cytoclust reads up to 1" in told
    assert "9.1" in told


@pytest.mark.parametrize("name", ["reference.json", "arrays/3.npy"])
def test_tampered(tmp_path: Path, name: str) -> None:
    content = members()
    content[name] = content[name].replace(b"CD90", b"CD91") if name.endswith("json") else content[name][:-1] + b"\x07"
    assert "not as it was written" in refusal(written(tmp_path / "a.ctref", content))


def test_an_array_that_says_it_is_longer_takes_no_memory(tmp_path: Path) -> None:
    content = members()
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<f8", "fortran_order": False, "shape": (10**13,)})
    content["arrays/3.npy"] = buffer.getvalue()
    path = written(tmp_path / "a.ctref", content)
    _mend(path, content)
    assert "not as long as it says" in refusal(path)


def test_pickles_are_not_read(tmp_path: Path) -> None:
    content = members()
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    content["arrays/3.npy"] = buffer.getvalue()
    path = written(tmp_path / "a.ctref", content)
    _mend(path, content)
    assert "an array of another kind" in refusal(path)


def test_arrays_that_point_beyond_others(tmp_path: Path) -> None:
    """Loops over events trust them."""
    content, reference = members(), open_reference(KEPT)
    members_of = reference.engine.search.members
    for name in [each for each in content if each.startswith("arrays/")]:
        array = np.load(io.BytesIO(content[name]))
        if array.shape == members_of.shape and array.dtype == np.int32 and np.array_equal(array, members_of):
            buffer = io.BytesIO()
            np.save(buffer, array + 10**6)
            content[name] = buffer.getvalue()
            break
    path = written(tmp_path / "a.ctref", content)
    _mend(path, content)
    assert "members points beyond what there is" in refusal(path)


def _mend(path: Path, content: dict[str, bytes]) -> None:
    """With the digest of what is in it now, as one who means harm would do."""
    import hashlib

    found = hashlib.sha256()
    for name, data in sorted(content.items()):
        if name != "sha256":
            found.update(f"{name} {len(data)}\n".encode())
            found.update(data)
    written(path, content | {"sha256": found.hexdigest().encode()})
