import itertools

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from cytoclust import pl
from cytoclust.errors import InputError
from cytoclust.pl.style import PALETTE, categories, colours, safe_text
from cytoclust.words import count, percent
from tests.report.cohort import Cohort

# deuteranopia and protanopia on linear RGB (Machado, Oliveira and Fernandes 2009, severity 1)
DEFICIENCIES = {
    "none": np.eye(3),
    "protan": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deutan": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
}


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_first_colours_differ_for_colour_blind_readers(deficiency: str) -> None:
    rgb = np.array([to_rgb(colour) for colour in PALETTE[:12]])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ DEFICIENCIES[deficiency].T, 0, 1)
    seen = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    assert nearest > 0.07


def test_every_colour_is_its_own() -> None:
    assert len(set(PALETTE)) == len(PALETTE) >= 30


def test_categories_are_naturally_sorted_and_nameless_last() -> None:
    assert categories(["10", "2", "unknown", "1", None]) == ["1", "2", "10", "unknown"]
    assert categories(pd.Series(pd.Categorical(["b", "a"], categories=["b", "a", "c"]))) == ["b", "a"]


def test_nameless_are_grey_and_take_no_colour() -> None:
    shade = colours(["unknown", "a", "b"])
    assert (shade["a"], shade["b"]) == PALETTE[:2]
    assert len(set(to_rgb(shade["unknown"]))) == 3
    assert np.ptp(to_rgb(shade["unknown"])) < 0.1


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("a$b$", r"a\$b\$"),
        ("two\nlines\t", "two lines"),
        ("\u4eba 1", "□ 1"),
        ("Specimen_001_" + "x" * 40 + "_A01", "Specimen_001_xxxxxxxx…xxxxxx_A01"),
    ],
)
def test_safe_text(name: str, drawn: str) -> None:
    assert safe_text(name) == drawn


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [
        (0, "0 %"),
        (0.000041, "0.0041 %"),
        (0.0000414159, "0.0041 %"),
        (0.00999, "1.00 %"),
        (0.0123, "1.23 %"),
        (0.5, "50.0 %"),
        (1, "100 %"),
        (2e-9, "< 0.000001 %"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_percent(fraction: float, shown: str) -> None:
    assert percent(fraction).replace("\u00a0", " ") == shown


def test_count() -> None:
    assert (count(1234567), count(float("nan"))) == ("1,234,567", "–")


def test_settings_of_matplotlib_stay_as_they_were() -> None:
    before = dict(mpl.rcParams)
    cohort = Cohort(3, 6, n_events=500)
    pl.heatmap(cohort.clusters)
    pl.umap(cohort.adata)
    assert dict(mpl.rcParams) == before


def test_figures_survive_names_that_matplotlib_would_read_as_formulas() -> None:
    bad = r"$\frac{<b>$ 人"
    cohort = Cohort(
        2, 6, n_events=300, sample_names=[bad, "_x"], names={bad: "cells", "_y": bad}, markers=[bad, "_m", "c"]
    )
    drawn = [pl.heatmap(cohort.clusters), pl.umap(cohort.adata), pl.umap(cohort.adata, bad), pl.events(cohort.run)]
    drawn += [pl.abundance(cohort.tables["populations"])[0], pl.histograms(cohort.adata)[0]]
    drawn += [pl.biplot(cohort.adata, bad, "_m", population="_y"), pl.ridges(cohort.adata)[0]]
    drawn += [pl.histograms(cohort.adata, population="_y")[0], pl.heatmap(cohort.clusters, by="population")]
    for ax in drawn:
        ax.figure.draw_without_rendering()


def test_no_events_one_event_and_markers_without_numbers_are_drawn_or_refused_clearly(cohort: Cohort) -> None:
    none, one, empty = cohort.adata[:0].copy(), cohort.adata[:1].copy(), cohort.adata.copy()
    empty.X[:, 4] = np.nan
    name, marker = str(one.obs["population"].iloc[0]), str(empty.var_names[4])
    drawn = [pl.umap(none), pl.umap(one), pl.umap(empty, marker), pl.biplot(none, "CD45", "CD34", quadrants=True)]
    drawn += [pl.biplot(one, "CD45", "CD34", population=name), pl.biplot(empty, marker, "CD45")]
    drawn += [pl.histograms(none)[0], pl.histograms(one, population=name)[0], pl.histograms(empty)[0]]
    drawn += [pl.heatmap(one), pl.heatmap(empty), pl.ridges(one)[0], pl.ridges(empty)[0]]
    for ax in drawn:
        ax.figure.draw_without_rendering()
    for draw in (pl.heatmap, pl.ridges):
        with pytest.raises(InputError, match="no clusters"):
            draw(none)
