"""Whether samples can be read against a reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.frozen import Reference, open_reference
from cytoclust.io import list_samples
from cytoclust.pipeline._apply_open import open_like
from cytoclust.words import plural

__all__ = ["Checked", "check_reference"]


@dataclass(frozen=True, repr=False)
class Checked:
    """What was found of each sample: why it cannot be read against the reference, and what is noted.

    Attributes
    ----------
    refused
        Sample and why.
    notes
        Sample and what of it is not read.
    samples
        All that were looked at.
    """

    refused: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, Finding], ...]
    samples: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether all can be read."""
        return not self.refused

    def __repr__(self) -> str:
        lines = [f"{sample}: refused: {why}" for sample, why in self.refused]
        lines += [f"{sample}: {note.sentence}" for sample, note in self.notes]
        fit = len(self.samples) - len(self.refused)
        return "\n".join([*lines, f"{fit} of {plural(len(self.samples), 'sample')} can be read against the reference"])


def check_reference(reference: Reference | str | Path, samples: str | Path | Sequence[str | Path]) -> Checked:
    """Compare the panel, scale, voltages and compensation of files with those of a reference; no event is read.

    Raises
    ------
    InputError
        The reference or the sheet cannot be read.
    """
    known = reference if isinstance(reference, Reference) else open_reference(reference)
    listed, _ = list_samples(samples, check_files=False)
    refused: list[tuple[str, str]] = []
    notes: list[tuple[str, Finding]] = []
    for sample in listed:
        try:
            _, found = open_like(sample.path, known, dataset=sample.dataset)
            notes += [(sample.sample_id, note) for note in found]
        except InputError as error:
            refused.append((sample.sample_id, str(error)))
    return Checked(tuple(refused), tuple(notes), tuple(each.sample_id for each in listed))
