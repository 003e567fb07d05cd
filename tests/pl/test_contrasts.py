import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from cytoclust import pl
from cytoclust.errors import InputError
from cytoclust.pl._contrasts import SURE
from tests.pl.drawn import new_axes, points, texts


def table() -> pd.DataFrame:
    rows = [  # population, cluster, denominator, ratio, low, high, p, q
        ("A", "", "non-malignant cells", 8.0, 4.0, 10.0, 0.001, 0.01),
        ("B", "", "non-malignant cells", 0.25, 0.125, 0.5, 0.001, 0.02),
        ("C", "", "non-malignant cells", 1.5, 0.5, 4.0, 0.5, 0.7),
        ("D", "", "non-malignant cells", np.nan, np.nan, np.nan, 1.0, 1.0),
        ("E", "", "non-malignant cells", np.nan, np.nan, np.nan, np.nan, np.nan),
        ("tumour", "", "cells", np.inf, 8.0, np.inf, 0.001, 0.01),
        ("A", "7", "non-malignant cells", 2.0, 0.0, 4.0, 0.1, 0.3),
    ]
    names = ["population", "cluster", "denominator", "ratio", "ratio_low", "ratio_high", "p", "q"]
    return pd.DataFrame(rows, columns=names).assign(
        contrast="metastatic vs control",
        timepoint="diagnosis",
        n_a=6,
        n_b=8,
        question="group",
        side_a="metastatic",
        side_b="control",
    )


def test_points_and_intervals_stand_where_the_table_says() -> None:
    ax = pl.contrasts(table())
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["A", "B", "C", "D", "E", "tumour"]
    left, right, shown, unsure = points(ax)
    np.testing.assert_allclose(shown.get_offsets(), [(3, 0), (-2, 1)])
    np.testing.assert_allclose(unsure.get_offsets(), [(np.log2(1.5), 2)])
    assert [to_hex(shade) for shade in shown.get_facecolor()] == [SURE, SURE]
    assert to_hex(unsure.get_facecolor()[0]) == "#ffffff"
    assert not len(left.get_offsets())
    np.testing.assert_allclose(right.get_offsets(), [(ax.get_xlim()[1], 5)])  # infinite: an arrow, no point
    (intervals,) = [drawn for drawn in ax.collections if isinstance(drawn, LineCollection)]
    ends = [tuple(segment[:, 0]) for segment in intervals.get_segments()]
    assert ends == [(2, np.log2(10)), (-3, -1), (-1, 2), (3, ax.get_xlim()[1])]


def test_a_cluster_is_drawn_where_it_is_asked_for_or_nothing_has_a_name() -> None:
    ax = pl.contrasts(table(), names=["cluster 7", "A"])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cluster 7", "A"]
    left, _, _, unsure = points(ax)
    np.testing.assert_allclose(unsure.get_offsets(), [(1, 0)])
    np.testing.assert_allclose(left.get_offsets(), [(ax.get_xlim()[0], 0)])  # its lower limit is 0
    alone = pl.contrasts(table().query("cluster != ''"))
    assert [label.get_text() for label in alone.get_yticklabels()] == ["cluster 7"]


def test_what_was_not_tested_or_not_counted_is_told() -> None:
    ax = pl.contrasts(table())
    assert (texts(ax).count("no p"), texts(ax).count("none counted")) == (1, 1)
    assert texts(ax).count("–") == 1  # q of E
    (legend,) = ax.figure.legends
    told = " ".join(text.get_text() for text in legend.get_texts())
    assert "of non-malignant cells; * of cells" in told
    assert texts(ax).count("*") == 1
    assert texts(ax).count("6 : 8") == 6


def test_each_comparison_has_a_panel() -> None:
    both = pd.concat(
        [
            table(),
            table().assign(
                contrast="metastatic: relapse vs therapy", timepoint="relapse vs therapy", question="time",
                side_a="relapse", side_b="therapy",
            ),
        ]
    )  # fmt: skip
    axes = pl.contrasts(both, names=["B", "A"])
    assert [each.get_title(loc="left") for each in axes] == [
        "metastatic vs control, diagnosis",
        "metastatic: relapse vs therapy",
    ]
    assert axes[1].get_xlabel() == "less in relapse  |  more in relapse"
    np.testing.assert_allclose(points(axes[0])[2].get_offsets(), [(-2, 0), (3, 1)])
    with pytest.raises(InputError, match="one comparison"):
        pl.contrasts(both, ax=new_axes())


def test_nothing_is_cut_off() -> None:
    both = pd.concat([table().assign(contrast=f"{i} vs control") for i in range(3)])
    axes = pl.contrasts(both)
    axes[0].figure.draw_without_rendering()
    assert all(ax.get_tightbbox().x1 <= axes[0].figure.bbox.x1 for ax in axes)
    assert all(
        left.get_tightbbox().x1 <= right.get_position().x0 * right.figure.bbox.x1
        for left, right in itertools.pairwise(axes)
    )


def test_a_small_q_stands_clear_of_the_patients() -> None:
    ax = pl.contrasts(table().assign(q=0.00012, n_a=10, n_b=12))
    ax = ax[0] if isinstance(ax, list) else ax
    ax.figure.draw_without_rendering()
    at = [text.get_window_extent() for text in ax.texts if text.get_text() == "0.00012"]
    beside = [text.get_window_extent() for text in ax.texts if text.get_text() == "10 : 12"]
    assert len(at) == len(beside) > 0
    assert max(box.x1 for box in at) + 2 < min(box.x0 for box in beside)
    assert max(box.x1 for box in beside) <= ax.figure.bbox.x1


def test_small_effects_can_be_seen_beside_a_large_one() -> None:
    ax = pl.contrasts(table().assign(ratio=[1, 2, 2**20, 1, 1, 1, 1], ratio_low=np.nan, ratio_high=np.nan))
    assert ax.get_xlim() == (-8, 8)
    assert [label.get_text() for label in ax.get_xticklabels()][1:-1] == ["1/64", "1/8", "same", "8×", "64×"]


def test_a_table_without_ratios_can_be_drawn() -> None:
    ax = pl.contrasts(table().assign(ratio=np.nan, ratio_low=np.nan, ratio_high=np.nan, p=np.nan, q=np.nan))
    assert texts(ax).count("no p") == 6


def test_contrasts_errors() -> None:
    with pytest.raises(InputError, match="'ratio'"):
        pl.contrasts(table().drop(columns="ratio"))
    with pytest.raises(InputError, match="nothing was compared"):
        pl.contrasts(table()[:0])
    with pytest.raises(InputError, match="'nobody'"):
        pl.contrasts(table(), names=["nobody"])
