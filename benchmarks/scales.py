"""Names where a matrix has one coefficient wrong, and where a detector is shifted in some patients.

    python -m benchmarks.scales                  # slopes by kinds as they are, every coefficient, quick
    python -m benchmarks.scales --runs 24        # whole runs as well, each with another coefficient wrong
    python -m benchmarks.scales --cohorts 20     # and so many cohorts of twelve small samples with a detector shifted

Blood in twelve colours (``benchmarks/twelve.py``). *Named*: the coefficient is told; it matters where cells without the
target move by two spreads of the negatives or more. *Kept*: of the events of every kind as many have
the name that most of them had under the right matrix, or without a shift, as then, give or take three in a hundred.
"""

import argparse
import json
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import cytoclust as ct
from benchmarks.page import markdown
from benchmarks.twelve import DYES, KINDS, MARKERS, RULES, Blood, blood, spillover
from cytoclust.io import Channel, read_labels, write_fcs
from cytoclust.positivity import find_slopes

__all__ = ["names_kept", "run_names", "shifted_cohort", "slopes_told", "write_blood"]

POINTS, N, NOISE = 0.05, 20_000, 40.0
PAIRS = [(i, j) for i, j in product(range(len(DYES)), repeat=2) if i != j]


def slopes_told(events: Blood, wrong: np.ndarray) -> list[tuple[int, int]]:
    """Source and target of each slope that is told of events compensated by a matrix."""
    names = list(KINDS)
    labels = np.array([names.index(kind) for kind in events.kind])
    found = find_slopes(np.linalg.solve(wrong.T, events.raw.T).T, labels, len(names))
    return [(each.source, each.target) for each in found]


def moved(events: Blood, right: np.ndarray, wrong: np.ndarray, target: int) -> float:
    """The farthest that the median of a kind without the target moves."""
    both = [np.linalg.solve(matrix.T, events.raw.T).T[:, target] for matrix in (right, wrong)]
    lacks = [kind for kind, (_, carried) in KINDS.items() if MARKERS[target] not in carried.split()]
    return max(abs(float(np.median(np.subtract(*both)[events.kind == kind]))) for kind in lacks)


def every_coefficient(seed: int, points: float) -> dict[str, str]:
    """Each coefficient in turn, by the kinds as clusters."""
    right = spillover(seed)
    events = blood(N, right, seed + 1)
    told, matters, others = [], [], []
    for i, j in PAIRS:
        wrong = right.copy()
        wrong[i, j] += points
        found = slopes_told(events, wrong)
        told.append((i, j) in found)
        others.append(len(found) - told[-1])
        matters.append(moved(events, right, wrong, j) >= 2 * NOISE)
    hit, due = np.array(told), np.array(matters)
    return {
        "points": f"{100 * points:+g}",
        "seed": str(seed),
        "named": f"{hit.mean():.1%}",
        "named where it matters": f"{hit[due].mean():.1%} of {due.sum()}",
        "others told": f"{np.mean(np.array(others) > 0):.1%}",
        "told of the right matrix": str(len(slopes_told(events, right))),
    }


def write_blood(path: Path, events: Blood, matrix: np.ndarray, shift: np.ndarray | None = None) -> None:
    """An FCS file of compensated events with the scatter of cells; ``shift (12,)`` is added to the signals."""
    rng = np.random.default_rng(7)
    signals = np.linalg.solve(matrix.T, events.raw.T).T + (0 if shift is None else shift)
    size = rng.normal(60_000, 6_000, len(signals))
    columns = [size, size * rng.normal(0.9, 0.02, len(signals)), rng.normal(30_000, 4_000, len(signals)), *signals.T]
    scatter = [Channel(name, signal_type="scatter") for name in ("FSC-A", "FSC-H", "SSC-A")]
    dyes = [Channel(f"{dye}-A", marker, marker) for dye, marker in zip(DYES, MARKERS, strict=True)]
    write_fcs(path, np.column_stack(columns).astype(np.float32), [*scatter, *dyes])


def run_names(folder: Path, files: list[Path] | Path) -> tuple[Path, list[pd.DataFrame]]:
    """The output folder of a run at default settings, and the labels of each file."""
    rules = folder / "twelve.yaml"
    rules.write_text(RULES, encoding="utf-8")
    out = folder / "out"
    settings = {"compensate.enabled": False, "embed.enabled": False, "quality.enabled": False}
    ct.run(files, out=out, rules=rules, settings=settings)
    return out, [read_labels(path) for path in sorted((out / "labels").glob("*.parquet"))]


def names_kept(kind: np.ndarray, before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """Whether the events of each kind kept the name that most of them had."""
    for each in KINDS:
        mine = kind == each
        usual = before["population"][mine].astype(str).mode()
        if (
            len(usual)
            and (after["population"][mine].astype(str) == usual[0]).mean()
            < 0.99 * (before["population"][mine].astype(str) == usual[0]).mean() - 0.02
        ):
            return False
    return True


def shifted_cohort(folder: Path, seed: int, *, column: int, shift: float, grouped: bool, n: int = 3_000) -> Path:
    """A sheet of twelve patients of two groups, six of whom have one detector shifted: a group, or three of each."""
    matrix = spillover(seed)
    rows = []
    for patient in range(12):
        name = f"p{patient:02d}"
        has = patient < 6 if grouped else patient % 2 == 0
        move = np.where(np.arange(len(DYES)) == column, shift if has else 0.0, 0.0)
        write_blood(folder / f"{name}.fcs", blood(n, matrix, 100 * seed + patient), matrix, move)
        rows.append({"sample_id": name, "path": f"{name}.fcs", "patient_id": name, "group": "AB"[patient >= 6]})
    sheet = folder / "sheet.csv"
    pd.DataFrame(rows).to_csv(sheet, index=False)
    return sheet


def wrong_runs(n: int, seed: int) -> dict[str, str]:
    """Whole runs with one coefficient wrong, drawn at random and up or down in turn."""
    rng = np.random.default_rng(seed)
    right = spillover(seed)
    events = blood(N, right, seed + 1)
    kept, told = [], []
    with tempfile.TemporaryDirectory() as work:
        write_blood(Path(work) / "right.fcs", events, right)
        _, (before,) = run_names(Path(work), [Path(work) / "right.fcs"])
    for number, at in enumerate(rng.choice(len(PAIRS), n, replace=False)):
        i, j = PAIRS[at]
        wrong = right.copy()
        wrong[i, j] += POINTS if number % 2 else -POINTS
        with tempfile.TemporaryDirectory() as work:
            write_blood(Path(work) / "wrong.fcs", events, wrong)
            out, (after,) = run_names(Path(work), [Path(work) / "wrong.fcs"])
            kept.append(names_kept(events.kind, before, after))
            notes = _notes(out)
            told.append(any(f"{MARKERS[i]} ({DYES[i]}-A)" == note["data"].get("source") and
                            f"{MARKERS[j]} ({DYES[j]}-A)" == note["data"].get("target") for note in notes))  # fmt: skip
        print(f"{MARKERS[i]} into {MARKERS[j]}: kept {kept[-1]}, told {told[-1]}", file=sys.stderr, flush=True)
    return {"runs": str(n), "names kept": f"{np.mean(kept):.1%}", "coefficient told": f"{np.mean(told):.1%}"}


def shifted_runs(n: int, seed: int) -> dict[str, str]:
    """Whole runs of cohorts with a detector shifted in half of the patients."""
    rng = np.random.default_rng(seed)
    kept, claims, told = [], 0, []
    for number in range(n):
        column, shift = int(rng.integers(len(DYES))), float(rng.choice([-1_500, -600, 600, 1_500]))
        with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as plain:
            sheet = shifted_cohort(Path(work), seed + number, column=column, shift=shift, grouped=number % 2 == 0)
            out, after = run_names(Path(work), sheet)
            _, before = run_names(
                Path(plain), shifted_cohort(Path(plain), seed + number, column=column, shift=0, grouped=False)
            )
            matrix = spillover(seed + number)
            unshifted = range(6, 12) if number % 2 == 0 else range(1, 12, 2)
            kinds = [blood(3_000, matrix, 100 * (seed + number) + p).kind for p in unshifted]
            kept += [names_kept(k, before[p], after[p]) for k, p in zip(kinds, unshifted, strict=True)]
            verdicts = pd.read_csv(out / "tables" / "discoveries.csv")["verdict"]
            claims += int((verdicts == "supported").sum())
            found = [note["data"] for note in _notes(out) if note["code"] == "background differs"]
            sizes = [abs(float(each["signal"])) for each in found if each["marker"] == MARKERS[column]]
            told.append(any(abs(size - abs(shift)) < 0.2 * abs(shift) for size in sizes))
        print(f"{MARKERS[column]} {shift:+g}: told {told[-1]}, claims {claims}", file=sys.stderr, flush=True)
    return {
        "cohorts": str(n), "names of the others kept": f"{np.mean(kept):.1%}", "supported claims": str(claims),
        "shift told with its size": f"{np.mean(told):.1%}",
    }  # fmt: skip


def _notes(out: Path) -> list[dict[str, Any]]:
    return list(json.loads((out / "run.json").read_text(encoding="utf-8"))["notes"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=0, help="whole runs with a coefficient wrong")
    parser.add_argument("--cohorts", type=int, default=0, help="whole runs of cohorts with a detector shifted")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    rows = [every_coefficient(seed, points) for seed in (args.seed, args.seed + 3) for points in (POINTS, -POINTS)]
    print(markdown(pd.DataFrame(rows).set_index("points")))
    for made, n, seed in ((wrong_runs, args.runs, args.seed + 10), (shifted_runs, args.cohorts, args.seed + 50)):
        if n:
            found = made(n, seed)
            print(markdown(pd.DataFrame([found]).set_index(next(iter(found)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
