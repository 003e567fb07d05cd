"""How it stands with compensation, in a line."""

from collections.abc import Sequence

import numpy as np

from cytoclust.findings import Finding
from cytoclust.params import Config
from cytoclust.pp import NO_MATRIX, Compensated

__all__ = ["compensation_state"]


def compensation_state(source: Compensated, config: Config, *, told: Sequence[Finding]) -> Finding:
    """What is done about spill-over in a file; ``told`` is what is known of it and its panel."""
    known = {note.code: note for note in told}
    if "raw detectors" in known:
        return Finding("not unmixed")
    if config.transform.method == "none":
        return Finding("transform none")
    if not config.compensate.enabled:
        return Finding("compensation off")
    notes = {note.code: note for note in source.notes}
    if source.matrix is not None:
        off = source.matrix[~np.eye(len(source.matrix), dtype=bool)]
        given = notes.get("matrix given")
        whose = given.data["file"] if given else ""
        return Finding("compensated here", matrix=whose, n=int(np.count_nonzero(off)), largest=float(off.max()))
    if before := notes.get("compensated at acquisition"):
        return before
    why = next(
        (notes[code] for code in (*NO_MATRIX, "identity matrix", "compensation undecided") if code in notes), None
    )
    if why is not None and why.code == "no spillover matrix":
        why = known.get("spillover not read", why)
    return Finding("not compensated", why=why.sentence if why else "")
