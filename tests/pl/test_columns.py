import anndata as ad
import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.errors import InputError
from cytoclust.pl._columns import column, column_name, column_names, members

NAMES = ["FSC-A", "FSC-H", "CD4", "CD45RO", "HLA-DR", "CD271"]
CHANNELS = ["FSC-A", "FSC-H", "V655-A", "PE-A", "FITC-A", "BV421-A"]


@pytest.fixture
def adata():
    rng = np.random.default_rng(0)
    kinds = ["scatter"] * 2 + ["fluorescence"] * 4
    var = pd.DataFrame(
        {"channel": CHANNELS, "marker": ["", "", *NAMES[2:]], "signal_type": kinds}, index=NAMES, dtype=object
    )
    labels = np.repeat(["T cell", "B cell"], 100)
    obs = pd.DataFrame({"population": labels, "cluster": np.repeat(["0", "1"], 100)}, index=map(str, range(200)))
    found = ad.AnnData(rng.normal(size=(200, 6)).astype(np.float32), obs=obs.astype("category"), var=var)
    found.obsm["X_umap"] = rng.normal(size=(200, 2))
    return found


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("CD4", "CD4"), ("cd4", "CD4"), ("CD 4", "CD4"), ("V655-A", "CD4"), ("v655-a", "CD4"), ("CD4 FITC", "CD4"),
        ("HLADR", "HLA-DR"), ("hla dr", "HLA-DR"), ("NGFR", "CD271"), ("p75NTR", "CD271"), ("fsc-a", "FSC-A"),
        ("FSC h", "FSC-H"),
    ],
)  # fmt: skip
def test_a_column_is_found_by_any_spelling_that_is_plain(adata, written, name):
    assert column_name(adata, written) == name
    np.testing.assert_array_equal(column(adata, written), adata[:, name].X.ravel())


def test_a_text_alone_is_one_name(adata):
    assert column_names(adata, "CD4") == ["CD4"]
    assert column_names(adata, ("cd4", "PE-A")) == ["CD4", "CD45RO"]


def test_what_is_no_marker_is_answered_with_the_nearest_and_a_short_list(adata):
    with pytest.raises(InputError) as error:
        column(adata, "CD44")
    assert str(error.value) == (
        "There is no marker 'CD44'. Did you mean 'CD4'? There are FSC-A, FSC-H, CD4, CD45RO, HLA-DR, CD271."
    )
    wide = ad.AnnData(np.zeros((1, 30), dtype=np.float32), var=pd.DataFrame(index=[f"M{i}" for i in range(30)]))
    with pytest.raises(InputError, match=r"There are M0, .*, M11 and 18 more\.$"):
        column(wide, "other")


def test_a_spelling_of_several_columns_is_refused(adata):
    with pytest.raises(InputError, match=r"The marker 'FSC' may be 'FSC-A' or 'FSC-H': name one of them\."):
        column(adata, "FSC")


def test_a_population_that_is_none_is_answered_with_the_nearest(adata):
    with pytest.raises(InputError) as error:
        members(adata, "population", "T cels")
    assert str(error.value) == ("There is no population 'T cels'. Did you mean 'T cell'? There are B cell, T cell.")
    with pytest.raises(InputError, match=r"There is no population 'T cels'\. Did you mean 'T cell'"):
        ct.pl.evidence(adata, "T cels", show=False)
    with pytest.raises(InputError, match=r"There is no population 'T cels'\. Did you mean 'T cell'"):
        ct.pl.ridges(adata, "CD4", by="population", names="T cels", show=False)


def test_figures_take_one_marker_as_a_text_and_any_spelling(adata):
    (panel,) = ct.pl.histograms(adata, markers="cd4", show=False)
    assert panel.get_title(loc="left") == "CD4"
    (panel,) = ct.pl.ridges(adata, "V655-A", show=False)
    assert panel.get_title(loc="left") == "CD4"
    drawn = ct.pl.biplot(adata, x="cd4", y="hla dr", show=False)
    assert (drawn.get_xlabel(), drawn.get_ylabel()) == ("CD4", "HLA-DR")
    panels = ct.pl.evidence(adata, "T cell", markers="ngfr", axes=("cd4", "PE-A"), show=False)
    assert panels[0].get_title(loc="left") == "CD271"
    assert panels[1].get_xlabel() == "CD4"
    ct.pl.umap(adata, color="hladr", show=False)
    with pytest.raises(InputError, match="There is no marker 'nothing'"):
        ct.pl.umap(adata, color="nothing", show=False)
