import sys
import time

import pytest

from benchmarks.measure import Failed, digest, measure


def test_a_command_is_timed_and_its_output_kept(tmp_path):
    found = measure([sys.executable, "-c", "import time; time.sleep(0.3); print('done')"], log=tmp_path / "log")
    assert found.output == "done\n"
    assert 0.3 <= found.seconds < 10
    assert abs(found.started + found.seconds - time.time()) < 5


def test_a_command_that_fails_tells_its_last_line(tmp_path):
    with pytest.raises(Failed, match=r"status 3: bad luck"):
        measure(
            [sys.executable, "-c", "import sys; print('bad luck', file=sys.stderr); sys.exit(3)"], log=tmp_path / "log"
        )


def test_a_command_is_stopped_after_its_limit(tmp_path):
    with pytest.raises(Failed, match="stopped after 0 s"):
        measure([sys.executable, "-c", "import time; time.sleep(60)"], log=tmp_path / "log", limit=0.2)


def test_digest_follows_contents_and_not_names(tmp_path):
    (tmp_path / "a.py").write_text("1")
    (tmp_path / "b.py").write_text("1")
    assert digest(tmp_path / "a.py") == digest(tmp_path / "b.py") != digest(tmp_path)
