"""What quality control took, against counts made by hand."""

import numpy as np
import pandas as pd
import pytest

from cytoclust.positivity import ASIDE
from cytoclust.stats import subject_table
from cytoclust.stats._set_aside_table import set_aside_table
from cytoclust.stats._unevenly_set_aside import unevenly_set_aside

CLUSTERS = ["0", "1", "2", "3", "4"]
NAMES = pd.DataFrame(
    {
        "population": ["T cell", "T cell", "monocyte", "unknown", "unknown"],
        "leftover": ["", "", "", "", "debris"],
        "junk": "",
    },
    index=pd.Index(CLUSTERS, name="cluster"),
)
COUNTS = pd.DataFrame(
    [[900, 100, 200, 50, 30], [900, 100, 0, 50, 30]], index=pd.Index(["a", "b"], name="sample_id"), columns=CLUSTERS
)


def table(**taken: list[list[float]]) -> pd.DataFrame:
    """``taken`` is a row a sample and a column a cluster, of each reason."""
    aside = np.zeros((2, 5, len(ASIDE)))
    for reason, numbers in taken.items():
        aside[:, :, ASIDE.index(reason)] = numbers
    return set_aside_table(COUNTS, aside, NAMES, ASIDE)


def test_shares_of_each_population_and_of_all_others() -> None:
    found = table(doublet=[[10, 10, 50, 0, 0], [0, 0, 0, 0, 0]]).set_index(["sample_id", "population", "cluster"])
    assert found.loc[("a", "T cell", ""), ["n_events", "doublet"]].tolist() == [1000, 20]
    assert found.loc[("a", "T cell", ""), "share"] == pytest.approx(20 / 1020)
    assert found.loc[("a", "T cell", ""), "others"] == pytest.approx(50 / 330)
    assert found.loc[("a", "unknown", "3"), "n_events"] == 50
    assert (found["uneven"] == "").all()


def test_a_population_that_one_sample_lost_is_found() -> None:
    found = table(time=[[0] * 5, [0, 0, 190, 0, 0]])
    rows = found[found["uneven"] != ""]
    assert rows[["sample_id", "population", "uneven"]].to_numpy().tolist() == [["b", "monocyte", "time"]]
    (finding,) = unevenly_set_aside(found)
    assert finding.data["samples"] == ["b"]
    assert "100% of monocyte as time, and 0% of the other cells (b)" in finding.sentence
    assert "switch that check off" in finding.sentence


def test_what_takes_all_alike_is_even() -> None:
    alike = [[300, 33, 67, 17, 10], [300, 33, 0, 17, 10]]
    assert (table(time=alike)["uneven"] == "").all()
    assert (table(debris=alike)["uneven"] == "").all()


def test_leftovers_are_no_population() -> None:
    assert (table(debris=[[0, 0, 0, 0, 900]] * 2)["uneven"] == "").all()


def test_a_few_events_show_nothing() -> None:
    assert (table(time=[[0] * 5, [0, 0, 5, 0, 0]])["uneven"] == "").all()


def test_it_speaks_against_a_claim() -> None:
    uneven = unevenly_set_aside(table(doublet=[[0, 0, 150, 0, 0], [0, 0, 0, 0, 0]]))
    evidence = NAMES.assign(
        phenotype="", n_events=COUNTS.sum(), probability=1.0, doublet=False, glowing=False, pairs="", junk_why=""
    )
    lineages = {"T cell": {"T cell", "leukocyte"}, "monocyte": {"monocyte", "leukocyte"}, "leukocyte": {"leukocyte"}}
    found = subject_table(list(lineages), evidence, lineages=lineages, uneven=uneven)
    took = ["uneven quality control" in {flag.code for flag in flags} for flags in found["flags"]]
    hit = set(zip(found["population"][took], found["cluster"][took], strict=True))
    assert hit == {("monocyte", ""), ("leukocyte", ""), ("monocyte", "2")}
    assert not found["artefact"][took].any()
