"""Gates of a small cohort in memory, of which every event is known."""

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.gating import Sorter, split_patients
from cytoclust.io import LabelBlock, Panel
from cytoclust.io.gates import Axis, inside
from cytoclust.pipeline.export import _gate_sample
from cytoclust.pipeline.export._gate_targets import gate_targets
from cytoclust.pipeline.export._sort_gates import LEAST_EVENTS, SortGates, sort_gates
from cytoclust.tables import check

NAMES = ("FSC-A", "FSC-H", "SSC-A", "CD3", "CD19", "Zombie")
COFACTOR = 150.0
AXES = tuple(
    Axis(name, name, name[0] in "CZ", *(("arcsinh", (COFACTOR, 1.0)) if name[0] in "CZ" else ("linear", ())))
    for name in NAMES
)
OTHER, RARE, SUB = "T cell", "B cell", "B cell CD3+"
POPULATIONS = (OTHER, RARE, SUB, keys.UNASSIGNED)


class InMemory:
    """A sample as exporters look at it."""

    def __init__(self, name: str, patient: str, rng: np.random.Generator, n_rare: int, n: int = 6_000):
        self.sample_id, self.n_events = name, n
        self.sample = SimpleNamespace(patient_id=patient, sample_id=name)
        population = np.where(np.arange(n) < n_rare, 1, 0)
        population[: n_rare // 3] = 2
        place = np.array([[5.5, 1.0], [1.0, 5.5], [4.0, 5.5]])[population] + rng.normal(0, 0.35, (n, 2))
        size = rng.normal(1e5, 1e4, n)
        qc = np.full(n, keys.QC_OK)
        spoilt = rng.random(n) < 0.15
        for name_, at in (("doublet", 0.05), ("dead", 0.10), ("time", 0.15)):
            chosen = spoilt & (qc == keys.QC_OK) & (rng.random(n) < at / 0.15)
            qc[chosen] = keys.QC.index(name_)
        height = size * np.where(qc == keys.QC.index("doublet"), 0.6, 1.0) * rng.normal(1, 0.02, n)
        dye = np.where(qc == keys.QC.index("dead"), 4.5, 0.5) + rng.normal(0, 0.3, n)
        signals = COFACTOR * np.sinh(np.column_stack([place, dye]))
        self.events = np.column_stack([size, height, rng.normal(5e4, 8e3, n), signals]).astype(np.float32)
        self.qc = qc.astype(np.uint8)
        self.population = np.where(qc == keys.QC_OK, population, 3).astype(np.int32)
        self.cluster = np.where(qc == keys.QC_OK, population, keys.NO_CLUSTER).astype(np.int32)
        order = rng.permutation(n)
        for each in ("events", "qc", "population", "cluster"):
            setattr(self, each, getattr(self, each)[order])

    def labels(self, size: int = 2_500) -> Iterator[LabelBlock]:
        for start in range(0, self.n_events, size):
            part = slice(start, start + size)
            found = np.full(len(self.qc[part]), 1.0, dtype=np.float32)
            yield LabelBlock(start, self.qc[part], self.cluster[part], self.population[part], found, POPULATIONS)

    def blocks(self, size: int = 2_500) -> Iterator[tuple[LabelBlock, np.ndarray]]:
        for block in self.labels(size):
            yield block, self.events[block.start : block.stop]


def cohort(n_rare: dict[str, int], seed: int = 0) -> SimpleNamespace:
    """A sample a patient, with so many rare cells."""
    rng = np.random.default_rng(seed)
    samples = [InMemory(f"S-{patient}", patient, rng, n) for patient, n in n_rare.items()]
    panel = Panel(
        NAMES, NAMES, tuple(name if name[0] in "CZ" else "" for name in NAMES),
        tuple("fluorescence" if name[0] in "CZ" else "scatter" for name in NAMES),
        roles=tuple(
            {"C": "marker", "Z": "viability"}.get(name[0], "scatter") for name in NAMES  # type: ignore[misc]
        ),
    )  # fmt: skip
    counts = SimpleNamespace(clusters={keys.NO_CLUSTER: 9, 0: 9, 1: 9, 2: 9}, populations={})
    config = SimpleNamespace(panel=SimpleNamespace(viability="auto"))
    return SimpleNamespace(
        samples=samples, panel=panel, axes=AXES, config=config, counts=counts, populations=(OTHER, RARE, SUB)
    )


PARENTS = [(OTHER, "cells"), (RARE, "cells"), (SUB, RARE)]
SIZES = {"a": 300, "b": 240, "c": 210, "d": 150, "e": 180, "f": 0}


@pytest.fixture(scope="module")
def made() -> SortGates:
    return sort_gates(cohort(SIZES), [RARE, "cluster 2"], parents=PARENTS)


def test_tables_are_as_declared(made: SortGates) -> None:
    for name, table in made.tables.items():
        check(name, table)


def test_what_is_easy_to_part_is_parted(made: SortGates) -> None:
    table = made.tables["gates"]
    last = table[table["population"] == RARE].iloc[-1]
    assert last["yield"] > 0.93
    assert last["purity"] > 0.97
    assert last["measured_on"] == "held out"
    assert list(table.loc[table["population"] == RARE, "name"])[:2] == ["singlets", "viable"]


def test_counts_are_those_of_the_gates_that_are_written(made: SortGates) -> None:
    """Yield and purity again, by the gates themselves, over the samples of the other half."""
    whole, gates = cohort(SIZES), made.gates[RARE]
    table = made.tables["gates"]
    last = table[table["population"] == RARE].iloc[-1]
    judged_as = {each.sample.patient_id: int(np.isin(each.population, (1, 2)).sum()) for each in whole.samples}
    _, held_out = split_patients(judged_as)
    samples = [each for each in whole.samples if each.sample.patient_id in held_out]
    kept = target = gated = 0
    for each in samples:
        judged = each.qc != keys.QC.index("time")
        held = inside(gates[-1], lambda axis, each=each: each.events[:, NAMES.index(axis.channel)], gates) & judged
        own = np.isin(each.population, (1, 2))
        kept, target, gated = kept + (held & own).sum(), target + own.sum(), gated + held.sum()
    assert last["n_targets"] == target
    assert last["yield"] == pytest.approx(kept / target, abs=1e-9)
    assert last["purity"] == pytest.approx(kept / gated, abs=1e-9)


def test_gates_lie_one_in_another_and_end_with_the_population(made: SortGates) -> None:
    gates = made.gates[RARE]
    assert [gate.parent for gate in gates] == [None, *(gate.name for gate in gates[:-1])]
    assert gates[-1].name == RARE
    assert len(gates) <= 4


def test_corners_are_in_the_unit_of_the_file(made: SortGates) -> None:
    row = made.tables["gates"].iloc[-1]
    gate = made.gates["cluster 2"][-1]
    corners = np.array([[float(word) for word in pair.split()] for pair in row["vertices"].split(";")])
    back = np.column_stack([axis.coordinates(corners[:, at]) for at, axis in enumerate(gate.axes)])
    np.testing.assert_allclose(back, gate.vertices, rtol=1e-6, atol=1e-6)


def test_a_cluster_is_a_population_too(made: SortGates) -> None:
    table = made.tables["gates"]
    assert table[table["population"] == "cluster 2"].iloc[-1]["purity"] > 0.9


def test_plan_has_each_sample(made: SortGates) -> None:
    plan = made.tables["sort_plan"]
    mine = plan[plan["population"] == RARE].set_index("sample_id")
    assert list(mine.index) == [f"S-{name}" for name in SIZES]
    assert mine.loc["S-f", "frequency"] == 0
    sample = cohort(SIZES).samples[0]
    assert mine.loc["S-a", "frequency"] == pytest.approx(np.isin(sample.population, (1, 2)).sum() / sample.n_events)


def test_a_bounded_sample_is_counted_over_every_event(monkeypatch: pytest.MonkeyPatch, made: SortGates) -> None:
    monkeypatch.setattr(_gate_sample, "MOST_OTHERS", 9_000)
    some = sort_gates(cohort(SIZES), [RARE], parents=PARENTS).tables["gates"].iloc[-1]
    full = made.tables["gates"].query("population == @RARE").iloc[-1]
    assert some["n_targets"] == full["n_targets"]
    assert some["yield"] > 0.9
    assert some["purity"] > 0.95


def test_a_large_population_is_thinned_out_and_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_gate_sample, "MOST_LEARNED", 2_000)
    whole = cohort(SIZES)
    targets = gate_targets([OTHER], populations=(OTHER, RARE, SUB), clusters=[0], parents=PARENTS)
    sizes = _gate_sample.count_targets(whole, targets).sum(axis=1)
    sample = _gate_sample.read_gate_sample(whole, targets, range(6), sizes)
    given = sample.learned_from(OTHER, np.ones(len(whole.samples), dtype=bool))
    assert given.target.sum() == pytest.approx(2_000, rel=0.1)
    assert given.weight[given.target].sum() == pytest.approx(sizes[0], rel=0.1)
    assert (given.weight[~given.target] == 1).all()
    assert (~given.target).sum() == (~sample.members[OTHER]).sum()


def test_one_patient_is_not_measured() -> None:
    made = sort_gates(cohort({"a": 300, "b": 0, "c": 3}), [RARE], parents=PARENTS)
    last = made.tables["gates"].iloc[-1]
    assert last["measured_on"] == "trained"
    assert np.isnan(last["purity_low"])
    assert "gates not measured" in {note.code for note in made.notes}


def test_too_few_events_say_how_many_it_takes() -> None:
    small = cohort({"a": 10, "b": 9, "c": 0})
    with pytest.raises(InputError, match=rf"B cell has \d+ events .* at least {LEAST_EVENTS}"):
        sort_gates(small, [RARE], parents=PARENTS)
    made = sort_gates(small, [RARE, OTHER], parents=PARENTS, sorter=Sorter(event_rate=5_000))
    assert list(made.gates) == [OTHER]
    assert made.notes[0].code == "too few for gates"
    assert set(made.tables["sort_plan"]["event_rate"]) == {5_000.0}


@pytest.mark.parametrize(
    ("names", "parents", "message"),
    [
        (["B cells"], PARENTS, "Did you mean 'B cell'"),
        (["cluster 7"], PARENTS, "up to 2"),
        ([keys.UNASSIGNED], PARENTS, "Got 'unassigned' instead"),
        ([SUB], [*PARENTS, (SUB, OTHER)], "stands under B cell and T cell"),
    ],
)
def test_names_that_mean_nothing(names: list[str], parents: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        gate_targets(names, populations=(OTHER, RARE, SUB), clusters=[-1, 0, 1, 2], parents=parents)
