import pandas as pd
import pytest

from benchmarks.validity.cohorts import name_scores, supported
from benchmarks.validity.designs import CHANGED, Cohort, load, null, planted, study
from benchmarks.validity.judge_claims import claim_words, judge_claims
from benchmarks.validity.novelty import novelty
from benchmarks.validity.null import false_claims
from benchmarks.validity.status import confusion, statuses
from benchmarks.validity.work import Found
from cytoclust.datasets import SampleDesign

CLAIM = {
    "population": "x", "cluster": None, "claim": "more in one at diagnosis", "group": "one", "timepoint": "diagnosis",
    "p": 0.001, "q": 0.01, "flags": "", "verdict": "supported", "against": "other groups at diagnosis",
    "question": "group", "only": False,
}  # fmt: skip

COLUMNS = ["sample_id", "qc", "cluster", "population", "what", "of", "n"]


def found(folder, cohort, claims, events, populations=None):
    """What a run would have left behind."""
    (folder / "run" / "tables").mkdir(parents=True)
    table = pd.DataFrame([CLAIM | claim for claim in claims], columns=list(CLAIM))
    table.to_csv(folder / "run" / "tables" / "discoveries.csv", index=False)
    if populations is None:
        populations = pd.DataFrame({"population": sorted({e[3] for e in events}), "parent": "cells"})
    populations.to_csv(folder / "run" / "tables" / "populations.csv", index=False)
    pd.DataFrame(events, columns=COLUMNS).to_parquet(folder / "run" / "events.parquet")
    return Found(cohort, folder / "run")


def event(population, what, n=100, cluster=1, of=""):
    return ("S01", "ok", cluster, population, what, of, n)


def truths(folder, cohort, claims, events, **options):
    return list(judge_claims(found(folder, cohort, claims, events, **options))["truth"])


def test_claims_are_true_only_where_the_design_differs(tmp_path):
    events = [event(CHANGED, CHANGED), event("endothelial", "endothelial")]
    claims = [
        {"population": CHANGED, "claim": "only in metastatic at diagnosis", "only": True, "group": "metastatic"},
        {"population": CHANGED, "claim": "only in control at diagnosis", "only": True, "group": "control"},
        {"population": "endothelial", "claim": "more in metastatic at diagnosis", "group": "metastatic"},
        {"population": CHANGED, "group": "metastatic", "question": "time", "against": "other times"},
        {
            "population": CHANGED,
            "group": "metastatic",
            "claim": "only in x",
            "only": True,
            "question": "time",
            "against": "other times",
        },
    ]
    assert truths(tmp_path, study(1, 0), claims, events) == ["true", "false", "false", "true", "overstated"]


def test_parents_are_what_lies_below_them(tmp_path):
    events = [event(CHANGED, CHANGED), event("MSC CD146+CD271+", "MSC CD146+CD271+")]
    populations = pd.DataFrame({"population": ["MSC", CHANGED, "MSC CD146+CD271+"], "parent": ["cells", "MSC", "MSC"]})
    claim = {"population": "MSC", "claim": "more in metastatic at diagnosis", "group": "metastatic"}
    only = claim | {"claim": "only in metastatic at diagnosis", "only": True}
    assert truths(tmp_path, study(1, 0), [claim, only], events, populations=populations) == ["true", "overstated"]


def test_clusters_are_what_most_of_their_events_are_and_junk_is_never_true(tmp_path):
    tumour = [event("unknown", "neuroblastoma", 80, 7), event("unknown", "doublet", 20, 7)]
    junk = [event("unknown", "neuroblastoma", 20, 8), event("unknown", "doublet", 80, 8, "B + B")]
    claims = [{"population": "unknown", "cluster": cluster} for cluster in (7, 8)]
    cohort = found(tmp_path, load(1, 0), claims, tumour + junk)
    judged = judge_claims(cohort)
    assert list(judged["truth"]) == ["true", "false"]
    assert list(judged["is"]) == ["neuroblastoma", "junk, doublet of B + B, neuroblastoma"]
    assert claim_words(judged.iloc[1]) == "unknown (junk, doublet of B + B, neuroblastoma): more in one at diagnosis"
    assert list(false_claims(cohort)["cluster"]) == [8]


def test_null_cohorts_bear_no_claim_out(tmp_path):
    events = [event(CHANGED, CHANGED)]
    cohort = found(
        tmp_path, null(1, 0), [{"population": CHANGED}, {"population": CHANGED, "verdict": "artefact"}], events
    )
    assert len(false_claims(cohort)) == 1
    assert supported([judge_claims(cohort)]).to_numpy().tolist() == [[1, "false"]]


def test_names_are_scored_over_cells_and_with_junk():
    rows = [
        event(CHANGED, CHANGED, 90),
        event("unknown", CHANGED, 10),
        event(CHANGED, "dead", 30),
        event(CHANGED, "B", 5),
    ]
    table = name_scores(pd.DataFrame(rows, columns=COLUMNS))
    assert table.at[CHANGED, "F1"] == pytest.approx(2 * 90 / (100 + 95))
    assert table.at[CHANGED, "F1 with junk"] == pytest.approx(2 * 90 / (100 + 125))


def test_novelty_needs_one_pure_unknown_cluster_with_a_supported_claim(tmp_path):
    kind = "planted CD90+CD271+"
    events = [
        event("unknown", kind, 85, 7), event("unknown", "dead", 5, 7), event("unknown", kind, 10, 8),
        event("leukocyte", kind, 5, 9),
    ]  # fmt: skip
    claims = [
        {"population": "unknown", "cluster": 7, "claim": "only in metastatic at relapse", "only": True,
         "group": "metastatic", "timepoint": "relapse"},
        {"population": "unknown", "cluster": 7, "group": "control"},
    ]  # fmt: skip
    result = novelty(found(tmp_path, planted(1, 0), claims, events), kind, "metastatic", "relapse")
    assert (result.cells, result.cluster, result.verdict) == (100, 7, "supported")
    assert result.together == pytest.approx(0.85)
    assert result.purity == pytest.approx(85 / 90)
    assert result.found
    lost = novelty(
        found(tmp_path / "none", planted(1, 0), [], [event("leukocyte", kind)]), kind, "metastatic", "relapse"
    )
    assert (lost.verdict, lost.found) == ("no unknown cluster", False)


def test_status_is_set_against_the_cells_that_are_there(tmp_path):
    design = [SampleDesign("a", "control", n_events=1000), SampleDesign("b", "metastatic", n_events=2000)]
    populations = pd.DataFrame(
        {
            "sample_id": ["S01", "S02"], "population": CHANGED, "parent": "MSC", "n_events": [0, 45],
            "status": ["not detected", "detected"],
        }
    )  # fmt: skip
    cohort = found(tmp_path, Cohort("x", 1, design), [], [event(CHANGED, CHANGED)], populations)
    truth = {"sample_id": ["S01", "S02"], "population": CHANGED, "n_intact": [0, 47], "fraction": [0, 0.03]}
    pd.DataFrame(truth).to_csv(tmp_path / "truth.csv", index=False)
    table = statuses(cohort)
    assert table[["true", "has", "depth"]].to_numpy().tolist() == [[0, False, 1000], [47, True, 2000]]
    counts = confusion(table)
    assert counts.at["0, the patient has none", "not detected"] == 1
    assert counts.at["40–99", "detected"] == 1
    assert counts.to_numpy().sum() == 2
