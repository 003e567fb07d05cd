"""What a run does, for programs that watch."""

import json

import pytest

from cytoclust.errors import InputError
from cytoclust.progress import Progress
from cytoclust.terminal import JsonLog


def told(capsys):
    """The lines on stderr; nothing but them, and nothing on stdout."""
    out, err = capsys.readouterr()
    assert out == ""
    return [json.loads(line) for line in err.splitlines()]


def test_a_line_each_with_what_the_issue_asks(capsys):
    with JsonLog() as log:
        heard: Progress = log
        heard.stage("quality control", 500)
        heard.advance(500)
        heard.tell("sample", stage="quality control", sample="S\n01", events=500, seconds=0.5, kept=False)
    begin, stage, sample, end = told(capsys)
    assert [line["what"] for line in (begin, stage, sample, end)] == ["begin", "stage begins", "sample", "end"]
    assert {"stage", "sample", "events", "seconds", "memory_mb", "time"} <= set(sample)
    assert sample["sample"] == "S\n01"
    assert sample["memory_mb"] > 10
    assert (end["status"], end["message"]) == (0, "")


@pytest.mark.parametrize(
    ("error", "status", "leaves"),
    [
        (InputError("no such\nfile"), 2, SystemExit),
        (KeyboardInterrupt(), 130, SystemExit),
        (RuntimeError("x"), 1, RuntimeError),
    ],
)
def test_the_last_line_says_how_it_ended(capsys, error, status, leaves):
    error.add_note("What was done is kept.")
    with pytest.raises(leaves) as caught, JsonLog():
        raise error
    end = told(capsys)[-1]
    assert end["status"] == status
    assert end["message"].endswith("What was done is kept.")
    assert "\n" not in end["message"]
    if leaves is SystemExit:
        assert caught.value.code == status
