"""Drift planted between batches: what controls and landmarks find, and what gains set right.

    python -m benchmarks.drift --cohorts 10

Writes benchmarks/DRIFT.md. A ladder of gains on every marker, offsets and changes of one population, measured on
process controls of two materials; landmarks with the simulation's own populations as clusters; and cohorts whose
second batch has gains drawn with a standard deviation of 0.5, run without and with ``normalize.method=gain``.
"""

import argparse
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.measure import HERE
from cytoclust import datasets
from cytoclust.datasets import SampleDesign
from cytoclust.datasets._cohort import plan_cohort
from cytoclust.datasets._instrument import DETECTORS, FLUOROCHROMES, spillover
from cytoclust.datasets._simulate_sample import simulate_sample
from cytoclust.drift import ControlProfile, Landmarks, log_gain
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.params import D, update
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._output import Output
from cytoclust.pipeline._steps import all_steps
from cytoclust.pipeline._store import Store
from cytoclust.pipeline._take_steps import take_steps
from cytoclust.progress import Silent
from cytoclust.rules import load

MARKERS = [name for name in FLUOROCHROMES if name != "Viability"]
GAINS = (0.5, 0.67, 0.8, 1.0, 1.2, 1.5, 2.0)
RARE = ("MSC CD146+CD271+", "MSC CD146+CD271-", "MSC CD146-CD271+", "endothelial")
LOST = "MSC CD146+CD271-"
MOST = float(np.log(2.9))


def events_of(design: SampleDesign, seed: int, number: int, enrich: float) -> tuple[np.ndarray, pd.DataFrame]:
    """Compensated signals of the fluorochromes of intact cells, and the truth."""
    ((spec, _),) = plan_cohort([design], seed, enrich)
    events, truth = simulate_sample(spec, np.random.default_rng([seed, number]))
    intact = (truth["state"] == "intact").to_numpy()
    linear = events[intact][:, 5 : 5 + len(DETECTORS)].astype(np.float64) @ np.linalg.inv(spillover(spec.gains))
    return linear, truth[intact]


def profile(seed: int, number: int, enrich: float, n: int, **how: object) -> ControlProfile:
    design = SampleDesign("material", "", n_events=n, control="process", **how)  # type: ignore[arg-type]
    return ControlProfile.of(events_of(design, seed, number, enrich)[0], FLUOROCHROMES)


def ladder(seeds: int, n: int, enrich: float) -> dict[str, Counter]:
    """Statuses of every marker: without drift, with 20 % and more, with offsets, with a change of one population."""
    found: dict[str, Counter] = {}
    errors = []
    for seed in range(seeds):
        reference = profile(seed, 0, enrich, n)

        def tell(case: str, new: ControlProfile, markers: list[str], reference: ControlProfile = reference) -> None:
            told = {f"gain {gain:g}": float(np.log(gain)) for gain in GAINS}
            for marker in markers:
                gain = log_gain(new, reference, marker)
                found.setdefault(case, Counter())[gain.status] += 1
                if case in told and gain.status != "not evaluable":
                    errors.append(gain.log_gain - told[case])

        for k, gain in enumerate(GAINS):
            gains = dict.fromkeys(MARKERS, gain)
            tell(f"gain {gain:g}", profile(seed, 1 + k, enrich, n, gains=gains), MARKERS)
        for k, offset in enumerate((100.0, 300.0, 1000.0)):
            for marker in ("CD45", "CD73"):
                moved = profile(seed, 20 + k, enrich, n, offsets={marker: offset})
                tell(f"offset of {offset:g}", moved, [marker])
        for k, factor in enumerate((1.3, 2.0)):
            brightness = {("granulocyte", "CD45"): factor}
            tell(
                f"CD45 of granulocytes times {factor:g}",
                profile(seed, 30 + k, enrich, n, brightness=brightness),
                ["CD45"],
            )
    found["errors"] = Counter({"sd in per cent": round(100 * float(np.std(errors)), 1)})
    return found


def landmarks(seeds: int, n: int = 15_000) -> dict[str, Counter]:
    """Statuses by populations, eight patients a batch."""
    found: dict[str, Counter] = {}
    for seed in range(seeds):
        base = profile(seed, 0, 40.0, 40_000)
        medians: dict[float, np.ndarray] = {}
        counts = None
        for gain in (1.0, 1.2, 1.5, 2.0):
            rows, events = [], []
            for patient in range(16):
                gains = dict.fromkeys(MARKERS, gain if patient >= 8 else 1.0)
                design = SampleDesign(f"P{patient}", "localised", n_events=n, gains=gains)
                specs = plan_cohort(
                    [SampleDesign(f"P{i}", "localised", n_events=n) for i in range(patient)] + [design], seed, 40.0
                )
                spec = specs[-1][0]
                values, truth = simulate_sample(spec, np.random.default_rng([seed, patient]))
                intact = (truth["state"] == "intact").to_numpy()
                linear = values[intact][:, 5 : 5 + len(DETECTORS)] @ np.linalg.inv(spillover(spec.gains))
                kinds = truth["kind"].astype(str).to_numpy()[intact]
                names = [name for name in truth["kind"].cat.categories if name != "debris"]
                rows.append([np.median(linear[kinds == name], axis=0) if (kinds == name).any() else
                             np.full(len(FLUOROCHROMES), np.nan) for name in names])  # fmt: skip
                events.append([int((kinds == name).sum()) for name in names])
            medians[gain], counts = np.array(rows), np.array(events)
            carries = np.nan_to_num(np.median(medians[gain][:8], axis=0)) > base.limits
            marks = Landmarks(
                tuple(FLUOROCHROMES), counts, medians[gain], carries, ["A"] * 8 + ["B"] * 8
            )  # fmt: skip
            for marker in MARKERS:
                status = marks.gain(marker, "B", "A")[0].status
                found.setdefault(f"gain {gain:g}", Counter())[status] += 1
                if status == "not evaluable":
                    found.setdefault("not evaluable", Counter())[marker] += 1
    return found


def cohort(folder: Path, seed: int, n: int, n_control: int, gains: dict[str, float]) -> Path:
    """Three patients a batch with and without CD146+CD271−, and a process control of each batch."""
    design = []
    for batch in ("B1", "B2"):
        more = gains if batch == "B2" else {}
        for k in range(4):
            chances = {LOST: float(k % 2)}
            group = ("control", "metastatic")[k % 2]
            design.append(SampleDesign(f"{batch}{k}", group, batch=batch, n_events=n, chances=chances, gains=more))
    for batch in ("B1", "B2"):
        more = gains if batch == "B2" else {}
        design.append(
            SampleDesign("material", "", batch=batch, n_events=n_control, control="process", gains=more,
                         factors={LOST: 0.0})
        )  # fmt: skip
    datasets.simulate(folder, design=design, seed=seed, enrich=40)
    return folder / "samples.csv"


def counted(sheet: Path, out: Path, method: str) -> tuple[pd.Series, int, pd.DataFrame | None]:
    """Events of each rare population, those of CD146+CD271− where there is none, and the gains."""
    config = update(D, {"embed.enabled": False, "normalize.method": method, "run.workers": 1})
    steps = all_steps()
    wanted = steps[: [step.name for step in steps].index("counting") + 1]
    wanted = tuple(step for step in wanted if step.name not in ("acquisition", "event sample", "beginning the map"))
    with ExitStack() as cleanup:
        store = cleanup.enter_context(Store(out, where="memory", resume=False))
        context = Context(config, cleanup.enter_context(Output(out, ["labels"])), store, Threads(1), Silent(), "stop",
                          cleanup, steps=steps)  # fmt: skip
        given = {"request": sheet, "rules": load("msc"), "acquisition": None, "plain": None}
        skipped = tuple(step for step in wanted if step.name != "without normalisation")
        made = take_steps(context, skipped, given)
    table = made["tables"]["populations"]
    events = table.pivot_table(index="population", columns="sample_id", values="n_events", aggfunc="sum")
    truth = pd.read_csv(sheet.parent / "truth" / "populations.csv").set_index(["population", "sample_id"])["n_intact"]
    without = [name for name in events if truth.loc[LOST, name] == 0]
    false = int(events.loc[LOST, without].sum()) if LOST in events.index else 0
    rare = events.reindex(list(RARE)).fillna(0).sum(axis=1)
    return rare, false, made["gains"].table if made["gains"] else None


def cohorts(number: int, n: int, n_control: int, until: float) -> pd.DataFrame:
    rows = []
    for seed in range(number):
        if time.monotonic() > until:
            break
        rng = np.random.default_rng([77, seed])
        gains = {m: float(np.exp(np.clip(rng.normal(0, 0.5), -MOST, MOST))) for m in MARKERS}
        with TemporaryDirectory() as name:
            folder = Path(name)
            still = cohort(folder / "still", 1000 + seed, n, n_control, {})
            moved = cohort(folder / "moved", 1000 + seed, n, n_control, gains)
            base, false, _ = counted(still, folder / "a", "none")
            rows.append({"cohort": seed, "run": "no drift planted", "false": false, **base})
            raw, false, _ = counted(moved, folder / "b", "none")
            rows.append({"cohort": seed, "run": "drift, none", "false": false, **raw})
            try:
                after, false, table = counted(moved, folder / "c", "gain")
                left = list(table.query("status == 'not evaluable'")["marker"]) if table is not None else []
                rows.append({"cohort": seed, "run": "drift, gain", "false": false, "left": ", ".join(left), **after})
            except InputError as error:
                rows.append({"cohort": seed, "run": "drift, gain", "refused": str(error)})
        print(pd.DataFrame(rows[-3:]).to_string(), flush=True)
    return pd.DataFrame(rows)


def page(controls: dict[str, dict[str, Counter]], marks: dict[str, Counter], runs: pd.DataFrame, seeds: int) -> str:
    order = ("ok", "drift", "no gain", "not evaluable")
    head = ["| case | " + " | ".join(order) + " |", "|-|" + "-|" * len(order)]
    lines = ["# Drift between batches", "Made by `python -m benchmarks.drift`, which says what is planted."]
    for title, found in controls.items():
        lines += [f"## Process control: {title}", "\n".join(
            [*head, *(f"| {case} | " + " | ".join(str(told[name]) for name in order) + " |"
                      for case, told in found.items() if case != "errors")]
        ), f"Statuses of {len(MARKERS)} markers, {seeds} seeds. Standard deviation of the log gain around the planted "
           f"one: {found['errors']['sd in per cent']} %."]  # fmt: skip
    listed = ", ".join(f"{marker} {times}" for marker, times in marks.get("not evaluable", {}).items())
    lines += ["## Landmarks, eight patients a batch", "\n".join(
        [*head, *(f"| {case} | " + " | ".join(str(told[name]) for name in order) + " |"
                  for case, told in marks.items() if case.startswith("gain"))]
    ), "Not evaluable, of all: " + (listed or "none") + "."]  # fmt: skip
    lines += ["## Cohorts with gains drawn with a standard deviation of 0.5", markdown(runs)]
    return "\n\n".join(lines) + "\n"


def markdown(table: pd.DataFrame) -> str:
    shown = table.fillna("").astype(str)
    rows = ["| " + " | ".join(row) + " |" for row in shown.to_numpy().tolist()]
    return "\n".join(["| " + " | ".join(map(str, table)) + " |", "|-" * len(table.columns) + "|", *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohorts", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--events", type=int, default=6_000, help="events a sample")
    parser.add_argument("--control-events", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=60, help="no further cohort is begun after these")
    args = parser.parse_args()
    until = time.monotonic() + 60 * args.minutes
    n = args.control_events
    controls = {
        f"marrow enriched for stroma, {n:,} events": ladder(args.seeds, n, 40.0),
        f"marrow as it is, {n:,} events": ladder(args.seeds, n, 1.0),
    }
    marks = landmarks(3)
    for found in (*controls.values(), marks):
        print(found, flush=True)
    runs = cohorts(args.cohorts, args.events, n, until)
    (HERE / "DRIFT.md").write_text(page(controls, marks, runs, args.seeds), encoding="utf-8")


if __name__ == "__main__":
    main()
