"""Same labels to the bit: any number of workers, any chunk size, a second run, ``ct.run``, the step-by-step API.

python -m benchmarks.determinism
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

import cytoclust as ct
from benchmarks.cohort import cytoclust
from cytoclust.datasets import simulate
from cytoclust.io import read_labels

COLUMNS = ["qc", "cluster", "population", "probability"]
VARIANTS = {
    "--workers 1": ["--workers", "1"],
    "--workers 2": ["--workers", "2"],
    "--workers 5": ["--workers", "5"],
    "second run": [],
    "chunk_events 997": ["--set", "run.chunk_events=997"],
    "chunk_events 8192": ["--set", "run.chunk_events=8192", "--workers", "1"],
    "chunk_events 10000000": ["--set", "run.chunk_events=10000000"],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--events", type=int, default=40_000, help="events a sample")
    parser.add_argument("--seed", type=int, default=0, help="seed of the cohort")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cytoclust-bits-") as folder:
        work = Path(folder)
        simulate(work / "cohort", n_samples=args.samples, n_events=args.events, seed=args.seed)
        sheet = work / "cohort" / "samples.csv"
        wanted = by_command(sheet, work / "first", [])
        same = [tell("command line", wanted, wanted)]
        same += [tell(name, by_command(sheet, work / "next", more), wanted) for name, more in VARIANTS.items()]
        same.append(tell("ct.run", by_run(sheet, work / "run"), wanted))
        same.append(tell("step by step", by_steps(sheet), wanted))
    return int(not all(same))


def by_command(sheet: Path, out: Path, more: list[str]) -> pd.DataFrame:
    command = [*cytoclust(), "run", str(sheet), "-o", str(out), "--rules", "msc", *more]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return all_labels(sheet, out)


def by_run(sheet: Path, out: Path) -> pd.DataFrame:
    ct.run(sheet, out=out, rules="msc")
    return all_labels(sheet, out)


def by_steps(sheet: Path) -> pd.DataFrame:
    adata = ct.io.read_samples(sheet)
    ct.pp.compensate(adata)
    ct.pp.quality(adata)
    ct.pp.arcsinh(adata)
    ct.tl.cluster(adata, rng=0)
    ct.tl.annotate(adata, rules="msc")
    return adata.obs


def all_labels(sheet: Path, out: Path) -> pd.DataFrame:
    samples = pd.read_csv(sheet, dtype=str)["sample_id"]
    return pd.concat([read_labels(out / "labels" / f"{sample}.parquet") for sample in samples], ignore_index=True)


def tell(name: str, got: pd.DataFrame, wanted: pd.DataFrame) -> bool:
    """Print the digest of the labels and which columns differ, in how many events."""
    got, wanted = comparable(got), comparable(wanted)
    if len(got) != len(wanted):
        print(f"{name:24} DIFFERS: {len(got)} events instead of {len(wanted)}", flush=True)
        return False
    differ = {column: int((got[column] != wanted[column]).sum()) for column in COLUMNS}
    digest = hashlib.sha256(got.to_csv(index=False).encode()).hexdigest()[:12]
    found = ", ".join(f"{column} in {n} events" for column, n in differ.items() if n)
    print(f"{name:24} {digest} {'DIFFERS: ' + found if found else 'the same'}", flush=True)
    return not found


def comparable(labels: pd.DataFrame) -> pd.DataFrame:
    """The columns as text, so that int32 labels and string categories compare; probability by its bits.

    An event that quality control set aside has the cluster −1 in files and none in AnnData.
    """
    text = labels[COLUMNS[:3]].astype(object).reset_index(drop=True)
    text = text.assign(cluster=text["cluster"].where(text["cluster"].notna(), -1)).astype(str)
    return text.assign(probability=labels["probability"].to_numpy(dtype="float32").view("uint32"))


if __name__ == "__main__":
    sys.exit(main())
