"""Which named numbers matter: each moved by 25 % up and down, one at a time, on three small data sets.

    python -m benchmarks.sensitivity
    python -m benchmarks.sensitivity --only engine,positivity --jobs 2

Writes benchmarks/SENSITIVITY.md of all that was measured. It is kept in benchmarks/.cache and measured again where a
constant or the unmoved labels have changed, or with ``--fresh``.
"""

import os

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}  # before NumPy

import argparse
import hashlib
import itertools
import json
import multiprocessing
import multiprocessing.connection
import pickle
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from benchmarks.constants import OF_A_RUN, Constant, constants, import_moved, moved
from benchmarks.measure import CACHE, HERE
from benchmarks.sensitivity_cases import CASES, Case, compare, make_cohort, run_case
from benchmarks.sensitivity_page import BY, SEEDS, effect, render, runs_of

DEFINED = "Derived: the definition"
"""What is told of numbers that cannot be others, such as log 2: they are not moved."""
IDLE = "Bears on no result"
"""What is told of numbers of speed, memory and wording."""
LIMIT = 180.0
"""Seconds after which a run is given up."""
WARM = (
    "cytoclust.pipeline",
    "cytoclust.report",
    "cytoclust.stats",
    "cytoclust.tl",
    "igraph",
    "leidenalg",
    "sklearn.neighbors",
)
"""Imported once: what others have written is warm in every fork."""


@dataclass(frozen=True)
class Job:
    """One run of one case."""

    case: Case
    constant: Constant | None = None
    value: float = 0.0
    by: float = 0.0
    seed: int = 0

    @property
    def key(self) -> str:
        """What it is called among the results."""
        return f"{self.case.name} " + (f"{self.constant.key} {self.by:+}" if self.constant else f"seed {self.seed}")

    @property
    def package(self) -> str:
        """Of the constant."""
        return self.constant.module.split(".")[1] if self.constant else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(OF_A_RUN), help="packages, with commas between")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    parser.add_argument("--fresh", action="store_true", help="measure again what is known")
    parser.add_argument("--page", action="store_true", help="write the page of what is known, and measure nothing")
    args = parser.parse_args()
    known = CACHE / "sensitivity.json"
    found: dict[str, Any] = json.loads(known.read_text()) if known.exists() and not args.fresh else {}
    every = [constant for constant in constants(OF_A_RUN) if DEFINED not in constant.told]
    if not args.page:
        wanted = [constant for constant in every if constant.module.split(".")[1] in args.only.split(",")]
        wanted.sort(key=lambda each: (IDLE in each.told, -effect(runs_of(each, found))))  # what matters first
        with tempfile.TemporaryDirectory(prefix="cytoclust-bench-") as folder:
            measure_all(wanted, Path(folder), found, known, jobs=args.jobs)
    (HERE / "SENSITIVITY.md").write_text(render(every, found))
    print(f"wrote {HERE / 'SENSITIVITY.md'}", file=sys.stderr, flush=True)
    return 0


def measure_all(wanted: Sequence[Constant], work: Path, found: dict[str, Any], known: Path, *, jobs: int) -> None:
    """Run what is not known yet; each result is kept as soon as it is there."""
    for name in WARM:
        __import__(name)
    make_cohort(work)
    cases = [case for case in CASES if case.samples(work).exists()]
    for case in CASES:
        if case not in cases:
            print(f"{case.name} is left out: there is no {case.samples(work)}", file=sys.stderr)
    for case in cases:  # a process of its own each, so that no thread lives in the one that is forked
        _wait_for([_start(Job(case), work)])
        digest = work / f"{case.name}.digest"
        if not digest.exists():
            sys.exit(f"{case.name}: the unmoved program failed, or took more than {LIMIT:.0f} s")
        unmoved = digest.read_text()
        if found.get(f"{case.name} digest") != unmoved:
            for key in [key for key in found if key.startswith(f"{case.name} ")]:
                del found[key]
        found[f"{case.name} digest"] = unmoved
    waiting = [job for job in _jobs(cases, wanted) if not _is_known(job, found)]
    running: dict[str, tuple[Job, BaseProcess]] = {}
    begun, done = time.perf_counter(), 0
    while waiting or running:
        while waiting and len(running) < jobs:
            job = waiting.pop(0)
            running[job.key] = job, _start(job, work)
        _wait_for([process for _, process in running.values()])
        for key, (job, process) in list(running.items()):
            if process.exitcode is not None:
                del running[key]
                found[key] = _result(job, work)
                done += 1
                print(
                    f"{time.perf_counter() - begun:6.0f} s {len(waiting):4} left  {key} {_line(found[key])}", flush=True
                )
        known.parent.mkdir(parents=True, exist_ok=True)
        known.with_suffix(".partial").write_text(json.dumps(found))
        known.with_suffix(".partial").replace(known)


def _jobs(cases: Sequence[Case], wanted: Sequence[Constant]) -> Iterator[Job]:
    """Other seeds, then constants both ways in the order given, data set by data set: so an early end tells most."""
    for case in cases:
        yield from (Job(case, seed=seed) for seed in SEEDS)
    for case in cases:
        for constant, by in itertools.product(wanted, BY):
            value = moved(constant.value, by)
            if value is not None and constant.module.split(".")[1] in case.packages:
                yield Job(case, constant, value, by)


def _is_known(job: Job, found: dict[str, Any]) -> bool:
    kept = found.get(job.key)
    return kept is not None and (job.constant is None or kept["was"] == job.constant.value)


def _start(job: Job, work: Path) -> BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=_run, args=(job, work), daemon=True)
    process.start()
    process.deadline = time.monotonic() + LIMIT  # type: ignore[attr-defined]
    return process


def _wait_for(processes: Sequence[BaseProcess]) -> None:
    """Until one has ended; what takes too long is ended."""
    multiprocessing.connection.wait([process.sentinel for process in processes], timeout=1.0)
    while all(process.exitcode is None for process in processes):
        for process in processes:
            if time.monotonic() > process.deadline:  # type: ignore[attr-defined]
                process.kill()
        multiprocessing.connection.wait([process.sentinel for process in processes], timeout=1.0)


def _run(job: Job, work: Path) -> None:
    """In a fork: one run, and how it differs from the unmoved one."""
    warnings.simplefilter("ignore")
    out, target = work / f"out-{os.getpid()}", _target(job, work)
    unmoved, clusters = work / f"{job.case.name}.pickle", work / f"{job.case.name}.clusters"
    is_unmoved = job.constant is None and job.seed == 0
    after_engine = job.constant is not None and job.package not in ("engine", "pp")
    kept = clusters if is_unmoved or after_engine else out.with_suffix(".clusters")
    try:
        import_moved(job.constant, job.value)
        found = run_case(job.case, work, out, seed=job.seed, kept=kept, use_kept=after_engine)
        if is_unmoved:
            unmoved.write_bytes(pickle.dumps(found))
            (work / f"{job.case.name}.digest").write_text(hashlib.sha256(unmoved.read_bytes()).hexdigest())
        else:
            scores = compare(found, pickle.loads(unmoved.read_bytes()), job.case.truth(work))
            target.write_text(json.dumps(scores))
    except Exception as error:  # a number so moved that nothing works is a result, too
        target.write_text(json.dumps({"failed": f"{type(error).__name__}: {error}"}))
        if job.constant is None:
            raise
    finally:
        shutil.rmtree(out, ignore_errors=True)


def _target(job: Job, work: Path) -> Path:
    return work / f"{job.key}.json"


def _result(job: Job, work: Path) -> dict[str, Any]:
    target = _target(job, work)
    result = json.loads(target.read_text()) if target.exists() else {"failed": "it crashed or took too long"}
    moved_to = {"was": job.constant.value, "value": job.value} if job.constant else {}
    return result | {name: value.item() if hasattr(value, "item") else value for name, value in moved_to.items()}


def _line(result: dict[str, Any]) -> str:
    if "failed" in result:
        return result["failed"]
    return " ".join(f"{name} {result[name]:.4g}" for name in ("ari", "f1", "names", "statuses", "verdicts", "bits"))


if __name__ == "__main__":
    sys.exit(main())
