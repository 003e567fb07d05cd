"""The gates of samples as counted by hand."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import new_axes


def adata(n_samples: int = 2) -> ad.AnnData:
    """Of 100 events each: sample i has 10 + i dead ones, in one cell of a grid of 4; MSC are 3 cells over scatter."""
    names = [f"S{i}" for i in range(n_samples)]
    obs = pd.DataFrame({"sample_id": np.repeat(names, 100)}, index=map(str, range(100 * n_samples)))
    qc = [["dead"] * (10 + i) + ["ok"] * (90 - i) for i in range(n_samples)]
    obs["qc"], obs["population"] = np.concatenate(qc), pd.Categorical(["MSC"] * len(obs))
    found = ad.AnnData(np.zeros((len(obs), 1), dtype=np.float32), obs=obs, var=pd.DataFrame(index=["CD45"]))
    cells = [(name, "dead", "all", bin_, n) for i, name in enumerate(names) for bin_, n in ((0, 90 - i), (15, 10 + i))]
    cells += [(name, "dead", "aside", 15, 10 + i) for i, name in enumerate(names)]
    cells += [(name, "scatter", layer, 5, n) for name in names for layer, n in (("all", 90), ("MSC", 3))]
    table = pd.DataFrame(cells, columns=["sample_id", "view", "layer", "bin", "n_events"])
    packed = {"bin": table["bin"].to_numpy(), "n_events": table["n_events"].to_numpy()}
    for column in ("sample_id", "view", "layer"):
        packed[column], packed[f"{column}_names"] = pd.factorize(table[column])
    rows = [(view, axis, f"{view} {axis}", "log", 1.0, -1, 2.0, 6.0) for view in ("dead", "scatter") for axis in "xy"]
    axes = pd.DataFrame(rows, columns=["view", "axis", "label", "scale", "unit", "column", "low", "high"])
    lines = pd.DataFrame([("S0", "dead", 0, 2.0, 5.0), ("S0", "dead", 0, 6.0, 5.0)],
                         columns=["sample_id", "view", "line", "x", "y"])  # fmt: skip
    found.uns["densities"] = {"strips": {"bins": 4, "axes": axes, "cells": packed, "lines": lines}}
    return found


def test_a_gate_says_what_it_sets_aside_of_all_events_of_the_sample() -> None:
    drawn = pl.cleaning(adata())
    assert [ax.get_title(loc="left") for ax in drawn] == ["Live", "Over scatter"] * 2
    assert [ax.get_title(loc="right") for ax in drawn[::2]] == ["−10 (10.0\u00a0%)", "−11 (11.0\u00a0%)"]
    assert [text.get_text() for ax in drawn for text in ax.texts] == ["S0, keeps 90.0\u00a0%", "S1, keeps 89.0\u00a0%"]
    (cut,) = (line for line in drawn[0].lines if line.get_gid() == "cut")
    assert cut.get_xydata().tolist() == [[2, 5], [6, 5]]
    assert not drawn[2].lines
    picture = drawn[0].images[0].get_array()
    assert picture.shape == (4, 4, 3)
    assert len(set(picture[3, 0])) == 1  # grey: lower left
    assert len(set(picture[0, 3])) > 1  # set aside: upper right, in colour
    assert [tick.get_text() for tick in drawn[0].get_xticklabels()] == ["10²", "10³", "10⁴", "10⁵", "10⁶"]


def test_populations_lie_over_scatter_with_their_number() -> None:
    ax = pl.cleaning(adata(), samples="S1", gates="scatter", palette={"MSC": "#ff0000"})
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["MSC 3"]
    (dots,) = ax.collections
    assert dots.get_offsets().tolist() == [[3.5, 3.5]]  # the middle of cell 5 of 16 between 2 and 6
    assert tuple(dots.get_facecolor()[0]) == (1, 0, 0, 1)


def test_of_many_samples_those_that_keep_least_and_it_is_said() -> None:
    drawn = pl.cleaning(adata(14), gates="dead")
    named = [text.get_text().split(",")[0] for ax in drawn for text in ax.texts]
    assert named == [f"S{i}" for i in range(13, 1, -1)]
    assert [text.get_text() for text in drawn[0].figure.texts] == ["These 12 samples keep least; 2 more are not drawn."]


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="no sample 'S9'"):
        pl.cleaning(adata(), samples="S9")
    with pytest.raises(InputError, match="no gate 'debris'"):
        pl.cleaning(adata(), gates=["debris"])
    with pytest.raises(InputError, match="must give one panel"):
        pl.cleaning(adata(), ax=new_axes())
    empty = adata()
    del empty.uns["densities"]
    with pytest.raises(InputError, match="no gates of samples"):
        pl.cleaning(empty)
