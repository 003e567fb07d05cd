import itertools

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
    assert set(table["status"]) >= {"quantified", "detected", "not evaluable"}
    table.loc[table.index[table["status"] == "detected"][0], "status"] = "not detected"
    sure, here, trace, absent, unsure = points(pl.abundance(table, names=[name], ax=new_axes()))
    for word, drawn in (("quantified", sure), ("detected", here), ("trace", trace)):
        expected = table[table["status"] == word]["fraction"]
        np.testing.assert_allclose(np.sort(drawn.get_offsets()[:, 1]), np.sort(expected))
    expected = table.query("status == 'not detected'")["ci_high"]
    np.testing.assert_allclose(np.sort(absent.get_offsets()[:, 1]), np.sort(expected))
    assert len(unsure.get_offsets()) == (table["status"] == "not evaluable").sum()
    assert to_rgba(absent.get_facecolor()[0]) == to_rgba(here.get_facecolor()[0]) == to_rgba("white")
    assert to_rgba(sure.get_facecolor()[0]) == to_rgba(sure.get_edgecolor()[0])


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
    numbers = {"fraction": [0.07, 0.0, 0.08], "ci_low": [0.05, 0.0, 0.06], "ci_high": [0.09, 1.0, 0.1]}
    told = {"population": "part", "status": ["detected", "not detected", "detected"]}
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


def visits(status: list[str], fraction: list[float], high: list[float]) -> pd.DataFrame:
    """One patient seen at three times."""
    sheet = {"sample_id": ["a", "b", "c"], "patient_id": "P1", "group": "x", "timepoint": ["1", "2", "3"]}
    level = np.array(fraction)
    numbers = {"fraction": level, "ci_low": level / 2, "ci_high": np.where(level > 0, level * 2, high)}
    return pd.DataFrame(sheet | {"population": "part"} | numbers | {"status": status})


def test_a_line_joins_each_patient_seen_with_the_population_at_two_times() -> None:
    table = Cohort(24, 6, n_events=50, seed=2).tables["populations"].query("population == 'T cell'")
    seen = table[table["status"].isin(["quantified", "detected", "trace"])].groupby("patient_id")["sample_id"].count()
    ax = pl.abundance(table, names=["T cell"], ax=new_axes())
    lines = [line for line in ax.get_lines() if line.get_label() == "_patient"]
    assert len(lines) == (seen >= 2).sum() > 5
    fractions = {tuple(sorted(rows["fraction"])) for _, rows in table.groupby("patient_id") if len(rows) == 2}
    drawn = {tuple(sorted(np.asarray(line.get_ydata(), dtype=float))) for line in lines}
    assert drawn <= fractions


def test_a_line_falls_to_a_limit_only_where_this_tells_a_fall() -> None:
    told = ["detected", "not detected", "detected"]
    falls = pl.abundance(visits(told, [0.1, 0, 0.2], [0.01] * 3), names=["part"], ax=new_axes())
    np.testing.assert_allclose(falls.get_lines()[0].get_ydata(), [0.1, 0.01, 0.2])
    mute = pl.abundance(visits(told, [0.1, 0, 0.2], [0.01, 0.15, 0.01]), names=["part"], ax=new_axes())
    np.testing.assert_allclose(mute.get_lines()[0].get_ydata(), [0.1, 0.2])
    never = pl.abundance(visits(["not detected"] * 3, [0, 0, 0], [0.01] * 3), names=["part"], ax=new_axes())
    assert not [line for line in never.get_lines() if line.get_label() == "_patient"]


@pytest.mark.parametrize("n_samples", [3, 8, 62])
def test_samples_stand_apart_at_the_same_place_in_every_panel(n_samples: int) -> None:
    table = Cohort(n_samples, 3, n_events=50).tables["populations"]
    places = []
    for ax in pl.abundance(table, names=["T cell", "MSC"]):
        x = np.concatenate([drawn.get_offsets()[:, 0] for drawn in points(ax)])
        assert len(np.unique(x.round(6))) == n_samples
        places.append(np.sort(x))
    np.testing.assert_allclose(*places)


def test_six_groups_at_four_times_with_long_names_have_names_that_do_not_overlap() -> None:
    table = Cohort(96, 3, n_events=50).tables["populations"]
    number = table["sample_id"].str[2:].astype(int) - 1
    table["group"] = np.array([f"group {i} with a long name of several words" for i in range(6)])[number // 4 % 6]
    table["timepoint"] = np.array(["diagnosis", "mid-induction", "end of therapy", "relapse"])[number % 4]
    (ax,) = pl.abundance(table, names=["MSC"])
    ax.figure.draw_without_rendering()
    names = [text for text in ax.texts if text.get_text().startswith("group")]
    assert len(names) == 6
    for texts in (names, ax.get_xticklabels()):
        boxes = sorted((text.get_window_extent() for text in texts), key=lambda box: box.x0)
        assert all(left.x1 <= right.x0 + 0.5 for left, right in itertools.pairwise(boxes))
    assert len(ax.get_xticklabels()) == 24
    assert ax.figure.get_size_inches()[0] < 11
