"""Rules learned from manual gates."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.comparison._find_events import only_folder
from cytoclust.comparison._halves import halves
from cytoclust.comparison._held import Held, hold_all
from cytoclust.comparison._tables import CONFIDENCE
from cytoclust.comparison._write_rules import write_rules
from cytoclust.errors import InputError
from cytoclust.io.workspaces import Gate, open_gates
from cytoclust.pipeline import Finished, read_cohort, read_finished
from cytoclust.rules import Cuts, Example, learn_cuts
from cytoclust.stats import Overlap, pooled_overlap

__all__ = ["Learned", "learn_rules"]


@dataclass(frozen=True, repr=False)
class Learned:
    """Rules from gates.

    Attributes
    ----------
    rules, config
        The rule file, and the configuration with the cuts that it needs.
    table
        One row a gate: ``gate, rule, f1_learned, f1, ci_low, ci_high, n_patients, stable``. ``f1`` is that of
        patients by whom the rule was not learned; ``stable`` says whether both halves asked for the same markers.
    cuts
        Of each marker, on the scale of the run.
    """

    rules: Path
    config: Path
    table: pd.DataFrame
    cuts: dict[str, float]

    def __repr__(self) -> str:
        lines = []
        for row in self.table.to_dict("records"):
            between = "" if pd.isna(row["ci_low"]) else f" ({row['ci_low']:.3f} to {row['ci_high']:.3f})"
            judged = (
                "nobody is left to judge it" if pd.isna(row["f1"]) else f"F1 {row['f1']:.3f}{between} on the other half"
            )
            other = "" if row["stable"] else "; the halves ask for other markers"
            lines.append(f"{row['gate']}: {row['rule'] or 'sets nothing apart'}; {judged}{other}")
        told = ", ".join(f"{name} {cut:.3g}" for name, cut in self.cuts.items())
        lines.append(f"cuts: {told}")
        lines.append(f"use: cytoclust run SAMPLES -o OUT --rules {self.rules} --config {self.config}")
        return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class _Cells:
    """Cells of the run's event sample, and which gates each lies in."""

    values: NDArray[np.float64]
    weights: NDArray[np.float64]
    patients: NDArray[np.object_]
    groups: dict[str, str]
    markers: tuple[str, ...]
    gates: tuple[Gate, ...]
    examples: tuple[Example, ...]
    cofactors: dict[str, float]


def learn_rules(
    gates: str | Path, out: str | Path, rules: str | Path, *, fcs: str | Path | None = None
) -> Learned:  # fmt: skip
    """Propose a rule file, and cuts, from manual gates of a finished run's samples.

    The cells are those of the run's event sample that passed quality control, on the run's scale, each with its
    weight. Every gate is told from the rest of the gate that it lies in. What is written was learned from all
    patients; how well such rules do is measured on each half of the patients with what the other half taught.

    Parameters
    ----------
    gates
        As in :func:`compare`.
    out
        The folder of the run.
    rules
        The rule file to write; its cuts go beside it, to ``<name>.config.yaml``.
    fcs
        A folder with the files of events, where they are no longer where the run read them.

    Raises
    ------
    InputError
        The run or the gates cannot be used, or no gate is told by a marker.
    """
    run, path = read_finished(out), Path(gates)
    folders = [*only_folder(fcs), path.parent, run.folder, run.folder.parent]
    cells = _cells(run, path, list(hold_all(open_gates(path), run, folders)))
    every = learn_cuts(cells.values, cells.weights, cells.examples)
    if not any(every.signs):
        raise InputError(f"{path}: no gate is told from the rest by a marker that {run.folder} was clustered on.")
    table = _judge(cells, every)
    cuts = {name: float(cut) for name, cut in zip(cells.markers, every.cuts, strict=True) if not np.isnan(cut)}
    target = Path(rules)
    config = target.with_name(f"{target.stem}.config.yaml")
    kept = [at for at, rule in enumerate(every.signs) if rule]
    write_rules(
        target, config, source=path.name, gates=[cells.gates[at] for at in kept], markers=cells.markers,
        signs=[rule for rule in every.signs if rule], judged=[table["f1"].iloc[at] for at in kept], cuts=cuts,
        cofactors=cells.cofactors,
    )  # fmt: skip
    return Learned(target, config, table, cuts)


def _cells(run: Finished, path: Path, held: Sequence[Held]) -> _Cells:
    adata = read_cohort(run.folder)
    there = {each.sample.sample_id: each for each in held if each.gates is not None}
    sample = adata.obs[keys.SAMPLE].astype(str).to_numpy()
    passed = adata.obs[keys.QC_COLUMN].astype(str).to_numpy() == keys.QC[keys.QC_OK]
    rows = np.flatnonzero(passed & np.isin(sample, list(there)))
    known = _usable(list(there.values()))
    if not len(rows) or not known:
        why = next((str(each.why) for each in held if each.why), "no gate can be used")
        raise InputError(f"{path}: no gate can be used in any of {len(held)} samples: {why}.")
    events, sample = adata.obs[keys.EVENT].to_numpy()[rows], sample[rows]
    markers = tuple(
        each.name for each in run.record.panel if each.role == "clustering" and each.name in adata.var_names
    )
    channels = {each.channel: each.name for each in run.record.panel}
    x = adata[rows, list(markers)].X
    values = np.asarray(x.toarray() if hasattr(x, "toarray") else x, dtype=np.float64)
    patients = {name: each.sample.patient_id or name for name, each in there.items()}
    examples = tuple(_example(gate, known, there, sample, events, markers, channels) for gate in known)
    slot = adata.uns.get(keys.TRANSFORM, {}).get("channels")
    cofactors = {} if slot is None or "cofactor" not in slot else slot["cofactor"].dropna().astype(float).to_dict()
    return _Cells(
        values, adata.obs[keys.WEIGHT].to_numpy(dtype=np.float64)[rows], np.array([patients[name] for name in sample]),
        {patients[name]: each.sample.group or "" for name, each in there.items()}, markers, tuple(known), examples,
        {name: cofactors[name] for name in markers if name in cofactors},
    )  # fmt: skip


def _usable(held: Sequence[Held]) -> list[Gate]:
    """Gates that some sample has, each after its parent."""
    found: dict[str, Gate] = {}
    for each in held:
        for gate in each.gates.gates if each.gates else ():
            if gate.usable:
                found.setdefault(gate.path, gate)
    return sorted(found.values(), key=lambda gate: gate.path.count("/"))


def _example(
    gate: Gate,
    gates: Sequence[Gate],
    there: dict[str, Held],
    sample: NDArray[np.object_],
    events: NDArray[np.int64],
    markers: tuple[str, ...],
    channels: dict[str, str],
) -> Example:
    inside, known = np.zeros(len(sample), dtype=bool), np.zeros(len(sample), dtype=bool)
    for name, each in there.items():
        mine = sample == name
        assert each.gates is not None  # noqa: S101 (chosen so)
        place = next((i for i, own in enumerate(each.gates.gates) if own.path == gate.path and own.usable), None)
        if place is not None:
            known |= mine
            inside[mine] = each.gates.members[events[mine], place]
    paths = [other.path for other in gates]
    parent = paths.index(gate.parent) if gate.parent in paths else None
    drawn = [channels[channel] for channel in gate.channels if channels.get(channel) in markers]
    columns = tuple(markers.index(name) for name in dict.fromkeys(drawn)) or None
    return Example(inside, known, parent, columns)


def _judge(cells: _Cells, every: Cuts) -> pd.DataFrame:
    """How rules of one half do on the other, and all on all."""
    first, second = halves(cells.groups)
    in_first = np.isin(cells.patients, list(first))
    found = np.zeros((len(cells.values), len(cells.examples)), dtype=bool)
    learnt: list[Cuts] = []
    for mine in (in_first, ~in_first) if second else ():
        examples = [
            Example(each.inside[mine], each.known[mine], each.parent, each.columns) for each in cells.examples
        ]  # fmt: skip
        learnt.append(learn_cuts(cells.values[mine], cells.weights[mine], examples))
        found[~mine] = learnt[-1].apply(cells.values[~mine], cells.examples)
    whole = every.apply(cells.values, cells.examples)
    rows = []
    for at, (gate, example) in enumerate(zip(cells.gates, cells.examples, strict=True)):
        seen = _overlap(cells, example, whole[:, at])
        judged = _overlap(cells, example, found[:, at]) if second else None
        signs = [each.signs[at] for each in learnt]
        rows.append(
            {
                "gate": gate.path,
                "rule": " ".join(
                    f"{cells.markers[i]}{'+' if up else '-'}" for i, up in (every.signs[at] or {}).items()
                ),
                "f1_learned": float(seen.f1),
                "f1": float(judged.f1) if judged else np.nan,
                "ci_low": float(judged.low) if judged else np.nan,
                "ci_high": float(judged.high) if judged else np.nan,
                "n_patients": len(set(cells.patients[example.known])),
                "stable": all(each == every.signs[at] for each in signs),
            }
        )
    return pd.DataFrame(rows)


def _overlap(cells: _Cells, example: Example, found: NDArray[np.bool_]) -> Overlap:
    counts = pd.DataFrame(
        {
            "sought": cells.weights * (example.inside & example.known),
            "found": cells.weights * (found & example.known),
            "both": cells.weights * (example.inside & found & example.known),
        }
    )
    by_patient = counts.groupby(cells.patients).sum().to_numpy()
    return pooled_overlap(*by_patient.T, confidence=CONFIDENCE)
