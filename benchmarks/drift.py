"""Drift planted between batches: what controls and landmarks find, and what gains set right.

    python -m benchmarks.drift WORK [ladder|changes|landmarks|runs|cohorts]... [--seeds 100 101 102 103]

Writes benchmarks/DRIFT.md of what WORK holds. A ladder of gains on each marker alone, offsets, and changes of one
population, measured on process controls of two materials; landmarks with the simulation's own populations as clusters;
whole runs with ``normalize.method=gain`` where drift is no gain; and cohorts whose second batch has gains drawn with a
standard deviation of 0.5, run without and with it. Each part leaves its rows in WORK, seed by seed, and goes on where
it was stopped.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pandas as pd

from benchmarks.drift_page import drift_page
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

MARKERS: Final = [name for name in FLUOROCHROMES if name != "Viability"]
GAINS: Final = (0.5, 0.67, 0.8, 1.0, 1.2, 1.5, 2.0)
OFFSETS: Final = (100.0, 300.0, 1000.0)
FACTORS: Final = (0.5, 0.7, 1.4, 2.0)
MATERIALS: Final = {"enriched for stroma": 40.0, "as it is": 1.0}
N_CONTROL: Final = 100_000
RARE: Final = ("MSC CD146+CD271+", "MSC CD146+CD271-", "MSC CD146-CD271+", "endothelial")
LOST: Final = "MSC CD146+CD271-"
CARRIERS: Final = {
    "CD45": ("granulocyte", "T CD31+"), "CD34": ("HSPC", "endothelial"), "CD31": ("monocyte", "endothelial"),
    "CD56": ("NK", "plasma cell"), "CD73": ("B", LOST), "CD90": ("HSPC", LOST), "CD105": ("proerythroblast", LOST),
    "CD146": (LOST, "endothelial"), "CD271": ("MSC CD146+CD271+", "MSC CD146-CD271+"),
    "GD2": ("MSC CD146+CD271+", LOST),
}  # fmt: skip
"""Two populations that have the marker, of which the control need not have both."""
MOST: Final = float(np.log(2.9))
"""Log gain that is planted at most. Batches have some of themselves, so that a few go beyond the threefold that is
refused."""

Events = tuple[np.ndarray, np.ndarray, np.ndarray]


def events_of(design: list[SampleDesign], seed: int, enrich: float) -> list[Events]:
    """Of each sample the measured fluorescence of intact cells, its gains, and the kind of each cell."""
    found = []
    for spec, number in plan_cohort(design, seed, enrich):
        events, truth = simulate_sample(spec, np.random.default_rng([seed, number]))
        intact = (truth["state"] == "intact").to_numpy()
        columns = slice(5, 5 + len(DETECTORS))
        kinds = truth["kind"].astype(str).to_numpy()[intact]
        found.append((events[intact][:, columns].astype(np.float64), spec.gains, kinds))
    return found


def profiles(seed: int, number: int, enrich: float, **how: object) -> list[ControlProfile]:
    """A control compensated by its own matrix, and where gains changed by that of before too."""
    design = SampleDesign("material", "", n_events=N_CONTROL, control="process", **how)  # type: ignore[arg-type]
    ((spec, _),) = plan_cohort([design], seed, enrich)
    events, truth = simulate_sample(spec, np.random.default_rng([seed, number]))
    measured = events[(truth["state"] == "intact").to_numpy()][:, 5 : 5 + len(DETECTORS)].astype(np.float64)
    before = spec.gains / [design.gains.get(marker, 1.0) for marker in FLUOROCHROMES]
    matrices = [spillover(gains) for gains in ([spec.gains, before] if design.gains else [spec.gains])]
    return [ControlProfile.of(measured @ np.linalg.inv(matrix), FLUOROCHROMES) for matrix in matrices]


def told(
    seed: int, case: str, planted: str, new: ControlProfile, reference: ControlProfile, markers: Sequence[str] = MARKERS
) -> list[dict[str, Any]]:
    """A row a marker; ``planted`` is the marker that was changed."""
    rows = []
    for marker in markers:
        gain = log_gain(new, reference, marker)
        rows.append({
            "seed": seed, "case": case, "planted": planted, "marker": marker, "status": gain.status,
            "log_gain": gain.log_gain, "residual": gain.residual,
        })  # fmt: skip
    return rows


def ladder(seed: int) -> list[dict[str, Any]]:
    """Each marker's detector alone with each gain; the other markers have none."""
    rows = []
    for material, enrich in MATERIALS.items():
        reference = profiles(seed, 0, enrich)[0]
        for k, gain in enumerate(GAINS):
            for j, marker in enumerate(MARKERS if gain != 1 else ["none"]):
                how = {"gains": {marker: gain}} if gain != 1 else {}
                for matrix, new in zip(("new", "old"), profiles(seed, 1 + 20 * k + j, enrich, **how), strict=False):
                    of = told(seed, f"gain {gain:g}", marker, new, reference)
                    rows += [{"material": material, "matrix": matrix} | row for row in of]
    return rows


def changes(seed: int) -> list[dict[str, Any]]:
    """What is no gain: an offset of each detector, and another brightness of one population."""
    rows = []
    for material, enrich in MATERIALS.items():
        reference = profiles(seed, 0, enrich)[0]
        cases: list[tuple[str, str, dict[str, object]]] = [
            (f"offset of {offset:g}", marker, {"offsets": {marker: offset}})
            for offset in OFFSETS for marker in MARKERS
        ]  # fmt: skip
        cases += [
            (f"{('first', 'second')[n]} population times {factor:g}", marker, {"brightness": {(name, marker): factor}})
            for factor in FACTORS for marker, names in CARRIERS.items() for n, name in enumerate(names)
        ]  # fmt: skip
        for number, (case, marker, how) in enumerate(cases):
            of = told(seed, case, marker, profiles(seed, 300 + number, enrich, **how)[0], reference, [marker])
            rows += [{"material": material} | row for row in of]
    return rows


def landmarks(seed: int, n: int = 15_000) -> list[dict[str, Any]]:
    """Statuses by populations, eight patients a batch; and where no population carries the marker."""
    rows = []
    for material, enrich in MATERIALS.items():
        base = profiles(seed, 0, 40.0)[0]
        for gain in (0.5, 0.8, 1.0, 1.2, 1.5, 2.0):
            gains = [dict.fromkeys(MARKERS, gain if patient >= 8 else 1.0) for patient in range(16)]
            design = [SampleDesign(f"P{i}", "localised", n_events=n, gains=each) for i, each in enumerate(gains)]
            samples = events_of(design, seed, enrich)
            names = sorted({name for *_, kinds in samples for name in kinds} - {"debris"})
            counts = np.array([[(kinds == name).sum() for name in names] for *_, kinds in samples])
            medians = np.array([
                [np.median(linear[kinds == name], axis=0) if (kinds == name).any() else np.full(linear.shape[1], np.nan)
                 for name in names]
                for measured, own, kinds in samples for linear in [measured @ np.linalg.inv(spillover(own))]
            ])  # fmt: skip
            carries = np.nan_to_num(np.nanmedian(medians[:8], axis=0)) > base.limits
            batches = ["A"] * 8 + ["B"] * 8
            marks = Landmarks(tuple(FLUOROCHROMES), counts, medians, carries, batches)
            for j, marker in enumerate(FLUOROCHROMES):
                if marker not in MARKERS:
                    continue
                seen = carries[:, j] & (counts >= 50).all(axis=0)
                bare = carries.copy()
                bare[:, j] = False
                without = Landmarks(tuple(FLUOROCHROMES), counts, medians, bare, batches)
                rows.append({
                    "seed": seed, "material": material, "case": f"gain {gain:g}", "marker": marker,
                    "status": marks.gain(marker, "B", "A")[0].status,
                    "without": without.gain(marker, "B", "A")[0].status, "carriers": int(seen.sum()),
                })  # fmt: skip
    return rows


def cohort(folder: Path, seed: int, **second: Any) -> Path:
    """Four patients a batch, two of them without CD146+CD271−, and a process control of each batch."""
    design = []
    for batch, how in (("B1", {}), ("B2", second)):
        for k in range(4):
            group, chances = ("control", "metastatic")[k % 2], {LOST: float(k % 2)}
            design.append(SampleDesign(f"{batch}{k}", group, batch=batch, n_events=6_000, chances=chances, **how))
    for batch, how in (("B1", {}), ("B2", second)):
        design.append(
            SampleDesign("material", "", batch=batch, n_events=60_000, control="process", factors={LOST: 0.0}, **how)
        )
    datasets.simulate(folder, design=design, seed=seed, enrich=40)
    return folder / "samples.csv"


def counted(sheet: Path, out: Path, method: str) -> dict[str, Any]:
    """Events of each rare population, those of CD146+CD271− where there is none, and markers without a gain."""
    config = update(D, {"embed.enabled": False, "normalize.method": method, "run.workers": 1})
    steps = all_steps()
    wanted = steps[: [step.name for step in steps].index("counting") + 1]
    left_out = ("acquisition", "event sample", "beginning the map", "without normalisation")
    wanted = tuple(step for step in wanted if step.name not in left_out)
    with ExitStack() as cleanup:
        store = cleanup.enter_context(Store(out, where="memory", resume=False))
        output = cleanup.enter_context(Output(out, ["labels"]))
        context = Context(config, output, store, Threads(1), Silent(), "stop", cleanup, steps=steps)
        given = {"request": sheet, "rules": load("msc"), "acquisition": None, "plain": None}
        made = take_steps(context, wanted, given)
    table = made["tables"]["populations"]
    events = table.pivot_table(index="population", columns="sample_id", values="n_events", aggfunc="sum")
    truth = pd.read_csv(sheet.parent / "truth" / "populations.csv").set_index(["population", "sample_id"])["n_intact"]
    without = [name for name in events if truth.loc[LOST, name] == 0]
    false = int(events.loc[LOST, without].sum()) if LOST in events.index else 0
    gains, drift = made["gains"], made["tables"].get("drift")
    left = list(gains.table.query("status == 'not evaluable'")["marker"]) if gains else []
    moved = drift[drift["status"].isin(["drift", "no gain"])] if drift is not None else pd.DataFrame({"marker": []})
    rare = {name: int(events.reindex([name]).fillna(0).to_numpy().sum()) for name in RARE}
    return {"false": false, **rare, "left": ", ".join(left), "flagged": ", ".join(dict.fromkeys(moved["marker"]))}


def tried(sheet: Path, out: Path, method: str) -> dict[str, Any]:
    """What was counted, or why it was refused."""
    try:
        return counted(sheet, out, method)
    except InputError as error:
        return {"refused": str(error)}


def runs(seed: int) -> list[dict[str, Any]]:
    """Whole runs with ``gain``, the second batch with an offset, or another brightness of one population."""
    rng = np.random.default_rng([78, seed])
    marker = MARKERS[seed % len(MARKERS)]
    offset, factor = float(rng.choice(OFFSETS[1:])), float(rng.choice([FACTORS[0], FACTORS[-1]]))
    population = CARRIERS[marker][0]
    cases: dict[str, dict[str, object]] = {
        f"offset of {offset:g}": {"offsets": {marker: offset}},
        f"{population} times {factor:g}": {"brightness": {(population, marker): factor}},
    }
    rows = []
    with TemporaryDirectory() as name:
        for planted, how in cases.items():
            sheet = cohort(Path(name) / planted, 1000 + seed, **how)
            told = tried(sheet, Path(name) / f"OUT {planted}", "gain")
            rows.append({"seed": seed, "marker": marker, "planted": planted} | told)
    return rows


def cohorts(seed: int) -> list[dict[str, Any]]:
    """Without drift, with gains of all markers, and with these set right."""
    rng = np.random.default_rng([77, seed])
    gains = {m: float(np.exp(np.clip(rng.normal(0, 0.5), -MOST, MOST))) for m in MARKERS}
    with TemporaryDirectory() as name:
        folder = Path(name)
        still, moved = cohort(folder / "still", 1000 + seed), cohort(folder / "moved", 1000 + seed, gains=gains)
        cases = (("no drift planted", still, "none"), ("drift, none", moved, "none"), ("drift, gain", moved, "gain"))
        return [
            {"seed": seed, "run": what} | tried(sheet, folder / str(number), method)
            for number, (what, sheet, method) in enumerate(cases)
        ]


PARTS: Final[dict[str, Callable[[int], list[dict[str, Any]]]]] = {
    "ladder": ladder, "changes": changes, "landmarks": landmarks, "runs": runs, "cohorts": cohorts,
}  # fmt: skip


def measure_part(work: Path, part: str, seeds: Iterable[int]) -> None:
    """Rows of each seed into a file of its own, unless they are there."""
    for seed in seeds:
        path = work / part / f"{seed}.csv"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            pd.DataFrame(PARTS[part](seed)).to_csv(path, index=False)
            print(f"{part}, seed {seed}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("parts", nargs="*", help="all without one")
    parser.add_argument("--seeds", type=int, nargs="+", default=[100, 101, 102, 103])
    args = parser.parse_args()
    for part in args.parts or PARTS:
        measure_part(args.work, part, args.seeds)
    found = {part: sorted((args.work / part).glob("*.csv"), key=lambda path: int(path.stem)) for part in PARTS}
    tables = {part: pd.concat([pd.read_csv(path) for path in paths]) for part, paths in found.items() if paths}
    (HERE / "DRIFT.md").write_text(drift_page(tables), encoding="utf-8")


if __name__ == "__main__":
    main()
