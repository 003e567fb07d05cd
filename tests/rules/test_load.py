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
    malignant: true
    primary: true
    compartment: blood
  leukocyte: {markers: {CD45: [dim, bright]}, complete: true, compartment: marrow}
  group: {parent: leukocyte}
  leaf: {parent: group, markers: {THY1: low}}
  tumour cell: {parent: T cell, markers: {CD34: +}}
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
    parents = {"leukocyte": keys.ROOT, "T cell": "leukocyte", "group": "leukocyte", "leaf": "group"}
    assert rules.parents == parents | {"tumour cell": "T cell"}
    assert set(rules.children["leukocyte"]) == {"T cell", "group"}
    assert rules.children["leaf"] == ()
    assert rules.frequencies == {"T cell": 0.2}
    cell = next(p for p in rules.populations if p.name == "T cell")
    assert cell.markers == {"CD3": {"dim", "mid", "bright"}, "CD999": {"negative"}}
    assert cell.optional == {"CD19": {"negative"}}
    assert cell.unless == {"tumour": {"CD56": {"mid", "bright"}, "GD2": {"dim", "mid", "bright"}}}
    assert cell.note == "says something"
    assert cell.describe() == "CD3+ CD999-, where measured CD19-, unless tumour (CD56+/bright GD2+)"
    leaf = next(p for p in rules.populations if p.name == "leaf")
    assert leaf.markers == {"CD90": {"negative", "dim"}}
    assert rules.complete == {"leukocyte"}
    assert rules.gathering == {"group"}
    assert rules.malignant == {"T cell", "tumour cell"}
    assert rules.primary == ("T cell",)
    blood = dict.fromkeys(["T cell", "tumour cell"], "blood")
    assert rules.compartments == blood | dict.fromkeys(["leukocyte", "group", "leaf"], "marrow")
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
        ("  group:", "  unknown:", 23, "a name that cytoclust uses itself"),
        ("  group: {parent: leukocyte}", "  T cell: {parent: leukocyte}", 23, "has 'T cell' twice"),
        ("parent: group, ", "", 23, "neither `markers:` nor populations under it"),
        ("{THY1: low}", "{}", 24, "is empty"),
        ("{THY1: low}", "[THY1]", 24, "`key: value` pairs"),
        ("references: [one, two]", "references: one", 5, "A list is needed here"),
        ("name: demo", "name: ''", 1, "A word or text is needed"),
        ("name: demo\n", "", 1, "The file has no `name:`"),
        ("markers: {CD45: [dim, bright]}", "unless: {a: {CD45: dim}}", 22, "has `unless:` but no `markers:`"),
        ("[one, two]", "[one, two", 6, "not valid YAML"),
        ("cd3: +", "cd3:+", 14, "not valid YAML"),
        ("cd3: +", "cd3:+", 14, "A space is missing after the colon: write `cd3: +`."),
        ("{THY1: low}", "{THY1:low}", 24, "A space is missing after the colon: write `THY1: low`."),
        ("{THY1: low}", "THY1:low", 24, "`markers:` must hold `key: value` pairs. A space is missing"),
        ("{THY1: low}", "{THY1: }", 24, "A word or text is needed"),
        ("{THY1: low}", "{THY1: {a: b}}", 24, "A word or text is needed"),
        (
            "{tumour: {CD56: [mid, bright], GD2: +}}",
            "[CD56]",
            16,
            "`unless:` is no list or word. It holds named patterns",
        ),
        ("{tumour: {CD56: [mid, bright], GD2: +}}", "{CD56: +}", 16, "'CD56' under `unless:` has no pattern. It holds"),
        ("{tumour: {CD56: [mid, bright], GD2: +}}", "{tumour: {}}", 16, "`tumour:` is empty"),
        ("CD56: [mid", "CD56x: [mid", 16, "Unknown marker 'CD56x'. Did you mean 'CD56'?"),
        ("    markers:\n", "    markers: {CD3: +}\n    markers:\n", 13, "has 'markers' twice"),
        ("[Foo, ", "[Foo, {}, ", 7, "A word or text is needed"),
        ("CD271: [another name]", "CD271: another name", 8, "A list is needed"),
        ("malignant: true", "malignant: perhaps", 19, "`malignant:` must be true or false. Got 'perhaps' instead."),
        ("primary: true", "primary: 1", 20, "`primary:` must be true or false"),
        ("complete: true", "complete: [a]", 22, "A word or text is needed"),
        ("compartment: blood", "compartment: Spleen", 21, "must be marrow or blood. Got 'Spleen' instead."),
        ("  leaf: {", "  leaf: {complete: true, ", 24, "needs `markers:` and populations under it"),
        ("  group: {", "  group: {complete: true, ", 23, "needs `markers:` and populations under it"),
        ("note: says", "note: *says", 18, "not valid YAML"),
        ("{THY1: low}}", "{THY1: -", 24, "The brace { of line 24 is not closed: `}` is missing."),
        ("{CD19: negative}", "{CD19: negative", 16, "The brace { of line 15 is not closed: `}` is missing."),
        ("[mid, bright], GD2", "[mid, bright, GD2", 16, "The brace { of line 16 is not closed"),
        ("[mid, bright], GD2", "[mid, bright] GD2", 16, "A comma is missing."),
        ("    note:", "\tnote:", 18, "Use spaces instead of tabs."),
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


def test_all_mistakes_of_a_file_are_told_at_once(write):
    text = GOOD.replace("version:", "versoin:").replace("cd3: +", "cd3: plus").replace("CD999: '-'", "CD9x9: +")
    path = write(text.replace("parent: group", "parent: grup").replace("primary: true", "primary: maybe"))
    with pytest.raises(InputError) as error:
        load(path)
    found = error.value.mistakes
    assert [mistake.removeprefix(f"{path}, ").split(":")[0] for mistake in found] == [
        "line 2", "line 13", "line 14", "line 20", "line 24",
    ]  # fmt: skip
    assert str(error.value) == f"{found[0]} There are 4 more: `cytoclust rules check {path}`."
    for word, mistake in zip(["versoin", "plus", "CD9x9", "maybe", "grup"], found, strict=True):
        assert repr(word) in mistake
    assert not any("\n" in mistake for mistake in found)


def test_one_mistake_brings_no_others_with_it(write):
    path = write(GOOD.replace("    markers:\n      cd3", "    marker:\n      cd3"))
    with pytest.raises(InputError) as error:
        load(path)
    assert len(error.value.mistakes) == 1


def test_markers_that_cannot_be_read_make_none_of_their_own_unknown(write):
    path = write(GOOD.replace('  CD999: [Foo, "Foo-1"]\n  CD271: [another name]\n', ""))
    with pytest.raises(InputError) as error:
        load(path)
    assert [mistake.removeprefix(f"{path}, ") for mistake in error.value.mistakes] == [
        "line 6: `markers:` must hold `key: value` pairs."
    ]


def test_a_wrong_key_brings_no_mistake_of_its_value(write):
    path = write(GOOD.replace("{THY1: low}", "{THY1:low}").replace("{CD19: negative}", "{CD19x: plus}"))
    with pytest.raises(InputError) as error:
        load(path)
    assert len(error.value.mistakes) == 2


def test_mistakes_behind_an_alias_have_the_line_of_their_anchor(write):
    text = GOOD.replace("optional: {CD19: negative}", "optional: &other\n      CD19: negative\n      CD20: plus")
    path = write(text.replace("markers: {THY1: low}", "markers: {THY1: low}, optional: *other"))
    with pytest.raises(InputError) as error:
        load(path)
    assert len(error.value.mistakes) == 1
    assert error.value.mistakes[0].startswith(f"{path}, line 17: Unknown state 'plus'.")


@pytest.mark.parametrize(
    "text",
    [
        "name: x\nreferences: &a [*a]\npopulations: {T: {markers: {CD3: +}}}\n",
        "name: x\npopulations: &a {T: *a}\n",
        "name: x\npopulations: {T: {markers: {CD3: +}, frequency: &a {b: *a}}}\n",
    ],
)
def test_aliases_that_run_in_a_circle_are_mistakes(write, text):
    with pytest.raises(InputError, match="line 2: "):
        load(write(text))


def test_aliases_that_multiply_are_mistakes(write):
    lines = [f"x{at}: &x{at} [{', '.join([f'*x{at - 1}' if at else 'x'] * 10)}]\n" for at in range(30)]
    with pytest.raises(InputError) as error:
        load(write("".join(lines) + GOOD))
    assert str(error.value).endswith("line 1: not valid YAML (its aliases stand for more than 500000 keys and values).")


def test_files_that_cannot_be_read(tmp_path, write):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="the file is empty"):
        load(write(""))
    with pytest.raises(InputError, match=r"line 2: `populations:` is empty\."):
        load(write("name: x\npopulations: {}\n"))
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        load(tmp_path / "bytes.yaml")
    with pytest.raises(InputError, match=r"no rules 'mcs' in the library .*Did you mean 'msc'?"):
        load("mcs")


def test_the_library():
    assert names() == [
        "aml_mrd", "b_all_mrd", "bone_marrow", "mouse_spleen", "msc", "pbmc", "t_cells",
    ]  # fmt: skip
    assert "MSC" in load("msc").parents
    assert "doi:10.1080/14653240600855905" in source("msc")
    for name in names():
        assert load(name).name == name


def test_msc_marks_what_is_asked_about_and_what_is_tumour():
    rules = load("msc")
    assert rules.malignant == {"neuroblastoma", "neuroblastoma GD2low"}
    assert [name.removeprefix("MSC ") for name in rules.primary] == [
        "CD146+CD271+",
        "CD146+CD271-",
        "CD146-CD271+",
        "CD146-CD271-",
    ]
    assert rules.complete == {"MSC"}
    assert not any(name.startswith("MSC") for name in rules.compartments)
    for name in names():
        own = load(name)
        assert own.malignant >= set(own.primary) or name == "msc"  # elsewhere asked about is what may be tumour


def test_both_compartments_can_be_told_with_the_usual_panels():
    assert {
        load("msc").compartments[name] for name in load("msc").evaluable(PANEL) & load("msc").compartments.keys()
    } == {
        "marrow",
        "blood",
    }
    compartments = load("bone_marrow").compartments
    assert compartments["stem cell CD38-"] == compartments["immature granulocyte"] == "marrow"
    assert compartments["T cell CD8+"] == compartments["mature neutrophil"] == "blood"
    assert "monocyte" not in compartments


def test_msc_names_the_populations_of_the_contract():
    parents = load("msc").parents
    for subtype in ("CD146+CD271+", "CD146+CD271-", "CD146-CD271+", "CD146-CD271-"):
        assert parents[f"MSC {subtype}"] == "MSC"
    assert parents["MSC"] == parents["endothelial"] == parents["neuroblastoma"] == keys.ROOT


def test_check_lists_rules_that_overlap(write):
    apart = GOOD.replace("THY1: low", "THY1: low, CD3: '-'")
    assert check(write(apart)) == []
    doubts = check(write(apart + "  other: {parent: leukocyte, markers: {CD4: +}}\n"))
    assert [str(doubt).split(" can both")[0] for doubt in doubts] == [
        "The rules of T cell and other",
        "The rules of other and leaf",
    ]


def test_check_lists_rules_that_contradict_their_parent(write):
    doubts = check(write(GOOD.replace("parent: group, markers: {THY1", "parent: group, markers: {CD45: -, THY1")))
    assert list(map(str, doubts)) == [
        "leaf can never be named: its CD45 is none that leukocyte, to which it belongs, may have."
    ]


PANEL = ["CD45", "CD34", "CD90", "CD105", "CD73", "CD146", "CD271", "CD31", "CD56", "GD2"]


def test_limits_of_a_panel():
    rules = load("msc")
    complete = [str(each) for each in rules.limits(PANEL)]
    assert not any("MSC" in sentence for sentence in complete)
    assert any(s.startswith("Without CD3, T cell cannot be named; such cells are leukocyte") for s in complete)

    without = [s for s in map(str, rules.limits([m for m in PANEL if m != "CD271"])) if "CD271" in s]
    assert len(without) == 1
    assert without[0].startswith("Without CD271, 4 populations (MSC CD146+CD271+, MSC CD146+CD271-, ")
    assert without[0].endswith("such cells are MSC.")

    without = " ".join(map(str, rules.limits([m for m in PANEL if m != "CD45"])))
    assert "Without CD45, 6 populations (MSC, endothelial, " in without
    assert " and what belongs to them cannot be named; such cells are unknown." in without

    without = [str(each) for each in rules.limits([m for m in PANEL if m != "CD31"])]
    assert "Without CD31, endothelium cannot be excluded from MSC." in without


def test_limits_name_what_rests_on_a_marker_without_threshold():
    found = load("msc").limits(PANEL, {"CD271": "-", "CD73": "+", "CD90": ""})
    (limit,) = [each for each in found if each.code == "one mode"]
    assert str(limit) == (
        "CD271 shows one mode only and is taken as negative: MSC CD146+CD271- and MSC CD146-CD271- rest on that; "
        "MSC CD146+CD271+ and MSC CD146-CD271+ cannot be named."
    )
