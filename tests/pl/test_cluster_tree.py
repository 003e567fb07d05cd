import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import points
from tests.report.cohort import Cohort

# 1 joins 0 where the valley is shallow, 3 joins 2, then 2 (with 3) joins 0 (with 1) over a deep one
TREE = pd.DataFrame({"cluster": [0, 1, 2, 3], "joins": [None, 0, 0, 2], "depth": [np.nan, 0.8, 0.01, 0.3]})


def segments(ax: Any) -> list[np.ndarray]:
    (lines,) = [drawn for drawn in ax.collections if isinstance(drawn, LineCollection)]
    return [np.asarray(each) for each in lines.get_segments()]


def leaves(ax: Any) -> list[str]:
    placed = sorted(
        (text.get_position()[1], text.get_text().split()[0]) for text in ax.texts[: len(points(ax)[0].get_offsets())]
    )
    return [name for _, name in placed]


def test_forks_stand_at_the_depths_of_the_joins() -> None:
    ax = pl.cluster_tree(TREE)
    assert leaves(ax) == ["0", "1", "2", "3"]
    forks = {(round(each[0, 0], 6), *sorted(each[:, 1])) for each in segments(ax) if each[0, 0] == each[1, 0]}
    assert forks == {(0.8, 0, 1), (0.3, 2, 3), (0.01, 0.5, 2.5)}
    np.testing.assert_allclose(points(ax)[0].get_offsets(), [(1, y) for y in range(4)])


def test_branches_are_those_of_the_levels_of_the_tree() -> None:
    """Cutting the drawing at any depth parts the leaves as the joins do."""
    rng = np.random.default_rng(0)
    n = 60
    joins = [None, *(int(rng.integers(0, i)) for i in range(1, n))]
    depth = np.r_[np.nan, rng.uniform(0.002, 1, n - 1)]
    for i in range(n - 1, 0, -1):  # a branch is whole before it joins another
        depth[i] = min([depth[i], *(depth[k] for k in range(i + 1, n) if joins[k] == i)])
    tree = pd.DataFrame({"cluster": range(n), "joins": joins, "depth": depth})
    ax = pl.cluster_tree(tree, names=False)
    order = leaves(ax)
    for cut in (0.5, 0.1, 0.01):
        branch = list(range(n))
        for i in sorted(range(1, n), key=lambda i: -depth[i]):
            if depth[i] >= cut:
                old, new = branch[i], branch[joins[i]]  # type: ignore[index]
                branch = [new if each == old else each for each in branch]
        crossing = [each for each in segments(ax) if each[0, 1] == each[1, 1] and each[0, 0] < cut <= each[1, 0]]
        assert len(crossing) == len(set(branch))
        drawn = [branch[int(name)] for name in order]
        assert sum(a != b for a, b in itertools.pairwise(drawn)) == len(set(branch)) - 1


def test_equally_deep_joins_of_a_table_in_any_order_make_the_tree() -> None:
    tree = pd.DataFrame({"cluster": [0, 7, 13], "joins": [None, 0, 7], "depth": [np.nan, 0.1, 0.1]})
    assert leaves(pl.cluster_tree(tree)) == ["0", "7", "13"]


@pytest.mark.parametrize("n_clusters", [1, 200])
def test_one_and_many_clusters_have_names_and_counts(n_clusters: int) -> None:
    clusters = Cohort(2, n_clusters, n_events=50).clusters
    tree = pd.DataFrame({"cluster": range(n_clusters), "joins": [None] + [0] * (n_clusters - 1), "doublet_of": ""})
    tree["depth"] = [np.nan, *np.linspace(0.9, 0.01, n_clusters - 1)]
    tree.loc[n_clusters - 1, "doublet_of"] = "3+7"
    ax = pl.cluster_tree(tree, clusters)
    text = ax.texts[0].get_text()
    assert clusters["population"][0] in text
    assert f"{clusters['n_events'][0]:,}" in text
    assert "doublets of 3+7?" in ax.texts[n_clusters - 1].get_text()
    ax.figure.draw_without_rendering()
    boxes = [each.get_window_extent() for each in ax.texts[:n_clusters]]
    assert all(above.y0 >= below.y1 - 0.5 for above, below in itertools.pairwise(boxes))
    width = ax.figure.get_size_inches()[0] * ax.figure.dpi
    assert all(box.x1 <= width for box in boxes)


def test_cluster_tree_errors() -> None:
    with pytest.raises(InputError, match="'depth'"):
        pl.cluster_tree(TREE.drop(columns="depth"))
    with pytest.raises(InputError, match="no tree"):
        pl.cluster_tree(TREE.assign(joins=[None, 0, 9, 2]))
    with pytest.raises(InputError, match="no tree"):
        pl.cluster_tree(TREE.assign(joins=[None, 0, 3, 2]))
