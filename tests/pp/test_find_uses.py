"""What each column is used for, said alike by inspect and run."""

import numpy as np
import pytest

from cytoclust.io import Channel, Panel, fluorochrome_in
from cytoclust.params import D
from cytoclust.pp import find_pulses, find_uses, fit_quality


def panel(*names, mass=False, label=""):
    channels = [Channel(name, **({"signal_type": "other"} if name == "Width" else {})) for name in names]
    types = ["scatter" if "SC" in c.name else "mass" if mass else c.signal_type for c in channels]
    kinds = [Channel(c.name, signal_type=kind) for c, kind in zip(channels, types, strict=True)]
    return Panel(
        names=names, channels=names, markers=("",) * len(names), signal_types=tuple(types),
        roles=tuple(each.role for each in kinds), reasons=("name",) * len(names),
    )  # fmt: skip


@pytest.mark.parametrize("names", [("FSC-A", "SSC-A", "FL1-A", "Width")])
def test_a_pulse_width_alone_tells_doublets(names):
    made = panel(*names)
    assert find_pulses(made) == {"FSC-A": 0, "SSC-A": 1, "FSC-W": 3}
    assert find_uses(made, clustered={2}, dye=-1, chosen=False) == ["quality", "quality", "clustering", "quality"]
    rng = np.random.default_rng(0)
    size = rng.lognormal(10, 0.3, 6000)
    width = 60 * rng.lognormal(0, 0.02, 6000)
    size[:600], width[:600] = 2 * size[:600], 1.7 * width[:600]  # two cells one behind the other
    events = np.column_stack([size, size * rng.lognormal(0, 0.2, 6000), rng.lognormal(5, 1, 6000), width])
    model = fit_quality(events.astype(np.float32), np.arange(6000), panel=made, n_events=6000, quality=D.quality)
    assert "doublet" in model.models
    told = model.models["doublet"].apply(events.astype(np.float32), np.arange(6000))
    assert told[:600].mean() > 0.9
    assert told[600:].mean() < 0.02


def test_widths_of_scatter_go_before_that_of_the_trigger():
    assert find_pulses(panel("FSC-A", "FSC-W", "Width"))["FSC-W"] == 1
    assert "FSC-W" not in find_pulses(panel("Nd142Di", "Width", mass=True))


def test_too_few_events_are_no_reason_where_no_pulse_could_tell():
    made = panel("FSC-A", "SSC-A", "FL1-A")
    events = np.ones((20, 3), np.float32)
    notes = fit_quality(events, np.arange(20), panel=made, n_events=20, quality=D.quality).notes
    (why,) = [note.data["why"] for note in notes if note.code == "doublet not made"]
    assert why == "that takes two of area, height and width of a detector"


@pytest.mark.parametrize(
    ("name", "label", "dye"),
    [("CD7_Dy162", "", ""), ("Dy164Di", "164Dy_CD45", ""), ("Dy162", "", ""), ("FL2-A", "Dy649", "Dy649"),
     ("FL1-A", "CD3 DyLight 488", "DyLight 488")],
)  # fmt: skip
def test_an_isotope_is_no_dye(name, label, dye):
    assert fluorochrome_in(name, label) == dye
