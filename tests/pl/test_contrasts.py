import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from cytoclust import pl
from cytoclust.errors import InputError
from cytoclust.pl._contrasts import HIGHER, LOWER
from tests.pl.drawn import new_axes, points, texts


def table() -> pd.DataFrame:
    rows = [  # population, denominator, effect, low, high, p, q, family, note
        ("A", "cells", -1.0, -2.0, 0.0, 0.2, 0.4, "exploratory", ""),
        ("A", "non-malignant cells", 3.0, 2.0, 3.4, 0.001, 0.01, "primary", ""),
        ("B", "non-malignant cells", -2.0, -3.0, -1.0, 0.001, 0.02, "exploratory", ""),
        ("C", "non-malignant cells", 0.5, -1.0, 2.0, 0.5, 0.7, "exploratory", ""),
        ("D", "non-malignant cells", 0.25, np.nan, np.nan, np.nan, np.nan, "exploratory", "no p: two batches"),
        ("E", "non-malignant cells", np.nan, np.nan, np.nan, np.nan, np.nan, "exploratory", "not tested"),
        ("tumour", "cells", np.inf, 3.0, np.inf, 0.001, 0.01, "exploratory", ""),
    ]
    names = ["population", "denominator", "effect", "ci_low", "ci_high", "p", "q", "family", "note"]
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
    left, right, shown, unsure, untested = points(ax)
    np.testing.assert_allclose(shown.get_offsets(), [(3, 0), (-2, 1)])
    np.testing.assert_allclose(unsure.get_offsets(), [(0.5, 2)])
    np.testing.assert_allclose(untested.get_offsets(), [(0.25, 3)])
    assert [to_hex(shade) for shade in shown.get_facecolor()] == [HIGHER, LOWER]
    assert to_hex(unsure.get_facecolor()[0]) == "#ffffff"
    assert not len(left.get_offsets())
    np.testing.assert_allclose(right.get_offsets(), [(ax.get_xlim()[1], 5)])  # infinite: an arrow, no point
    (intervals,) = [drawn for drawn in ax.collections if isinstance(drawn, LineCollection)]
    ends = [tuple(segment[:, 0]) for segment in intervals.get_segments()]
    assert ends == [(2, 3.4), (-3, -1), (-1, 2), (3, ax.get_xlim()[1])]


def test_what_was_not_tested_is_draw_separation_and_counted() -> None:
    ax = pl.contrasts(table())
    assert texts(ax).count("not tested") == 1
    assert texts(ax).count("–") == 2  # q of D and E
    (legend,) = ax.figure.legends
    told = " ".join(text.get_text() for text in legend.get_texts())
    assert "could not be tested (1" in told
    assert "of non-malignant cells; * of cells" in told
    assert texts(ax).count("*") == 1
    assert texts(ax).count("6 : 8") == 6
    assert [label.get_fontweight() for label in ax.get_yticklabels()[:2]] == ["bold", "normal"]


def test_a_denominator_can_be_chosen_and_each_comparison_has_a_panel() -> None:
    ax = pl.contrasts(table(), denominator="cells")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A", "tumour"]
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
    ax = pl.contrasts(table().assign(effect=[0, 1, 20, 0, 0, 0, 0], ci_low=np.nan, ci_high=np.nan))
    assert ax.get_xlim() == (-8, 8)
    assert [label.get_text() for label in ax.get_xticklabels()][1:-1] == ["1/64", "1/8", "same", "8×", "64×"]


def test_a_table_without_effects_can_be_drawn() -> None:
    ax = pl.contrasts(table().assign(effect=np.nan, ci_low=np.nan, ci_high=np.nan, p=np.nan, q=np.nan))
    assert texts(ax).count("not tested") == 6


def test_contrasts_errors() -> None:
    with pytest.raises(InputError, match="'effect'"):
        pl.contrasts(table().drop(columns="effect"))
    with pytest.raises(InputError, match="nothing was compared"):
        pl.contrasts(table()[:0])
    with pytest.raises(InputError, match="'parent'"):
        pl.contrasts(table(), denominator="parent")
    with pytest.raises(InputError, match="'nobody'"):
        pl.contrasts(table(), names=["nobody"])
