import itertools

import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import points, texts
from tests.report.cohort import Cohort

STATUSES = ["quantified", "detected", "trace", "not detected", "not evaluable"]
SHOWN = STATUSES[:3]


def test_each_status_has_its_shape_at_its_place(cohort: Cohort) -> None:
    table = cohort.tables["populations"].copy()
    table.loc[table.index[table["status"] == "quantified"][0], "status"] = "not detected"
    ax = pl.detection(table)
    samples = [label.get_text() for label in ax.get_xticklabels()]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == list(cohort.names)
    drawn = points(ax)
    shapes = [tuple(each.get_paths()[0].vertices.ravel()) for each in drawn]
    assert len(set(shapes)) == 4
    assert shapes[0] == shapes[1]  # circles: filled, and open
    assert [len(each.get_facecolor()) > 0 for each in drawn[:4]] == [True, False, False, False]
    for status, each in zip(STATUSES, drawn, strict=True):
        found = {(samples[round(x)], names[round(y)]) for x, y in np.add(each.get_offsets(), (0.36, 0))}
        rows = table[table["status"] == status]
        assert found == set(zip(rows["sample_id"], rows["population"], strict=True))
        assert len(rows)


def test_few_samples_have_their_fractions_written_and_more_is_darker(cohort: Cohort) -> None:
    table = cohort.tables["populations"]
    ax = pl.detection(table, names=["T cell"])
    rows = table[(table["population"] == "T cell") & table["status"].isin(SHOWN)]
    assert sum("%" in text for text in texts(ax)) == len(rows)
    (image,) = ax.images
    order = [label.get_text() for label in ax.get_xticklabels()]
    shade = np.asarray(image.get_array())[0, :, :3].sum(axis=1)
    fraction = rows.set_index("sample_id")["fraction"].reindex(order).dropna()
    assert (np.diff(shade[[order.index(name) for name in fraction.sort_values().index]]) <= 0).all()


def test_samples_stand_by_group_time_and_patient_under_brackets() -> None:
    table = Cohort(20, 3, n_events=50).tables["populations"]
    ax = pl.detection(table)
    drawn = [label.get_text() for label in ax.get_xticklabels()]
    sheet = table.drop_duplicates("sample_id").set_index("sample_id").loc[drawn]
    runs = sheet[["group", "timepoint"]].ne(sheet[["group", "timepoint"]].shift()).any(axis=1).sum()
    assert runs == len(sheet[["group", "timepoint"]].drop_duplicates())
    assert [text for text in texts(ax) if text in set(sheet["group"])] == list(dict.fromkeys(sheet["group"]))
    assert sorted(drawn) == sorted(table["sample_id"].unique())


@pytest.mark.parametrize(("n_samples", "n_blocks"), [(3, 1), (62, 1), (200, 6)])
def test_many_samples_take_blocks_of_whole_groups(n_samples: int, n_blocks: int) -> None:
    table = Cohort(n_samples, 3, n_events=50).tables["populations"]
    drawn = pl.detection(table)
    axes = drawn if isinstance(drawn, list) else [drawn]
    assert len(axes) == n_blocks
    assert sum(len(ax.get_xticks()) for ax in axes) == n_samples
    assert max(len(ax.get_xticks()) for ax in axes) <= 64
    figure = axes[0].figure
    assert figure.get_size_inches()[0] < 11.5
    figure.draw_without_rendering()
    for ax in axes:
        labels = [label.get_window_extent() for label in ax.get_xticklabels()]
        assert all(left.x1 <= right.x0 + 0.5 for left, right in itertools.pairwise(labels))


def test_the_legend_gives_no_reason_that_need_not_be_so(cohort: Cohort) -> None:
    (legend,) = pl.detection(cohort.tables["populations"]).figure.legends
    told = [text.get_text() for text in legend.get_texts()]
    assert told[0].startswith("quantified (darker: more, ")
    shown = set(cohort.tables["populations"]["status"])
    assert told[1:] == [status for status in STATUSES[1:] if status in shown]


def test_without_a_sheet_there_are_no_brackets() -> None:
    table = Cohort(20, 3, n_events=50, groups=False).tables["populations"]
    ax = pl.detection(table)
    assert texts(ax) == []
    assert all(line.get_clip_on() for line in ax.get_lines())


def test_detection_errors(cohort: Cohort) -> None:
    table: pd.DataFrame = cohort.tables["populations"]
    with pytest.raises(InputError, match="'status'"):
        pl.detection(table.drop(columns="status"))
    with pytest.raises(InputError, match="'nobody'"):
        pl.detection(table, names=["nobody"])
