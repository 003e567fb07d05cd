import numpy as np

from cytoclust.datasets._populations import MARKERS, populations


def state_of(name, marker):
    """Median signal of a marker's antibody."""
    table = populations()
    return np.exp(table.log_level[table.names.index(name), MARKERS.index(marker)])


def test_the_number_of_kinds_and_their_sum():
    table = populations()
    assert 15 <= len(table.names) <= 24
    assert len(set(table.names)) == len(table.names)
    assert (
        abs(table.percent[~table.tumour].sum() - 100) < 8
    )  # percentages are normalised later; they must mean something
    assert table.percent[table.tumour].sum() == 100


def test_msc_subtypes_differ_by_cd146_and_cd271_alone():
    table = populations()
    for name in (name for name in table.names if name.startswith("MSC")):
        for marker in ("CD146", "CD271"):
            assert (state_of(name, marker) > 1000) == (f"{marker}+" in name)
        assert all(state_of(name, marker) > 1000 for marker in ("CD90", "CD105", "CD73"))
        assert all(state_of(name, marker) < 300 for marker in ("CD45", "CD34", "CD31", "CD56"))


def test_mimics_have_what_makes_them_mimics():
    assert all(state_of("endothelial", m) > 1000 for m in ("CD31", "CD34", "CD105", "CD146", "CD73"))
    assert state_of("endothelial", "CD271") < 100
    assert all(state_of("neuroblastoma GD2low", m) > 1000 for m in ("CD90", "CD146", "CD56"))
    assert state_of("neuroblastoma", "GD2") > 10 * state_of("neuroblastoma GD2low", "GD2")
    assert state_of("proerythroblast", "CD105") > 10_000


def test_a_continuum_runs_between_two_populations_of_the_table():
    table = populations()
    mixed = np.flatnonzero(table.start != table.end)
    assert [table.names[i] for i in mixed] == ["myeloid progenitor", "erythroblast"]
    assert table.names[table.start[mixed[0]]] == "HSPC"
    assert table.names[table.end[mixed[0]]] == "granulocyte, immature"
    assert np.isfinite(table.log_level[table.start]).all()
    assert np.isfinite(table.log_level[table.end]).all()
