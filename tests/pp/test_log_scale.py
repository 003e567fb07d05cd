"""Values on a log scale are told by what they are: made here by the channel numbers of an amplifier of four decades."""

from dataclasses import replace

import numpy as np
import pytest

from cytoclust.findings import Finding
from cytoclust.io import Channel
from cytoclust.pp import ScaleHints, find_scale_hints, hinted

DYES = tuple(Channel(f"FL{i}-H") for i in (1, 2, 3, 4))
NAMED = tuple(Channel(f"FL{i} Log") for i in (1, 2, 3, 4))


def stained(n: int = 4000) -> np.ndarray:
    """Linear signals of four stains, 1 to 10,000, each on a third of the cells; no background below 1 is told."""
    rng = np.random.default_rng(5)
    bright = rng.random((n, 4)) < 0.33
    signal = np.where(bright, rng.lognormal(np.log(1500), 0.5, (n, 4)), rng.lognormal(np.log(12), 0.6, (n, 4)))
    return np.clip(signal, 1, 9_999)


def numbers(signal: np.ndarray, bits: int = 10) -> np.ndarray:
    """Channel numbers of a logarithmic amplifier of four decades."""
    return np.floor(np.log10(signal) / 4 * 2**bits)


def told(values: np.ndarray, channels: tuple[Channel, ...]) -> tuple[bool, str]:
    hints = find_scale_hints(values.astype(np.float32), channels, None)
    return hints.transformed, hints.told


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_channel_numbers_are_told_by_name(bits: int) -> None:
    assert told(numbers(stained(), bits), NAMED) == (True, "name")


def test_a_name_that_says_log_is_believed_of_channel_numbers_alone() -> None:
    assert told(stained(), NAMED) == (False, "")
    assert told(np.minimum(stained(), 1000), NAMED) == (False, "")  # linear, of the range of channel numbers
    assert told(numbers(stained()), tuple(replace(each, decades=(4.0, 1.0)) for each in NAMED)) == (False, "")


def test_channel_numbers_are_told_by_their_ceiling_and_the_pile_at_zero_tells_nothing() -> None:
    values = numbers(stained())
    values[:40] = 1023
    values[1000:1700] = 0
    assert told(values, DYES) == (True, "ceiling")
    linear = np.floor(stained() / 9_999 * 1023)
    assert told(linear, DYES) == (False, "")


def test_a_log_scale_without_names_and_ceiling_is_told_by_how_near_negative_and_positive_cells_are() -> None:
    signal = stained()
    noisy = signal + np.random.default_rng(1).normal(0, 15, signal.shape)
    display = 2000 + 1000 * np.arcsinh(noisy / 30)
    assert told(display, DYES) == (True, "spread")
    assert told(noisy, DYES) == (False, "")


def test_one_population_on_a_linear_scale_is_no_log_scale() -> None:
    rng = np.random.default_rng(2)
    beads = rng.normal([400, 900, 700, 3000], [20, 40, 30, 100], (4000, 4))
    glowing = rng.lognormal(np.log([800, 3000, 1500, 900]), 0.45, (4000, 4))  # cells of one kind without a stain
    assert told(beads, DYES) == (False, "")
    assert told(glowing, DYES) == (False, "")


def test_two_measures_of_one_dye_are_no_two_detectors() -> None:
    """DNA on a linear scale of 1,024 channels: G1 at 250, G2 at 500, some aggregates at the end."""
    rng = np.random.default_rng(3)
    dna = np.where(rng.random(4000) < 0.7, rng.normal(250, 10, 4000), rng.normal(500, 20, 4000))
    dna[:30] = 1023
    both = np.column_stack([dna, dna])
    assert told(both, (Channel("FL2-A"), Channel("FL2-H"))) == (False, "")


def test_values_of_one_scale_are_one_finding() -> None:
    looks = {
        "S1": ScaleHints(transformed=True, told="name", top=1001.0),
        "S2": ScaleHints(transformed=True, told="small"),
    }
    found = hinted(looks, transforms=True)
    assert [(each.code, each.data["samples"]) for each in found] == [
        ("transformed already", ["S1"]),
        ("transformed already", ["S2"]),
    ]
    assert "Log" in found[0].sentence
    assert "1,001" in found[0].sentence
    assert "small" in found[1].sentence
    assert "small" in Finding("transformed already", samples=[]).sentence
