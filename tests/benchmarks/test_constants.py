"""The numbers of the program are found, and moved wherever they are used."""

import subprocess
import sys

import pytest

from benchmarks.constants import constants, moved


@pytest.mark.parametrize(
    ("value", "up", "down"), [(0.4, 0.5, 0.3), (12, 15, 9), (1, 2, 0), (-2.0, -2.5, -1.5), (0.98, 0.985, 0.975)]
)
def test_a_quarter_more_and_less(value: float, up: float, down: float) -> None:
    assert (moved(value, 0.25), moved(value, -0.25)) == (pytest.approx(up), pytest.approx(down))
    assert isinstance(moved(value, 0.25), type(value))


def test_zero_does_not_move() -> None:
    assert moved(0.0, 0.25) is None


def test_names_values_and_what_is_told() -> None:
    found = {each.key: each for each in constants(["engine"])}
    assert found["engine._merge.LIMIT"].value == 0.87
    assert "Density over the chord" in found["engine._merge.LIMIT"].told
    assert [found[f"engine._split.SHARES[{i}]"].value for i in range(3)] == [0.15, 0.5, 0.85]
    assert "engine._representatives.NOBODY" not in found, "an array is no number"


MOVE = """
from benchmarks.constants import constants, import_moved
(constant,) = [each for each in constants(["engine"]) if each.key == {key!r}]
import_moved(constant, {value})
import numpy as np
from cytoclust.engine import _merge, _valley
{then}
"""


def run(key: str, value: float, then: str) -> str:
    command = [sys.executable, "-c", MOVE.format(key=key, value=value, then=then)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_moved_where_it_is_imported_derived_from_and_a_default() -> None:
    then = "print(_merge.CERTAINTY, _merge.HINT, _valley.valley.__kwdefaults__['z'])"
    assert run("engine._valley.CERTAINTY", 6.0, then) == "6.0 2.0 6.0"


def test_one_number_of_a_tuple_is_moved() -> None:
    then = "from cytoclust.engine import _split; print(_split.SHARES)"
    assert run("engine._split.SHARES[1]", 0.6, then) == "(0.15, 0.6, 0.85)"


@pytest.mark.slow
def test_moved_in_compiled_code_that_had_been_kept() -> None:
    then = "print(len(_valley._smooth(np.ones(5), np.ones(5), 0.0, 0.1, np.ones(3))[0]))"
    assert run("engine._valley.BINS", 64, then) == "64"
    assert run("engine._valley.BINS", 96, then) == "96"
