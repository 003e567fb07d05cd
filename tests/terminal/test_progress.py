"""What a terminal and a log are told of a run."""

import pytest

from cytoclust.terminal import LogProgress, TerminalProgress


def test_a_log_has_a_line_a_stage_once_a_run_is_long(capsys: pytest.CaptureFixture[str]) -> None:
    with LogProgress(patience=0.0) as log:
        log.stage("counting and testing", 0)
        log.stage("clustering", 0)
        log.stage("clustering", 100)
        log.advance(50)
    assert capsys.readouterr().err.splitlines() == [
        "cytoclust: after 0 s: counting and testing",
        "cytoclust: after 0 s: clustering",
    ]


def test_a_short_run_leaves_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    with LogProgress() as log:
        log.stage("clustering", 100)
        log.advance(100)
    assert capsys.readouterr().err == ""


def test_bars_are_called_as_people_call_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    with TerminalProgress() as bars:
        bars.stage("writing labels", 0)
        bars.stage("clustering", 0)
        bars.stage("clustering", 200)
        bars.advance(50)
        assert [(task.description, task.completed) for task in bars._bar.tasks] == [
            ("writing labels", 1),
            ("clustering", 50),
        ]
    assert capsys.readouterr().out == ""
