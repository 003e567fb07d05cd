"""What quality control sets aside: beside manual gates, of real files without any, and of simulated ones.

    python -m benchmarks.quality_control DATA --viability "Activation=Alexa Fluor 405-A"

DATA is a folder; every event file in it and below is judged at default settings. Where ``X.labels.csv`` (a header, then
a row an event) stands beside ``X.fcs``, a row is written for each label too. ``--viability PART=DYE`` names the dye of
files with PART in their name. Simulated cohorts are made anew from ``--seed``. Markdown, to standard output.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import cytoclust as ct
from benchmarks.page import markdown
from cytoclust import keys, params
from cytoclust.datasets import load_truth, simulate
from cytoclust.errors import CytoclustError
from cytoclust.pp import judge_sample, panel_of

SUFFIXES = (".fcs", ".lmd", ".001")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of event files")
    parser.add_argument("--viability", action="append", default=[], metavar="PART=DYE")
    parser.add_argument("--seed", type=int, default=11, help="of the simulated cohorts")
    args = parser.parse_args()
    dyes = dict(each.partition("=")[::2] for each in args.viability)
    gated, others = [], []
    for path in sorted(each for each in args.data.rglob("*") if each.suffix.lower() in SUFFIXES):
        dye = next((dye for part, dye in dyes.items() if part in path.name), params.D.panel.viability)
        try:
            codes, notes = judge(path, dye)
        except CytoclustError as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            continue
        labels = path.with_suffix(".labels.csv")
        if labels.is_file():
            gated.append(shares(codes, np.char.add(f"{path.stem}: ", pd.read_csv(labels).iloc[:, 0].to_numpy(str))))
        others.append(shares(codes, np.full(len(codes), path.stem)).assign(notes="; ".join(notes)))
    print("## Beside manual gates\n\nPercent of each label.\n")
    print(markdown(pd.concat(gated) if gated else pd.DataFrame()))
    print("\n## Real files\n\nPercent of each file, and what is said of it.\n")
    print(markdown(pd.concat(others) if others else pd.DataFrame()))
    print("\n## Simulated\n\nPercent of events of each truth.\n")
    print(markdown(pd.concat(simulated(args.seed))))
    return 0


def judge(path: Path, viability: str) -> tuple[np.ndarray, list[str]]:
    """Index into ``keys.QC`` of each event of a file, compensated as a run would, and what is noted."""
    adata = ct.io.read_fcs(path)
    ct.pp.compensate(adata)
    judged = judge_sample(
        np.asarray(adata.X, dtype=np.float32), panel=panel_of(adata), quality=params.Quality(), viability=viability
    )  # fmt: skip
    return judged.codes, [note.sentence for note in judged.findings() if not note.code.endswith("not made")]


def shares(codes: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """A row a label: events, and percent of them in each category."""
    words = pd.Categorical(np.array(keys.QC)[codes], categories=list(keys.QC))
    table = 100 * pd.crosstab(pd.Series(labels, name="label"), words, normalize="index", dropna=False)
    table.columns = list(table.columns)
    return table.round(2).assign(events=pd.Series(labels).value_counts())


def simulated(seed: int) -> Iterator[pd.DataFrame]:
    """Marrow as it is, and enriched for stroma."""
    for name, enrich in (("marrow", 1.0), ("enriched", 20.0)):
        with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
            simulate(folder, n_samples=4, n_events=60_000, seed=seed, enrich=enrich)
            truth = load_truth(folder)
            files = [Path(folder) / "fcs" / f"{sample}.fcs" for sample in truth["sample_id"].cat.categories]
            codes = np.concatenate([judge(path, params.D.panel.viability)[0] for path in files])
        kind, second, state = (truth[column].astype(str).to_numpy(str) for column in ("kind", "kind2", "state"))
        what = np.where(state == "doublet", np.where(kind == second, "doublet, alike", "doublet, unlike"), state)
        what = np.where((state == "intact") & np.char.startswith(kind, "MSC"), "intact MSC", what)
        yield shares(codes, np.char.add(f"{name}: ", what.astype(str)))


if __name__ == "__main__":
    sys.exit(main())
