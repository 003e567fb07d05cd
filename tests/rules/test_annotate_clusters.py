from functools import cache

import numpy as np
import pytest

from cytoclust import keys
from cytoclust.positivity import Profile, learn_thresholds
from cytoclust.rules import annotate_clusters, load, source
from cytoclust.rules._parse import parse
from tests.rules.marrow import MARKERS, NAMES, TABLE, marrow, marrow_profile

library = cache(load)


def named(profile, rules="msc", min_probability=0.5):
    rules = library(rules) if isinstance(rules, str) else rules
    return annotate_clusters(profile, learn_thresholds(profile), rules, min_probability=min_probability)


@pytest.mark.parametrize("drop", [(), ("neuroblastoma", "neuroblastoma GD2low"), ("MSC CD146+CD271-",)], ids=str)
def test_the_phenotype_table_gets_its_names(drop):
    right = []
    for seed in range(20):
        profile = marrow_profile(seed, drop=drop)
        population = named(profile).population
        right += [population[name] == NAMES[name] for name in profile.clusters]
        mistaken = [n for n in profile.clusters if population[n].startswith("MSC") and not n.startswith("MSC")]
        assert not mistaken
    assert np.mean(right) >= 0.97


def test_phenotype_is_spelled_in_panel_order():
    table = named(marrow_profile(0))
    assert table.phenotype["MSC CD146+CD271-"] == "CD45- CD34- CD90+ CD105+ CD73+ CD146+ CD271- CD31- CD56- GD2-"
    assert table.phenotype["stem and progenitor"].startswith("CD45dim CD34+")
    assert table.probability.between(0.5, 1).all()


def test_without_rules_clusters_are_described_only():
    profile = marrow_profile(0)
    table = annotate_clusters(profile, learn_thresholds(profile), None, min_probability=0.5)
    assert set(table.population) == {keys.UNASSIGNED}
    assert table.probability.isna().all()
    assert table.phenotype.str.startswith("CD45").all()


def test_the_order_of_clusters_does_not_matter():
    events, labels, names = marrow(3)
    order = np.random.default_rng(0).permutation(len(names))
    profile = marrow_profile(3)
    shuffled = type(profile).from_events(events, np.argsort(order)[labels], [names[i] for i in order], MARKERS)
    one, other = named(profile), named(shuffled)
    assert other.population.loc[one.index].tolist() == one.population.tolist()


def subset(profile, markers):
    at = [profile.markers.index(m) for m in markers]
    return type(profile)(profile.clusters, tuple(markers), profile.edges[at], profile.counts[:, at])


def test_msc_hold_without_the_optional_markers():
    population = named(subset(marrow_profile(0), ["CD45", "CD34", "CD90", "CD105", "CD146", "CD271"])).population
    assert all(population[name] == name for name in NAMES if name.startswith("MSC"))


def test_a_missing_marker_gives_the_broader_name():
    population = named(subset(marrow_profile(0), [m for m in MARKERS if m != "CD271"])).population
    assert {population[name] for name in NAMES if name.startswith("MSC")} == {"MSC"}
    population = named(subset(marrow_profile(0), [m for m in MARKERS if m != "CD45"])).population
    assert not population.str.startswith("MSC").any()


def test_synonyms_and_case_do_not_matter():
    profile = marrow_profile(0)
    other = ["ptprc", "cd34", "Thy-1", "Endoglin", "NT5E", "MUC18", "NGFR", "PECAM-1", "NCAM1", "gd2"]
    renamed = type(profile)(profile.clusters, tuple(other), profile.edges, profile.counts)
    assert named(renamed).population.tolist() == named(profile).population.tolist()


MIMICS = {  # MSC phenotype with what excludes it: states, name, near misses
    "endothelium": ("0222222200", "unknown", ""),
    "tumour": ("0022222032", "unknown", "would be MSC but for looking like neuroblastoma"),
    "CD45dim": ("1022222000", "unknown", "would be MSC but for CD45"),
    "CD34 bright": ("0322222000", "unknown", "would be MSC but for CD34 bright"),
    "CD105 missing": ("0020222000", "unknown", "would be MSC but for CD105-"),
    "CD31": ("0022222200", "unknown", "would be MSC but for CD31"),
}


@pytest.mark.parametrize("mimic", MIMICS)
def test_mimics_of_msc_are_refused(mimic, monkeypatch):
    states, name, near = MIMICS[mimic]
    monkeypatch.setitem(TABLE, "mimic", (states, 1e-3, 0.3))
    for seed in range(5):
        row = named(marrow_profile(seed)).loc["mimic"]
        assert row.population == name
        assert near in row.near


def test_gd2_or_cd56_alone_does_not_exclude_an_msc(monkeypatch):
    monkeypatch.setitem(TABLE, "GD2+ MSC", ("0022220002", 1e-3, 0.3))
    monkeypatch.setitem(TABLE, "CD34dim MSC", ("0122220000", 1e-3, 0.3))
    monkeypatch.setitem(TABLE, "CD34dim CD31dim MSC", ("0122220100", 1e-3, 0.3))
    population = named(marrow_profile(0)).population
    assert population["GD2+ MSC"] == population["CD34dim MSC"] == "MSC CD146+CD271-"
    assert population["CD34dim CD31dim MSC"] == "MSC CD146+CD271-"


def test_what_fits_nothing_is_unknown(monkeypatch):
    monkeypatch.setitem(TABLE, "planted", ("0220202202", 5e-4, 0.0))
    row = named(marrow_profile(0)).loc["planted"]
    assert row.population == keys.UNKNOWN
    assert row.phenotype == "CD45- CD34+ CD90+ CD105- CD73+ CD146- CD271+ CD31+ CD56- GD2+"


def rules_from(tmp_path, text):
    path = tmp_path / "r.yaml"
    path.write_text(text)
    return load(path)


def test_rivals_get_what_both_belong_to(tmp_path):
    text = """
name: t
populations:
  leuko: {markers: {CD45: +}}
  a: {parent: leuko, markers: {CD31: +}}
  b: {parent: leuko, markers: {CD56: +}}
"""
    table = named(marrow_profile(0), rules_from(tmp_path, text))
    assert table.population["NK cell"] == "leuko"
    assert table.near["NK cell"].startswith("fits both ")
    assert table.population["T"] == "a"


def test_a_level_that_the_data_do_not_show_is_not_claimed(tmp_path):
    text = "{name: t, populations: {x: {markers: {CD73: bright, CD45: -}}, y: {markers: {CD73: +, CD45: -}}}}"
    table = named(marrow_profile(0), rules_from(tmp_path, text))
    assert table.population["MSC CD146+CD271+"] == "y"
    assert "x" not in set(table.population)


def without(name, tmp_path):
    """The msc rules without one population."""
    text = "\n".join(line for line in source("msc").splitlines() if not line.startswith(f"  {name}:"))
    return rules_from(tmp_path, text)


def test_a_subtype_that_no_rule_mentions_is_unknown(tmp_path):
    for seed in range(5):
        table = named(marrow_profile(seed), without("MSC CD146+CD271-", tmp_path))
        row = table.loc["MSC CD146+CD271-"]
        assert row.population == keys.UNKNOWN
        assert row.near.startswith("MSC, but none of its subtypes")
        assert row.probability > 0.8
        others = [name for name in NAMES if name.startswith("MSC") and name != "MSC CD146+CD271-"]
        assert table.population[others].tolist() == others


def test_complete_says_nothing_where_the_subtypes_cannot_be_told(tmp_path):
    markers = [m for m in MARKERS if m != "CD271"]
    population = named(subset(marrow_profile(0), markers), without("MSC CD146+CD271-", tmp_path)).population
    assert {population[name] for name in NAMES if name.startswith("MSC")} == {"MSC"}


def test_a_cluster_between_two_stages_gets_what_gathers_them(tmp_path):
    text = """
name: t
populations:
  lymphocyte: {note: gathers}
  a: {parent: lymphocyte, markers: {CD45: +, CD31: +}}
  b: {parent: lymphocyte, markers: {CD45: +, CD56: +}}
"""
    table = named(marrow_profile(0), rules_from(tmp_path, text))
    assert table.population["NK cell"] == "lymphocyte"
    assert table.probability["NK cell"] > 0.9
    assert table.population["T"] == "a"


STRIKING = {  # leukocytes with a marker that none of them carries
    "CD271": ("3000002100", "would be leukocyte but for CD271"),
    "CD146": ("3000020100", "would be leukocyte but for CD146"),
    "GD2": ("3000000102", "would be leukocyte but for GD2"),
    "stroma": ("2022000100", "would be leukocyte but for looking like stroma"),
    "tumour doublet": ("3010000132", ""),
}


@pytest.mark.parametrize("kind", STRIKING)
def test_a_leukocyte_with_a_foreign_marker_is_unknown(kind, monkeypatch):
    states, near = STRIKING[kind]
    monkeypatch.setitem(TABLE, "odd", (states, 1e-3, 0.0))
    for seed in range(5):
        row = named(marrow_profile(seed)).loc["odd"]
        assert row.population == keys.UNKNOWN
        assert near in row.near


@pytest.mark.parametrize("marker", ["CD73", "CD146", "CD271", "CD56", "GD2"])
def test_a_dark_cell_with_one_foreign_marker_is_no_late_erythroid(marker, monkeypatch):
    states = "".join("2" if each == marker else "0" for each in MARKERS)
    monkeypatch.setitem(TABLE, "dark", (states, 1e-3, 0.0))
    for seed in range(5):
        table = named(marrow_profile(seed))
        assert table.population["dark"] == keys.UNKNOWN
        assert table.population["late erythroid"] == "late erythroid"


def test_near_misses_share_a_marker_with_the_rule():
    text = "{name: t, populations: {x: {markers: {CD56: +, CD45: +, CD34: -}}, y: {markers: {CD73: +, CD34: -}}}}"
    table = named(marrow_profile(0), parse(text, "t"))
    assert table.near["late erythroid"] == ""  # lacking CD34 makes it no near miss of y
    assert table.near["granulocyte"] == "would be x but for CD56-"


def test_a_near_miss_is_told_once_by_the_broadest_rule_that_it_resembles():
    text = """
name: t
populations:
  red: {markers: {CD45: -}}
  b: {parent: red, markers: {CD73: +, CD90: -}}
  c: {parent: b, markers: {CD31: +}}
"""
    near = named(marrow_profile(0), parse(text, "t")).near
    assert (
        near["B"] == "would be b but for CD45 bright"
    )  # "red" asks for nothing that a cell could have, "c" says it again


def test_a_state_that_is_only_assumed_is_said(tmp_path):
    profile = marrow_profile(0, drop=("neuroblastoma", "neuroblastoma GD2low"))
    rules = rules_from(tmp_path, "{name: t, populations: {x: {markers: {GD2: -, CD45: +}, optional: {CD73: -}}}}")
    assert "taken as GD2- without a threshold" in named(profile, rules).near["monocyte"]


def test_min_probability_decides(tmp_path):
    profile = marrow_profile(0, drop=("neuroblastoma", "neuroblastoma GD2low"))  # GD2 has one mode: certain to 0.9
    rules = rules_from(tmp_path, "{name: t, populations: {x: {markers: {GD2: -, CD45: -}}}}")
    assert named(profile, rules).population["late erythroid"] == "x"
    assert named(profile, rules, 0.95).population["late erythroid"] == keys.UNKNOWN


PANEL = (
    *("CD45", "CD34", "CD117", "CD38", "CD3", "CD4", "CD8", "CD19", "CD20"),
    *("CD10", "CD14", "CD33", "CD16", "CD56", "CD138", "CD71", "CD235a", "HLA-DR"),
)
HAEMATOPOIETIC = {  # what is positive; d dim, b bright
    "T cell CD4+": "CD45b CD3 CD4",
    "T cell CD8+": "CD45b CD3 CD8",
    "mature B cell": "CD45b CD19 CD20 HLA-DR",
    "B cell precursor": "CD45d CD19 CD10 CD38 HLA-DR",
    "NK cell": "CD45b CD56 CD16 CD38d",
    "monocyte": "CD45 CD14 CD33b CD4d HLA-DR CD38d",
    "mature neutrophil": "CD45 CD33d CD16b CD10",
    "immature granulocyte": "CD45 CD33",
    "plasma cell": "CD38b CD138",
    "myeloid progenitor": "CD45d CD34 CD117 CD33 CD38 HLA-DR",
    "B progenitor": "CD45d CD34 CD19 CD10 CD38 HLA-DR",
    "stem cell CD38-": "CD45d CD34 CD117 HLA-DR",
    "proerythroblast": "CD45d CD117 CD71b",
    "erythroblast": "CD71b CD235a",
    "late erythroid": "CD235a",
}


def test_bone_marrow_names_the_lineages():
    level = {"": 3.2, "d": 1.6, "b": 4.8}
    for seed in range(5):
        rng = np.random.default_rng(seed)
        means = rng.uniform(-0.15, 0.15, (len(HAEMATOPOIETIC), len(PANEL)))
        for row, text in enumerate(HAEMATOPOIETIC.values()):
            for word in text.split():
                name = word if word in PANEL else word[:-1]
                means[row, PANEL.index(name)] += level[word[len(name) :]]
        X = np.concatenate([rng.normal(m, rng.uniform(0.25, 0.5, len(m)), (400, len(m))) for m in means])
        labels = np.repeat(np.arange(len(means)), 400)
        table = named(Profile.from_events(X, labels, list(HAEMATOPOIETIC), PANEL), "bone_marrow")
        assert table.population.tolist() == list(HAEMATOPOIETIC)


def test_a_cluster_of_a_few_events_gets_no_name():
    events, labels, names = marrow(0)
    few = np.flatnonzero(labels == names.index("MSC CD146+CD271-"))[9:]
    labels[few] = -1
    row = named(Profile.from_events(events, labels, names, MARKERS)).loc["MSC CD146+CD271-"]
    assert (row.population, row.near) == (keys.UNKNOWN, "fewer than 10 events")
