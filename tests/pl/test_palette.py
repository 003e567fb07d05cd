import anndata as ad
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from cytoclust import pl
from cytoclust.colours import NO_NAME, PALETTE, colours_of
from cytoclust.errors import InputError
from cytoclust.pl._palette import hues, one_hue
from tests.pl.drawn import points
from tests.report.cohort import Cohort


@pytest.fixture
def adata() -> ad.AnnData:
    values = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
    made = ad.AnnData(values, obs=pd.DataFrame(index=[str(i) for i in range(40)]))
    made.var_names = ["CD3", "CD19"]
    made.obs["population"] = pd.Categorical(["B cell", "T cell", "unknown", "T cell"] * 10)
    made.obs["group"] = pd.Categorical(["ill", "well"] * 20)
    made.obsm["X_umap"] = values
    return made


def test_what_a_sheet_says_is_grey_and_populations_are_not() -> None:
    greys = colours_of("group", ["a", "b", "c"])
    for name in "abc":
        red, green, blue = (int(greys[name][i : i + 2], 16) for i in (1, 3, 5))
        assert max(red, green, blue) - min(red, green, blue) < 30
    assert colours_of("population", ["a", "b"])["b"] == PALETTE[1]
    assert len({greys[name] for name in "abc"}) == 3


def test_colours_of_the_annotated_data_go_before_ours(adata: ad.AnnData) -> None:
    adata.uns["population_colors"] = ["red", "#00ff00", "#111111"]
    shade = hues(["T cell", "B cell", "NK cell"], adata=adata)
    assert (shade["B cell"], shade["T cell"]) == ("#ff0000", "#00ff00")
    assert shade["NK cell"] == PALETTE[2]  # the third name: B, T and then this
    adata.uns["population_colors"] = ["red"]  # of other categories
    assert hues(["B cell"], adata=adata)["B cell"] == PALETTE[0]
    assert one_hue("plasma", "#123456", adata=adata, key="population") == "#123456"


def test_a_palette_is_a_mapping_colours_or_a_name(adata: ad.AnnData) -> None:
    assert hues(["a", "b"], palette={"b": "red"}) == NO_NAME | {"a": PALETTE[0], "b": "#ff0000"}
    assert hues(["a", "unknown", "b"], palette=["red", "blue"])["b"] == "#0000ff"
    assert hues(["a", "b"], palette="Set1")["a"] == to_hex("#e41a1c")
    drawn = pl.umap(adata, palette={"T cell": "#00ff00"}, labels=False)
    assert "#00ff00" in {to_hex(each.get_facecolor()[0]) for each in points(drawn)}


@pytest.mark.parametrize(
    ("palette", "said"),
    [("Sett1", "'Set1'"), (["red"], "2 colours"), (["red", "nonsense"], "'nonsense'"), ({"c": "red"}, "no name")],
)
def test_a_palette_that_is_none_is_refused(palette: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        hues(["a", "b"], palette=palette)  # type: ignore[arg-type]


def test_a_list_of_colours_has_a_panel_each_and_groups_too(adata: ad.AnnData) -> None:
    drawn = pl.umap(adata, ["CD19", "cd3", "population"], labels=False)
    assert [ax.get_title(loc="left") for ax in drawn] == ["CD19", "CD3", "population"]
    groups = pl.umap(adata, "population", groupby="group", labels=False)
    assert [ax.get_title(loc="left") for ax in groups] == ["ill: population", "well: population"]
    assert len({ax.get_xlim() for ax in groups}) == 1
    behind, *own = points(groups[0])
    assert len(behind.get_offsets()) == sum(len(each.get_offsets()) for each in own) == 20
    with pytest.raises(InputError, match="one panel"):
        pl.umap(adata, ["CD3", "CD19"], ax=drawn[0])
    with pytest.raises(InputError, match="groupby"):
        pl.umap(adata, groupby="grup")


def test_the_map_of_a_run_has_the_numbers_of_its_table(cohort: Cohort) -> None:
    ax = pl.umap(cohort.adata, "population")
    listed = {text.get_text().rsplit("  ", 1)[0] for text in ax.get_legend().get_texts()}
    assert listed == set(cohort.adata.obs["population"].astype(str))
