"""A little blood on a mass cytometer, with known truth: debris, beads, doublets, cells that divide, dead cells."""

from dataclasses import dataclass

import numpy as np

from cytoclust import keys, params
from cytoclust.io import Panel
from cytoclust.pp import apply_quality, fit_quality

MARKERS = ("CD3", "CD4", "CD8", "CD19", "CD56", "CD14")
KINDS = {"CD4 T": (0.40, "CD3 CD4"), "CD8 T": (0.25, "CD3 CD8"), "NK": (0.13, "CD56"), "B": (0.12, "CD19"),
         "monocyte": (0.10, "CD14 CD4")}  # fmt: skip
ISOTOPES = ("Nd142Di", "Nd143Di", "Nd144Di", "Nd145Di", "Nd146Di", "Sm147Di")
BEADS = ("Ce140Di", "Eu151Di", "Eu153Di", "Ho165Di", "Lu175Di")
COLUMNS = ("Time", "Event_length", *ISOTOPES, *BEADS, "Pt195Di", "Ir191Di", "Ir193Di", "Offset", "Width", "Residual")
ROLES = ("clock", "event length", *("marker",) * 6, *("bead",) * 5, "viability", "dna", "dna", *("gaussian",) * 3)
TYPES = ("time", "other", *("mass",) * 14, *("other",) * 3)
SHARES = {"debris": 0.10, "bead": 0.02, "bead on a cell": 0.003, "doublet": 0.06, "dead": 0.08, "dividing": 0.03}


@dataclass
class Ions:
    """Events in the columns of ``COLUMNS``, what each is (``cell`` or one of ``SHARES``), and its kind of cell."""

    events: np.ndarray
    truth: np.ndarray
    kind: np.ndarray


def ions(n=20_000, seed=0, *, shares=None, dna=400.0, dna_sd=0.16, background=0.3, live_dye=6.0, counts="zeros"):
    """A sample; ``counts`` are ``whole``, ``zeros`` (spread, but for zeros), ``below`` (less up to one), or ``normal``.

    A doublet is the sum of two cells whose clouds overlap in part: it is longer and fits no Gaussian. A cell that
    divides has up to twice the DNA and is as long as any.
    """
    r = np.random.default_rng(seed)
    shares = SHARES | (shares or {})
    truth = r.choice(["cell", *shares], n, p=[1 - sum(shares.values()), *shares.values()])
    first, second = (_cells(n, r, dna, dna_sd, background, live_dye) for _ in range(2))
    kind, markers, nuclear, dye, length = first
    residual, width = (r.lognormal(np.log(at), 0.25, n) for at in (90, 60))
    beads = np.full((n, 5), 0.2)
    at = truth == "doublet"
    overlap = r.uniform(0.15, 1, n)
    markers[at] += second[1][at]
    nuclear[at] += second[2][at]
    length[at] += (overlap * second[4])[at]
    residual[at] *= 1 + 5 * overlap[at]
    width[at] *= 1 + 0.8 * overlap[at]
    kind[at] = "doublet"
    at = truth == "dividing"
    nuclear[at] *= r.uniform(1.7, 2.1, at.sum())
    length[at] *= 1.05
    at = truth == "dead"
    dye[at] = r.lognormal(np.log(40 * max(live_dye, 5)), 0.5, at.sum())
    at = truth == "debris"
    nuclear[at] = np.where(r.random(at.sum()) < 0.3, 0.05, r.lognormal(np.log(dna / 40), 0.8, at.sum()))
    markers[at] *= r.uniform(0, 0.2, (at.sum(), 1))
    length[at] = r.normal(14, 2, at.sum())
    beads[np.isin(truth, ["bead", "bead on a cell"])] = 2500
    at = truth == "bead"
    markers[at], nuclear[at], dye[at] = 0.1, 0.3, 0.1
    kind[~np.isin(truth, ["cell", "dead", "dividing"])] = ""
    counted = [*markers.T, *(beads * r.lognormal(0, 0.1, (n, 1))).T, dye, nuclear, 1.75 * nuclear]
    counted = _as_written(r.poisson(np.column_stack(counted)).astype(float), counts, r)
    events = np.column_stack(
        [np.sort(r.uniform(0, 6e5, n)), length.round(), counted, r.normal(100, 8, n), width, residual]
    )
    return Ions(events.astype(np.float32), truth.astype(object), kind)


def _cells(n, r, dna, dna_sd, background, live_dye):
    kind = r.choice(np.array(list(KINDS), dtype=object), n, p=[share for share, _ in KINDS.values()])
    markers = np.full((n, len(MARKERS)), background)
    for name, (_, positive) in KINDS.items():
        for marker in positive.split():
            dim = 0.3 if (name, marker) == ("monocyte", "CD4") else 1
            at = kind == name
            markers[at, MARKERS.index(marker)] = dim * r.lognormal(np.log(120), 0.45, at.sum())
    nuclear = r.lognormal(np.log(dna), dna_sd, n) * np.where(kind == "monocyte", 1.2, 1)
    return kind, markers, nuclear, r.lognormal(np.log(live_dye), 0.4, n), r.normal(28, 4, n).clip(10)


def _as_written(counted, how, r):
    if how == "whole":
        return counted
    if how == "zeros":
        return np.where(counted > 0, counted - r.uniform(0, 1, counted.shape), 0)
    return counted - r.uniform(0, 1, counted.shape) if how == "below" else counted + r.normal(0, 0.4, counted.shape)


def ion_panel(*without):
    """The panel of ``COLUMNS``, without some roles."""
    markers = ("", "", *MARKERS, *("",) * 5, "cisplatin", *("",) * 5)
    kept = [i for i, role in enumerate(ROLES) if role not in without]
    pick = lambda values: tuple(values[i] for i in kept)  # noqa: E731
    names = tuple(marker or column for marker, column in zip(markers, COLUMNS, strict=True))
    panel = Panel(pick(names), pick(COLUMNS), pick(markers), pick(TYPES), roles=pick(ROLES))
    return panel, kept


def judge(sample, *without):
    """Category of each event, and the model."""
    panel, kept = ion_panel(*without)
    events, rows = np.ascontiguousarray(sample.events[:, kept]), np.arange(len(sample.events))
    model = fit_quality(events, rows, panel=panel, n_events=len(events), quality=params.Quality())
    return np.array(keys.QC, dtype=object)[apply_quality(model, events, rows)], model
