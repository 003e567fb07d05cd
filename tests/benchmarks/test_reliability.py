import numpy as np
import pytest

from benchmarks.reliability import LEAST, judge, tenths, two_gaussians


def test_right_is_the_kind_of_most_and_stated_is_that_of_all_its_clusters():
    """Clusters 0 and 1 are T, 2 is B; one B lies among T, and no cluster is of kind rare."""
    labels = np.array([0, 0, 0, 0, 1, 2, 2, 0, 0])
    kinds = np.array(["T", "T", "T", "B", "T", "B", "B", "rare", ""])
    likely = np.tile([0.5, 0.3, 0.2], (9, 1))
    found = judge(labels, likely, kinds, pure=0.0)
    assert found.right.tolist() == [True, True, True, False, True, True, True]
    assert found.stated == pytest.approx([0.8, 0.8, 0.8, 0.8, 0.8, 0.2, 0.2])
    pure = judge(labels, likely, kinds, pure=0.8)  # of cluster 0, three of five are T
    assert pure.right.tolist() == [True, True, True]
    assert pure.stated == pytest.approx([0.8, 0.2, 0.2])


def test_tenths():
    stated = np.repeat([0.55, 0.95, 1.0], [LEAST, LEAST // 2, LEAST // 2])
    right = np.arange(2 * LEAST) % 5 > 0
    table = tenths(np.append(stated, 0.1), np.append(right, True))
    assert table.index.tolist() == [5, 9]  # the one event of 0.1 is too few
    assert table["n"].tolist() == [LEAST, LEAST]
    assert table["stated"].tolist() == pytest.approx([0.55, 0.975])
    assert table["right"].tolist() == pytest.approx([0.8, 0.8])


def test_the_closed_form_is_reliable_itself():
    _, truth, second = two_gaussians(0, 3, 2.5, 3, n=100_000)
    assert truth.mean() == pytest.approx(0.25, abs=0.01)
    table = tenths(second, truth == 1)
    np.testing.assert_allclose(table["stated"], table["right"], atol=0.02)
    assert len(table) == 10
