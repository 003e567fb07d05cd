import numpy as np
import pytest

from cytoclust import keys
from cytoclust.positivity import Profile, learn_thresholds
from cytoclust.rules import annotate_clusters, check, load

PANEL = ("CD3", "CD4", "CD8", "CD45RA", "CCR7", "CD25", "CD127", "TCR gamma delta", "CD56", "CD19")
LEVEL = {"": 3.2, "d": 1.2, "b": 4.8}
CELLS = {  # what is positive; d dim, b bright
    "T cell CD4+ naive": "CD3 CD4 CD45RA CCR7 CD127",
    "T cell CD4+ central memory": "CD3 CD4 CCR7 CD127 CD25d",
    "T cell CD4+ effector memory": "CD3 CD4 CD127 CD25d",
    "T cell CD4+ TEMRA": "CD3 CD4 CD45RA",
    "T cell regulatory": "CD3 CD4 CD25 CD127d CCR7",
    "T cell CD8+ naive": "CD3 CD8 CD45RA CCR7 CD127",
    "T cell CD8+ central memory": "CD3 CD8 CCR7 CD127",
    "T cell CD8+ effector memory": "CD3 CD8 CD127",
    "T cell CD8+ TEMRA": "CD3 CD8 CD45RA",
    "T cell gamma delta": "CD3 TCR-gamma-delta",
    "T cell NK-like": "CD3 CD8d CD56 CD45RA",
    "T cell CD4-CD8-": "CD3 CD127",
    "T cell": "CD3 CD4 CD8 CD45RA CCR7 CD127",
    keys.UNKNOWN: "CD19 CD45RA CCR7 CD25d",
}


def t_cells(seed, markers=PANEL):
    """A cluster of 400 events for each kind of cell, with noise, on the arcsinh scale."""
    rng = np.random.default_rng(seed)
    means = rng.uniform(-0.15, 0.15, (len(CELLS), len(PANEL)))
    for row, text in enumerate(CELLS.values()):
        for word in text.split():
            name = word.replace("-", " ")
            marker = name if name in PANEL else name[:-1]
            means[row, PANEL.index(marker)] += LEVEL[name[len(marker) :]]
    X = np.concatenate([rng.normal(m, rng.uniform(0.25, 0.5, len(m)), (400, len(m))) for m in means])
    columns = [PANEL.index(marker) for marker in markers]
    labels = np.repeat(np.arange(len(means)), 400)
    profile = Profile.from_events(X[:, columns], labels, list(CELLS), list(markers))
    return annotate_clusters(profile, learn_thresholds(profile), load("t_cells"), min_probability=0.5)


def test_every_subset_gets_its_name():
    for seed in range(5):
        assert t_cells(seed).population.to_dict() == {name: name for name in CELLS}


def test_a_smaller_panel_gives_broader_names():
    population = t_cells(0, [m for m in PANEL if m not in ("CCR7", "TCR gamma delta")]).population
    for lineage in ("T cell CD4+", "T cell CD8+"):
        assert set(population[population.index.str.startswith(f"{lineage} ")]) == {lineage}
    assert population["T cell regulatory"] == "T cell regulatory"
    assert population["T cell gamma delta"] == population["T cell CD4-CD8-"] == "T cell"
    limits = load("t_cells").limits(["CD3", "CD4", "CD8", "CD45RA", "CCR7"])
    assert "Without CD25 and CD127, regulatory T cell cannot be excluded from T cell CD4+ naive." in map(str, limits)


def test_without_cd3_nothing_is_called_a_t_cell():
    assert set(t_cells(0, [m for m in PANEL if m != "CD3"]).population) == {keys.UNKNOWN}


def test_the_file_is_without_doubts():
    assert check("t_cells") == []


@pytest.mark.parametrize("seed", range(5))
def test_doublets_of_t_and_b_cells_are_no_t_cells(seed, monkeypatch):
    monkeypatch.setitem(CELLS, "doublet", "CD3 CD4 CD19 CD45RA CCR7 CD127")
    row = t_cells(seed).loc["doublet"]
    assert row.population == keys.UNKNOWN
    assert "would be T cell but for CD19" in row.near
