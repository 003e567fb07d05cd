"""Made-up cells of what the literature says get their names, and a panel without a marker gives broader ones."""

import numpy as np
import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.positivity import Profile, learn_thresholds
from cytoclust.rules import annotate_clusters, load, names

LEVEL = {"": 3.2, "d": 1.3, "b": 4.8}
CELLS = {  # what is positive; d dim, b bright
    "pbmc": {
        "T cell CD4+": "CD3 CD4", "T cell CD8+": "CD3 CD8", "B cell naive": "CD19 CD20 IgD HLA-DR",
        "B cell memory switched": "CD19 CD20 CD27 HLA-DR", "NK cell CD56dim CD16+": "CD56 CD16",
        "monocyte CD16-": "CD14 HLA-DR CD11c", "dendritic cell plasmacytoid": "HLA-DR CD123",
        "dendritic cell myeloid": "HLA-DR CD11c", "granulocyte": "CD15", keys.UNKNOWN: "HLA-DR",
    },
    "b_all_mrd": {
        "B precursor CD34+": "CD19 CD10 CD34 CD38 CD45", "B precursor CD34-": "CD19 CD10 CD38 CD45",
        "B cell": "CD19 CD20 CD45", "B blast CD73+": "CD19 CD10 CD34 CD73 CD38",
        "B blast CD66c+": "CD19 CD10 CD66c CD38", "B blast, suspected": "CD19 CD10 CD34 CD73 CD66c",
        "leukocyte, other": "CD45", "stem and progenitor, other": "CD34 CD45",
    },
    "aml_mrd": {
        "myeloid progenitor": "CD34 CD117 CD13 HLA-DR CD38", "progenitor CD7+": "CD34 CD117 CD13 HLA-DR CD38 CD7",
        "progenitor CD56+": "CD34 CD117 CD13 HLA-DR CD38 CD56", "progenitor CD15+": "CD34 CD117 CD13 CD15 CD38 HLA-DR",
        "progenitor, suspected": "CD34 CD117 CD13 HLA-DR CD38 CD7 CD56", "B progenitor": "CD34 CD19 CD38 HLA-DR",
        "precursor CD117+CD34-": "CD117 CD13 CD38", "granulocyte mature": "CD15 CD16 CD13",
        "granulocyte immature": "CD15 CD13", "T cell": "CD3 CD7", "B cell": "CD19 HLA-DR", "NK cell": "CD56 CD7 CD16",
    },
    "mouse_spleen": {
        "T cell CD4+": "CD3 CD4", "T cell CD8+": "CD3 CD8", "T cell NK-like": "CD3 NK1.1",
        "B cell follicular": "CD19 B220 CD21 CD23 MHC-II", "B cell marginal zone": "CD19 B220 CD21 MHC-II",
        "NK cell": "NK1.1", "neutrophil": "CD11b Ly-6G Ly-6C", "monocyte Ly6C+": "CD11b Ly-6C",
        "dendritic cell CD8+": "CD11c MHC-II CD8", "erythroid": "TER-119",
    },
}  # fmt: skip


def named(library: str, lacks: tuple[str, ...] = ()) -> pd.Series:
    """The name of a cluster of 300 events for each kind of cell, with noise, on the arcsinh scale."""
    rng = np.random.default_rng(0)
    cells = CELLS[library]
    markers = [m for m in dict.fromkeys(word for text in cells.values() for word in text.split()) if m not in lacks]
    means = np.array([[LEVEL[""] * (m in text.split()) for m in markers] for text in cells.values()])
    X = np.concatenate([rng.normal(mean, 0.35, (300, len(markers))) for mean in means])
    profile = Profile.from_events(X, np.repeat(np.arange(len(cells)), 300), list(cells), markers)
    return annotate_clusters(profile, learn_thresholds(profile), load(library), min_probability=0.5).population


@pytest.mark.parametrize("library", list(CELLS))
def test_cells_get_the_names_of_the_literature(library: str) -> None:
    assert named(library).to_dict() == {name: name for name in CELLS[library]}


def test_a_panel_without_a_marker_gives_broader_names_and_says_so() -> None:
    without = named("b_all_mrd", lacks=("CD73", "CD66c"))
    assert without["B blast CD73+"] == "B precursor CD34+"
    limits = map(str, load("b_all_mrd").limits(["CD19", "CD10", "CD34", "CD38", "CD45", "CD20"]))
    assert any("cannot be excluded from B precursor CD34+" in limit and "CD73" in limit for limit in limits)
    assert named("pbmc", lacks=("CD19",))["B cell naive"] == "CD20+ cell"


def test_each_library_says_whose_cells_it_is_for_and_what_was_read() -> None:
    for name in names():
        rules = load(name)
        assert rules.species in ("human", "mouse")
        assert rules.references
        assert rules.description
