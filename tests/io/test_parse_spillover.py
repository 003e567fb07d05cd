"""The matrix of a file in the forms that programs write it in, beside the matrix that was meant."""

import numpy as np
import pytest

from cytoclust.io import Channel
from cytoclust.io._parse_spillover import parse_spillover

NAMES = ["FITC-A", "PE-A", "APC-A"]
CHANNELS = tuple(
    Channel(name, label=label) for name, label in [("FSC-A", ""), *zip(NAMES, ["CD3", "CD4", "CD8"], strict=True)]
)
M = np.array([[1, 0.2, 0.01], [0.03, 1, 0.15], [0.0, 0.004, 1]])


def value(matrix: np.ndarray = M, names: list[str] = NAMES, *, head: int | None = None) -> str:
    numbers = [f"{number:.6f}" for number in np.asarray(matrix).ravel()]
    return ",".join([str(len(names) if head is None else head), *names, *numbers])


def codes(text: dict[str, str]) -> list[str]:
    return [note.code for note in parse_spillover(text, CHANNELS)[1]]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (value(), []),
        (value(M * 100), ["matrix in percent"]),
        (value(M - np.eye(3)), ["zero diagonal"]),
        (value(100 * (M - np.eye(3))), ["matrix in percent", "zero diagonal"]),
        (value(np.where(np.eye(3) * [0, 0, 1], 0, M)), ["zero diagonal"]),
        (value(np.linalg.inv(M)), ["inverse matrix"]),
        (value().replace(",", ", "), []),
        (value().replace(",", ",\n"), []),
        (value().replace(",", ";"), []),
        (value().replace(",", ";").replace(".", ","), []),
        (value().replace(",", "\t"), []),
        (value().replace(".", ","), []),
        (value(names=["2", "3", "4"]), []),
        (value(names=["CD3", "CD4", "CD8"]), []),
        (value(names=[f"Comp-{name}" for name in NAMES]), ["channels matched"]),
        (value(names=["fitc", "Pe-a", "APC -A"]), ["channels matched"]),
        (
            value(np.block([[M, np.ones((3, 1)) / 9], [np.zeros((1, 3)), np.ones((1, 1))]]), [*NAMES, "BV605-A"]),
            ["spillover of absent channels"],
        ),
    ],
)
def test_what_can_be_told_is_read(written: str, said: list[str]) -> None:
    spill, notes = parse_spillover({"$SPILLOVER": written}, CHANNELS)
    assert spill is not None
    assert spill.channels == tuple(NAMES)
    np.testing.assert_allclose(spill.matrix, M, atol=2e-6)
    assert [note.code for note in notes] == said


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (value(M * np.array([1, 0.9, 1.1])[:, None]), "must have 1 on its diagonal"),
        (value(np.where(np.arange(9).reshape(3, 3) == 1, 639_000, M)), "has 639000 from FITC-A to PE-A"),
        (value(np.where(np.eye(3) > 0, 1, -M)), "negative"),
        (value(np.where(np.eye(3) > 0, 1, M * [[1, 1, 1], [-8, 1, 1], [1, 1, 1]])), "has -0.24 from PE-A to FITC-A"),
        (value(np.ones((3, 3))), "condition number"),
        (value().replace("0.200000", "nan"), "'nan'"),
        (value().replace("0.200000", "inf"), "'inf'"),
        (value(head=4), "must give 4 channels"),
        (value(names=["FITC-A", "FITC-A", "PE-A"]), "must name each channel once"),
        (value(names=["FITC-A", "fitc-a", "PE-A"]), "meant twice"),
        (value(names=["FITC-A", "PE-A", "BV605-A"]), "it lacks BV605-A"),
        ("x,1,2", "must begin with the number of channels"),
    ],
)
def test_what_cannot_is_said_and_left(written: str, why: str) -> None:
    spill, notes = parse_spillover({"SPILL": written}, CHANNELS)
    assert spill is None
    assert [note.code for note in notes] == ["matrix not usable"]
    assert why in notes[0].sentence


def test_of_several_matrices_the_first_that_changes_something_is_used() -> None:
    identity, other = value(np.eye(3)), value(M * (1 - np.eye(3)) / 2 + np.eye(3))
    spill, notes = parse_spillover({"$SPILLOVER": identity, "SPILL": value()}, CHANNELS)
    assert spill is not None
    assert spill.keyword == "SPILL"
    assert [note.sentence for note in notes] == ["SPILL was used, not $SPILLOVER."]
    assert parse_spillover({"$SPILLOVER": "3,x", "SPILL": value()}, CHANNELS)[0].keyword == "SPILL"
    assert parse_spillover({"SPILL": other, "$SPILLOVER": value()}, CHANNELS)[0].keyword == "$SPILLOVER"
    assert codes({"$SPILLOVER": value(), "SPILL": value()}) == []
    assert codes({"$SPILLOVER": identity, "SPILL": identity}) == ["identity matrix"]


def test_nothing_spills_below_a_ten_thousandth() -> None:
    assert codes({"$SPILLOVER": value(np.eye(3) + 1e-6 * (1 - np.eye(3)))}) == ["identity matrix"]
    assert codes({"$SPILLOVER": value(np.eye(3) + 5e-4 * (1 - np.eye(3)))}) == []


def test_an_identity_may_name_channels_that_the_file_lacks() -> None:
    text = {"$SPILLOVER": value(np.eye(3), ["X3", "X4", "X5"])}
    assert codes(text) == ["spillover of absent channels", "identity matrix"]


def test_a_comma_in_a_channels_name() -> None:
    channels = tuple(Channel(name) for name in ("FITC,A", "PE-A", "APC-A"))
    spill, _ = parse_spillover({"$SPILLOVER": value(names=["FITC,A", "PE-A", "APC-A"])}, channels)
    assert spill is not None
    assert spill.channels == ("FITC,A", "PE-A", "APC-A")
    np.testing.assert_allclose(spill.matrix, M, atol=2e-6)


def test_the_instruments_own_compensation_is_told() -> None:
    assert codes({"$DFC1TO2": "1.2", "$DFC2TO1": "0.0"}) == ["spillover not read"]
    assert codes({"$DFC1TO2": "0.0"}) == []
