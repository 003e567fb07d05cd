"""The samples: numbers counted by hand, the samples behind a comparison, and places of points."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cytoclust import keys, pl
from cytoclust.pl.places import abundance_places, detection_places
from cytoclust.report._behind import Behind
from cytoclust.report._cards import cards
from cytoclust.report._contrast_section import contrasts
from cytoclust.report._gather import gather
from cytoclust.report._samples_section import own_shares, samples_section
from cytoclust.stats import population_table
from tests.report.cohort import Cohort

PARENTS = {"haematopoietic": "cells", "T cell": "haematopoietic", "MSC": "cells", "MSC CD146+CD271+": "MSC"}
COUNTS = pd.DataFrame(  # events given this very name
    {"haematopoietic": [10, 0], "T cell": [60, 80], "MSC": [5, 0], "MSC CD146+CD271+": [15, 0], "unknown": [10, 20]},
    index=["BM001", "BM002"],
)


@pytest.fixture(scope="module")
def inputs():
    cohort = Cohort(2, 6, n_events=120)
    sheet = cohort.sheet.set_index(keys.SAMPLE)
    cohort.tables["populations"] = population_table(COUNTS, sheet, parents=PARENTS)
    none = {"margin": 0, "time": 0, "doublet": 0, "dead": 0}
    cohort.run["events"] = [
        none | {"sample_id": "BM001", "total": 250, "ok": 100, "time": 50, "debris": 25, "doublet": 75},
        none | {"sample_id": "BM002", "total": 125, "ok": 100, "debris": 25},
    ]
    return gather(cohort.adata, cohort.tables, cohort.run)


def test_bars_have_each_cell_once(inputs):
    """Of 100 cells: 10 only haematopoietic, 60 T cells, 5 only MSC, 15 of a subtype, 10 without a name."""
    first, second = samples_section(inputs)["bars"]
    told = {part.name: (part.width, part.told) for part in first.parts}
    assert told == {
        "haematopoietic": (0.1, "10.0\u00a0%"), "T cell": (0.6, "60.0\u00a0%"), "MSC": (0.05, "5.00\u00a0%"),
        "MSC CD146+CD271+": (0.15, "15.0\u00a0%"), "without a name": (0.1, "10.0\u00a0%"),
    }  # fmt: skip
    assert [part.start for part in first.parts] == pytest.approx([0, 0.1, 0.7, 0.75, 0.9])
    assert {part.name: part.width for part in second.parts} == {"T cell": 0.8, "without a name": 0.2}
    assert "T cell 60.0\u00a0%" in first.told


def test_shares_of_a_bar_add_up_whatever_the_tree(inputs):
    for _, rows in inputs.populations.groupby(keys.SAMPLE):
        assert sum(own_shares(rows, list(PARENTS)).values()) == pytest.approx(1)


def test_a_hue_is_a_population_everywhere(inputs):
    section = samples_section(inputs)
    hues = {part.name: part.colour for bar in section["bars"] for part in bar.parts}
    assert len(set(hues.values())) == len(hues)
    assert dict(section["key"]) == hues


def test_a_row_has_what_is_kept_and_why_the_rest_is_not(inputs):
    table = samples_section(inputs)["table"]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    one, other = rows
    assert (one["Sample"].text, one["Events"].text, other["Events"].text) == ("BM001", "250", "125")
    assert (one["Kept"].text, other["Kept"].text) == ("▲ 40.0\u00a0%", "80.0\u00a0%")  # less than half has a light
    assert [one[name].text for name in ("Time", "Debris", "Doublet")] == ["20.0\u00a0%", "10.0\u00a0%", "30.0\u00a0%"]
    assert "Dead" not in table.columns  # no sample has any
    assert (one["Events"].bar, other["Events"].bar) == (1, 0.5)
    assert one["Rarest it could show"].sort == pytest.approx(0.03)  # 3 of 100


def test_levels_are_those_of_the_table(inputs):
    table = samples_section(inputs)["table"]
    told = {row[0].text: row[table.columns.index("MSC CD146+CD271+")] for row in table.rows}
    level = inputs.populations.set_index([keys.SAMPLE, keys.POPULATION])["per_million"]
    assert told["BM001"].text == "◇ 15.0\u00a0% · 15"
    assert told["BM001"].sort == pytest.approx(level["BM001", "MSC CD146+CD271+"] / 1e6)
    assert told["BM001"].bar == 1  # the largest of its column
    assert told["BM002"].text.endswith("none seen")
    assert told["BM002"].bar is None


def test_one_sample_alone_has_no_such_section():
    cohort = Cohort(1, 4, groups=False, n_events=60)
    assert samples_section(gather(cohort.adata, cohort.tables, cohort.run)) is None


def test_every_point_of_a_figure_has_its_sample(inputs):
    """On the page a point is looked for where the figure draws it: its sample's level, from the axis back."""
    table = inputs.populations
    ax = pl.abundance(table, names=["T cell"], show=False)
    places = abundance_places(ax, table)
    assert sorted(name for name, *_ in places) == ["BM001", "BM002"]
    inside = ax[0] if isinstance(ax, list) else ax
    level = table[table[keys.POPULATION] == "T cell"].set_index(keys.SAMPLE)[keys.FRACTION]
    for name, left, up, *size in places:
        assert size == [0.0, 0.0]
        _, y = inside.transData.inverted().transform((left * inside.figure.dpi, up * inside.figure.dpi))
        assert y == pytest.approx(level[name])


def test_the_figure_of_a_card_tells_where_its_samples_are(inputs):
    claim = {"population": "T cell", "claim": "more in a", "verdict": "supported", "p": 0.01, "q": 0.02, "ratio": 2.0}
    sides = {"n_in": 1, "of_in": 1, "n_out": 1, "of_out": 1, "ratio_low": 1.5, "ratio_high": 3.0}
    (card,) = cards(replace(inputs, discoveries=pd.DataFrame([claim | sides])))
    assert {spot.sample for spot in card.amount.spots} == {"BM001", "BM002"}
    assert all(0 < spot.left < 100 and 0 < spot.top < 100 for spot in card.amount.spots)


def test_every_column_of_the_matrix_is_that_of_the_sample_named_below_it(inputs):
    table = inputs.populations
    drawn = pl.detection(table, show=False)
    panels = drawn if isinstance(drawn, list) else [drawn]
    places = detection_places(drawn, table)
    assert sorted(name for name, *_ in places) == ["BM001", "BM002"]
    for name, left, up, wide, high in places:
        (ax,) = [each for each in panels if name in [label.get_text() for label in each.get_xticklabels()]]
        label = next(label for label in ax.get_xticklabels() if label.get_text() == name)
        box = ax.get_window_extent()
        dpi = ax.figure.dpi
        assert left * dpi == pytest.approx(ax.transData.transform((label.get_position()[0], 0))[0])
        assert (up * dpi, high * dpi) == pytest.approx(((box.y0 + box.y1) / 2, box.height))
        assert wide * dpi == pytest.approx(box.width / len(ax.get_xticklabels()))


def test_a_row_of_a_comparison_has_words_ratio_q_and_the_samples_behind_it():
    cohort = Cohort(4, 6, n_events=120)
    cohort.sheet["group"], cohort.sheet["timepoint"] = ["a", "a", "b", "b"], ["x", "x", "x", "y"]
    cohort.sheet["patient_id"] = ["P1", "P2", "P3", "P4"]
    counts = pd.DataFrame({"MSC": [30, 40, 0, 9], "unknown": [70, 60, 100, 91]}, index=cohort.sheet["sample_id"])
    sheet = cohort.sheet.set_index(keys.SAMPLE)
    cohort.tables["populations"] = population_table(counts, sheet, parents={"MSC": "cells"})
    cohort.tables["samples"] = cohort.sheet
    row = {
        "population": "MSC", "cluster": None, "contrast": "a vs b", "timepoint": "x", "denominator": "cells", "n_a": 2,
        "n_b": 1, "level_a": 350_000.0, "level_b": 0.0, "ratio": np.inf, "ratio_low": 12.0, "ratio_high": np.inf,
        "p": 0.01, "q": 0.02, "note": None, "question": "group", "side_a": "a", "side_b": "b",
    }  # fmt: skip
    cohort.tables["contrasts"] = pd.DataFrame([row])
    claim = {
        "population": "MSC", "cluster": None, "claim": "only in a at x", "group": "a", "timepoint": "x",
        "question": "group", "only": True, "verdict": "supported", "q": 0.004,
    }  # fmt: skip
    cohort.tables["discoveries"] = pd.DataFrame([claim])
    inputs = gather(cohort.adata, cohort.tables, cohort.run)
    assert Behind(inputs).of_contrast(row) == (["BM001", "BM002"], ["BM003"])  # BM004 is of another time
    (table,) = contrasts(inputs)["tested"]
    (cells,) = table.rows
    told = dict(zip(table.columns, cells, strict=True))
    assert table.caption == "Amounts compared: a vs b at x"
    assert told["Difference"].text == "only in a"
    assert told["Times as much"].text == "at least 12"
    assert (told["q"].text, told["Found in a"].text, told["Found in b"].text) == ("0.02", "2 of 2", "0 of 1")
    assert told["Claim, against all others"].text == "only in a: supported, q = 0.004"
    assert [(name, text.split(" (")[0]) for name, text, _ in told["Samples"].samples] == [
        ("BM001", "30.0\u00a0%"), ("BM002", "40.0\u00a0%"), ("BM003", "not evaluable"),
    ]  # fmt: skip
