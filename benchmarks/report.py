"""How long the report takes to write and to open, beside scanpy drawing the same events.

python -m benchmarks.report
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anndata as ad
import matplotlib as mpl
import pandas as pd

import cytoclust as ct
from benchmarks.page import markdown
from tests.browser.chromium import chromium
from tests.report.study import PANEL, study

__all__ = ["Opened", "measure_report"]

CASES = ((62, 60), (62, 100))  # samples, clusters
TURNS, LOADS = 3, 5
DRAWN = """
addEventListener("DOMContentLoaded", () => {
  const canvas = document.querySelector("#umap canvas");
  const told = () => { if (canvas?.dataset.drawn) window.__drawn ??= performance.now(); };
  if (canvas) new MutationObserver(told).observe(canvas, {attributes: true});
  told();
});
"""


@dataclass(frozen=True)
class Opened:
    """Seconds from the start of navigation; the median of several, each with an empty cache."""

    parsed: float  # the document is there, before scripts of the page have ended
    drawn: float  # the map is on its canvas
    loaded: float  # every image too
    elements: int


def measure_report(work: Path, samples: int, clusters: int, *, n_events: int, seed: int) -> dict[str, Any]:
    """One case: ours, what it reads, and scanpy, in turns; the fastest of each."""
    cohort = study(samples, clusters, n_events=n_events, seed=seed)
    page = work / "report.html"
    contenders: dict[str, Callable[[], Any]] = {
        "report.write": lambda: ct.report.write(cohort.adata, page, tables=cohort.tables, run=cohort.run),
        "reading the folder": _stored(work, cohort),
        "scanpy: map and matrix": lambda: _scanpy(work, cohort.adata),
    }
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(TURNS):
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
            print(f"{samples} × {clusters}, {name}, turn {turn + 1}: {times[name][-1]:.1f} s", file=sys.stderr)
    opened, empty = _opened(page), _opened(_empty(work))
    return {
        "samples × clusters": f"{samples} × {clusters}",
        "events on the map": f"{cohort.adata.n_obs:,}",
        **{f"{name}, s": f"{min(each):.1f}" for name, each in times.items()},
        "page, MB": f"{page.stat().st_size / 1e6:.1f}",
        "elements": f"{opened.elements:,}",
        "parsed, s": f"{opened.parsed:.2f}",
        "map drawn, s": f"{opened.drawn:.2f}",
        "all loaded, s": f"{opened.loaded:.2f}",
        "empty page loaded, s": f"{empty.loaded:.2f}",
    }


def _stored(work: Path, cohort: Any) -> Callable[[], None]:
    """Reading what ``cytoclust report`` reads: the floor of drawing a report again."""
    tables = [work / f"{name}.csv" for name in cohort.tables]
    for path, table in zip(tables, cohort.tables.values(), strict=True):
        table.to_csv(path, index=False)
    (work / "run.json").write_text(json.dumps(cohort.run, default=str))
    cohort.adata.write_h5ad(work / "cohort.h5ad")

    def read() -> None:
        ad.read_h5ad(work / "cohort.h5ad")
        json.loads((work / "run.json").read_text())
        for path in tables:
            pd.read_csv(path)

    return read


def _scanpy(work: Path, adata: ad.AnnData) -> None:
    """The map by cluster, population and each marker, and the matrix of clusters and markers, as PNG."""
    import matplotlib.pyplot as plt
    import scanpy as sc

    figure = sc.pl.umap(adata, color=["cluster", "population", *PANEL], show=False, return_fig=True)
    figure.savefig(work / "umap.png", dpi=110)
    matrix = sc.pl.matrixplot(adata, PANEL, "cluster", show=False, return_fig=True)
    matrix.savefig(work / "matrix.png", dpi=110)
    plt.close("all")


def _empty(work: Path) -> Path:
    path = work / "empty.html"
    path.write_text("<!DOCTYPE html><html lang='en'><title>empty</title><figure id='umap'><canvas></canvas></figure>")
    return path


def _opened(path: Path) -> Opened:
    rows = []
    with chromium() as browser:
        for _ in range(LOADS):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.set_offline(True)
            context.add_init_script(DRAWN)
            page = context.new_page()
            page.goto(path.as_uri(), wait_until="load")
            rows.append(
                page.evaluate("""() => {
                const entry = performance.getEntriesByType("navigation")[0];
                const drawn = window.__drawn ?? NaN;
                return [entry.domInteractive, drawn, performance.now(), document.getElementsByTagName("*").length];
            }""")
            )
            context.close()
    parsed, drawn, loaded, elements = (statistics.median(row[i] for row in rows) for i in range(4))
    return Opened(parsed / 1000, (drawn or 0) / 1000, loaded / 1000, int(elements))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=60_000, help="events on the map")
    parser.add_argument("--seed", type=int, default=501)
    args = parser.parse_args()
    mpl.use("agg")
    rows = []
    for samples, clusters in CASES:
        with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
            rows.append(measure_report(Path(folder), samples, clusters, n_events=args.events, seed=args.seed))
    table = pd.DataFrame(rows).set_index("samples × clusters").T
    table.index.name = "samples × clusters"
    print(markdown(table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
