"""Mean F1 on the manually gated mouse spleen of ``../shared/data/labelled``, over seeds of the algorithm.

python -m benchmarks.ff
"""

import argparse
import sys
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.accept import cytoclust
from benchmarks.measure import HERE, measure
from benchmarks.score import match
from cytoclust.io import open_fcs, read_labels, reconcile_panel

COLUMNS = (8, 11, 13, 14, 15, 16, 17)  # from 0; compensated and transformed already
NOT_GATED = "Unlabeled"
BOUND = 0.80


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=HERE.parents[1] / "shared" / "data" / "labelled")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="passed on to cytoclust run")
    args = parser.parse_args()
    path = args.folder / "ff.fcs"
    gates = pd.read_csv(args.folder / "ff_labels.csv", header=None)[0].astype(str)
    scores = [one_seed(path, gates, seed, args.set) for seed in range(args.seeds)]
    f1 = pd.DataFrame({f"seed {seed}": each["f1"] for seed, each in enumerate(scores)})
    print(f1.assign(n=scores[0]["n"]).round(3).to_string())
    print("mean F1:", ", ".join(f"{value:.3f}" for value in f1.mean()), f"| over seeds {f1.mean().mean():.3f}")
    return int(f1.mean().mean() < BOUND)


def one_seed(path: Path, gates: pd.Series, seed: int, settings: list[str]) -> pd.DataFrame:
    """Scores of each gated population."""
    names = reconcile_panel([open_fcs(path)]).names
    markers = "[" + ", ".join(f'"{names[column]}"' for column in COLUMNS) + "]"
    fixed = [f"cluster.markers={markers}", "transform.method=none", "quality.enabled=false", "embed.enabled=false"]
    options = [option for setting in [*fixed, *settings] for option in ("--set", setting)]
    with tempfile.TemporaryDirectory(prefix="cytoclust-ff-") as folder:
        out = Path(folder) / "out"
        command = [*cytoclust(), "run", str(path), "-o", str(out), "--seed", str(seed), *options]
        cost = measure(command, log=Path(folder) / "log")
        labels = read_labels(out / "labels" / "ff.parquet")
    if len(labels) != len(gates):
        sys.exit(f"{path} has {len(labels)} events, its gates {len(gates)}.")
    gated = (gates != NOT_GATED).to_numpy()
    clusters = labels["cluster"].to_numpy()
    print(f"seed {seed}: {len(set(clusters) - {-1})} clusters, {cost.seconds:.1f} s", file=sys.stderr, flush=True)
    return match(gates[gated], clusters[gated])


if __name__ == "__main__":
    sys.exit(main())
