import numpy as np
import pandas as pd

from cytoclust.stats import size_factors


def test_junk_of_a_tumour_does_not_move_ordinary_cells():
    rng = np.random.default_rng(1)
    ordinary = rng.poisson([30_000, 20_000, 9_000, 4_000], (6, 4))
    counts = pd.DataFrame(ordinary, columns=list("abcd"))
    counts["junk"] = [0, 0, 0, 20_000, 40_000, 60_000]
    found = size_factors(counts, counts.sum(axis=1), references=list("abcd"))
    expected = ordinary.sum(axis=1)
    np.testing.assert_allclose(found / found.iloc[0], expected / expected[0], rtol=0.02)


def test_a_population_that_changes_alone_does_not_move_the_others():
    counts = pd.DataFrame({"a": [1000, 1000], "b": [2000, 2000], "c": [3000, 3000], "d": [100, 90_000]})
    found = size_factors(counts, pd.Series([6100, 96_000]), references=list("abcd"))
    np.testing.assert_allclose(found[0] / found[1], 1)


def test_without_references_cells_stay_as_they_are():
    counts = pd.DataFrame({"a": [1000, 1000], "b": [30, 2000]})
    assert size_factors(counts, pd.Series([1030, 3000]), references=["a", "b"]).tolist() == [1030, 3000]
