"""Cuts by hand in the units of the file."""

import math

import numpy as np
import pytest

from cytoclust.errors import InputError, ParameterError
from cytoclust.io import Panel
from cytoclust.params import load_config
from cytoclust.positivity import cuts_on_scale
from cytoclust.pp import Transform

PANEL = Panel(
    names=("CD271", "CD146"), channels=("BV421-A", "PE-A"), markers=("CD271", "CD146"),
    signal_types=("fluorescence", "fluorescence"), identities=("cd271", "cd146"),
)  # fmt: skip


def test_a_signal_of_the_file_is_put_on_the_scale_of_its_marker() -> None:
    transform = Transform("arcsinh", np.array([150.0, 400.0]))
    found = cuts_on_scale({"CD271": "1200 file", "MCAM": "-3.5e2 file", "CD146x": 2.0}, PANEL, transform)
    assert found == pytest.approx({"CD271": math.asinh(8), "MCAM": math.asinh(-350 / 400), "CD146x": 2.0}, rel=1e-6)


def test_without_a_transform_the_file_is_the_scale() -> None:
    assert cuts_on_scale({"CD271": "1200 file"}, PANEL, Transform("none", None)) == {"CD271": 1200.0}
    with pytest.raises(InputError, match="'CD999'"):
        cuts_on_scale({"CD999": "1200 file"}, PANEL, Transform("none", None))


@pytest.mark.parametrize("text", ["1200", "1200 files", "high file", "file", "nan file"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="such as '1200 file'"):
        load_config(settings=[f"annotate.thresholds={{CD271: '{text}'}}"])


def test_the_command_line_takes_it() -> None:
    config = load_config(settings=["annotate.thresholds={CD271: 1200 file, CD34: 2}"])
    assert config.annotate.thresholds == {"CD271": "1200 file", "CD34": 2.0}
