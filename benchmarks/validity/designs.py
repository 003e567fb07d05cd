"""The simulated cohorts that are asked, and what is true of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cytoclust.datasets import Planted, SampleDesign

__all__ = [
    "ABSENT",
    "CHANGED",
    "PLANTED",
    "RARER",
    "Cohort",
    "confounded",
    "effect",
    "few",
    "load",
    "no_positives",
    "null",
    "partial",
    "planted",
    "study",
    "times",
]

CHANGED: Final = "MSC CD146+CD271-"  # what the disease changes
RARER: Final = "MSC CD146-CD271+"
MSC_WITH_CD271: Final = ("MSC CD146+CD271+", RARER)
MSC_WITH_CD146: Final = ("MSC CD146+CD271+", CHANGED)
ABSENT: Final = ("CD146", "CD271", "GD2")  # markers that nothing carries in ``no_positives``

PLANTED: Final = {
    ("metastatic", "relapse"): Planted("planted CD90+CD271+", "CD90 +, CD271 +", um=12.0, ssc=60.0, af=3.0),
    ("localised", "diagnosis"): Planted("planted CD45dim CD146+", "CD45 d, CD146 ++", um=9.0, ssc=25.0, af=1.5),
    ("control", "diagnosis"): Planted("planted CD34+CD56+", "CD34 ++, CD56 ++", um=8.5, ssc=20.0, af=1.2),
}
"""By group and time point: the population planted in three of its samples; no rule mentions its phenotype."""
FRACTION: Final = 0.0004

# offsets of the parts' seeds from the seed of the page
OFFSETS: Final = {
    "study": 0, "planted": 100, "null": 200, "times": 300, "load": 400, "partial": 500, "effect": 600,
    "confounded": 700, "no_positives": 800, "few": 900,
}  # fmt: skip


@dataclass(frozen=True)
class Cohort:
    """One simulated cohort, and the rules it is run with."""

    part: str
    seed: int
    design: Sequence[SampleDesign]
    enrich: float = 1.0
    runs: Mapping[str, str | None] = field(default_factory=lambda: {"msc": None})
    """By name of the run: a population whose rule is taken out of the library ``msc``; None takes out none."""
    boundaries: bool = False
    """Work out where markers turn positive in truth."""


def study(seed: int, number: int, *, n_events: int = 150_000) -> Cohort:
    """20 samples: 6 metastatic, 4 localised, 4 control, 3 under therapy, 3 at relapse; groups go round 3 batches.

    The second run lacks the rule for the population that the disease changes.
    """
    design = _study(n_events)
    return Cohort(
        "study", _seed(seed, "study", number), design, runs={"msc": None, "rule removed": CHANGED}, boundaries=True
    )


def planted(seed: int, number: int, *, n_events: int = 150_000) -> Cohort:
    """The study, and a population that no rule mentions in three samples each of three groups."""
    left, design = dict.fromkeys(PLANTED, 3), []
    for sample in _study(n_events):
        place = (sample.group, sample.timepoint)
        extra = {PLANTED[place]: FRACTION} if left.get(place) else {}
        left |= {place: left[place] - 1} if extra else {}
        design.append(SampleDesign(**vars(sample) | {"planted": extra}))
    return Cohort("planted", _seed(seed, "planted", number), design)


def null(seed: int, number: int) -> Cohort:
    """Groups that differ in depth, threefold, and in batch, unevenly: two groups of 8, or three groups of 5 in turn."""
    two = {"one": (20_000, "11111222"), "two": (60_000, "11122222")}
    three = {"one": (20_000, "11223"), "two": (35_000, "12233"), "three": (60_000, "11233")}
    design = [
        SampleDesign(f"{group}{i}", group, batch=f"B{batch}", n_events=depth)
        for group, (depth, batches) in (three if number % 2 else two).items()
        for i, batch in enumerate(batches)
    ]
    return Cohort("null", _seed(seed, "null", number), design, enrich=6.0)


def times(seed: int, number: int) -> Cohort:
    """Two time points of 8 patients that differ in depth, threefold, and in batch, unevenly."""
    depths = {"diagnosis": (20_000, "11111222"), "therapy": (60_000, "12112221")}
    design = [
        SampleDesign(f"P{i}", "one", timepoint, f"B{batch}", depth)
        for timepoint, (depth, batches) in depths.items()
        for i, batch in enumerate(batches)
    ]
    return Cohort("times", _seed(seed, "times", number), design, enrich=6.0)


def load(seed: int, number: int) -> Cohort:
    """Two groups of 8 that differ in tumour load and in nothing else."""
    return Cohort("load", _seed(seed, "load", number), _two_groups(8, tumour=(0.2, 0.7)), enrich=6.0)


def partial(seed: int, number: int) -> Cohort:
    """Two groups of 10; three samples of the first have the subtype that the others lack."""
    has, lacks = {CHANGED: 1.0}, {CHANGED: 0.0}
    design = [
        SampleDesign(f"{group}{i}", group, batch=f"B{i % 2 + 1}", n_events=40_000, factors=has if i in mine else lacks)
        for group, mine in (("one", (1, 4, 8)), ("two", ()))
        for i in range(10)
    ]
    return Cohort("partial", _seed(seed, "partial", number), design, enrich=6.0)


def effect(seed: int, number: int) -> Cohort:
    """Two groups of 8; the first has four times as much of one subtype."""
    return Cohort("effect", _seed(seed, "effect", number), _two_groups(8, factors={RARER: 4.0}), enrich=6.0)


def few(seed: int, number: int) -> Cohort:
    """12 samples of which a third lacks each MSC subtype, and the others have a twentieth to a half of the usual."""
    parts = (0.0, 0.05, 0.1, 0.0, 0.15, 0.2, 0.0, 0.3, 0.5, 0.0, 0.1, 0.2)
    kinds = (*MSC_WITH_CD271, CHANGED, "MSC CD146-CD271-")
    design = [
        SampleDesign(
            f"P{i}", "ab"[i % 2], batch=f"B{i // 2 % 2 + 1}", n_events=60_000,
            factors={kind: parts[(i + 5 * place) % len(parts)] for place, kind in enumerate(kinds)},
        )
        for i in range(len(parts))
    ]  # fmt: skip
    return Cohort("few", _seed(seed, "few", number), design, enrich=6.0)


def confounded(seed: int, number: int) -> Cohort:
    """Two groups of 8 that differ indeed, each measured in a batch of its own."""
    design = [
        SampleDesign(f"{group}{i}", group, batch=batch, n_events=40_000)
        for group, batch in (("metastatic", "B1"), ("control", "B2"))
        for i in range(8)
    ]
    return Cohort("confounded", _seed(seed, "confounded", number), design, enrich=6.0)


def no_positives(seed: int, number: int) -> Cohort:
    """12 samples in which no cell carries CD146, CD271 or GD2."""
    none = dict.fromkeys((*MSC_WITH_CD146, *MSC_WITH_CD271, "endothelial"), 0.0)
    design = [SampleDesign(f"P{i}", "one", batch=f"B{i % 3 + 1}", n_events=40_000, factors=none) for i in range(12)]
    return Cohort("no_positives", _seed(seed, "no_positives", number), design, boundaries=True)


def _seed(seed: int, part: str, number: int) -> int:
    return seed + OFFSETS[part] + number


def _study(n_events: int) -> list[SampleDesign]:
    rows = [
        ("M", "metastatic", "diagnosis", "123123"),
        ("L", "localised", "diagnosis", "1231"),
        ("C", "control", "diagnosis", "2312"),
        ("M", "metastatic", "therapy", "231"),
        ("M", "metastatic", "relapse", "312"),
    ]
    return [
        SampleDesign(f"{letter}{i + 1}", group, timepoint, f"B{batch}", n_events)
        for letter, group, timepoint, batches in rows
        for i, batch in enumerate(batches)
    ]


def _two_groups(size: int, **first: object) -> list[SampleDesign]:
    """Two groups of equal depth, uneven over two batches; ``first`` is what the first has."""
    return [
        SampleDesign(f"{group}{i}", group, batch=f"B{1 + (i >= cut)}", n_events=40_000, **what)  # type: ignore[arg-type]
        for group, cut, what in (("one", size // 2 + 1, first), ("two", size // 2 - 1, {}))
        for i in range(size)
    ]
