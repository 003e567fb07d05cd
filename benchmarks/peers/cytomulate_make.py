"""Events of Cytomulate's creation mode, with its defaults: ``events.npy`` and ``kinds.npy`` (type of each).

With ``--paths``, cells lie on differentiation paths between their type and its descendants (its "complex" simulation).
"""

import argparse
from pathlib import Path

import numpy as np
from cytomulate.creation.cytof_data import CreationCytofData

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("out", type=Path)
parser.add_argument("--seed", type=int, required=True)
parser.add_argument("--paths", action="store_true")
parser.add_argument("--events", type=int, default=150_000)
args = parser.parse_args()

np.random.seed(args.seed)  # noqa: NPY002  it draws from the global generator
made = CreationCytofData(n_types=20, n_markers=20)
made.initialize_cell_types()
made.generate_cell_abundances()
if args.paths:
    made.generate_cell_graph()
events, kinds, _, _ = made.sample(n_samples=args.events)
args.out.mkdir(parents=True, exist_ok=True)
np.save(args.out / "events.npy", events[0].astype(np.float32))
np.save(args.out / "kinds.npy", kinds[0].astype(str))
