"""Doublets, debris and dead cells told from real populations that look like them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cytoclust.findings import from_cell
from cytoclust.params import D
from cytoclust.positivity import Bodies, Profile, one_by_scatter, sums_of_two, tell_junk, without_names
from cytoclust.rules import name_clusters

COFACTOR = 150.0
FORWARD, SIDE = (
    {"T": 40.0, "B": 42.0, "monocyte": 90.0, "NK": 45.0},
    {"T": 10.0, "B": 10.0, "monocyte": 50.0, "NK": 12.0},
)
SIGNALS = {
    "T": (9000, 0, 0, 0),
    "B": (0, 7000, 0, 0),
    "monocyte": (0, 0, 12_000, 0),
    "NK": (0, 0, 0, 6000),
}
SIZES = {"T": 40_000, "B": 20_000, "monocyte": 30_000, "NK": 10_000}
CUTS = np.full(4, np.arcsinh(1000 / COFACTOR))
NAN = float("nan")


def cells(rng, linear, n, spread=0.3):
    """Events of a kind on the arcsinh scale: lognormal where there is antibody, and noise."""
    signal = np.array(linear) * np.exp(rng.normal(0, spread, (n, 4)))
    return np.arcsinh((signal + rng.normal(0, 60, (n, 4))) / COFACTOR)


def cohort(further, *, seed=0):
    """The four kinds and further clusters, of up to 400 events that stand for all, and their bodies.

    ``further`` maps a name to (signals, events, forward, side, log width, spread of size, of grain, dye).
    """
    rng = np.random.default_rng(seed)
    kinds = {
        name: (SIGNALS[name], SIZES[name], FORWARD[name], SIDE[name], 0.2 * np.log(FORWARD[name]), 0.1, 0.15, 0.0)
        for name in SIGNALS
    }
    every = kinds | further
    drawn = np.array([min(each[1], 400) for each in every.values()])
    events = [cells(rng, each[0], n) for each, n in zip(every.values(), drawn, strict=True)]
    profile = Profile.from_events(
        np.concatenate(events), np.repeat(np.arange(len(every)), drawn), list(every), ["CD3", "CD19", "CD14", "CD56"]
    )
    parts = np.array([0.1, 0.15, 0.2, 0.15, 0.1, 0.3])
    body = np.array([each[2:] for each in every.values()], dtype=float).T
    return replace(
        profile,
        counts=profile.counts
        * np.array([each[1] // n for each, n in zip(every.values(), drawn, strict=True)])[:, None, None],
        signals=COFACTOR * np.sinh(profile.edges),
        samples=tuple("ABCDEF"),
        sample_medians=np.tile(profile.medians.astype(np.float32), (6, 1, 1)),
        sample_events=np.rint(parts[:, None] * [each[1] for each in every.values()]).astype(np.int64),
        bodies=Bodies(np.log(body[0]), np.log(body[1]), body[2], body[3], body[4], body[5]),
    )


def doublets(first, second, events=400, *, wider=0.0, **changes):
    """A cluster of both, as physics has it: signals and areas add."""
    forward = changes.get("forward", FORWARD[first] + FORWARD[second])
    signals = tuple(np.add(SIGNALS[first], SIGNALS[second]))
    width = 0.2 * np.log(max(FORWARD[first], FORWARD[second])) + wider
    return signals, events, forward, SIDE[first] + SIDE[second], width, 0.08, 0.12, 0.0


def marked(profile, leftover=(), positive=CUTS):
    """Of the clusters that are something, what they are."""
    reasons = [dict(leftover).get(name, "") for name in profile.clusters]
    left = pd.DataFrame({"leftover": reasons, "times": 5.0}, index=list(profile.clusters))
    found = tell_junk(profile, left, positive)["junk"]
    return found[found != ""].to_dict()


def test_doublets_are_told_by_sums_and_a_wide_pulse():
    profile = cohort({"stuck": doublets("T", "monocyte", wider=0.35)})
    assert [profile.clusters[i] for i in sums_of_two(profile)[4][0]] == ["T", "monocyte"]
    assert marked(profile) == {"stuck": "multiplet"}
    left = pd.DataFrame({"leftover": "", "times": 0.0}, index=list(profile.clusters))
    why = from_cell(tell_junk(profile, left, CUTS).loc["stuck", "junk_why"])[0]
    assert why.data == {"of": ["T", "monocyte"], "forward": pytest.approx(130 / 90, abs=0.01), "pulse": 1.42}
    assert "doublets of T and monocyte" in why.sentence


@pytest.mark.parametrize(
    "further",
    [
        doublets("T", "monocyte", forward=92.0),  # a cell with the markers of both
        doublets("T", "monocyte", forward=92.0, wider=0.35),  # the same, and its pulse is wide
        doublets("T", "B"),  # a blast, twice as large as either, with a pulse of its size
        doublets("T", "NK", events=30_000, wider=0.35),  # more than could meet
    ],
)
def test_real_cells_with_the_markers_of_two_are_kept(further):
    assert marked(cohort({"real": further})) == {}


def test_what_was_mostly_set_aside_as_doublets_needs_less_of_a_pulse():
    profile = cohort({"stuck": doublets("T", "monocyte", wider=0.1)})
    assert marked(profile) == {}
    assert marked(profile, {"stuck": "doublet"}.items()) == {"stuck": "multiplet"}
    single = cohort({"real": doublets("T", "monocyte", forward=92.0, wider=0.1)})
    assert marked(single, {"real": "doublet"}.items()) == {}


def pairs_at(rate, names):
    total = sum(SIZES.values())
    return {
        f"{a}+{b}": doublets(a, b, events=round(rate * 2 * SIZES[a] * SIZES[b] / total), wider=NAN) for a, b in names
    }


def test_clusters_that_are_exact_sums_at_one_rate_are_doublets_without_a_pulse():
    four = [("T", "B"), ("T", "monocyte"), ("T", "NK"), ("B", "monocyte")]
    assert marked(cohort(pairs_at(0.04, four))) == dict.fromkeys(
        ["T+B", "T+monocyte", "T+NK", "B+monocyte"], "multiplet"
    )
    assert marked(cohort(pairs_at(0.04, four[:3]))) == {}  # too few to agree
    odd = pairs_at(0.04, four) | pairs_at(0.15, [("monocyte", "NK")])
    assert "monocyte+NK" not in marked(cohort(odd))  # as rare as chance has it by no rate of the others


def test_counts_that_do_not_go_with_the_meetings_refute_doublets():
    profile = cohort({"real": doublets("T", "monocyte", events=3000, wider=0.35)})
    events = profile.sample_events.copy()
    events[:, 4] = (0, 0, 0, 0, 0, 3000)
    assert marked(profile) == {"real": "multiplet"}
    assert marked(replace(profile, sample_events=events)) == {}


def test_without_scatter_nothing_is_marked():
    profile = replace(cohort({"stuck": doublets("T", "monocyte", wider=0.35)}), bodies=None)
    assert marked(profile, {"stuck": "doublet"}.items()) == {}


PIECES = ((300, 0, 0, 0), 4000, 12.0, 4.0, 0.5, 0.35, 0.6, 0.0)
SMALL_CELLS = ((0, 0, 0, 0), 4000, 18.0, 5.0, 0.55, 0.1, 0.15, 0.0)


def test_debris_is_small_and_of_many_a_grain():
    assert marked(cohort({"pieces": PIECES}), {"pieces": "debris"}.items()) == {"pieces": "debris"}
    assert marked(cohort({"pieces": PIECES})) == {"pieces": "debris"}  # where quality control found none, too
    bright = ((0, 0, 0, 30_000), *PIECES[1:])
    assert marked(cohort({"platelets": bright})) == {}  # brighter than any cell: a kind of its own
    assert marked(cohort({"small": SMALL_CELLS}), {"small": "debris"}.items()) == {}  # alike: red cells, late erythroid
    assert marked(cohort({"large": (*PIECES[:2], 60.0, *PIECES[3:])}), {"large": "debris"}.items()) == {}


def test_dead_cells_are_look_alikes_and_dyed():
    def dyed(dye):
        return {"cluster": ((2000, 2000, 2000, 2000), 300, 40.0, 20.0, 0.7, 0.3, 0.3, dye)}

    assert marked(cohort(dyed(0.8)), {"cluster": "dead"}.items()) == {"cluster": "dead"}
    assert marked(cohort(dyed(0.45)), {"cluster": "dead"}.items()) == {}  # large cells that glow
    assert marked(cohort(dyed(0.8))) == {}
    assert marked(cohort(dyed(NAN)), {"cluster": "dead"}.items()) == {}


def test_scatter_of_one_cell_is_no_pair():
    profile = cohort({"one": doublets("T", "monocyte", forward=92.0), "two": doublets("T", "monocyte")})
    pair = np.array([[0, 2]])
    assert one_by_scatter(profile.bodies, 4, pair).all()
    assert not one_by_scatter(profile.bodies, 5, pair).any()
    silent = replace(profile.bodies, size=np.full(6, NAN))
    assert not one_by_scatter(silent, 4, pair).any()


def test_junk_has_no_name_and_stays_in_the_table():
    naming = pd.DataFrame(
        {"population": ["T", "T", "unknown"], "probability": 0.9, "near": "", "leftover": ""}, index=["0", "1", "2"]
    )
    junk = pd.DataFrame({"junk": ["", "multiplet", "debris"], "junk_why": ""}, index=["0", "1", "2"])
    found = without_names(naming, junk)
    assert found["population"].tolist() == ["T", "unknown", "unknown"]
    assert found["near"].tolist() == ["", "would be T, but is marked as multiplet", ""]
    assert found["junk"].tolist() == ["", "multiplet", "debris"]
    assert len(without_names(naming.assign(population="unassigned"), junk).query("population == 'unknown'")) == 0


def test_bodies_are_those_of_the_events_whatever_compensation_left():
    profile = cohort({"stuck": doublets("T", "monocyte", wider=0.35)})
    straight = replace(profile, bodies=None)  # as it is described again, with what was left taken off
    found = name_clusters(
        replace(profile, straight=straight), np.zeros((6, 5, 4)), None, annotate=D.annotate
    )  # fmt: skip
    assert found.table["junk"].to_dict() == dict.fromkeys(SIGNALS, "") | {"stuck": "multiplet"}
