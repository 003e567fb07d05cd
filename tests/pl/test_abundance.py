import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import new_axes, points
from tests.report.cohort import Cohort


def test_abundance_draws_each_sample_by_its_status(cohort: Cohort) -> None:
    name = "MSC CD146+CD271-"
    table = cohort.tables["populations"].query("population == @name")
    assert set(table["status"]) == {"detected", "not detected", "not evaluable"}
    here, absent, unsure = points(pl.abundance(cohort.tables["populations"], names=[name], ax=new_axes()))
    np.testing.assert_allclose(
        np.sort(here.get_offsets()[:, 1]), np.sort(table.query("status == 'detected'")["fraction"])
    )
    expected = table.query("status == 'not detected'")["lod"]
    np.testing.assert_allclose(np.sort(absent.get_offsets()[:, 1]), np.sort(expected))
    assert len(unsure.get_offsets()) == (table["status"] == "not evaluable").sum()
    assert to_rgba(absent.get_facecolor()[0]) == to_rgba("white")


def test_abundance_has_a_panel_for_each_population(cohort: Cohort) -> None:
    axes = pl.abundance(cohort.tables["populations"])
    assert isinstance(axes, list)
    assert len(axes) == len(cohort.names)
    assert {ax.figure for ax in axes} == {axes[0].figure}


def test_abundance_without_groups_names_the_samples() -> None:
    cohort = Cohort(3, 6, groups=False, n_events=200)
    ax = pl.abundance(cohort.tables["populations"], names=["MSC"], ax=new_axes())
    assert [label.get_text() for label in ax.get_xticklabels()] == ["BM001", "BM002", "BM003"]


def test_a_limit_of_all_cells_of_a_small_parent_is_no_rise() -> None:
    """Tumour gone under therapy: of its 13 cells, a part cannot be told to be fewer than all."""
    sheet = {"sample_id": ["a", "b", "c"], "patient_id": "P1", "group": "x", "timepoint": ["1", "2", "3"]}
    numbers = {"fraction": [0.07, 0.0, 0.08], "ci_low": [0.05, 0.0, 0.06], "ci_high": [0.09, 0.2, 0.1]}
    told = {"population": "part", "lod": [0.01, 1.0, 0.01], "status": ["detected", "not detected", "detected"]}
    ax = pl.abundance(pd.DataFrame(sheet | numbers | told), names=["part"], ax=new_axes())
    (line,) = ax.get_lines()
    np.testing.assert_allclose(line.get_ydata(), [0.07, 0.08])
    assert ax.get_ylim()[1] < 1


def test_abundance_errors(cohort: Cohort) -> None:
    populations = cohort.tables["populations"]
    with pytest.raises(InputError, match="'status'"):
        pl.abundance(populations.drop(columns="status"))
    with pytest.raises(InputError, match="'nobody'"):
        pl.abundance(populations, names=["nobody"])
    with pytest.raises(InputError, match="one population"):
        pl.abundance(populations, ax=new_axes())
