"""Populations whose share cannot be told, on rules small enough to be worked through by hand."""

import numpy as np
import pandas as pd
import pytest

from cytoclust.positivity import told_levels
from cytoclust.rules import load, untold

RULES = """
name: small
version: "1"
description: For a test.
populations:
  gathered: {note: Gathers two.}
  T: {parent: gathered, markers: {CD3: +}}
  naive: {parent: T, markers: {CD3: +, CD45RA: +, CCR7: +}}
  TEMRA: {parent: T, markers: {CD3: +, CD45RA: +, CCR7: '-'}}
  memory: {parent: T, markers: {CD3: +, CD45RA: '-'}}
  B: {parent: gathered, markers: {CD19: +}, optional: {CD3: '-'}}
  stem: {markers: {CD34: +}}
  young: {parent: stem, markers: {CD38: low}}
"""
MARKERS = ("CD3", "CD19", "CD34", "CD38", "CD45RA", "CCR7")


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    path = tmp_path_factory.mktemp("rules") / "small.yaml"
    path.write_text(RULES)
    return load(path)


def cuts(markers=MARKERS, **taken):
    """Thresholds of markers with a cut, but for those that have one mode."""
    return told_levels(
        pd.DataFrame(
            [
                {"marker": m, "positive": np.nan if m in taken else 3.0, "dim": np.nan, "bright": np.nan,
                 "taken": taken.get(m, "")}
                for m in markers
            ]
        )
    )  # fmt: skip


def test_with_a_cut_for_each_marker_all_is_told(rules):
    assert untold(rules, MARKERS, cuts()) == {}


def test_what_needs_a_marker_that_nothing_tells_has_no_name_nor_has_what_is_under_it(rules):
    assert untold(rules, MARKERS, cuts(CD34="cannot tell")) == {"stem": "name", "young": "name"}


def test_what_gathers_a_part_without_a_name_cannot_be_told_nor_shares_of_it(rules):
    found = untold(rules, MARKERS, cuts(CD19="cannot tell"))
    assert found == {"B": "name", "gathered": "parts", "T": "parent"}  # of T itself, shares are told


def test_a_part_that_the_panel_lacks_is_missed_as_well(rules):
    panel = tuple(m for m in MARKERS if m != "CD19")
    assert untold(rules, panel, cuts(panel)) == {"gathered": "parts", "T": "parent"}


def test_siblings_that_only_a_marker_with_one_mode_parts_are_neither_0_nor_100_per_cent(rules):
    found = untold(rules, MARKERS, cuts(CCR7="negative"))
    assert found == {"naive": "name", "TEMRA": "siblings"}  # memory does not ask for CCR7


def test_what_no_cell_is_taken_to_have_is_absent_where_no_sibling_gets_its_cells(rules):
    assert untold(rules, MARKERS, cuts(CD34="negative")) == {}


def test_a_level_that_the_data_do_not_resolve_is_not_told(tmp_path):
    path = tmp_path / "bright.yaml"
    path.write_text(
        'name: b\nversion: "1"\ndescription: x\npopulations:\n  NK: {markers: {CD56: +}}\n'
        "  NK bright: {parent: NK, markers: {CD56: bright}}\n"
    )
    assert untold(load(path), ("CD56",), cuts(("CD56",))) == {"NK bright": "name"}


@pytest.mark.parametrize("name", ["msc", "bone_marrow"])
def test_the_library_is_told_on_a_panel_with_all_its_markers(name):
    rules = load(name)
    markers = tuple(dict.fromkeys(m for p in rules.populations for m in p.all_markers))
    frame = pd.DataFrame(
        {"marker": markers, "positive": 3.0, "dim": 4.0, "bright": 6.0, "taken": ""}
    )  # all four levels
    assert untold(rules, markers, told_levels(frame)) == {}


def test_signs_that_one_cell_can_show_together_are_no_parts(tmp_path):
    path = tmp_path / "signs.yaml"
    path.write_text(
        'name: s\nversion: "1"\ndescription: x\npopulations:\n  blast: {note: By any sign.}\n'
        "  blast CD7+: {parent: blast, markers: {CD34: +, CD7: +}}\n"
        "  blast CD56+: {parent: blast, markers: {CD34: +, CD56: +}}\n"
    )
    assert untold(load(path), ("CD34", "CD7"), cuts(("CD34", "CD7"))) == {}
