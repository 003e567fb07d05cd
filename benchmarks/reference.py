"""Samples read against a reference: unseen cohorts, populations left out, and the time of one sample.

    python -m benchmarks.reference WORK [cohorts|left|time|SEED]...

A reference is made of one simulated cohort; the others have seeds that it never saw. FlowSOM is given the same events
of the same columns and scale, by maps of several sizes, and each code or metacluster the truth's commonest name. Every
event that passes quality control counts: a doublet or debris that is named so is an error. Each part leaves its table
in WORK, row by row, and goes on where it was stopped. A seed asks for ``left`` with a reference of that seed.
"""

import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

import cytoclust as ct
from benchmarks.measure import environment
from cytoclust.engine import ArraySource, cluster_events
from cytoclust.executor import Threads
from cytoclust.frozen import (
    BESIDE,
    OF_PLACES,
    draw_haze,
    far_limits,
    find_clumps,
    find_crowds,
    learn_places,
    open_reference,
    outside_samples,
)
from cytoclust.params import D
from cytoclust.pp import pooled_rows

HERE: Final = Path(__file__).parent
SUBTYPES: Final = ("MSC CD146+CD271+", "MSC CD146+CD271-", "MSC CD146-CD271+", "MSC CD146-CD271-")
LEFT_OUT: Final = (
    "plasma cell", "MSC CD146+CD271-", "NK", "neuroblastoma GD2low", "endothelial", "MSC CD146-CD271+", "B",
    "MSC CD146+CD271+",
)  # fmt: skip
WITHIN_OTHERS: Final = ("HSPC", "proerythroblast")
"""Kinds that lie within others by these markers."""
REFERENCE_SEED: Final = 131
UNSEEN: Final = range(3001, 3011)
MAPS: Final = {"10 x 10": (10, 30), "20 x 20": (20, 60), "30 x 30": (30, 100)}
"""Of FlowSOM: side of the map and number of metaclusters; the default, and such as can hold rare kinds."""


def cohort(work: Path, seed: int, *, samples: int, events: int) -> Path:
    """A simulated cohort, made once."""
    folder = work / f"cohort {seed} {samples} {events}"
    if not (folder / "samples.csv").exists():
        ct.datasets.simulate(folder, n_samples=samples, n_events=events, seed=seed, enrich=20)
    return folder


def truth(folder: Path, sample: str) -> pd.DataFrame:
    """Of each event of a sample."""
    return pd.read_parquet(folder / "truth" / f"{sample}.parquet").astype(str)


def reference(work: Path) -> Path:
    """The reference, made once."""
    path = work / "reference.ctref"
    if not path.exists():
        folder = cohort(work, REFERENCE_SEED, samples=5, events=60_000)
        ct.run(folder / "samples.csv", out=work / "OUT", rules="msc", settings={"embed.enabled": False})
        ct.reference.build(work / "OUT", path)
    return path


def unseen(work: Path) -> pd.DataFrame:
    """A row a cohort: F1 of each subtype, false events, events unlike, and the same of FlowSOM's."""
    known = open_reference(reference(work))
    return rows_of(work / "cohorts.csv", "seed", UNSEEN, lambda seed: _one_cohort(work, known, seed))


def _one_cohort(work: Path, known: Any, seed: int) -> dict[str, Any]:
    folder, out = cohort(work, seed, samples=4, events=30_000), work / f"OUT {seed}"
    if not (out / "run.json").exists():
        ct.apply(known, folder / "samples.csv", out)
    names, kinds, patients, events = [], [], [], []
    for path in sorted((out / "labels").iterdir()):
        labels, told = pd.read_parquet(path), truth(folder, path.stem)
        ok = (labels["qc"] == "ok").to_numpy()
        names.append(labels["population"].astype(str)[ok].to_numpy())
        kinds.append(told["kind"].where(told["state"] == "intact", "no cell").to_numpy()[ok])
        patients.append(np.full(int(ok.sum()), path.stem))
        events.append(transformed(known, folder, path.stem)[ok])
    name, kind, patient = (np.concatenate(each) for each in (names, kinds, patients))
    tables = {each: pd.read_csv(out / "tables" / f"{each}.csv") for each in ("unlike", "samples")}
    found: dict[str, Any] = {"unlike": float((name == "unlike").mean()), "outside": str(outside_samples(tables))}
    found["stray"] = int(tables["unlike"]["n_stray"].sum())
    found["samples without"] = sum(not (kind[patient == p] == SUBTYPES[1]).any() for p in np.unique(patient))
    peers = {f"FlowSOM {key} ": given for key, given in flowsom(work, known, np.concatenate(events)).items()}
    for title, given in ({"": name} | peers).items():
        found |= {f"{title}{each}": f1(given == each, kind == each) for each in SUBTYPES}
        found[f"{title}false"] = false(given, kind, patient)
    return found


def rows_of(path: Path, key: str, keys: Iterable[Any], row: Callable[[Any], dict[str, Any]]) -> pd.DataFrame:
    """A table of a row for each key, written after each; rows that are there are not made again."""
    table = pd.read_csv(path) if path.exists() else pd.DataFrame({key: []})
    for each in keys:
        if each not in table[key].tolist():
            table = pd.concat([table, pd.DataFrame([{key: each} | row(each)])], ignore_index=True)
            table.to_csv(path, index=False)
            print(table.iloc[-1].to_string(), flush=True)
    return table


def transformed(known: Any, folder: Path, sample: str) -> NDArray[np.float32]:
    """All events of a sample as the reference clusters them."""
    source = known.compensation.open(ct.io.open_fcs(folder / "fcs" / f"{sample}.fcs"), known.panel)
    return np.asarray(known.transform(source.read(0, source.file.n_events), known.columns))


def f1(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    """Harmonic mean of precision and recall; NaN where there is none to find."""
    return float(2 * (found & true).sum() / (found.sum() + true.sum())) if true.any() else np.nan


def false(given: NDArray[Any], kind: NDArray[Any], patient: NDArray[Any]) -> int:
    """Events called CD146+CD271- in samples that have none."""
    wanted = "MSC CD146+CD271-"
    without = [each for each in np.unique(patient) if not (kind[patient == each] == wanted).any()]
    return int((np.isin(patient, without) & (given == wanted)).sum())


def flowsom(work: Path, known: Any, events: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Names that FlowSOM's maps of the reference's events give to new ones (``new_data``: their nearest code), by the
    size of the map, and by its codes or its metaclusters.
    """
    if not (work / "train.npy").exists():
        _train(work, known)
    kind, found = np.load(work / "kind.npy"), {}
    for size, (side, metaclusters) in MAPS.items():
        codes, group = (work / f"{each} {side}.npy" for each in ("codes", "metaclusters"))
        if not group.exists():
            script = [str(environment("flowsom")), str(HERE / "peers" / "flowsom_codes.py")]
            given = [str(work / "train.npy"), str(codes), str(group), str(side), str(metaclusters)]
            subprocess.run([*script, *given], check=True)
        trained = work / f"trained {side}.npy"
        if not trained.exists():
            np.save(trained, nearest_code(np.load(work / "train.npy"), np.load(codes)))
        own, new = np.load(trained), nearest_code(events, np.load(codes))
        for what, of in (("codes", np.arange(side**2)), ("metaclusters", np.load(group))):
            called = pd.crosstab(of[own], kind).idxmax(axis=1).to_dict()
            found[f"{size} {what}"] = np.array([called.get(each, "") for each in of[new]])
    return found


def _train(work: Path, known: Any) -> None:
    """Intact cells of the reference's samples, and their kinds."""
    folder = cohort(work, REFERENCE_SEED, samples=5, events=60_000)
    parts, kinds = [], []
    for path in sorted((work / "OUT" / "labels").iterdir()):
        told, labels = truth(folder, path.stem), pd.read_parquet(path)
        ok = ((labels["qc"] == "ok") & (told["state"] == "intact")).to_numpy()
        parts.append(transformed(known, folder, path.stem)[ok])
        kinds.append(told["kind"].to_numpy(dtype=str)[ok])
    np.save(work / "kind.npy", np.concatenate(kinds))
    np.save(work / "train.npy", np.concatenate(parts))


def nearest_code(events: NDArray[np.float32], codes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Of each event (n,)."""
    return np.asarray(cKDTree(codes).query(events.astype(np.float64))[1], dtype=np.int64)


def left_out(work: Path, seed: int = REFERENCE_SEED) -> pd.DataFrame:
    """A row a kind of cell that the reference never saw, alone or in doublets: share of it that is far, and unlike."""
    known = open_reference(reference(work))
    made, new = (_events(known, cohort(work, each, samples=5, events=60_000)) for each in (seed, seed + 101))
    kinds = (*LEFT_OUT, *WITHIN_OTHERS)
    table = "left.csv" if seed == REFERENCE_SEED else f"left {seed}.csv"
    return rows_of(work / table, "kind", kinds, lambda kind: one_left_out(made, new, kind))


def _events(known: Any, folder: Path) -> list[tuple[NDArray[np.float32], pd.DataFrame]]:
    """Of each sample the events that pass quality control, and their truth."""
    adata = ct.io.read_samples(folder / "samples.csv")
    ct.pp.compensate(adata)
    ct.pp.quality(adata)
    found = []
    for sample in adata.obs["sample_id"].cat.categories:
        mine = adata[(adata.obs["sample_id"] == sample).to_numpy()]
        ok = (mine.obs["qc"] == "ok").to_numpy()
        events = known.transform(np.asarray(mine.X, dtype=np.float32)[ok], known.columns)
        found.append((np.ascontiguousarray(events), truth(folder, sample)[ok].reset_index(drop=True)))
    return found


def one_left_out(made: list[Any], new: list[Any], kind: str) -> dict[str, Any]:
    kept = [events[~((told["kind"] == kind) | (told["kind2"] == kind)).to_numpy()] for events, told in made]
    events = np.ascontiguousarray(np.concatenate(kept))
    source = ArraySource(lambda rows: np.ascontiguousarray(events[rows]), np.arange(len(events)), 32_768)
    clustering = cluster_events(source, D.cluster, seed=0, executor=Threads(1))
    engine, k = clustering.frozen, clustering.n_clusters
    assert engine is not None
    prototype, squared = engine.look(events)
    limits = far_limits(prototype, np.sqrt(squared), len(engine.search.prototypes))
    far = np.sqrt(squared) > limits[prototype]
    haze = draw_haze(events[far], clustering.labels[far], np.bincount(clustering.labels[~far], minlength=k))
    firsts = np.cumsum([0, *(len(each) for each in kept)])
    own = [clustering.labels[a:b] for a, b in itertools.pairwise(firsts)]
    places = learn_places(
        [_some(each, labels, k) for each, labels in zip(kept, own, strict=True)], [str(i) for i in range(len(kept))], k
    )
    shares = np.array([np.bincount(each, minlength=k) / len(each) for each in own])
    total = np.zeros(8)
    for sample, told in new:
        nearest_one, away = engine.look(sample)
        cluster, sure = engine.assign(sample, nearest_one)
        beyond = np.sqrt(away) > limits[nearest_one]
        body = sample[~beyond][pooled_rows(int((~beyond).sum()), BESIDE)]
        unlike = np.zeros(len(sample), dtype=bool)
        near = np.bincount(cluster[~beyond], minlength=k)
        unlike[np.flatnonzero(beyond)[find_clumps(haze, sample[beyond], near, body)]] = True
        crowded = find_crowds(places, shares, cluster, beyond, sample.__getitem__) & ~unlike
        mine = ((told["kind"] == kind) & (told["state"] == "intact")).to_numpy()
        others = ~((told["kind"] == kind) | (told["kind2"] == kind)).to_numpy()
        of_it = [mine.sum(), beyond[mine].sum(), unlike[mine].sum(), crowded[mine].sum(), sure[mine].sum()]
        total += [*of_it, others.sum(), unlike[others].sum(), crowded[others].sum()]
    n, n_far, n_clumped, n_crowded, n_sure, n_others, others_clumped, others_crowded = total
    return {
        "events": int(n), "far": n_far / n, "by clumps": n_clumped / n, "with crowds": (n_clumped + n_crowded) / n,
        "posterior": n_sure / n, "others": int(n_others), "others by clumps": others_clumped / n_others,
        "others by crowds": others_crowded / n_others,
    }  # fmt: skip


def _some(
    events: NDArray[np.float32], labels: NDArray[np.integer], k: int
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Of each cluster some, evenly, with their clusters."""
    each = [np.flatnonzero(labels == cluster) for cluster in range(k)]
    rows = np.concatenate([mine[pooled_rows(len(mine), OF_PLACES)] for mine in each])
    return events[rows], labels[rows].astype(np.int32)


def time_of_one(work: Path) -> float:
    """Seconds of ``cytoclust apply`` on one sample of a million events, from start to report."""
    known, folder = reference(work), cohort(work, 5000, samples=1, events=1_000_000)
    begun = time.perf_counter()
    command = [sys.executable, "-m", "cytoclust.cli", "apply", str(known), str(folder / "fcs")]
    subprocess.run([*command, "-o", str(work / "OUT 1M"), "--quiet", "--json"], check=False)
    return time.perf_counter() - begun


def main(work: Path, parts: list[str]) -> None:
    """Measure the parts asked for; all without one."""
    work.mkdir(parents=True, exist_ok=True)
    if "left" in parts or not parts:
        print(left_out(work).to_string(float_format="%.4f"))
    for seed in (int(part) for part in parts if part.isdigit()):
        print(left_out(work, seed).to_string(float_format="%.4f"))
    if "cohorts" in parts or not parts:
        print(unseen(work).to_string(float_format="%.4f"))
    if "time" in parts or not parts:
        print(f"one sample of a million events: {time_of_one(work):.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
