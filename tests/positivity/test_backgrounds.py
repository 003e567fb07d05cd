"""Backgrounds of samples: measured by kinds, told, and taken off before names."""

import numpy as np
import pandas as pd
import pytest

from cytoclust import params
from cytoclust.executor import Threads
from cytoclust.positivity import Profile, backgrounds, describe, learn_thresholds
from cytoclust.pp import Preparation, PreparedEvents, Transform
from cytoclust.rules import name_clusters

MARKERS = ("A", "B", "C")
KINDS = {"a": (9_000, 0, 0), "b": (0, 9_000, 0), "c": (0, 0, 9_000), "ab": (9_000, 9_000, 0)}
COFACTOR, COLUMNS = 400.0, np.arange(3)


def cohort(shift, *, samples=6, n=1_200, apart=True, only=None, seed=0):
    """Profile of a cohort: ``shift`` is added to A in each sample (or to one kind ``only``), whose cells ``apart`` make
    clusters of their own."""
    rng = np.random.default_rng(seed)
    linear, labels, rows = [], [], np.array(list(KINDS.values()), dtype=float)
    for sample in range(samples):
        kind = rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])
        events = rows[kind] * rng.gamma(8, 1 / 8, (n, 3)) + rng.normal(0, 100, (n, 3))
        own = shift[sample] if only is None else np.where(kind == only, shift[sample], 0)
        events[:, 0] += own
        linear.append(Preparation(events.astype(np.float32), np.zeros(n, np.uint8), _transform()))
        labels.append(kind + 4 * (apart and shift[sample] != 0))
    source = PreparedEvents(linear, COLUMNS, size=500)
    pooled = np.concatenate([each.events() for each in linear])
    return describe(
        source, np.concatenate(labels), [str(c) for c in range(8)], markers=MARKERS, pooled=pooled,
        batches=[None] * samples, names=[f"s{i}" for i in range(samples)], linear=linear, dyes=np.ones(3, dtype=bool),
        executor=Threads(1),
    )  # fmt: skip


def _transform():
    return Transform("arcsinh", np.full(3, COFACTOR))


def told(profile):
    table = backgrounds(profile, learn_thresholds(profile).to_frame())
    return table[table["differs"]]


@pytest.mark.parametrize("apart", [True, False], ids=["clustered apart", "clustered together"])
@pytest.mark.parametrize("size", [-1_500, -600, 600, 1_500])
def test_which_sample_and_by_how_much(size, apart):
    found = told(cohort([size, 0, 0, 0, 0, 0], apart=apart))
    assert found[["sample_id", "marker"]].to_numpy().tolist() == [["s0", "A"]]
    assert found["shift_signal"].item() == pytest.approx(size, rel=0.1)


def test_half_of_the_samples_against_the_half_at_zero():
    found = told(cohort([1_500, 0, 1_500, 0, 1_500, 0]))
    assert found["sample_id"].tolist() == ["s0", "s2", "s4"]


@pytest.mark.parametrize("seed", range(3))
def test_samples_alike(seed):
    assert told(cohort([0] * 6, seed=seed)).empty


def test_what_one_kind_alone_shows_is_its_own():
    """As activated cells do: the others stay where they were."""
    assert told(cohort([1_500, 0, 0, 0, 0, 0], only=1, apart=True)).empty


@pytest.mark.parametrize("shift", [[-1_500, 0, 0, 0, 0, 0], [1_500, 0, 1_500, 0, 1_500, 0]])
def test_names_are_as_without_the_shift(shift):
    def phenotypes(profile):
        naming = name_clusters(profile, np.zeros((len(profile.samples), 8, 4)), None, annotate=params.D.annotate)
        return naming.table["phenotype"].to_numpy(), [finding.code for finding in naming.findings]

    plain, _ = phenotypes(cohort([0] * 6))
    shifted, codes = phenotypes(cohort(shift))
    assert shifted[:4].tolist() == shifted[4:].tolist() == plain[:4].tolist()
    assert codes == ["background differs"]


def test_two_samples_have_nothing_to_compare():
    assert backgrounds(cohort([500, 0], samples=2), pd.DataFrame({"positive": [1.0] * 3, "spread": [0.2] * 3})).empty


def test_medians_of_each_sample_are_those_of_its_events():
    profile = cohort([0] * 6)
    assert profile.samples == tuple(f"s{i}" for i in range(6))
    np.testing.assert_array_equal(profile.sample_events.sum(axis=0), profile.n_events)
    np.testing.assert_allclose(np.nanmean(profile.sample_medians[:, :4], axis=0), profile.medians[:4], atol=0.1)
    assert isinstance(profile, Profile)
