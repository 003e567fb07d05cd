"""The least that any method of this kind must do: read every file, and multiply events × prototypes once.

    python -m benchmarks.floor cohort/samples.csv

Prints seconds as JSON. The product is float32, of as many events as the files have, in blocks whose distances stay in
the processor's cache, on all processors; its numbers are random, for only its shape matters.
"""

import argparse
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from cytoclust.io import open_fcs

PROTOTYPES = 2000  # as many as cytoclust places by itself in data of this size
BLOCK = 256


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", type=Path, help="sample sheet with path")
    parser.add_argument("--markers", type=int, default=10)
    args = parser.parse_args()
    paths = [args.samples.parent / path for path in pd.read_csv(args.samples, dtype=str)["path"]]
    events = sum(open_fcs(path).n_events for path in paths)

    start = time.perf_counter()
    size = sum(len(path.read_bytes()) for path in paths)
    read = time.perf_counter() - start

    product = _product(events, args.markers, os.cpu_count() or 1)
    print(json.dumps({"read": read, "product": product, "events": events, "bytes": size}))
    return 0


def _product(events: int, markers: int, workers: int) -> float:
    """Seconds; each thread multiplies blocks of its own, so that none waits for another at every block."""
    rng = np.random.default_rng(0)
    block = rng.normal(size=(BLOCK, markers)).astype(np.float32)
    prototypes = rng.normal(size=(markers, PROTOTYPES)).astype(np.float32)

    def some(blocks: int) -> None:
        out = np.empty((BLOCK, PROTOTYPES), dtype=np.float32)
        for _ in range(blocks):
            np.matmul(block, prototypes, out=out)

    with threadpool_limits(1), ThreadPoolExecutor(workers) as pool:
        list(pool.map(some, [1] * workers))  # the first call is slower
        start = time.perf_counter()
        list(pool.map(some, [-(-events // (BLOCK * workers))] * workers))
        return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
