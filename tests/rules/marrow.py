"""The phenotype table of the rule libraries' literature as clusters of events, for tests."""

import numpy as np

from cytoclust.positivity import Profile

MARKERS = ("CD45", "CD34", "CD90", "CD105", "CD73", "CD146", "CD271", "CD31", "CD56", "GD2")
# states as MARKERS: 0 negative, 1 dim, 2 positive, 3 bright; fraction; shift of the negatives (autofluorescence)
TABLE = {
    "MSC CD146+CD271+": ("0022222000", 2e-4, 0.5),
    "MSC CD146+CD271-": ("0022220000", 2e-4, 0.5),
    "MSC CD146-CD271+": ("0022202000", 2e-4, 0.5),
    "MSC CD146-CD271-": ("0122200000", 2e-4, 0.5),
    "endothelial": ("0202220200", 3e-4, 0.2),
    "neuroblastoma": ("0010000032", 0.05, 0.0),
    "neuroblastoma GD2low": ("0020020030", 0.001, 0.0),
    "stem and progenitor": ("1311000200", 0.01, 0.0),
    "proerythroblast": ("1003000100", 0.02, 0.0),
    "late erythroid": ("0000000000", 0.20, 0.0),
    "T": ("3000000200", 0.10, 0.0),
    "T CD73": ("3010200100", 0.05, 0.0),
    "B": ("3000200100", 0.05, 0.0),
    "NK cell": ("3000000220", 0.02, 0.0),
    "monocyte": ("2001000200", 0.06, 0.0),
    "granulocyte": ("2000000100", 0.35, 0.0),
    "eosinophil": ("2000000100", 0.02, 0.5),
    "plasma": ("1000000200", 0.01, 0.0),
}
LEUKOCYTES = ("T", "T CD73", "B", "monocyte", "granulocyte", "eosinophil", "plasma")
NAMES = {name: "leukocyte" if name in LEUKOCYTES else name for name in TABLE}
LEVELS = np.array([0.0, 1.5, 3.2, 4.8])


def marrow(seed, *, n=30_000, drop=(), shift=0.2, scale=1.0, offset=0.0):
    """Events, cluster codes, cluster names; sigma 0.25-0.6 by cluster and marker, three batches moved by ±``shift``."""
    rng = np.random.default_rng(seed)
    names = [name for name in TABLE if name not in drop]
    events, labels = [], []
    batch_shift = rng.uniform(-shift, shift, (3, len(MARKERS)))
    for code, name in enumerate(names):
        states, fraction, autofluorescence = TABLE[name]
        state = np.array([int(s) for s in states])
        mean = LEVELS[state] + rng.uniform(-0.15, 0.15, len(MARKERS)) + autofluorescence * (state == 0)
        size = max(int(fraction * n), 30)
        noise = rng.normal(0, rng.uniform(0.25, 0.6, len(MARKERS)), (size, len(MARKERS)))
        events.append(mean + noise + batch_shift[rng.integers(0, 3, size)])
        labels += [code] * size
    return offset + scale * np.concatenate(events), np.array(labels), names


def marrow_profile(seed, **kwargs):
    events, labels, names = marrow(seed, **kwargs)
    return Profile.from_events(events, labels, names, MARKERS)


def mixture_profile(rng, groups, *, n_markers=1, scale=1.0, offset=0.0):
    """One cluster for each (mean, sd, events); the further markers are pure negative noise."""
    parts = [np.column_stack([rng.normal(m, s, k), rng.normal(0, 0.4, (k, n_markers - 1))]) for m, s, k in groups]
    labels = np.repeat(np.arange(len(groups)), [k for *_, k in groups])
    markers = [f"M{i}" for i in range(n_markers)]
    return Profile.from_events(
        offset + scale * np.concatenate(parts), labels, [str(i) for i in range(len(groups))], markers
    )
