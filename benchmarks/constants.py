"""The named numbers of the program: where they stand, what is said of them, and the program with one of them moved."""

import ast
import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import numpy as np

import cytoclust

__all__ = ["OF_A_RUN", "PACKAGES", "Constant", "constants", "import_moved", "moved"]

OF_A_RUN = ("engine", "positivity", "rules", "pp", "stats")
"""Packages whose numbers bear on clusters, names and claims."""
PACKAGES = (*OF_A_RUN, "drift", "frozen", "gating", "comparison", "validation")
ROOT = Path(cytoclust.__file__).parent
NEAR_ONE = 0.8
"""A share or quantile above this is moved by what it lacks to 1: 0.99 and 25 % more is no quantile."""
_NAME = re.compile(r"_?[A-Z][A-Z0-9_]*")


@dataclass(frozen=True)
class Constant:
    """One number, or one of a tuple of numbers."""

    module: str
    name: str
    value: float
    told: str
    """What stands beside it: the string below it, and the comment at the end of its line."""
    index: int | None = None
    """Which of a tuple; None for a number."""

    @property
    def key(self) -> str:
        """Package, module and name."""
        which = "" if self.index is None else f"[{self.index}]"
        return f"{self.module.removeprefix('cytoclust.')}.{self.name}{which}"


def constants(packages: Sequence[str] = PACKAGES) -> list[Constant]:
    """Every number, and number of a tuple, that stands in a module under a name in capitals."""
    found: list[Constant] = []
    for package in packages:
        for path in sorted((ROOT / package).glob("*.py")):
            module = importlib.import_module(f"cytoclust.{package}.{path.stem}") if path.stem != "__init__" else None
            if module is not None:
                found += _of_module(module, path)
    return found


def _of_module(module: ModuleType, path: Path) -> Iterator[Constant]:
    text = path.read_text(encoding="utf-8")
    lines, body = text.splitlines(), ast.parse(text).body
    for node, following in zip(body, [*body[1:], None], strict=True):
        for name in _names(node):
            told = _comment(lines, node) + _string(following)
            value = getattr(module, name)
            if _number(value):
                yield Constant(module.__name__, name, value, told)
            elif isinstance(value, tuple) and value and all(_number(each) for each in value):
                for index, each in enumerate(value):
                    yield Constant(module.__name__, name, each, told, index)


def _names(node: ast.stmt | None) -> list[str]:
    if isinstance(node, ast.AnnAssign):
        targets: list[ast.expr] = [node.target] if node.value else []
    elif isinstance(node, ast.Assign):
        targets = [
            each for target in node.targets for each in (target.elts if isinstance(target, ast.Tuple) else [target])
        ]
    else:
        return []
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in names if _NAME.fullmatch(name)]


def _number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _string(node: ast.stmt | None) -> str:
    is_string = (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )
    return " ".join(node.value.value.split()) if is_string else ""  # type: ignore[union-attr]


def _comment(lines: list[str], node: ast.stmt) -> str:
    _, hash_, comment = lines[(node.end_lineno or node.lineno) - 1].partition("#")
    return comment.strip() + " " if hash_ and "fmt:" not in comment else ""


def moved(value: float, by: float) -> float | None:
    """The number and a share ``by`` of it more, integers at least 1; None where it would not move."""
    if isinstance(value, int | np.integer):
        step = max(1, round(abs(value) * abs(by)))
        return int(value) + (step if by > 0 else -step) if value else None
    if NEAR_ONE < value < 1:
        return float(1 - (1 - value) * (1 - by))
    return float(value * (1 + by)) if value else None


def import_moved(constant: Constant | None, value: float) -> None:
    """Import the whole program anew, with another value for the constant if there is one.

    It is assigned where the constant stands, before anything is made from it: other modules' imports, defaults of
    arguments and kernels that are compiled follow.
    """
    for name in [name for name in sys.modules if name.partition(".")[0] == "cytoclust"]:
        del sys.modules[name]
    if constant is not None:
        sys.meta_path.insert(0, _Finder(constant, value))
    importlib.import_module("cytoclust")


class _Finder(MetaPathFinder):
    """Finds the program's modules, and hands them to a loader that moves the constant."""

    def __init__(self, constant: Constant, value: float):
        self._constant, self._value = constant, value
        path = ROOT.joinpath(*constant.module.split(".")[1:]).with_suffix(".py")
        self._compiled = _in_kernel(path, constant.name)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:  # type: ignore[override]
        """As :class:`PathFinder` finds it, for the module of the constant, and those whose kernels freeze it."""
        package = self._constant.module.rpartition(".")[0]
        if fullname != self._constant.module and not (self._compiled and fullname.startswith(package + ".")):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin:
            spec.loader = _Loader(fullname, spec.origin, self._constant, self._value, compiled=self._compiled)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, constant: Constant, value: float, *, compiled: bool):
        super().__init__(fullname, path)
        self._constant, self._value, self._compiled = constant, value, compiled

    def get_code(self, fullname: str) -> CodeType:
        """Of the changed source; kernels that freeze the constant are compiled again, and not kept."""
        tree = ast.parse(self.get_data(self.path))
        if fullname == self._constant.module:
            place = next(i for i, node in enumerate(tree.body) if self._constant.name in _names(node))
            tree.body.insert(place + 1, ast.copy_location(self._assignment(), tree.body[place]))
        if self._compiled:
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    node.keywords = [each for each in node.keywords if each.arg != "cache"]
        return compile(ast.fix_missing_locations(tree), self.path, "exec")

    def _assignment(self) -> ast.stmt:
        name, index = self._constant.name, self._constant.index
        new = repr(self._value)
        whole = new if index is None else f"(*{name}[:{index}], {new}, *{name}[{index + 1}:])"
        return ast.parse(f"{name} = {whole}").body[0]


def _in_kernel(path: Path, name: str) -> bool:
    """Whether a compiled function, or another constant of a module that has such functions, reads the constant."""
    for each in path.parent.glob("*.py"):
        tree = ast.parse(each.read_text(encoding="utf-8"))
        compiled = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and any("njit" in ast.unparse(mark) for mark in node.decorator_list)
        ]
        derived = [node for node in tree.body if compiled and _names(node)]
        imported = re.search(rf"import .*\b{name}\b", ast.unparse(tree))
        if (each == path or imported) and any(
            isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load)
            for node in [*compiled, *derived]
            for part in ast.walk(node)
        ):
            return True
    return False
