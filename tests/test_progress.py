"""The bar under a cell: it moves, it is told in users' words, and it goes or tells how long it took."""

from pathlib import Path
from typing import Any

import pytest

from cytoclust import progress
from cytoclust.progress import NotebookProgress, duration, remaining, watched

nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")


class Shown:
    """Stands for IPython.display: keeps what a cell would show."""

    def __init__(self) -> None:
        self.seen: list[dict[str, str]] = []

    def __call__(self, data: dict[str, str], **_: Any) -> "Shown":
        self.seen.append(data)
        return self

    update = __call__


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    shown = Shown()
    pytest.importorskip("IPython")
    monkeypatch.setattr("IPython.display.display", shown)
    monkeypatch.setattr(progress, "EVERY", 0.0)
    return shown


def test_a_bar_moves_and_gives_way_to_the_time_taken(shown: Shown) -> None:
    with NotebookProgress() as bar:
        bar.stage("counting and testing", 0)
        bar.stage("clustering", 200)
        bar.advance(50)
    html = [each["text/html"] for each in shown.seen]
    assert "counting and testing" in html[0]
    assert 'value="0"' in html[1]
    assert 'value="50" max="200"' in html[2]
    assert "clustering: 25%" in html[2]
    assert shown.seen[-1]["text/plain"] == "finished in 0 s"


def test_an_error_says_where_it_was(shown: Shown) -> None:
    def work() -> None:
        with NotebookProgress() as bar:
            bar.stage("<b>mine", 10)
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert "&lt;b&gt;mine" in shown.seen[0]["text/html"]
    assert shown.seen[-1]["text/plain"].startswith("stopped after 0 s, while")


def test_short_steps_show_nothing(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    with watched("quality control", 10) as tick:
        tick(10)
    assert shown.seen == []
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with watched("quality control", 10) as tick:
        tick(10)
    assert shown.seen[-1] == {"text/plain": "", "text/html": ""}  # the bar of a step goes when it is done


def test_nothing_is_shown_outside_of_jupyter(shown: Shown) -> None:
    with watched("quality control", 10) as tick:
        tick(10)
    assert shown.seen == []


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "0 s"), (59.4, "59 s"), (125, "2 min 5 s"), (3780, "1 h 3 min")])
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_time_left() -> None:
    assert remaining(25, 100, 10) == "30 s"  # a quarter took ten seconds
    assert remaining(0, 100, 10) == ""


@pytest.mark.slow
def test_in_a_kernel_a_run_shows_a_bar_and_an_error_one_line(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(progress.__file__).parents[1]))
    code = [
        "import cytoclust as ct\nct.datasets.simulate('c', n_samples=2, n_events=800, seed=1)",
        "r = ct.run('c/samples.csv', out='OUT', settings={'embed.enabled': False, 'cluster.n_prototypes': 60,"
        " 'cluster.n_redraws': 0})",
        "r",
        "ct.io.read_fcs('no.fcs')",
        "%tb",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in code])
    nbclient.NotebookClient(
        book, timeout=120, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    _, ran, told, fault, trace = (cell["outputs"] for cell in book.cells)
    assert [each["output_type"] for each in ran] == ["display_data"], ran
    assert ran[0]["data"]["text/plain"].startswith("finished in")
    assert "<table>" in told[0]["data"]["text/html"]
    assert fault[0]["traceback"] == ["InputError: no.fcs cannot be read: No such file or directory."]
    assert any("Traceback (most recent call last)" in str(each) for each in trace)
