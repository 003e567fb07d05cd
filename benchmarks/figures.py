"""Seconds of figures of millions of events, beside matplotlib's own ways on the same events in the same process.

    python -m benchmarks.figures --events 10000000

Each figure is drawn to PNG (300 dots an inch, as `save` does) from float32 events × 12 columns; the least of
`--repeats` times counts, since other work on the machine only adds. Prints a Markdown table.
"""

import argparse
import io
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import cytoclust as ct
from benchmarks.page import markdown

COLUMNS, KINDS, DPI, BINS = 12, 30, 300, 256


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    adata = events(args.events, args.seed)
    x, y = (adata.X[:, i] for i in (3, 7))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "figure.png"
        ways: dict[str, Callable[[], object]] = {
            "ct.pl.biplot": lambda: ct.pl.biplot(adata, "M3", "M7", save=path),
            "ct.pl.biplot, a population on it": lambda: ct.pl.biplot(
                adata, "M3", "M7", population="3", population_key="cluster", save=path
            ),
            "ct.pl.histograms, 12 markers": lambda: ct.pl.histograms(adata, save=path),
            "ct.pl.umap, by cluster": lambda: ct.pl.umap(adata, "cluster", save=path),
            "numpy.histogram2d alone": lambda: np.histogram2d(x, y, bins=BINS),
            "matplotlib hist2d": lambda: peer("hist2d", x, y, bins=BINS, norm="log"),
            "matplotlib hexbin": lambda: peer("hexbin", x, y, gridsize=BINS, bins="log"),
            "matplotlib scatter": lambda: peer("scatter", x, y, s=0.5, linewidths=0, rasterized=True),
        }
        seconds = {}
        for name, draw in ways.items():
            seconds[name] = min(timed(draw) for _ in range(args.repeats))
            print(f"{name}: {seconds[name]:.2f} s", file=sys.stderr, flush=True)
    table = pd.DataFrame({"seconds": [f"{s:.2f}" for s in seconds.values()]}, index=pd.Index(seconds, name="figure"))
    table["of biplot's time"] = [f"{s / seconds['ct.pl.biplot']:.2g}" for s in seconds.values()]
    print(f"{args.events:,} events, seed {args.seed}\n\n{markdown(table)}")
    return 0


def events(n: int, seed: int) -> ad.AnnData:
    """Round clouds of unequal size, in float32."""
    rng = np.random.default_rng(seed)
    weight = rng.dirichlet(np.full(KINDS, 0.5))
    kind = rng.choice(KINDS, n, p=weight)
    middle = rng.choice([0.3, 4.5], (KINDS, COLUMNS)) + rng.normal(0, 0.4, (KINDS, COLUMNS))
    values = rng.standard_normal((n, COLUMNS), dtype=np.float32) * np.float32(0.6) + middle.astype(np.float32)[kind]
    var = pd.DataFrame(index=[f"M{i}" for i in range(COLUMNS)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names of events that are numbers
        adata = ad.AnnData(values, var=var, obs=pd.DataFrame(index=pd.RangeIndex(n).astype(str)))
    adata.obs["cluster"] = pd.Categorical.from_codes(kind, [str(i) for i in range(KINDS)])
    adata.obsm["X_umap"] = values[:, :2].copy()
    adata.uns["thresholds"] = pd.DataFrame({"marker": adata.var_names, "positive": 2.5})
    return adata


def peer(method: str, x: np.ndarray, y: np.ndarray, **options: object) -> None:
    figure = Figure(figsize=(4.2, 4.3))
    getattr(figure.add_subplot(), method)(x, y, **options)
    figure.savefig(io.BytesIO(), format="png", dpi=DPI)


def timed(draw: Callable[[], object]) -> float:
    start = time.perf_counter()
    draw()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
