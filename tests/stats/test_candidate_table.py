import pandas as pd

from cytoclust.findings import Finding
from cytoclust.stats import candidate_table

LINEAGES = {"MSC": ["MSC"], "subtype": ["subtype", "MSC"], "T": ["T"]}


def table(**options):
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
        },
        index=["0", "1", "2", "3"],
    )
    found = candidate_table(["MSC", "subtype", "T"], ["2", "3"], evidence, lineages=LINEAGES, **options)
    return found.set_index(found["cluster"].where(found["cluster"] != "", found["population"]))


def test_a_population_has_the_clusters_below_it():
    found = table(primary=["subtype"])
    assert list(found.index) == ["MSC", "subtype", "T", "2", "3"]
    assert found["phenotype"].tolist() == ["a", "b", "", "c", "d"]
    assert found["primary"].tolist() == [False, True, False, False, False]


def test_flags_and_artefacts():
    found = table(open_guards={"MSC": ["endothelium"]})
    assert found["flags"].tolist() == [
        [Finding("mimic not excluded", mimics=["endothelium"])],
        [Finding("name uncertain", probability=0.6)],
        [],
        [Finding("doublets", of=["0+1"])],
        [Finding("leftover", reason="dead")],
    ]
    assert found["artefact"].tolist() == [False, False, False, True, True]
