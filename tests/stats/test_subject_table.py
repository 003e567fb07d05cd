import pandas as pd

from cytoclust.findings import Finding, to_cell
from cytoclust.stats import subject_table

LINEAGES = {"MSC": ["MSC"], "subtype": ["subtype", "MSC"], "T": ["T"]}


def table(junk_why="", **options):
    evidence = pd.DataFrame(
        {
            "population": ["MSC", "subtype", "unknown", "unknown"],
            "phenotype": ["a", "b", "c", "d"],
            "n_events": [900, 100, 50, 40],
            "probability": [0.9, 0.6, 0.9, 0.9],
            "doublet": [False, False, True, False],
            "pairs": ["", "", "0+1", ""],
            "glowing": [False, False, False, False],
            "leftover": ["", "dead", "", "dead"],
            "junk_why": junk_why,
        },
        index=["0", "1", "2", "3"],
    )
    return subject_table(["MSC", "subtype", "T"], evidence, lineages=LINEAGES, **options)


def test_populations_with_the_clusters_below_them_then_every_cluster():
    found = table(primary=["subtype"])
    assert found["population"].tolist() == ["MSC", "subtype", "T", "MSC", "subtype", "unknown", "unknown"]
    assert found["cluster"].tolist() == ["", "", "", "0", "1", "2", "3"]
    assert found["phenotype"].tolist() == ["a", "b", "", "a", "b", "c", "d"]
    assert found["primary"].tolist() == [False, True, *[False] * 5]
    assert found["twin"].tolist() == [False, False, False, False, True, False, False]  # cluster 1 is all of the subtype


def test_flags_and_artefacts():
    found = table(open_guards={"MSC": ["endothelium"]}).set_index("cluster")
    guard, doubt = Finding("mimic not excluded", mimics=["endothelium"]), Finding("name uncertain", probability=0.6)
    assert found.loc["", "flags"].tolist() == [[guard], [doubt], []]
    assert found.loc["0", "flags"] == [guard]
    assert found.loc["1", "flags"] == [Finding("leftover", reason="dead"), doubt]
    assert found.loc["2", "flags"] == [Finding("doublets", of=["0+1"])]
    assert found["artefact"].tolist() == [False, False, False, False, True, True, True]


def test_claims_on_junk_are_artefacts_and_say_why():
    why = Finding("multiplet", of=["3", "7"], forward=1.6, pulse=1.3)
    found = table(junk_why=["", "", "", ""]).set_index("cluster")
    assert found["artefact"].tolist() == [False, False, False, False, True, True, True]
    found = table(junk_why=[to_cell([why]), "", "", ""]).set_index("cluster")
    assert found.loc["0", "flags"] == [why]
    assert found.loc["0", "artefact"]
    assert not found["artefact"].iloc[0]  # the population has no part in it: its name was withheld
