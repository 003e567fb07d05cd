import pytest

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.rules import check, load, names, source

GOOD = """\
name: demo
version: 2
description: Two lines
  folded.
references: [one, two]
markers:
  CD999: [Foo, "Foo-1"]
  CD271: [another name]
populations:
  T cell:
    parent: leukocyte
    markers:
      cd3: +
      CD999: '-'
    optional: {CD19: negative}
    unless: {tumour: {CD56: [mid, bright], GD2: +}}
    frequency: 0.2
    note: says something
  leukocyte: {markers: {CD45: [dim, bright]}}
  group: {parent: leukocyte}
  leaf: {parent: group, markers: {THY1: low}}
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "rules.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_every_construct_is_read(write):
    rules = load(write(GOOD))
    assert (rules.name, rules.version, rules.description) == ("demo", "2", "Two lines folded.")
    assert rules.references == ("one", "two")
    assert rules.parents == {"leukocyte": keys.ROOT, "T cell": "leukocyte", "group": "leukocyte", "leaf": "group"}
    assert rules.frequencies == {"T cell": 0.2}
    cell = next(p for p in rules.populations if p.name == "T cell")
    assert cell.markers == {"CD3": {"dim", "mid", "bright"}, "CD999": {"negative"}}
    assert cell.optional == {"CD19": {"negative"}}
    assert cell.unless == {"tumour": {"CD56": {"mid", "bright"}, "GD2": {"dim", "mid", "bright"}}}
    assert cell.note == "says something"
    assert cell.describe() == "CD3+ CD999-, where measured CD19-, unless tumour (CD56+/bright GD2+)"
    leaf = next(p for p in rules.populations if p.name == "leaf")
    assert leaf.markers == {"CD90": {"negative", "dim"}}
    assert rules.columns(["x", "FOO 1", "Another-Name", "CD45"]) == {"CD999": 1, "CD45": 3}


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("version:", "versoin:", 2, "unknown key 'versoin'. Did you mean 'version'?"),
        ("    optional:", "    optinal:", 15, "unknown key 'optinal'. Did you mean 'optional'?"),
        ("cd3: +", "CD3x: +", 13, "Unknown marker 'CD3x'. Did you mean 'CD3"),
        ("cd3: +", "CD3: plus", 13, "Unknown state 'plus'. Did you mean 'p"),
        ("cd3: +", "CD3: [+, -]", 13, "must exclude something"),
        ("cd3: +", "CD3: []", 13, "must exclude something"),
        ("cd3: +", "CD3: -", 13, "Write a lone minus in quotes"),
        ("CD999: '-'", "CD3e: '-'", 14, "'CD3e' is CD3, which stands here already"),
        ("optional: {CD19", "optional: {CD3", 15, "both `markers:` and `optional:`"),
        (
            "parent: leukocyte\n",
            "parent: leucocyte\n",
            11,
            "'leucocyte' of 'T cell' is no population. Did you mean 'leukocyte'?",
        ),
        ("leukocyte: {", "leukocyte: {parent: T cell, ", 11, "run in a circle"),
        ("frequency: 0.2", "frequency: 20", 17, "must be a fraction of all cells, > 0 and < 1. Got '20' instead."),
        ("frequency: 0.2", "frequency: often", 17, "Got 'often' instead."),
        ("  group:", "  unknown:", 20, "a name that cytoclust uses itself"),
        ("  group: {parent: leukocyte}", "  T cell: {parent: leukocyte}", 20, "has 'T cell' twice"),
        ("parent: group, ", "", 20, "neither `markers:` nor populations under it"),
        ("{THY1: low}", "{}", 21, "is empty"),
        ("{THY1: low}", "[THY1]", 21, "`key: value` pairs"),
        ("references: [one, two]", "references: one", 5, "A list is needed here"),
        ("name: demo", "name: ''", 1, "A word or text is needed"),
        ("name: demo\n", "", 1, "The file has no `name:`"),
        ("markers: {CD45: [dim, bright]}", "unless: {a: {CD45: dim}}", 19, "has `unless:` but no `markers:`"),
        ("[one, two]", "[one, two", 6, "not valid YAML"),
    ],
)
def test_mistakes_are_named_with_their_line(write, old, new, line, message):
    assert old in GOOD
    path = write(GOOD.replace(old, new, 1))
    with pytest.raises(InputError) as error:
        load(path)
    assert str(error.value).startswith(f"{path}, line {line}: ")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_files_that_cannot_be_read(tmp_path, write):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="the file is empty"):
        load(write(""))
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        load(tmp_path / "bytes.yaml")
    with pytest.raises(InputError, match=r"no rules 'mcs' in the library .*Did you mean 'msc'?"):
        load("mcs")


def test_the_library():
    assert names() == ["bone_marrow", "msc"]
    assert "MSC" in load("msc").parents
    assert "doi:10.1080/14653240600855905" in source("msc")
    for name in names():
        assert load(name).name == name


def test_msc_names_the_populations_of_the_contract():
    parents = load("msc").parents
    for subtype in ("CD146+CD271+", "CD146+CD271-", "CD146-CD271+", "CD146-CD271-"):
        assert parents[f"MSC {subtype}"] == "MSC"
    assert parents["MSC"] == parents["endothelial"] == parents["neuroblastoma"] == keys.ROOT


def test_check_lists_rules_that_overlap(write):
    assert check(write(GOOD)) == []
    doubts = check(write(GOOD + "  other: {parent: leukocyte, markers: {CD4: +}}\n"))
    assert len(doubts) == 1
    assert "T cell and other" in doubts[0]


PANEL = ["CD45", "CD34", "CD90", "CD105", "CD73", "CD146", "CD271", "CD31", "CD56", "GD2"]


def test_limits_of_a_panel():
    rules = load("msc")
    complete = rules.limits(PANEL)
    assert not any("MSC" in sentence for sentence in complete)
    assert any(s.startswith("Without CD3, T cell cannot be named; such cells are leukocyte") for s in complete)

    without = [s for s in rules.limits([m for m in PANEL if m != "CD271"]) if "CD271" in s]
    assert len(without) == 1
    assert "MSC CD146+CD271+ cannot be told apart from MSC CD146+CD271-" in without[0]
    assert without[0].endswith("such cells are MSC.")

    without = " ".join(rules.limits([m for m in PANEL if m != "CD45"]))
    assert "Without CD45, MSC, " in without

    without = rules.limits([m for m in PANEL if m != "CD31"])
    assert "Without CD31, endothelium cannot be excluded from MSC." in without
