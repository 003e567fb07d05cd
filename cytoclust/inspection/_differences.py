"""How the files of a cohort differ in what their keywords tell."""

from collections.abc import Sequence

from cytoclust.findings import Finding
from cytoclust.io import EventFile, Sample, is_identity

__all__ = ["differences", "has_matrix"]

Split = tuple[tuple[str, tuple[str, ...]], ...]
"""Each value and the samples that have it, the commonest first."""


def differences(opened: Sequence[tuple[Sample, EventFile]], panels: Sequence[str]) -> list[Finding]:
    """Instruments, matrices, detector voltages ($PnV) and gains ($PnG) that are not the same in all files.

    Settings are compared within a panel, channel by channel; ``panels`` is a letter for each file.
    """
    of_files = {
        "instruments differ": [(sample, _instrument(file)) for sample, file in opened],
        "matrices differ": [(sample, "a matrix" if has_matrix(file) else "none") for sample, file in opened],
    }
    found = [Finding(code, values=values) for code, told in of_files.items() if (values := _split(told))]
    for letter in dict.fromkeys(panels):
        files = [pair for pair, each in zip(opened, panels, strict=True) if each == letter]
        found += _settings(files)
    return found


def has_matrix(file: EventFile) -> bool:
    """Whether a file has a spillover matrix that changes something: the identity does not."""
    return file.spill is not None and not is_identity(file.spill.matrix)


def _instrument(file: EventFile) -> str:
    named = [file.text.get(key, "").strip() for key in ("$CYT", "$CYTSN")]
    return " ".join(part for part in named if part) or "not named"


def _settings(files: Sequence[tuple[Sample, EventFile]]) -> list[Finding]:
    """Channels whose voltage or gain differs, those that differ alike together."""
    alike: dict[Split, list[str]] = {}
    for name in [channel.name for channel in files[0][1].channels]:
        for word, value in (("V", _voltage), ("gain", _gain)):
            told = [(sample, f"{setting} {word}") for sample, file in files if (setting := value(file, name))]
            if values := _split(told):
                alike.setdefault(values, []).append(name)
    return [Finding("detectors differ", channels=names, values=values) for values, names in alike.items()]


def _voltage(file: EventFile, name: str) -> str:
    at = next((i for i, channel in enumerate(file.channels, start=1) if channel.name == name), None)
    return file.text.get(f"$P{at}V", "").strip() if at else ""


def _gain(file: EventFile, name: str) -> str:
    channel = next((channel for channel in file.channels if channel.name == name), None)
    return f"{channel.gain:g}" if channel and channel.signal_type != "time" else ""


def _split(told: Sequence[tuple[Sample, str]]) -> Split:
    """Nothing if all files say the same."""
    by_value: dict[str, list[str]] = {}
    for sample, value in told:
        by_value.setdefault(value, []).append(sample.sample_id)
    order = sorted(by_value.items(), key=lambda item: -len(item[1]))
    return tuple((value, tuple(names)) for value, names in order) if len(by_value) > 1 else ()
