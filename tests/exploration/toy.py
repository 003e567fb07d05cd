"""A few thousand events of four kinds of cell, of which all is known."""

from pathlib import Path

import numpy as np
import pandas as pd

from cytoclust.exploration import Described, Events, Explorer, Map
from cytoclust.io.gates import Axis
from cytoclust.positivity import Profile
from cytoclust.rules import load

COFACTOR = 150.0
MARKERS = ("CD3", "CD19", "CD45")
KINDS = {"T": (4.0, 0.0, 5.0), "B": (0.0, 4.0, 5.0), "other": (0.0, 0.0, 5.0), "debris": (0.0, 0.0, 0.0)}
SIZES = (900, 600, 300, 200)
RULES = """\
name: toy
populations:
  T cell: {markers: {CD3: +, CD19: -}}
  B cell: {markers: {CD19: +, CD3: -}}
"""


def toy(folder: Path, *, weight: bool = False) -> Explorer:
    """Two patients, one of two visits; the last 50 events were set aside."""
    rng = np.random.default_rng(0)
    kind = np.repeat(np.arange(4), SIZES)
    values = (np.array(list(KINDS.values()))[kind] + rng.normal(0, 0.4, (len(kind), 3))).astype(np.float32)
    sample = rng.integers(0, 3, len(kind)).astype(np.int32)
    qc = np.zeros(len(kind), dtype=np.uint8)
    qc[-50:] = 2
    code = np.where(qc == 0, kind, -1).astype(np.int32)
    sheet = pd.DataFrame(
        {"patient_id": ["P1", "P1", "P2"], "timepoint": ["first", "second", "first"], "group": ["a", "a", "b"]},
        index=pd.Index(["S1", "S2", "S3"], name="sample_id"),
        dtype=object,
    )
    axes = tuple(Axis(f"FL{i}-A", name, False, "arcsinh", (COFACTOR, 1.0)) for i, name in enumerate(MARKERS))
    names = tuple(str(i) for i in range(4))
    events = Events(
        np.ascontiguousarray(values.T), MARKERS, axes, code, names, sample, sheet, qc,
        weight=(1 + sample).astype(np.float32) if weight else np.empty(0, np.float32),
        map=Map(np.arange(0, len(kind), 2), values[::2, :2]),
    )  # fmt: skip
    path = folder / "toy.yaml"
    path.write_text(RULES, encoding="utf-8")
    profile = Profile.from_events(values, code, names, MARKERS, zero=0.0)
    return Explorer(events, Described(profile, np.zeros((1, 4, 4)), load(path)))
