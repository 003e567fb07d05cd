import numpy as np

from cytoclust.positivity._autofluorescence import corrected_medians, junk_clusters, without_autofluorescence

SPECTRUM = np.array([4.6, 4.7, 3.0, 1.5, 1.8, 1.2, 0.3, 0.2])  # of an eosinophil, spreads
ZERO, ONE = np.zeros(8), np.ones(8)


def marrow():
    """Medians in spreads, and events: leukocytes, faintly and strongly autofluorescent ones, stroma."""
    rows = {
        "erythroid": (ZERO, 100_000),
        "T": ([0, 0, 0, 0, 0, 0, 9, 0], 80_000),
        "B": ([0, 0, 0, 0, 15, 0, 9, 0], 40_000),
        "HSPC": ([0, 0, 0, 5, 0, 14, 2, 4], 10_000),
        "neutrophil": (0.2 * SPECTRUM + [0, 0, 0, 0, 0, 0, 5, 0], 300_000),
        "monocyte": (0.2 * SPECTRUM + [0, 0, 0, 0, 0, 0, 6, 0], 50_000),
        "plasma": (0.2 * SPECTRUM + [0, 0, 0, 0, 0, 0, 2, 0], 7_000),
        "tumour": (0.2 * SPECTRUM + [0, 12, 0, 0, 0, 0, 0, 12], 90_000),
        "eosinophil": (1.0 * SPECTRUM + [0, 0, 0, 0, 0, 0, 5, 0], 20_000),
        "MSC 1-": (1.1 * SPECTRUM + [0, 0, 12, 13, 18, 0, 0, 0], 200),
        "MSC 1+": (1.1 * SPECTRUM + [12, 0, 12, 13, 18, 0, 0, 0], 200),
    }
    return list(rows), np.array([row for row, _ in rows.values()]), np.array([n for _, n in rows.values()])


def test_dead_copies_of_larger_clusters_are_junk_and_nothing_else_is():
    names, z, n = marrow()
    assert not junk_clusters(z, n).any()
    rng = np.random.default_rng(0)
    for name in ("T", "B", "neutrophil", "tumour"):
        dead = z[names.index(name)] + rng.uniform(2.5, 4.5, 8) - [0, 0, 0, 0, 0, 0, 3, 0]
        assert junk_clusters(np.vstack([z, dead]), np.append(n, 200)).tolist() == [False] * len(n) + [True]
        as_many = junk_clusters(np.vstack([z, dead]), np.append(n, n[names.index(name)]))
        assert not as_many[-1]  # as many as of what it would be a copy of


def test_the_spectrum_is_taken_off_and_what_a_cell_carries_stays():
    names, z, n = marrow()
    bare = without_autofluorescence(z, ZERO, ONE, n, np.zeros(len(n), dtype=bool))
    expected = z - np.outer([0, 0, 0, 0, 0.2, 0.2, 0.2, 0.2, 1, 1.1, 1.1], SPECTRUM)
    np.testing.assert_allclose(bare, expected, atol=1.3)
    assert abs(bare[names.index("MSC 1-"), 0]) < 1.0
    assert bare[names.index("MSC 1+"), 0] > 10
    assert bare[names.index("tumour"), 1] > 10


def test_without_a_spectrum_the_shared_shift_is_taken_off():
    z = np.vstack([np.zeros((3, 8)), np.full(8, 1.4), [1.4] * 6 + [9, 9]])
    bare = without_autofluorescence(z, ZERO, ONE, np.full(5, 1_000), np.zeros(5, dtype=bool))
    np.testing.assert_allclose(bare[3], 0, atol=1e-12)
    np.testing.assert_allclose(bare[4], [0] * 6 + [7.6, 7.6], atol=1e-12)
    np.testing.assert_allclose(corrected_medians(z, ZERO, ONE)[3], 0.7)  # half
