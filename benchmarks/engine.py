"""How well and how steadily the engine finds the kinds of labelled sets and of shapes; fills in benchmarks/ENGINE.md.

    python -m benchmarks.engine
    python -m benchmarks.engine --labelled ../shared/data/labelled --salts 5
    python -m benchmarks.engine --only rings,one-noise --salts 2

Every set is clustered with several salts, each of which draws other events. Nothing else differs between them, so the
agreement of their clusters says how much hangs on the draw. Sets whose files are not there are left out and named.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import datasets, labelled
from benchmarks.measure import HERE
from benchmarks.score import Scores, adjusted_rand, crosstab, score
from benchmarks.shapes import SHAPES
from cytoclust.engine import ArraySource, assign, fit
from cytoclust.executor import Threads

__all__ = ["Steadiness", "fill_in", "judge", "row"]

PAGE = HERE / "ENGINE.md"
FIGURES = "<!-- figures: python -m benchmarks.engine -->"
"""What stands below it in the page is made here."""
SEED = 901
SETS = ["ff", *labelled.LABELLED, f"marrow-shallow-{SEED}", f"marrow-shallow-{SEED + 1}", *SHAPES]
BLOCK = 2**18
HEAD = (
    "| set | events | kinds | F1 | least F1 | clusters | ARI | ARI between salts | least between salts | CPU s |\n"
    "|-|-|-|-|-|-|-|-|-|-|"
)


@dataclass(frozen=True)
class Steadiness:
    """Of one set, clustered with several salts."""

    scores: list[Scores]
    between: list[float]
    """Adjusted Rand index of each two clusterings, over all events."""
    seconds: list[float]
    """Of processor time, of each fit and assignment."""


def cluster(events: NDArray[np.float32], salt: int) -> NDArray[np.int32]:
    """The cluster of each event (n,)."""
    source = ArraySource(lambda rows: events[rows], np.arange(len(events)), BLOCK)
    found = fit(source, n_prototypes="auto", resolution="auto", salt=salt, executor=Threads(1))
    return assign(found.model, events, found.prototype)[0]


def judge(events: NDArray[np.float32], kinds: NDArray[np.str_], salts: range) -> Steadiness:
    """Cluster events (n × p) with each salt, and score against their kinds (n,), "" where they are not scored."""
    labels, seconds = [], []
    for salt in salts:
        start = time.process_time()
        labels.append(cluster(events, salt))
        seconds.append(time.process_time() - start)
    return Steadiness(
        scores=[score(crosstab(kinds, each)) for each in labels],
        between=[adjusted_rand(crosstab(a, b)) for a, b in combinations(labels, 2)],
        seconds=seconds,
    )


def row(name: str, kinds: NDArray[np.str_], found: Steadiness) -> str:
    """A set's line of the table: means over the salts where nothing else is said."""
    f1 = [each.f1 for each in found.scores]
    between = found.between or [np.nan]
    cells = [
        name,
        f"{len(kinds):,}",
        len(found.scores[0].kinds),
        f"{np.mean(f1):.3f}",
        f"{min(f1):.3f}",
        f"{np.mean([each.clusters for each in found.scores]):.1f}",
        f"{np.mean([each.ari for each in found.scores]):.3f}",
        f"{np.mean(between):.3f}",
        f"{min(between):.3f}",
        f"{np.median(found.seconds):.2f}",
    ]
    return f"| {' | '.join(map(str, cells))} |"


def fill_in(page: str, table: str) -> str:
    """The page with another table below its mark."""
    text, mark, _ = page.partition(FIGURES)
    if not mark:
        raise ValueError(f"{PAGE.name} has no line {FIGURES!r}, below which the figures stand")
    return f"{text}{mark}\n\n{table}\n"


def main() -> int:
    """Judge every set, or those of ``--only``, which leaves the page as it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labelled", type=Path, default=datasets.FF, help="folder of the labelled sets")
    parser.add_argument("--salts", type=int, default=5, help="how many")
    parser.add_argument("--only", help="sets, with commas between them")
    args = parser.parse_args()
    chosen = args.only.split(",") if args.only else SETS
    if unknown := [name for name in chosen if name not in SETS]:
        parser.error(f"--only knows no {', '.join(unknown)}; there are {', '.join(SETS)}")
    datasets.FF = labelled.FF = args.labelled.resolve()  # sheets elsewhere name its files
    lines, absent = [HEAD], []
    for name in chosen:
        try:
            events, kinds = labelled.made(name, seed=SEED)
        except FileNotFoundError:
            absent.append(name)
            continue
        events = np.ascontiguousarray(events, dtype=np.float32)
        lines.append(row(name, kinds, judge(events, kinds, range(args.salts))))
        print(lines[-1], file=sys.stderr, flush=True)
    told = f"Salts 0–{args.salts - 1}; simulated sets of seed {SEED}."
    if absent:
        told += f" Not on this machine: {', '.join(absent)}."
    table = "\n".join([told, "", *lines])
    if args.only:
        print(table)
    else:
        PAGE.write_text(fill_in(PAGE.read_text(), table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
