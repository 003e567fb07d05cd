"""Every percentage in a figure of a run is the table's, although the event sample is enriched for rare events."""

import itertools
import json

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from cytoclust.pipeline import Result
from cytoclust.words import percent
from tests.pl.drawn import points, texts

Q = ["both_negative", "x_positive", "y_positive", "both_positive"]


@pytest.fixture(scope="module")
def adata(finished: Result) -> ad.AnnData:
    return ad.read_h5ad(finished.out / "cohort.h5ad")


def table(finished: Result, name: str) -> pd.DataFrame:
    return pd.read_csv(finished.out / "tables" / f"{name}.csv")


def shares(ax: object) -> list[float]:
    """Of the quadrants, in the order of the table."""
    low, up, right, both = (float(text.get_text().split()[0]) for text in ax.texts if text.get_gid() == "quadrant")  # type: ignore[attr-defined]
    return [low, right, up, both]


def test_quadrants_of_a_biplot_are_those_of_the_table(finished: Result, adata: ad.AnnData) -> None:
    counted = table(finished, "quadrants")
    for (x, y, name), rows in counted.groupby(["x", "y", "population"]):
        if rows["n_events"].sum() == 0 or (name != "cells" and name not in set(adata.obs["population"])):
            continue
        expected = 100 * rows[Q].sum() / rows["n_events"].sum()
        for a, b, order in ((x, y, Q), (y, x, [Q[0], Q[2], Q[1], Q[3]])):
            drawn = pl.biplot(adata, a, b, quadrants=True, population=None if name == "cells" else name)
            np.testing.assert_allclose(shares(drawn), expected[order], rtol=6e-3, err_msg=f"{a} {b} {name}")


def test_a_layout_has_the_table_of_each_sample(finished: Result, adata: ad.AnnData) -> None:
    counted = table(finished, "quadrants").query("population == 'cells'")
    pairs = list(counted[["x", "y"]].drop_duplicates().itertuples(index=False, name=None))
    names = sorted(counted["sample_id"].unique())
    drawn = pl.layout(adata)
    assert len(drawn) == len(names) * len(pairs)
    for ax, (sample, (x, y)) in zip(drawn, itertools.product(names, pairs), strict=True):
        at = (counted["sample_id"] == sample) & (counted["x"] == x) & (counted["y"] == y)
        (row,) = counted[at].to_dict("records")
        np.testing.assert_allclose(shares(ax), [100 * row[q] / row["n_events"] for q in Q], rtol=6e-3, atol=1e-9)


def test_events_of_a_part_are_not_taken_for_the_whole(adata: ad.AnnData) -> None:
    """Without most of the events the table's numbers would be wrong."""
    part = adata[(adata.obs["population"] != "leukocyte").to_numpy()].copy()
    assert shares(pl.biplot(part, "CD271", "CD146", quadrants=True)) != shares(
        pl.biplot(adata, "CD271", "CD146", quadrants=True)
    )


def test_numbers_of_the_map_are_those_of_the_clusters(finished: Result, adata: ad.AnnData) -> None:
    """Although a part of the events alone has a place on the map."""
    assert np.isnan(adata.obsm["X_umap"]).any()
    expected = table(finished, "clusters").groupby("population")["n_events"].sum()
    for text in pl.umap(adata, labels=False).get_legend().get_texts():
        name, number = text.get_text()[:-1].split("  (")
        if name != "unassigned":
            assert int(number.replace(",", "")) == expected[name]


def test_a_dot_is_the_weighted_fraction_above_the_cut(adata: ad.AnnData) -> None:
    ax = pl.dotplot(adata, ["CD45", "CD271"], names=["leukocyte", "MSC CD146+CD271+"])
    sizes = points(ax)[0].get_sizes().reshape(2, 2)
    cuts = adata.uns["thresholds"].set_index("marker")["positive"]
    for i, name in enumerate(["leukocyte", "MSC CD146+CD271+"]):
        own = adata[(adata.obs["population"] == name).to_numpy()]
        for j, marker in enumerate(["CD45", "CD271"]):
            above = np.asarray(own[:, marker].X).ravel() >= cuts[marker]
            assert sizes[i, j] == pytest.approx(130 * np.average(above, weights=own.obs["weight"]), rel=1e-6)
    with pytest.raises(InputError, match="no cut of"):
        pl.dotplot(adata, ["FSC-A"])


def test_a_patient_has_the_fractions_and_limits_of_the_table(finished: Result, adata: ad.AnnData) -> None:
    counted = table(finished, "populations")
    who = str(counted["patient_id"].iloc[0])
    mine = counted[(counted["patient_id"] == who) & counted["status"].isin(["quantified", "detected", "trace"])]
    drawn = pl.patient(adata, who)
    panels = {ax.get_title(loc="left"): ax for ax in (drawn if isinstance(drawn, list) else [drawn])}
    assert set(panels) == set(mine["population"])
    for name, rows in mine.groupby("population"):
        written = [text.get_text() for text in panels[name].texts if text.get_gid() == "share"]
        assert written == [percent(each) for each in rows["fraction"]]
    with pytest.raises(InputError, match="no patient"):
        pl.patient(adata, "nobody")


def test_bands_of_a_river_are_the_fractions_and_their_sum_is_the_parent(finished: Result) -> None:
    counted = table(finished, "populations")
    first = counted[counted["sample_id"] == counted["sample_id"].iloc[0]]
    again = first.assign(sample_id="again", timepoint="therapy", patient_id=first["patient_id"].iloc[0])
    ax = pl.river(pd.concat([first, again.assign(fraction=again["fraction"] / 2)]))
    rows = first[first["parent"] == "cells"].set_index("population")["fraction"]
    for name, share in rows.items():
        written = [text.get_text() for text in ax.texts if text.get_gid() == f"share {name}"]
        assert written == [percent(each) for each in (share, share / 2) if each >= 0.05]
    rest = [text.get_text() for text in ax.texts if text.get_gid() == "share not named"]
    assert percent(1 - rows.sum() / 2) in rest
    with pytest.raises(InputError, match="two visits"):
        pl.river(first)


def test_a_volcano_stands_where_the_contrasts_say() -> None:
    from tests.pl.test_contrasts import table as contrasts

    ax = pl.volcano(contrasts(), palette={"A": "#ff0000"})
    at = np.concatenate([each.get_offsets() for each in points(ax)])
    expected = [(3, 3), (-2, 3), (np.log2(1.5), -np.log10(0.5)), (8, 3), (1, 1)]  # infinite: at the edge
    np.testing.assert_allclose(sorted(map(tuple, at)), sorted(expected), atol=1e-9)
    assert "not tested: 2" in ax.get_xlabel()
    assert {"A", "B"} & set(texts(ax))


def test_bars_of_a_composition_are_the_fractions(finished: Result, adata: ad.AnnData) -> None:
    counted = table(finished, "populations")
    mine = counted[counted["parent"] == "cells"]
    ax = pl.composition(adata)
    order = [label.get_text() for label in ax.get_yticklabels()]
    assert sorted(order) == sorted(counted["sample_id"].unique())
    for bars in ax.containers:
        if bars.get_label() == "not named":
            continue
        own = mine[mine["population"] == bars.get_label()].set_index("sample_id")["fraction"]
        np.testing.assert_allclose([bar.get_width() for bar in bars], own[order], rtol=1e-6, atol=1e-9)


def test_numbers_of_an_overlay_are_the_table_s(finished: Result, adata: ad.AnnData) -> None:
    expected = table(finished, "populations").groupby("population")["n_events"].sum()
    names = ["MSC", "leukocyte"]
    ax = pl.overlay(adata, names, pairs=("CD271", "CD146"))
    written = dict(text.get_text().rsplit("  ", 1) for text in ax.get_legend().get_texts())
    assert {name: int(written[name].replace(",", "")) for name in names} == expected[names].to_dict()


def test_gates_set_aside_what_the_record_says(finished: Result, adata: ad.AnnData) -> None:
    events = {row["sample_id"]: row for row in json.loads((finished.out / "run.json").read_text())["events"]}
    for name, row in events.items():
        for gate in ("time", "debris", "dead", "doublet"):
            ax = pl.cleaning(adata, samples=name, gates=gate)
            lost = f"−{row[gate]:,} ({percent(row[gate] / row['total'])})" if row[gate] else "none"
            assert ax.get_title(loc="right") == lost
    ax = pl.events(adata)
    order = [label.get_text() for label in ax.get_yticklabels()]
    for bars in ax.containers:
        widths = [bar.get_width() for bar in bars]
        expected = [events[name][bars.get_label()] / events[name]["total"] for name in order]
        np.testing.assert_allclose(widths, expected, atol=1e-12)
