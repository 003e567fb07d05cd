"""Whether samples can be read against a reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.frozen import Reference, open_reference
from cytoclust.io import list_samples, read_controls, read_process_controls
from cytoclust.pipeline._apply_drift import doubt_controls
from cytoclust.pipeline._apply_open import open_like
from cytoclust.words import plural

__all__ = ["Checked", "check_reference"]


@dataclass(frozen=True, repr=False)
class Checked:
    """What was found of each sample and control: why it cannot be read against the reference, and what is noted.

    Attributes
    ----------
    refused
        Sample or control, and why.
    notes
        Sample or control, and what of it is not read.
    samples, controls
        All that were looked at.
    """

    refused: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, Finding], ...]
    samples: tuple[str, ...]
    controls: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all can be read."""
        return not self.refused

    def __repr__(self) -> str:
        lines = [f"{sample}: refused: {why}" for sample, why in self.refused]
        lines += [f"{sample}: {note.sentence}" for sample, note in self.notes]
        bad = {name for name, _ in self.refused}
        for word, names in (("sample", self.samples), ("control", self.controls)):
            if names or word == "sample":
                fit = len(set(names) - bad)
                lines.append(f"{fit} of {plural(len(names), word)} can be read against the reference")
        return "\n".join(lines)


def check_reference(reference: Reference | str | Path, samples: str | Path | Sequence[str | Path]) -> Checked:
    """Compare the panel, scale, voltages and compensation of files with those of a reference; no event is read.

    The process controls and beads of a sheet are looked at too.

    Raises
    ------
    InputError
        The reference or the sheet cannot be read.
    """
    known = reference if isinstance(reference, Reference) else open_reference(reference)
    listed, _ = list_samples(samples, check_files=False)
    controls = read_process_controls(samples, check_files=False)
    refused: list[tuple[str, str]] = []
    notes: list[tuple[str, Finding]] = []
    files = [(each.sample_id, each.path, each.dataset) for each in listed]
    for name, path, dataset in [*files, *((each.name, each.path, each.dataset) for each in controls)]:
        try:
            _, found = open_like(path, known, dataset=dataset)
            notes += [(name, note) for note in found]
        except InputError as error:
            refused.append((name, str(error)))
    alone = [each for each in controls if not known.keeps(each.role)]
    notes += [(each.name, Finding("controls not compared", which=[each.role])) for each in alone]
    cuts = read_controls(samples, check_files=False)
    notes += [("sheet", each) for each in doubt_controls(listed, controls, cuts)]
    return Checked(
        tuple(refused), tuple(notes), tuple(each.sample_id for each in listed), tuple(each.name for each in controls)
    )
