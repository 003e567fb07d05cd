"""Runs that are killed at random moments, and go on.

python -m benchmarks.kill

Each run is a process of its own, forked from one that has imported everything. A cohort is run undisturbed; then again
and again, each time killed by SIGKILL at a moment drawn evenly over the length of a run, in the output folder of an
earlier run with another seed. After each kill the folder must be as that earlier run left it, or whole. The run is then
resumed, and its labels, tables and report, times apart, must be those of the undisturbed one. Counted is the work that
was done twice: samples of quality control, and steps of the whole cohort.
"""

import argparse
import json
import multiprocessing
import os
import random
import re
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import cytoclust as ct
from cytoclust import report
from cytoclust.cli import main as main_of_cytoclust
from cytoclust.datasets import simulate

KEPT = ("transform", "clustering", "describing clusters", "event sample", "acquisition", "UMAP")
PARTS = ("labels", "tables")


@dataclass
class Outcome:
    """What was seen of one kill."""

    seconds: float
    moment: str = ""
    folder: str = ""
    same: bool = False
    twice: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = f"killed after {self.seconds:5.1f} s in {self.moment:<22} folder {self.folder:<10}"
        return f"{told} resumed {'same' if self.same else 'OTHER'}; twice: {', '.join(self.twice) or 'nothing'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--events", type=int, default=2000, help="events a sample")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-page", action="store_true", help="draw no report, which takes most of the time")
    parser.add_argument("--set", action="append", default=["embed.enabled=false"], help="a parameter of the runs")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    if args.no_page:
        report.write = lambda _adata, path, **_: path.write_text("no page")
    with tempfile.TemporaryDirectory(prefix="cytoclust-kill-") as folder:
        work = Path(folder)
        simulate(work / "cohort", n_samples=args.samples, n_events=args.events, seed=args.seed, enrich=40)
        command = ["run", str(work / "cohort" / "samples.csv"), "--rules", "msc", "--log", "json"]
        command += ["--workers", str(args.workers), *(word for each in args.set for word in ("--set", each))]
        warm_up(work / "cohort" / "samples.csv", work / "warm")
        run([*command, "-o", str(work / "before"), "--seed", "99"], work / "log")
        shutil.rmtree(work / "before" / ".store")
        begun = time.perf_counter()
        run([*command, "-o", str(work / "whole")], work / "log")
        length = time.perf_counter() - begun
        print(f"an undisturbed run takes {length:.0f} s", flush=True)
        lot = random.Random(args.seed)
        outcomes = []
        for number in range(args.kills):
            outcome = kill(command, work, lot.uniform(0, length))
            outcomes.append(outcome)
            print(f"{number + 1:3} {outcome}", flush=True)
    worst = max((len(each.twice) for each in outcomes), default=0)
    good = all(each.same and each.folder != "half" for each in outcomes) and worst <= args.workers
    print(f"{sum(each.same for each in outcomes)} of {len(outcomes)} the same; at most {worst} done twice")
    return int(not good)


def kill(command: list[str], work: Path, seconds: float) -> Outcome:
    """One run killed after some seconds, looked at, and resumed."""
    out = work / "OUT"
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(work / "before", out)
    process = started([*command, "-o", str(out)], work / "log")
    process.join(seconds)
    process.kill()
    process.join()
    first = lines(work / "log")
    outcome = Outcome(seconds, last_stage(first), state(out, work))
    again = run([*command, "-o", str(out), "--resume"], work / "log")
    outcome.twice = twice(first, again, out)
    outcome.same = results(out) == results(work / "whole")
    return outcome


def warm_up(sheet: Path, out: Path) -> None:
    """Import and compile what runs need, once."""
    ct.run(sheet, out=out, rules="msc", settings={"embed.enabled": False})


def started(command: list[str], log: Path) -> multiprocessing.process.BaseProcess:
    """A run in a process of its own."""
    process = multiprocessing.get_context("fork").Process(target=work_on, args=(command, log))
    process.start()
    return process


def work_on(command: list[str], log: Path) -> None:
    """The command line, its words in a file."""
    with log.open("w") as words, Path(os.devnull).open("w") as nothing:
        sys.argv, sys.stderr, sys.stdout = ["cytoclust", *command], words, nothing
        main_of_cytoclust()


def run(command: list[str], log: Path) -> list[dict]:
    """A run that ends well, and what it said."""
    process = started(command, log)
    process.join()
    if process.exitcode:
        sys.exit(f"a run ended with {process.exitcode}: {log.read_text()}")
    return lines(log)


def lines(path: Path) -> list[dict]:
    """What a killed run had said; its last line may be half."""
    found = []
    for line in path.read_text().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return found


def last_stage(said: list[dict]) -> str:
    return next((line["title"] for line in reversed(said) if line["what"] == "stage begins"), "the beginning")


def twice(first: list[dict], again: list[dict], out: Path) -> list[str]:
    """What the killed run had finished, and the resumed one did again: samples, and steps that are kept."""
    done = {line["sample"] for line in first if line["what"] == "sample"}
    finished = {line["stage"] for line in first if line["what"] == "stage"} & set(KEPT)
    used = json.loads((out / "run.json").read_text(encoding="utf-8"))["resumed"]["used"]
    samples = [line["sample"] for line in again if line["what"] == "sample" and not line["kept"]]
    return [name for name in samples if name in done] + sorted(finished - set(used))


def results(out: Path) -> dict[str, bytes]:
    """Labels and tables, to the bit, and the report without times."""
    found = {str(path.relative_to(out)): path.read_bytes() for part in PARTS for path in (out / part).iterdir()}
    return found | {"report.html": page(out).encode()}


def page(out: Path) -> str:
    """The report without what says when, how fast and by which command it was made."""
    told = json.loads((out / "run.json").read_text(encoding="utf-8"))
    text = (out / "report.html").read_text(encoding="utf-8")
    for step in [*told["seconds"], "all"]:
        name = rf"(<t[hd][^>]*>(<strong>)?{re.escape(step)}(</strong>)?</t[hd]>)"
        row = rf'{name}<td class="num" data-sort="[\d.e-]+">[\d.]+</td>'
        text = re.sub(row, r"\1", text)
    text = text.replace(told["command"], "").replace(told["started"], "")
    return re.sub(r"\d+(\.\d+)? ?(&nbsp;|\u00a0)?(s|MB|GB|min)\b|\d{4}-\d\d-\d\d[T ][\d:+]*", "", text)


def state(out: Path, work: Path) -> str:
    """Whether the folder is as it was, whole, in the moment of being completed, or half."""
    if any((out / name).is_dir() for name in (".ready", ".placing")):
        return "completing"
    for name, other in (("as it was", "before"), ("whole", "whole")):
        if results(out) == results(work / other):
            return name
    return "half"


if __name__ == "__main__":
    sys.exit(main())
