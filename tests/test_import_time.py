"""Importing cytoclust does no work: what is heavy waits until a namespace is used."""

import os
import resource
import subprocess
import sys
import textwrap

import pytest

NAMES = ("datasets", "explore", "io", "pl", "pp", "report", "rules", "run", "stats", "tl", "validate", "validation")
HEAVY = (
    "anndata",
    "h5py",
    "igraph",
    "matplotlib",
    "numba",
    "numpy",
    "pandas",
    "pyarrow",
    "scanpy",
    "scipy",
    "sklearn",
    "umap",
)


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def seconds(code: str) -> float:
    """Time on a core, which is the same however busy the machine is."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    python(code)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_import_loads_nothing_heavy() -> None:
    loaded = set(python("import cytoclust, sys; print(*sys.modules)").split())
    assert loaded.isdisjoint(HEAVY)


def test_import_takes_less_than_half_a_second() -> None:
    assert min(seconds("import cytoclust") for _ in range(5)) < 0.5


def test_command_line_answers_without_what_is_heavy() -> None:
    loaded = set(python("import cytoclust.cli, sys; print(*sys.modules)").split())
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_every_name_is_there_when_it_is_the_first_that_is_asked_for() -> None:
    """Each in a process of its own, which has the other libraries already."""
    code = f"""
        import importlib, os, sys, warnings
        warnings.simplefilter("ignore")  # of libraries that nobody here loads so
        for library in {[each for each in HEAVY if each not in ("scanpy", "umap")]!r}:
            importlib.import_module(library)
        for name in {NAMES!r}:
            if not (child := os.fork()):
                import cytoclust as ct
                os._exit(0 if name in dir(ct) and getattr(ct, name) is not None else 1)
            if os.waitpid(child, 0)[1]:
                print(name)
    """
    assert python(textwrap.dedent(code)) == ""


def test_unknown_name_is_an_attribute_error() -> None:
    assert python("import cytoclust as ct; print(hasattr(ct, 'nothing'))").strip() == "False"
