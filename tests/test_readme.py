"""What the README tells people to type works."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from cytoclust.cli import cytoclust
from cytoclust.keys import QC, STATUSES
from cytoclust.params import parameters
from cytoclust.rules import check, load

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.usefixtures("sketched")
def test_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102
    plt.close("all")
    assert "MSC CD146+CD271-" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_every_command_exists() -> None:
    assert set(re.findall(r"(?:^    |`)cytoclust (\w+)", README, re.MULTILINE)) == set(cytoclust.commands)


def test_rules_are_valid(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    assert set(load(tmp_path / "mine.yaml").parents) == {"T cell", "T cell CD4+", "B cell"}
    assert check(tmp_path / "mine.yaml") == []


def test_every_option_exists() -> None:
    known = {option for command in cytoclust.commands.values() for each in command.params for option in each.opts}
    words = re.findall(r"(?<=[ `])--?[a-z-]+(?=[ `])", " ".join(re.findall(r"cytoclust .*|`-[^`]+`", README)))
    assert set(words) - {"-c"} <= known


def test_every_parameter_exists() -> None:
    keys = {key for key, _, _ in parameters()}
    sections = {key.split(".")[0] for key in keys}
    named = {
        f"{a}.{b}"
        for a, b in re.findall(r"[` \"](\w+)\.(\w+)(?=[`=])", README)
        if a in sections and b not in ("csv", "html", "json")
    }
    assert named <= keys
    assert len(named) >= 3


@pytest.mark.parametrize("word", [*QC, *STATUSES])
def test_every_category_is_explained(word: str) -> None:
    assert f"`{word}`" in README


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
