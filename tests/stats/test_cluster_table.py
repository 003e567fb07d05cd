"""One row a cluster, on a case that can be counted by hand."""

import numpy as np
import pandas as pd
import pytest

from cytoclust.stats import cluster_table

COLUMNS = ["cluster", "population", "phenotype", "n_events", "fraction", "n_samples", "stability", "novelty"]
CLUSTERS = pd.Index(["0", "1", "10"], name="cluster")


@pytest.fixture
def table():
    naming = pd.DataFrame(
        {
            "population": ["T cell", "unknown", "MSC"],
            "phenotype": ["CD3+", "CD3-", ""],
            "probability": [0.9, 0.7, 0.6],
            "leftover": ["", "dead", ""],
            "junk": ["", "dead", ""],
            "junk_why": "",
            "near": ["", "would be MSC but for CD34 bright", ""],
        },
        index=CLUSTERS,
    )
    medians = pd.DataFrame({"CD3": [3.0, 0.5, 0.1], "n/a": [1.0, 2.0, 3.0]}, index=CLUSTERS)
    counts = pd.DataFrame([[60, 20, 0], [19, 0, 1]], index=["A", "B"], columns=CLUSTERS)
    return cluster_table(naming, medians, counts, stability=np.array([1.0, 0.8, np.nan]), parent=np.array([0, 0, 2]))


def test_columns_are_those_of_the_contract_then_the_markers(table):
    assert list(table.columns) == [
        *COLUMNS,
        "CD3",
        "n/a",
        "cluster_parent",
        "leftover",
        "junk",
        "junk_why",
        "near",
        "uncertain_share",
        "overlaps_with",
        "nearest",
        "parted_by",
        "parted_size",
        "parted_depth",
        "parted_certainty",
    ]
    assert table["cluster_parent"].tolist() == [0, 0, 2]
    assert table["near"].tolist() == ["", "would be MSC but for CD34 bright", ""]


def test_counts(table):
    assert table["cluster"].tolist() == [0, 1, 10]
    assert table["n_events"].tolist() == [79, 20, 1]
    assert table["fraction"].tolist() == [0.79, 0.2, 0.01]
    assert table["n_samples"].tolist() == [2, 1, 1]
    assert table["CD3"].tolist() == [3.0, 0.5, 0.1]


def test_novelty_is_doubt_of_a_name_and_certainty_of_none(table):
    assert table["novelty"].tolist() == pytest.approx([0.1, 0.7, 0.4])
    assert table["stability"].tolist()[:2] == [1.0, 0.8]


def test_without_rules_novelty_is_not_known():
    naming = pd.DataFrame(
        {
            "population": "unassigned",
            "phenotype": "",
            "probability": np.nan,
            "leftover": "",
            "junk": "",
            "junk_why": "",
            "near": "",
        },
        index=CLUSTERS,
    )
    counts = pd.DataFrame([[1, 1, 1]], index=["A"], columns=CLUSTERS)
    table = cluster_table(naming, pd.DataFrame(index=CLUSTERS), counts, stability=np.ones(3), parent=np.arange(3))
    ends = ["cluster_parent", "leftover", "junk", "junk_why", "near", "uncertain_share", "overlaps_with"]
    ends += ["nearest", "parted_by", "parted_size", "parted_depth", "parted_certainty"]
    assert list(table.columns) == [*COLUMNS, *ends]
    assert table["novelty"].isna().all()


def test_a_cluster_overlaps_with_another_where_one_in_a_hundred_events_is_uncertain():
    words = dict.fromkeys(("phenotype", "leftover", "junk", "junk_why", "near"), "")
    naming = pd.DataFrame({"population": "unassigned", "probability": np.nan} | words, index=CLUSTERS)
    counts = pd.DataFrame([[60, 200, 50], [40, 0, 50]], index=["A", "B"], columns=CLUSTERS)
    doubt = pd.DataFrame([[2.0, 1.0, 0.0], [2.0, 0.0, 3.0]], index=["A", "B"], columns=CLUSTERS)
    table = cluster_table(
        naming, pd.DataFrame(index=CLUSTERS), counts, stability=np.ones(3), parent=np.arange(3),
        doubt=doubt, overlaps_with=np.array([2, 0, -1]),
    )  # fmt: skip
    assert table["uncertain_share"].tolist() == pytest.approx([0.04, 0.005, 0.03])
    assert table["overlaps_with"].isna().tolist() == [False, True, True]  # too few; nobody
    assert table["overlaps_with"][0] == 2
