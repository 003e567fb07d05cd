"""Who imports whom: packages talk through their fronts, nothing goes in a circle, nothing asks the root."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def imports(*, for_types: bool) -> dict[str, set[str]]:
    """Modules that each module imports, in functions too; ``for_types``: also those that only a type checker sees."""
    grimp = pytest.importorskip("grimp", reason="import-linter, which brings it, is not installed")
    graph = grimp.build_graph("cytoclust", exclude_type_checking_imports=not for_types, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_imports_point_one_way() -> None:
    pytest.importorskip("importlinter")
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--config", ROOT / "pyproject.toml", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def package(module: str) -> str:
    """``engine`` of ``cytoclust.engine._fit``."""
    return f"{module}.".split(".")[1]


def test_no_package_reaches_behind_the_front_of_another() -> None:
    behind = [
        f"{module} imports {other}"
        for module, others in imports(for_types=True).items()
        for other in others
        if "._" in other and package(other) != package(module)
    ]
    assert behind == []


def test_no_circle() -> None:
    try:
        TopologicalSorter(imports(for_types=False)).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_no_module_needs_the_root() -> None:
    """The root gives people its namespaces; who stands below it would import what is above."""
    assert [module for module, others in imports(for_types=True).items() if "cytoclust" in others] == []
