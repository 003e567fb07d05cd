from cytoclust.rules import check, load, names
from cytoclust.rules._limits import overlapping
from cytoclust.rules._parse import parse

WITH_CD14 = """\
name: x
markers: {VIVID: []}
populations:
  monocyte:
    markers: {CD14: +}
  T cell:
    markers: {CD3: +}
    optional: {CD14: -}
    unless: {stuck monocyte: {CD14: +}}
  dead:
    markers: {VIVID: +}
"""
WAY_OUT = "To use it as a marker: --set panel.viability=none and --set 'panel.names={V450-A: CD14}'."


def test_what_the_viability_dye_keeps_from_the_rules_is_said():
    rules = parse(WITH_CD14, "r.yaml")
    dye, guard = map(str, rules.limits(["CD3"], viability=("V450-A", "VIVID / CD14")))
    assert dye == (
        "V450-A (VIVID / CD14) serves as viability dye: dead cells are set aside by it, and rules cannot use it, so "
        f"that monocyte and dead cannot be named. {WAY_OUT}"
    )
    assert guard == "Without CD14, stuck monocyte cannot be excluded from T cell."


def test_a_dye_without_a_marker_in_the_rules_is_not_spoken_of():
    rules = parse(WITH_CD14, "r.yaml")
    of_dye = {"marker is a viability dye", "channel of the viability dye"}
    assert not of_dye & {each.code for each in load("t_cells").limits(["CD3"], viability=("V500-A", "Aqua"))}
    without = [str(each) for each in rules.limits(["CD3"])]
    assert any(text.startswith("VIVID is called as a viability dye is") for text in without)
    assert "Without CD14, monocyte cannot be named; such cells are unknown." in without


def test_many_populations_are_one_short_sentence():
    found = load("t_cells").limits(["CD3", "CD4", "CD8", "CCR7", "CD45RO", "CD25", "CD127", "CD56", "TCRgd"])
    assert str(found[0]) == (
        "Without CD45RA, 4 populations (T cell CD4+ naive, T cell CD4+ central memory, T cell CD4+ effector memory, "
        "T cell CD4+ TEMRA) cannot be named; such cells are T cell CD4+."
    )
    (mirrored,) = [each for each in found if each.code == "marker mirrored"]
    assert str(mirrored).startswith("The panel has CD45RO, ")
    assert not any("CD45RO" in str(each) for each in load("t_cells").limits(["CD3", "CD4", "CD8", "CCR7"]))


def test_overlaps_are_found_under_populations_that_only_gather():
    text = """\
name: x
populations:
  leukocyte: {markers: {CD45: +}}
  T cell: {parent: leukocyte, markers: {CD3: +}}
  erythroid: {}
  young: {parent: erythroid, markers: {CD71: +}}
  old: {parent: erythroid, markers: {CD71: -, CD45: -}}
"""
    assert parse(text, "r").gathering == {"erythroid"}
    # not "T cell and young", which "leukocyte and young" implies
    assert overlapping(parse(text, "r")) == [("leukocyte", "young")]


def test_populations_that_exclude_each_other_above_do_not_overlap():
    text = """\
name: x
populations:
  T cell: {markers: {CD3: +}}
  T cell CD4+: {parent: T cell, markers: {CD4: +, CD8: -}}
  memory: {parent: T cell CD4+, markers: {CD45RO: +}}
  T cell CD4+CD8+: {parent: T cell, markers: {CD4: +, CD8: +}}
"""
    assert overlapping(parse(text, "r")) == []


def test_the_library_has_no_rule_that_can_never_be_named():
    assert not any(doubt.code == "never named" for name in names() for doubt in check(name))
