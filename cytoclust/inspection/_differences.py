"""How the files of a cohort differ in what their keywords tell."""

from collections.abc import Sequence

import numpy as np

from cytoclust.io import EventFile, Sample

__all__ = ["differences", "has_matrix"]

NAMED = 4
"""Samples, or values, that are named; of more, the number."""


def differences(opened: Sequence[tuple[Sample, EventFile]], panels: Sequence[str]) -> list[str]:
    """Instruments, matrices, detector voltages ($PnV) and gains ($PnG) that are not the same in all files, in words.

    Settings are compared within a panel, channel by channel; ``panels`` is a letter for each file.
    """
    found = _split("instrument", [(sample, _instrument(file)) for sample, file in opened])
    found += _split("spillover matrix", [(s, "a matrix" if has_matrix(f) else "none") for s, f in opened])
    for letter in dict.fromkeys(panels):
        files = [pair for pair, each in zip(opened, panels, strict=True) if each == letter]
        found += _settings(files)
    return found


def has_matrix(file: EventFile) -> bool:
    """Whether a file has a spillover matrix that changes something: the identity does not."""
    return file.spill is not None and not np.array_equal(file.spill.matrix, np.eye(len(file.spill.matrix)))


def _instrument(file: EventFile) -> str:
    named = [file.text.get(key, "").strip() for key in ("$CYT", "$CYTSN")]
    return " ".join(part for part in named if part) or "not named"


def _settings(files: Sequence[tuple[Sample, EventFile]]) -> list[str]:
    """Channels whose voltage or gain differs, those that differ alike together."""
    alike: dict[str, list[str]] = {}
    for name in [channel.name for channel in files[0][1].channels]:
        for word, value in (("V", _voltage), ("gain", _gain)):
            told = [(sample, f"{setting} {word}") for sample, file in files if (setting := value(file, name))]
            for text in _split("", told):
                alike.setdefault(text, []).append(name)
    return [f"detector of {', '.join(names)}: {text}" for text, names in alike.items()]


def _voltage(file: EventFile, name: str) -> str:
    at = next((i for i, channel in enumerate(file.channels, start=1) if channel.name == name), None)
    return file.text.get(f"$P{at}V", "").strip() if at else ""


def _gain(file: EventFile, name: str) -> str:
    channel = next((channel for channel in file.channels if channel.name == name), None)
    return f"{channel.gain:g}" if channel and channel.signal_type != "time" else ""


def _split(what: str, told: Sequence[tuple[Sample, str]]) -> list[str]:
    """``what: x in 5 files, y in 1 (S03)``, unless all files say the same."""
    by_value: dict[str, list[str]] = {}
    for sample, value in told:
        by_value.setdefault(value, []).append(sample.sample_id)
    if len(by_value) < 2:
        return []
    order = sorted(by_value.items(), key=lambda item: -len(item[1]))
    most, *others = [f"{value} in {_files(names, tell=i > 0)}" for i, (value, names) in enumerate(order)]
    more = [f"{len(others) - NAMED} more"] if len(others) > NAMED else []
    text = ", ".join([most, *others[:NAMED], *more])
    return [f"{what}: {text}" if what else text]


def _files(names: Sequence[str], *, tell: bool) -> str:
    number = f"{len(names)} file{'' if len(names) == 1 else 's'}"
    if not tell:
        return number
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{number} ({', '.join(names[:NAMED])}{more})"
