"""What Tab proposes, as click asks for it."""

import pytest
from click.shell_completion import ShellComplete

from cytoclust import cli, rules
from cytoclust.completion import SHELLS, script
from cytoclust.errors import InputError
from cytoclust.params import parameters


def proposed(arguments: list[str], incomplete: str) -> list[str]:
    shell = ShellComplete(cli.cytoclust, {}, "cytoclust", "_CYTOCLUST_COMPLETE")
    return [item.value for item in shell.get_completions(arguments, incomplete)]


def test_commands() -> None:
    assert proposed([], "in") == ["inspect"]
    assert set(proposed([], "")) == {
        "apply", "clean", "compare", "completion", "explore", "export", "inspect", "reference", "report", "rules",
        "run", "simulate", "validate",
    }  # fmt: skip
    assert proposed(["completion"], "") == ["bash", "zsh", "fish"]


def test_rules_of_the_library_and_files() -> None:
    assert proposed(["rules", "show"], "") == rules.names()
    assert proposed(["run", "a.fcs", "--rules"], "") == rules.names()
    assert proposed(["run", "a.fcs", "--rules"], "ms") == ["msc"]
    shell = ShellComplete(cli.cytoclust, {}, "cytoclust", "_CYTOCLUST_COMPLETE")
    (files,) = shell.get_completions(["run", "a.fcs", "--rules"], "./m")
    assert (files.type, files.value) == ("file", "./m")


def test_settings() -> None:
    keys = [f"{key}=" for key, _, _ in parameters()]
    assert proposed(["run", "a.fcs", "--set"], "") == keys
    assert proposed(["inspect", "a.fcs", "--set"], "clus") == [key for key in keys if key.startswith("cluster.")]
    assert proposed(["run", "--set"], "cluster.me") == ["cluster.method=prototypes", "cluster.method=knn"]
    assert proposed(["run", "--set"], "cluster.method=k") == ["cluster.method=knn"]
    assert proposed(["run", "--set"], "quality.ti") == ["quality.time=true", "quality.time=false"]
    assert proposed(["run", "--set"], "embed.min") == ["embed.min_dist="]
    assert proposed(["run", "--set"], "detect.ref") == ["detect.reference=auto"]
    assert proposed(["run", "--set"], "no.such") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_script_names_the_program(shell: str) -> None:
    text = script(cli.cytoclust, shell)
    assert "_CYTOCLUST_COMPLETE" in text
    assert f"{shell}_complete" in text


def test_no_such_shell_is_refused() -> None:
    with pytest.raises(InputError, match=r"bash, zsh, fish. Got 'tcsh'"):
        script(cli.cytoclust, "tcsh")
