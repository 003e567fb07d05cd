from collections import defaultdict

import pytest

from cytoclust.errors import InputError
from cytoclust.io._markers import fold_marker, marker_forms, match_markers, vocabulary
from cytoclust.positivity._given_cuts import by_marker
from cytoclust.rules import load


@pytest.fixture
def rules_of(tmp_path):
    def rules_of(marker, head=""):
        path = tmp_path / "r.yaml"
        path.write_text(f"name: x\n{head}populations:\n  a:\n    markers: {{{marker}: +}}\n", encoding="utf-8")
        return load(path)

    return rules_of


def test_no_two_markers_share_a_normal_form():
    markers = defaultdict(set)
    for name, synonyms in vocabulary().items():
        for word in (name, *synonyms):
            markers[fold_marker(word)].add(name)
    assert {form: names for form, names in markers.items() if len(names) > 1} == {}
    assert "" not in markers


@pytest.mark.parametrize(
    ("written", "marker"),
    [
        ("KI67", "Ki-67"), ("Ki67", "Ki-67"), ("KI 67", "Ki-67"), ("ki_67", "Ki-67"), ("mki67", "Ki-67"),
        ("HLA DR", "HLA-DR"), ("CD-45RO", "CD45RO"), ("CD3 FITC", "CD3"), ("CD3-FITC", "CD3"), ("FITC CD3", "CD3"),
        ("CD4 PE-Cy7", "CD4"), ("TCR γδ", "TCRgd"), ("p75NTR", "CD271"), ("p75(NTR)", "CD271"),
    ],
)  # fmt: skip
def test_a_marker_is_known_however_it_is_spelt(rules_of, written, marker):
    (population,) = rules_of(written).populations
    assert list(population.markers) == [marker]


@pytest.mark.parametrize("name", ["pp38", "pStat3"])
def test_an_unknown_marker_is_told_how_to_declare_it_and_not_sent_to_another(rules_of, name):
    with pytest.raises(InputError, match="Unknown marker") as error:
        rules_of(name)
    assert "Did you mean" not in str(error.value)
    assert f"`markers: {{{name}: []}}`" in str(error.value)
    rules = rules_of(name.upper(), head=f"markers: {{{name}: []}}\n")
    assert rules.columns(["CD4", f"{name[:2]}-{name[2:]} PE"]) == {name: 1}


def test_a_misspelt_marker_is_still_sent_to_the_nearest(rules_of):
    with pytest.raises(InputError, match=r"Did you mean 'CD203c'\?"):
        rules_of("CD203d")


def test_a_marker_of_ones_own_takes_a_spelling_from_the_shared_list(rules_of):
    rules = rules_of("CD8a: -, CD8b", head="markers: {CD8b: []}\n")
    assert rules.columns(["CD8b", "CD8a"]) == {"CD8": 1, "CD8b": 0}
    with pytest.raises(InputError, match=r"line 2: 'CD14' cannot be a spelling of Foo: it is CD14\."):
        rules_of("Foo", head="markers: {Foo: [CD14]}\n")


def test_names_in_other_alphabets_stay_apart():
    assert fold_marker("标记一") != fold_marker("标记二")


@pytest.mark.parametrize("name", ["VIVID", '"VIVID / CD14"', "7-AAD"])
def test_a_viability_dye_in_a_rule_is_told_why_it_cannot_be_used(rules_of, name):
    with pytest.raises(InputError, match="called as a viability dye is: dead cells are set aside by it") as error:
        rules_of(name)
    assert "--set panel.viability=none and --set 'panel.names={CHANNEL: MARKER}'" in str(error.value)


def test_a_threshold_for_a_viability_dye_is_told_why_it_cannot_be_used():
    with pytest.raises(InputError, match=r"threshold is given for 'VIVID / CD14', which is called as a viability dye"):
        by_marker({"VIVID / CD14": 1.0}, ["CD3", "CD4"])
    assert by_marker({"MCAM PE": 1.0}, ["CD3", "CD146"]) == {"CD146": 1.0}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["CD197_CCR7", "CD45RA"], {"CD197": 0}),
        (["CD45RA/CCR7", "CD4"], {}),  # two markers on one channel
        (["CD279 (PD-1)"], {}),
    ],
)
def test_a_marker_under_two_names_is_known_by_either(names, found):
    assert match_markers(["CD197"], names, vocabulary()) == found
    assert marker_forms("CD127_IL-7Ra") == ("cd127il7ra", "cd127", "il7ra")
