import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from benchmarks import score
from benchmarks.score import adjusted_rand, crosstab, merged, name_scores, quality


def match(kinds, clusters):
    return score.match(crosstab(kinds, clusters))


def test_crosstab_counts_each_pair():
    table = crosstab(["b", "a", "b", "a"], [2, -1, 2, 0])
    assert table.to_dict() == {-1: {"a": 1, "b": 0}, 0: {"a": 1, "b": 0}, 2: {"a": 0, "b": 2}}


def test_match_is_one_to_one_and_maximises_the_sum():
    # one by one, both kinds would take cluster 0
    kinds = ["a"] * 4 + ["b"] * 6
    clusters = [0] * 4 + [0] * 5 + [1]
    scores = match(kinds, clusters)
    f1_a0, f1_b0, f1_b1 = 8 / 13, 10 / 15, 2 / 7
    assert f1_b0 > f1_a0
    assert f1_a0 + f1_b1 > f1_b0  # so the best pairing is a-0, b-1
    assert scores["cluster"].to_dict() == {"a": 0, "b": 1}
    assert scores["f1"].to_dict() == pytest.approx({"a": f1_a0, "b": f1_b1})
    assert scores.loc["a", ["precision", "recall"]].tolist() == pytest.approx([4 / 9, 1.0])
    assert scores["n"].to_dict() == {"a": 4, "b": 6}


def test_match_counts_events_without_a_cluster_as_missed():
    scores = match(["a"] * 4, [3, 3, -1, -1])
    assert scores.loc["a"].to_dict() == pytest.approx(
        {"n": 4, "cluster": 3, "precision": 1, "recall": 0.5, "f1": 2 / 3}
    )


def test_match_gives_nothing_to_a_kind_for_which_no_cluster_is_left():
    scores = match(["a", "a", "b"], [5, 5, 5])
    assert scores["f1"].to_dict() == pytest.approx({"a": 0.8, "b": 0.0})
    assert scores.loc["b", "cluster"] == -1
    assert (match(["a", "b"], [-1, -1])["f1"] == 0).all()


def test_match_does_not_depend_on_names_or_order():
    rng = np.random.default_rng(0)
    kinds, clusters = rng.integers(0, 5, 300).astype(str), rng.integers(0, 9, 300)
    order = rng.permutation(300)
    first, second = match(kinds, clusters), match(kinds[order], 100 - clusters[order])
    assert second["f1"].to_dict() == pytest.approx(first["f1"].to_dict())


def test_name_scores():
    scores = name_scores(["a", "a", "b", "c"], ["a", "b", "b", "unknown"])
    assert scores["f1"].to_dict() == pytest.approx({"a": 2 / 3, "b": 2 / 3, "c": 0})
    assert scores["precision"].to_dict() == pytest.approx({"a": 1, "b": 0.5, "c": 0})


def test_adjusted_rand_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 6, 500)
    clusters = np.where(rng.random(500) < 0.6, kinds, rng.integers(0, 9, 500))
    assert adjusted_rand(crosstab(kinds, clusters)) == pytest.approx(adjusted_rand_score(kinds, clusters))
    assert adjusted_rand(crosstab(["a", "a", "b", "b"], [7, 7, 3, 3])) == 1
    assert adjusted_rand(crosstab(["a", "a"], [0, 0])) == 1


def test_merged_gathers_the_clusters_of_a_kind():
    kinds = ["a"] * 6 + ["b"] * 4 + ["c"]
    clusters = [0, 0, 0, 1, 1, 2, 2, 2, 2, -1, 2]
    f1 = merged(crosstab(kinds, clusters))
    assert f1.to_dict() == pytest.approx({"a": 2 * 5 / (6 + 5), "b": 2 * 3 / (4 + 5), "c": 0})


def test_score_counts_every_cluster_and_scores_only_named_kinds():
    scores = score.score(crosstab(["a", "a", "b", "", ""], [0, 0, 1, 5, 0]))
    assert scores.clusters == 3
    assert list(scores.kinds) == ["a", "b"]
    assert scores.kinds["a"] == {"n": 2, "precision": 1, "recall": 1, "f1": 1}
    assert scores.f1 == scores.merged_f1 == scores.ari == 1


def test_quality():
    truth = pd.DataFrame(
        {
            "kind": ["T", "T", "MSC CD146+CD271-", "MSC CD146+CD271-", "T", "T", "debris", "B"],
            "kind2": ["", "", "", "", "B", "T", "", ""],
            "state": ["intact", "intact", "intact", "intact", "doublet", "doublet", "debris", "dead"],
        }
    )
    qc = ["ok", "ok", "doublet", "ok", "dead", "ok", "debris", "ok"]
    table = quality(truth, qc)
    assert table.loc["intact cells"].tolist() == [4, 1, 0.25]
    assert table.loc["intact MSC"].tolist() == table.loc["intact MSC CD146+CD271-"].tolist() == [2, 1, 0.5]
    assert table.loc["doublets of unlike cells"].tolist() == [1, 1, 1]  # any reason counts
    assert table.loc["doublets of like cells"].tolist() == [1, 0, 0]
    assert table["share"][["debris", "dead"]].tolist() == [1, 0]
    assert table.loc["clog", "n"] == 0
    assert np.isnan(table.loc["clog", "share"])
