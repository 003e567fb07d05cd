"""Habits of style that a reader, and a scverse user, may count on."""

import ast
import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cytoclust

ROOT = Path(cytoclust.__file__).parent
NAMESPACES = ["datasets", "io", "pl", "pp", "reference", "report", "rules", "stats", "tl", "validation"]
FILES = sorted(ROOT.rglob("*.py"))
PACKAGES = [path for path in FILES if path.name == "__init__.py" and path.parent != ROOT]
LONGEST_FILE = 350


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def public(namespace: str, kind: Callable[[Any], bool]) -> list[tuple[str, Any]]:
    module = importlib.import_module(f"cytoclust.{namespace}")
    return [(name, getattr(module, name)) for name in module.__all__ if kind(getattr(module, name))]


def is_api(item: Any) -> bool:
    return inspect.isfunction(item) or inspect.isclass(item)


EACH = pytest.mark.parametrize("namespace", NAMESPACES)


@EACH
def test_public_names_have_docstrings(namespace: str) -> None:
    for name, item in public(namespace, is_api):
        written = vars(item).get("__doc__") if inspect.isclass(item) else item.__doc__
        assert written, name
        assert not written.startswith(f"{item.__name__}("), f"{name}: a dataclass's own signature is no docstring"


@EACH
def test_at_most_two_positional_and_a_third_only_if_required(namespace: str) -> None:
    for name, function in public(namespace, inspect.isfunction):
        parameters = inspect.signature(function).parameters.values()
        positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        assert len(positional) <= 3, name
        assert all(p.default is p.empty for p in positional[2:]), f"{name}: an option must be keyword-only"


@EACH
def test_copy_defaults_to_false_and_is_keyword_only(namespace: str) -> None:
    for name, function in public(namespace, inspect.isfunction):
        parameter = inspect.signature(function).parameters.get("copy")
        if parameter is not None:
            assert parameter.default is False, name
            assert parameter.kind is parameter.KEYWORD_ONLY, name


@EACH
def test_every_parameter_and_result_has_a_type(namespace: str) -> None:
    for name, function in public(namespace, inspect.isfunction):
        signature = inspect.signature(function)
        assert signature.return_annotation is not signature.empty, name
        assert all(p.annotation is not p.empty for p in signature.parameters.values()), name


@EACH
def test_step_that_draws_at_random_takes_rng_and_its_alias(namespace: str) -> None:
    for name, function in public(namespace, inspect.isfunction):
        names = inspect.signature(function).parameters
        assert ("rng" in names) >= ("random_state" in names), name
        if "adata" in names:
            assert ("rng" in names) == ("random_state" in names), name


@pytest.mark.parametrize("path", PACKAGES, ids=relative)
def test_init_re_exports_only(path: Path) -> None:
    docstring, *body = ast.parse(path.read_text(encoding="utf-8")).body
    assert isinstance(docstring, ast.Expr)
    for node in body:
        assert isinstance(node, ast.ImportFrom) or [ast.unparse(t) for t in getattr(node, "targets", [])] == ["__all__"]


@pytest.mark.parametrize("path", PACKAGES, ids=relative)
def test_all_is_unique_and_importable(path: Path) -> None:
    module = importlib.import_module("cytoclust." + relative(path.parent).replace("/", "."))
    assert len(module.__all__) == len(set(module.__all__))
    assert all(hasattr(module, name) for name in module.__all__)
    assert all(not name.startswith("_") for name in module.__all__)


def test_files_fit_a_few_screens() -> None:
    sizes = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: n for name, n in sizes.items() if n > LONGEST_FILE and not name.endswith("__init__.py")} == {}


def test_file_with_one_public_function_is_named_after_it() -> None:
    by_module: dict[str, list[str]] = {}
    for namespace in NAMESPACES:
        for _, function in public(namespace, inspect.isfunction):
            by_module.setdefault(function.__module__, []).append(function.__name__)
    alone = {module: names[0] for module, names in by_module.items() if len(names) == 1}
    outliers = {module: name for module, name in alone.items() if module.rpartition("._")[2] not in name}
    assert outliers == {}
