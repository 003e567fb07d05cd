"""Of what each population is a share, and what one of them does to the others."""

import numpy as np
import pandas as pd

from cytoclust.params import D
from cytoclust.stats._abundances import abundances

HEALTHY = {"T": 30_000, "B": 10_000, "mono": 20_000, "gran": 40_000, "MSC": 400, "MSC a": 300, "MSC b": 100}
PARENTS = dict.fromkeys([*HEALTHY, "tumour"], "cells") | {"MSC a": "MSC", "MSC b": "MSC"}
TOPS = ["T", "B", "mono", "gran", "MSC", "tumour"]


def _amounts(counts: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    cells = counts[TOPS].sum(axis=1).to_numpy()
    found = abundances(counts, cells, parents=PARENTS, malignant={"tumour"}, detect=D.detect)
    return {
        (each.denominator, name): column for each in found
        for name, column in zip(each.populations, each.values.T, strict=True)
    }  # fmt: skip


def _patients(**changes: list[float]) -> pd.DataFrame:
    """Four patients: the same but for depth and for the populations that are changed by these factors."""
    counts = pd.DataFrame({name: [n] * 4 for name, n in (HEALTHY | {"tumour": 1_000}).items()})
    for name, factors in changes.items():
        counts[name] = (counts[name] * factors).astype(int)
    return counts.mul([1, 3, 1, 2], axis=0)


def test_malignant_populations_are_a_share_of_cells_only_and_children_of_their_parent():
    found = list(_amounts(_patients()))
    assert [kind for kind, name in found if name == "tumour"] == ["cells"]
    assert [kind for kind, name in found if name == "MSC a"] == ["cells", "non-malignant cells", "parent", "log-ratio"]
    assert [kind for kind, name in found if name == "T"] == ["cells", "non-malignant cells", "log-ratio"]


def test_fractions_are_fractions_whatever_the_depth():
    found = _amounts(_patients())
    np.testing.assert_allclose(found["cells", "T"], np.log2(30_000 / 101_400), atol=0.001)
    np.testing.assert_allclose(found["non-malignant cells", "T"], np.log2(30_000 / 100_400), atol=0.001)
    np.testing.assert_allclose(found["parent", "MSC b"], np.log2(0.25), atol=0.01)
    for values in found.values():
        assert np.ptp(values) < 0.01


def test_a_tumour_lowers_fractions_of_cells_and_no_other():
    found = _amounts(_patients(tumour=[1, 1, 200, 200]))
    assert found["cells", "MSC a"][2] < found["cells", "MSC a"][0] - 1
    for kind in ("non-malignant cells", "parent", "log-ratio"):
        assert np.ptp(found[kind, "MSC a"]) < 0.01


def test_one_population_that_displaces_the_rest_moves_log_ratios_of_no_other():
    found = _amounts(_patients(gran=[1, 1, 20, 20]))
    assert found["non-malignant cells", "MSC a"][2] < found["non-malignant cells", "MSC a"][0] - 2
    assert np.ptp(found["log-ratio", "MSC a"]) < 0.01
    assert np.ptp(found["log-ratio", "T"]) < 0.01
    np.testing.assert_allclose(np.diff(found["log-ratio", "gran"])[1], np.log2(20), atol=0.01)


def test_a_patient_of_hardly_any_cells_is_left_out():
    counts = _patients()
    counts.loc[4] = (counts.loc[0] / 50).astype(int)
    cells = counts[TOPS].sum(axis=1).to_numpy()
    first = abundances(counts, cells, parents=PARENTS, malignant=set(), detect=D.detect)[0]
    assert list(first.used) == [True] * 4 + [False]
    np.testing.assert_allclose(first.expected[:4, 0], 30_000, rtol=1e-6)


def test_without_three_other_abundant_populations_there_is_no_log_ratio():
    counts = _patients()[["T", "B", "mono"]]
    parents = dict.fromkeys(counts, "cells")
    found = abundances(counts, counts.sum(axis=1).to_numpy(), parents=parents, malignant=set(), detect=D.detect)
    assert [each.denominator for each in found] == ["cells"]
