"""A name asks for evidence on what makes it."""

import numpy as np
import pytest

from cytoclust import params
from cytoclust.positivity import Profile
from cytoclust.rules import load, name_clusters


def profile_of(markers, centres, sizes, *, cofactor=150.0):
    """Clusters on an arcsinh scale that goes through zero."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    events = rng.normal(np.asarray(centres, dtype=float)[labels], 0.3)
    found = Profile.from_events(events, labels, [str(c) for c in range(len(sizes))], markers, zero=0.0)
    object.__setattr__(found, "signals", cofactor * np.sinh(found.edges))
    return found


def named(profile, rules):
    return name_clusters(
        profile,
        np.zeros((max(1, len(profile.samples)), len(profile.clusters), 4)),
        load(rules),
        annotate=params.D.annotate,
    )


def test_leukocytes_are_no_tumour_for_want_of_a_marker():
    """CD45 of one mode between the negatives and the cuts of other markers, and neither GD2 nor CD146."""
    markers = ("CD15", "CD13", "CD45", "CD16", "CD56")
    centres = [[4, 4, 1.3, 3.5, 0], [3.5, 0, 1.4, 0, 0], [0, 0, 1.2, 0, 3.8], [0, 3.5, 1.3, 0, 0]]
    found = named(profile_of(markers, centres, (3_000, 2_000, 800, 1_500)), "msc")
    assert set(found.table["population"]) == {"unknown"}
    told = [each.data for each in found.limits if each.code == "one mode"]
    assert told[0]["state"] == "?"
    assert told[0]["resting"] == []
    assert "leukocyte" in told[0]["lost"]
    assert [each.data["population"] for each in found.findings if each.code == "expected population absent"] == [
        "leukocyte"
    ]


PANELS = [({"GD2"}, True), ({"CD146"}, True), ({"GD2", "CD146"}, True), (set(), False)]


@pytest.mark.parametrize(("panel", "can"), PANELS)
def test_what_a_tumour_must_show(panel, can):
    rules = load("msc")
    assert ("neuroblastoma" in rules.evaluable(["CD45", "CD56", *panel])) == can


def test_the_marker_that_is_there_must_be_seen():
    """CD56 without CD45 and GD2 is no neuroblastoma on a panel that lacks CD146."""
    markers = ("CD45", "CD56", "GD2")
    centres = [[4, 0, 0], [0, 4.5, 0], [0, 4.5, 4.5], [4, 4.5, 0]]
    found = named(profile_of(markers, centres, (5_000, 500, 500, 500)), "msc")
    assert [name == "neuroblastoma" for name in found.table["population"]] == [False, False, True, False]


def test_a_file_of_t_cells_alone():
    markers = ("CD3", "CD4", "CD8", "CD45RA", "CCR7")
    centres = [[5.2, 4, 0, 4, 3.5], [5.3, 4, 0, 0, 3.5], [5.2, 0, 4.5, 4, 3.5], [5.2, 0, 4.5, 4, 0]]
    found = named(profile_of(markers, centres, (4_000, 3_000, 3_000, 2_000)), "t_cells")
    assert found.table["population"].tolist() == [
        "T cell CD4+ naive", "T cell CD4+ central memory", "T cell CD8+ naive", "T cell CD8+ TEMRA",
    ]  # fmt: skip


def test_one_stained_population_among_negatives_has_its_cut():
    found = named(profile_of(("CD3",), [[0], [4]], (8_000, 2_000)), "t_cells")
    assert found.table["population"].tolist() == ["unknown", "T cell"]
    assert 1 < found.thresholds.positive[0] < 3.5
