"""Real files read against a reference of others of their panel: manual gates, false alarms, and kinds left out.

    python -m benchmarks.reference_real WORK [SET]...

Each set of ``SETS`` is labelled by hand (`../shared/data/README.md`). A reference is built of some of its files by
``ct.run`` and ``ct.reference.build``, and the others are given to ``ct.apply``. Results are kept in WORK, a JSON file
a set; what is there is not measured again.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import cytoclust as ct
from benchmarks.datasets import FF
from benchmarks.labelled import ASIDE, BODENMILLER, FL
from benchmarks.measure import HERE, environment
from benchmarks.reference import nearest_code, one_left_out
from benchmarks.score import NO_CLUSTER, NOT_SCORED, crosstab, match
from cytoclust.errors import InputError
from cytoclust.frozen import Reference, open_reference, outside_samples
from cytoclust.io import open_fcs, write_fcs
from cytoclust.pp import Preparation

COHORT: Final = FF.parent / "cohort_aml"
NORMAL: Final = (range(16, 21), range(6, 11))
"""Numbers of its normal samples, in two halves."""
LEAST: Final = 0.003
"""Share of the events of a file, from which on a kind is left out."""
AS_GIVEN: Final = {"transform.method": "none", "compensate.enabled": False, "quality.enabled": False}

Events = tuple[NDArray[np.float32], NDArray[Any], NDArray[Any]]
"""Of a file those that passed quality control: as they are clustered, kind, and cluster."""


@dataclass(frozen=True)
class Labelled:
    """Files of one panel.

    Attributes
    ----------
    files
        Names, of which ``X.labels.csv`` has the labels.
    splits
        Of each reference the files that it is made of; the others are new.
    settings
        Of the run.
    halves
        The file of the labels, where the only file is parted at random in two that stand for files.
    misnamed
        A file whose columns have wrong names: they are in the order of the first file's.
    """

    files: Sequence[str]
    splits: Sequence[Sequence[str]]
    settings: dict[str, Any] = field(default_factory=dict)
    halves: str = ""
    misnamed: str = ""


def _each_left(names: Sequence[str]) -> list[list[str]]:
    return [[each for each in names if each != name] for name in names]


WELLS: Final = [f"bodenmiller_{well}" for well in ("H01", "H05", "H08", "H12")]
PAIR: Final = ["first", "second"]
SETS: Final = {
    "activation": Labelled(
        [f"Activation_{n}" for n in (1, 2, 15, 16)],
        [[f"Activation_{n}" for n in pair] for pair in ((1, 2), (15, 16), (1, 15), (2, 16))],
    ),
    "bodenmiller": Labelled(
        WELLS, _each_left(WELLS),
        {"transform.cofactor": 5.0, "cluster.markers": BODENMILLER, "quality.enabled": False},
    ),
    "gvhd": Labelled(["gvhd01", "gvhd05"], [["gvhd01"], ["gvhd05"]], AS_GIVEN | {"cluster.markers": FL}),
    "optimalflow": Labelled(
        [f"optimalflow_Cytometry{n}" for n in (1, 20)], [[f"optimalflow_Cytometry{n}"] for n in (1, 20)],
        AS_GIVEN, misnamed="optimalflow_Cytometry20",
    ),
    "ff": Labelled(
        ["ff"], [["first"], ["second"]],
        AS_GIVEN | {"cluster.markers": ["CD8", "TCRyd", "TCRb", "NK1/1", "CD4", "CD19", "CD3"]}, "ff_labels.csv",
    ),
    "cytomem": Labelled(
        ["cytomem_cytomem_pbmc"], [["first"], ["second"]], {"quality.enabled": False}, "cytomem_labels.csv"
    ),
}  # fmt: skip


def files_of(name: str, work: Path) -> dict[str, tuple[Path, NDArray[Any]]]:
    """Path and label of each event, by the name of the file."""
    found = SETS[name]
    if not found.halves:
        paths = {each: FF / f"{each}.fcs" for each in found.files}
        if found.misnamed:
            path, file = paths[found.misnamed], open_fcs(paths[found.misnamed])
            paths[found.misnamed] = _write(work, path, file.read(0, file.n_events), open_fcs(paths[found.files[0]]))
        return {each: (path, _labels(FF / f"{each}.labels.csv")) for each, path in paths.items()}
    file, labels = open_fcs(FF / f"{found.files[0]}.fcs"), _labels(FF / found.halves)
    first = np.random.default_rng(0).random(file.n_events) < 0.5
    made = {}
    for half, rows in zip(PAIR, (first, ~first), strict=True):
        made[half] = (_write(work, Path(f"{half}.fcs"), file.read(0, file.n_events)[rows], file), labels[rows])
    return made


def _write(work: Path, name: Path, events: NDArray[np.float32], like: Any) -> Path:
    """A file with the columns of another."""
    path = work / "fcs" / name.name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_fcs(path, events, like.channels)
    return path


def _labels(path: Path) -> NDArray[Any]:
    return pd.read_csv(path, header=None, skiprows=int("label\n" in path.open().readline()))[0].astype(str).to_numpy()


def one_split(name: str, work: Path, made_of: Sequence[str]) -> list[dict[str, Any]]:
    """A row a new file: what ``apply`` tells of it, and a row a kind that was left out of the reference."""
    files = files_of(name, work)
    folder = work / " ".join(made_of)
    path = folder / "reference.ctref"
    settings = SETS[name].settings | {"embed.enabled": False}
    if not path.exists():
        ct.run([files[each][0] for each in made_of], out=folder / "OUT", settings=settings)
        ct.reference.build(folder / "OUT", path)
    known = open_reference(path)
    of_run = folder / "OUT" / "labels"
    own = [_events(known, *files[each], of_run / f"{files[each][0].stem}.parquet") for each in made_of]
    called = names_of(*(np.concatenate([each[i] for each in own]) for i in (2, 1)))
    rows: list[dict[str, Any]] = []
    new = []
    for each in [other for other in files if other not in made_of]:
        row: dict[str, Any] = {"set": name, "reference": " ".join(made_of), "new": each}
        rows.append(row)
        try:
            applied = ct.apply(known, [files[each][0]], folder / f"OUT {each}")
        except InputError as refused:
            row["refused"] = str(refused).replace(str(files[each][0]), each)
            continue
        labels = applied.out / "labels" / f"{files[each][0].stem}.parquet"
        new.append(_events(known, *files[each], labels))
        events, kind, cluster = new[-1]
        named = pd.read_parquet(labels).query("qc == 'ok'")["population"].astype(str).to_numpy()
        unlike, names = named == "unlike", np.array([called.get(one, "") for one in cluster.tolist()])
        alone = work / f"ALONE {each}" / "labels" / labels.name
        if not alone.exists():
            ct.run([files[each][0]], out=alone.parents[1], settings=settings)
        fresh = pd.read_parquet(alone).query("qc == 'ok'")
        row |= {
            "events": len(events), "far": float(applied.tables["unlike"]["n_far"].sum() / len(events)),
            "unlike": float(unlike.mean()), "outside": _why(applied),
            "f1": f1(kind, np.where(unlike, NO_CLUSTER, cluster)),
            "f1 alone": f1(kind, fresh["cluster"].to_numpy()),
            "names": named_f1(kind, np.where(unlike, "", names)), "nearest": named_f1(kind, names),
            "names FlowSOM": named_f1(kind, flowsom_names(folder, own, events)),
        }  # fmt: skip
        print(row, flush=True)
    if new:
        rows += [{"set": name, "reference": " ".join(made_of)} | row for row in left_out(own, new, called)]
    return rows


def _why(applied: Any) -> str:
    """Why samples are told to be outside; empty where they are not."""
    return "; ".join(f"{name}: {', '.join(why)}" for name, why in outside_samples(applied.tables).items())


def _events(known: Reference, path: Path, kinds: NDArray[Any], labels: Path) -> Events:
    """Of the events that passed quality control: as they are clustered, kind, and cluster."""
    told = pd.read_parquet(labels)
    ok = np.flatnonzero((told["qc"] == "ok").to_numpy())
    file = open_fcs(path)
    source = known.compensation.open(file, known.panel)
    ready = Preparation(
        source.read(0, file.n_events), np.zeros(file.n_events, np.uint8), known.transform, known.spreading
    )  # fmt: skip
    events = np.ascontiguousarray(ready.events(ok, known.columns))
    kind = pd.Series(kinds)
    kind = kind.where(~kind.str.lower().str.match(ASIDE + "|unlabeled"), NOT_SCORED)
    return events, kind.to_numpy().astype(str)[ok], told["cluster"].to_numpy()[ok]


def f1(kind: NDArray[Any], cluster: NDArray[Any]) -> float:
    """Mean one-to-one F1 over the kinds; every event that passed quality control counts."""
    return float(match(crosstab(kind, cluster).drop(index=NOT_SCORED, errors="ignore"))["f1"].mean())


def named_f1(kind: NDArray[Any], name: NDArray[Any]) -> float:
    """Mean over the kinds of the F1 of the events of that name."""
    scored = kind != NOT_SCORED
    return float(np.mean([
        2 * (scored & (kind == each) & (name == each)).sum() / ((kind == each).sum() + (scored & (name == each)).sum())
        for each in np.unique(kind[scored])
    ]))  # fmt: skip


def names_of(cluster: NDArray[Any], kind: NDArray[Any]) -> dict[Any, str]:
    """Of each cluster of a reference the commonest kind, of those that are scored."""
    table = crosstab(kind, cluster).drop(index=NOT_SCORED, errors="ignore")
    return {each: str(table[each].idxmax()) for each in table if table[each].sum()}


def flowsom_names(folder: Path, own: Sequence[Events], new: NDArray[np.float32]) -> NDArray[Any]:
    """Names of FlowSOM's codes of the reference's events, for new ones (``new_data``: of the nearest code)."""
    train, codes = folder / "train.npy", folder / "codes.npy"
    events, kind = (np.concatenate([each[i] for each in own]) for i in (0, 1))
    if not codes.exists():
        np.save(train, events)
        script = [str(environment("flowsom")), str(HERE / "peers" / "flowsom_codes.py")]
        given = [str(train), str(codes), str(folder / "metaclusters.npy"), "10", "30"]
        subprocess.run([*script, *given], check=True, capture_output=True)
    found = np.load(codes)
    called = names_of(nearest_code(events, found), kind)
    return np.array([called.get(each, "") for each in nearest_code(new, found).tolist()])


def left_out(own: Sequence[Events], new: Sequence[Events], called: dict[Any, str]) -> list[dict[str, Any]]:
    """A row a kind that the reference never saw, of those that make up ``LEAST`` of the new files.

    The clusters of the kind are taken from the reference whole, and are none of the others: gates leave out the rim of
    what they are for, and dead cells and doublets of it.
    """
    made, others = ([_told(each, called) for each in some] for some in (own, new))
    share = pd.concat([told["kind"] for _, told in others]).value_counts(normalize=True)
    rows = []
    for kind in sorted(each for each in share.index if share[each] >= LEAST and each != NOT_SCORED):
        rows.append({"kind": kind} | one_left_out(made, others, kind))
        print(rows[-1], flush=True)
    return rows


def _told(file: Events, called: dict[Any, str]) -> tuple[NDArray[np.float32], pd.DataFrame]:
    """Events, and what ``one_left_out`` asks of each; ``kind2`` is that of its cluster."""
    events, kind, cluster = file
    around = [called.get(each, "") for each in cluster.tolist()]
    return events, pd.DataFrame({"kind": kind, "kind2": around, "state": "intact"})


def patients(work: Path) -> list[dict[str, Any]]:
    """A row a patient of ``COHORT``, against a reference of either five of the ten normal ones."""
    info = pd.read_csv(COHORT / "fcs_info.csv").set_index("fcsName")["Label"]
    rows = []
    for five in NORMAL:
        path, names = work / f"{five[0]}.ctref", [f"sample{number}.fcs" for number in five]
        if not path.exists():
            ct.run([COHORT / each for each in names], out=work / f"OUT {five[0]}", settings={"embed.enabled": False})
            ct.reference.build(work / f"OUT {five[0]}", path)
        for each in [other for other in info.index if other not in names]:
            row = {"reference": f"{names[0]} …", "new": each, "patient": info[each]}
            rows.append(row)
            try:
                applied = ct.apply(path, [COHORT / each], work / f"OUT {five[0]} {each}")
            except InputError as refused:
                row["refused"] = str(refused).replace(str(COHORT / each), each)
                continue
            unlike = applied.tables["unlike"][["n_events", "n_far", "n_unlike"]].sum()
            row |= unlike.to_dict() | {"outside": _why(applied)}
    return rows


def main(work: Path, names: Sequence[str]) -> None:
    """Measure the sets asked for; all without one."""
    for name in names or [*SETS, "aml"]:
        folder = work / name
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / "rows.json"
        if not kept.exists():
            splits = SETS[name].splits if name in SETS else []
            each = [one_split(name, folder, made_of) for made_of in splits] if splits else [patients(folder)]
            kept.write_text(json.dumps([row for rows in each for row in rows], indent=1), encoding="utf-8")
        table = pd.DataFrame(json.loads(kept.read_text(encoding="utf-8")))
        of_kinds = table["kind"].notna() if "kind" in table else pd.Series(data=False, index=table.index)
        for part in (table[~of_kinds], table[of_kinds]):
            print(part.dropna(axis=1, how="all").to_string(index=False, float_format="%.4f"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
