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


def test_a_lineage_that_is_split_into_many_parts_does_not_outvote_most_of_the_cells():
    """Six of ten references are parts of a lineage that goes from 14 to 38 % of the cells; the rest is as it was."""
    rest = np.array([60_000, 20_000, 4_000, 2_000])
    counts = pd.DataFrame([[*rest, *[2_333] * 6], [*rest, *[8_785] * 6]], columns=list("abcdefghij"))
    found = size_factors(counts, counts.sum(axis=1), references=list("abcdefghij"))
    np.testing.assert_allclose(found[0] / found[1], 1, rtol=0.01)


def test_weights_count_as_repeats_do():
    """Levels of 1, 4 and 16 have a say of 1, 2 and 4, so that the median is that of 7 values."""
    values = np.random.default_rng(2).normal(0, 0.2, (9, 3))
    values -= values.mean(axis=0)
    counts = pd.DataFrame(2**values * [1e6, 4e6, 16e6])
    counts[3] = 1e9 - counts.sum(axis=1)
    found = size_factors(counts, counts.sum(axis=1), references=[0, 1, 2])
    expected = np.median(np.repeat(values, [1, 2, 4], axis=1), axis=1)
    np.testing.assert_allclose(np.log2(found / 1e9), expected, atol=1e-9)
