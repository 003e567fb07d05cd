import pytest

from cytoclust.errors import InputError
from cytoclust.io import atomic_path


def _fail_half_way(target):
    with atomic_path(target) as path:
        path.write_text("half")
        assert (path.parent, path.suffix) == (target.parent, ".csv")
        raise RuntimeError


def test_whole_or_not_at_all(tmp_path):
    target = tmp_path / "a.csv"
    target.write_text("old")
    with pytest.raises(RuntimeError):
        _fail_half_way(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
    with atomic_path(target) as path:
        path.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_absent_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be written"), atomic_path(tmp_path / "absent" / "a"):
        pass
