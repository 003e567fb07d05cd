import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact, hypergeom

from cytoclust.findings import Finding, from_cell
from cytoclust.params import D
from cytoclust.stats import population_table
from cytoclust.stats._discovery_table import discovery_table
from cytoclust.stats._question_evidence import Counted


def cohort(groups, **columns):
    sheet = pd.DataFrame({"patient_id": [f"P{i}" for i in range(len(groups))], "group": list(groups)} | columns)
    return sheet.set_index(pd.Index([f"S{i}" for i in range(len(groups))], name="sample_id"))


def claims(counts, sheet, *, primary=("new",), flags=(), artefact=False, rests_on=(), **options):
    names = list(counts)
    table = population_table(pd.DataFrame(counts, index=sheet.index), sheet, parents={})
    counted = Counted.from_tables([table], sheet.index, detect=D.detect)
    candidates = pd.DataFrame(
        {
            "population": names, "cluster": "", "phenotype": "", "flags": [list(flags) for _ in names],
            "artefact": artefact,
            "primary": [name in primary for name in names],
            "rests_on": [list(rests_on) for _ in names],
        }
    )  # fmt: skip
    return discovery_table(candidates, counted, sheet, **options)


def new(counts, depth=100_000):
    counts = np.asarray(counts)
    return {"new": counts, "rest": np.broadcast_to(depth, counts.shape) - counts}


def row(table, group):
    found = table[(table["group"] == group) & (table["population"] == "new")]
    return found.iloc[0]


def test_only_in_one_group_is_fishers_test():
    sheet = cohort("aaaaaabbbbbbbb")
    found = row(claims(new([90, 120, 70, 200, 85, 110, 0, 3, 1, 0, 2, 0, 0, 1]), sheet), "a")
    assert found["claim"] == "only in a"
    assert found[["n_detected", "n_evaluable", "n_detected_other", "n_evaluable_other"]].tolist() == [6, 6, 0, 8]
    assert found["p"] == pytest.approx(fisher_exact([[6, 0], [0, 8]], alternative="greater").pvalue)
    assert found["verdict"] == "supported"
    assert found["sentence"].startswith(
        "new was found in 6 of the 6 patients (a) who would have shown it, and in none of 8 others"
    )


def test_presence_must_hold_within_batches():
    """Batch 1 holds all that have it: 5 of its 6 samples are of a, and 1 of the 6 of batch 2."""
    sheet = cohort("aaaaaabbbbbb", batch=list("111112122222"))
    has = [90, 120, 70, 200, 85, 0, 95] + [0] * 5
    found = row(claims(new(has), sheet), "a")
    assert found["p"] == pytest.approx(fisher_exact([[5, 1], [1, 5]], alternative="greater").pvalue)
    balanced = cohort("aaaaaabbbbbb", batch=list("112233112233"))
    assert row(claims(new([90, 120, 70, 200, 85, 110] + [0] * 6), balanced), "a")["verdict"] == "supported"
    uneven = cohort("aaaaaabbbbbb", batch=list("111112222223"))
    found = row(claims(new([90, 120, 70, 200, 85, 110] + [0] * 6), uneven), "a")
    assert found["q"] <= 0.05
    assert "not shown within batches" in found["flags"]
    assert found["verdict"] == "not supported"


def test_group_that_is_its_batch_supports_nothing_and_says_why():
    table = claims(new([90, 120, 70, 200, 85, 110] + [0] * 6), cohort("aaaaaabbbbbb", batch=list("111111222222")))
    found = row(table, "a")
    assert np.isnan(found["p"])
    assert found["verdict"] == "not supported"
    assert "confounded with batch" in found["flags"]
    assert "group and batch cannot be told apart" in found["sentence"]


def test_shallow_samples_that_could_not_show_it_are_left_out():
    depth = np.array([100_000] * 6 + [8_000] * 6)
    found = row(claims(new([60, 55, 70, 62, 58, 66, 5, 4, 6, 5, 3, 5], depth), cohort("aaaaaabbbbbb")), "a")
    assert found["n_evaluable_other"] == 0
    assert found["verdict"] == "not supported"
    assert "more of it" not in found["sentence"]  # than in whom?


def test_what_only_shallow_samples_show_is_told_so():
    depth = np.array([4_000] * 3 + [400_000] * 3)
    found = row(claims(new([25, 0, 0, 0, 0, 0], depth), cohort("aaabbb")), "a")
    assert found["n_detected"] == 0
    told = "new was found (a) only in samples with too few cells to count, and in none of"
    assert found["sentence"].startswith(told)


def test_what_depth_explains_is_no_claim():
    """The same wide range of frequencies in both groups: at a third of the depth, its lower half goes unseen."""
    frequency = np.array([3, 4, 5, 9, 14, 20, 30, 40]) * 1e-4
    counts = np.rint(np.concatenate([frequency * 90_000, frequency * 30_000])).astype(int)
    table = claims(new(counts, np.repeat([90_000, 30_000], 8)), cohort("a" * 8 + "b" * 8))
    assert not (table["verdict"] == "supported").any()


def test_one_patient_is_no_claim():
    found = row(claims(new([500] + [0] * 29), cohort("aa" + "b" * 28)), "a")
    assert "one patient" in found["flags"]
    assert found["verdict"] == "not supported"


def test_one_batch_is_no_claim():
    sheet = cohort("aaaaaaaabbbbbbbbbbbbbbbb", batch=list("1111222211111111" + "22222222"))
    found = row(claims(new([90, 80, 95, 120, 0, 0, 0, 0] + [0] * 16), sheet), "a")
    assert found["q"] <= 0.05
    assert "one batch" in found["flags"]
    assert found["verdict"] == "not supported"


def test_background_that_differs_between_the_sides_is_an_objection():
    sheet = cohort("aaaaaabbbbbbbb")
    counts = new([90, 120, 70, 200, 85, 110] + [0] * 8)

    def judged(**moved):
        return row(claims(counts, sheet, shifts=pd.DataFrame(moved), rests_on=["CD3", "CD4"]), "a")

    apart, even = [4.0] * 6 + [0.0] * 8, [4.0, 0.0] * 7
    found = judged(CD3=apart, CD4=[0.0] * 14)
    assert found["verdict"] == "not supported"
    assert from_cell(found["flags"]) == [Finding("background of samples differs", markers=["CD3"])]
    assert judged(CD3=even, CD4=even)["verdict"] == "supported"
    assert judged(CD8=apart)["verdict"] == "supported"


def test_a_supported_claim_does_not_hide_its_flags():
    counts = new([90, 120, 70, 200, 85, 110] + [0] * 8)
    mimic = Finding("mimic not excluded", mimics=["endothelium"])
    found = row(claims(counts, cohort("aaaaaabbbbbbbb"), flags=[mimic]), "a")
    assert found["verdict"] == "supported"
    assert found["flags"] == 'mimic not excluded {"mimics": ["endothelium"]}'
    assert found["sentence"].endswith("Supported, if it is what its name says (mimic not excluded: endothelium).")


def test_a_name_may_hold_what_stands_between_flags():
    mimic = Finding("mimic not excluded", mimics=['name doubtful; one patient {"of": "it"}', "b"])
    found = row(claims(new([90, 120, 70, 200, 85, 110] + [0] * 8), cohort("aaaaaabbbbbbbb"), flags=[mimic]), "a")
    assert found["verdict"] == "supported"
    assert from_cell(found["flags"]) == [mimic]


def test_artefacts_stay_artefacts():
    table = claims(
        new([90, 120, 70, 200, 85, 110] + [0] * 8),
        cohort("aaaaaabbbbbbbb"),
        flags=[Finding("doublets", of=["1+2"])],
        artefact=True,
    )
    assert row(table, "a")["verdict"] == "artefact"
    assert "doublets of 1+2" in row(table, "a")["sentence"]


def test_diluted_samples_are_no_evidence_of_absence():
    sheet = cohort("aaaaaabbbbbbbb")
    diluted = [False] * 6 + [True] * 8
    found = row(claims(new([90, 120, 70, 200, 85, 110] + [0] * 8), sheet, hemodiluted=diluted), "a")
    assert "hemodilution" in found["flags"]
    assert found["verdict"] == "not supported"


def test_more_of_what_all_have():
    counts = [900, 1200, 1100, 980, 1300, 1020, 950, 1150, 210, 190, 250, 230, 180, 220, 260, 205]
    found = row(claims(new(counts), cohort("a" * 8 + "b" * 8)), "a")
    assert found["claim"] == "more in a"
    assert found["verdict"] == "supported"
    assert found["p"] == pytest.approx(1 / 10_000)  # of 9,999 permutations, and the labels as they are


def test_half_as_much_again_is_no_discovery():
    counts = [310, 330, 290, 305, 320, 300, 315, 295, 210, 190, 205, 200, 195, 215, 198, 205]
    found = row(claims(new(counts), cohort("a" * 8 + "b" * 8)), "a")
    assert found["q"] <= 0.05
    assert found["flags"] == "less than twofold"
    assert found["verdict"] == "not supported"
    assert "less than twice as much" in found["sentence"]


def test_present_in_a_third_of_a_group_is_told():
    found = row(claims(new([90, 120, 0, 0, 0, 0] + [0] * 8), cohort("aaaaaabbbbbbbb")), "a")
    assert (found["n_detected"], found["n_evaluable"]) == (2, 6)
    assert found["verdict"] == "not supported"


@pytest.mark.slow
def test_null_cohorts_of_unequal_depth():
    """No group has anything: one cohort in twenty may have a supported claim."""
    rng = np.random.default_rng(7)
    depth = np.repeat([75_000, 25_000], 6)
    wrong = 0
    small = 1e-12  # of rounding
    for _ in range(40):
        frequency = np.exp(rng.uniform(np.log(2e-4), np.log(0.05), 12) + 0.4 * rng.standard_normal((12, 12)))
        frequency *= rng.random((12, 12)) < rng.choice([0.4, 0.7, 1.0], 12)
        counts = {f"p{i}": rng.poisson(column * depth) for i, column in enumerate(frequency.T)}
        counts["rest"] = depth - sum(counts.values())
        table = claims(counts, cohort("aaaaaabbbbbb"), primary=("p0", "p1"))
        assert not (table["q"] < table["p"] - small).any()
        wrong += bool((table["verdict"] == "supported").any())
    assert wrong <= 6  # P(more | 0.05) < 0.004


def visits(patients, times, **columns):
    sheet = pd.DataFrame({"patient_id": patients, "timepoint": times} | columns)
    return sheet.set_index(pd.Index([f"S{i:02d}" for i in range(len(sheet))], name="sample_id"))


def test_times_that_come_in_other_batches_support_nothing():
    """Nine of ten patients were measured in batch 1 first, in batch 2 at relapse: batch 2 may be all there is to it."""
    patients = np.repeat([f"P{i}" for i in range(10)], 2)
    sheet = visits(patients, ["dx", "relapse"] * 10, batch=["1", "2"] * 9 + ["2", "2"])
    presence = claims(new([0, 120] * 9 + [90, 110]), sheet).iloc[0]
    assert presence["q"] <= 0.05
    assert "not shown within batches" in presence["flags"]
    assert presence["verdict"] == "not supported"
    amounts = claims(new([2000, 4100] * 9 + [4000, 4050]), sheet)
    assert not (amounts["verdict"] == "supported").any()
    one_batch = sheet.assign(batch="1")
    assert claims(new([0, 120] * 10), one_batch).iloc[0]["verdict"] == "supported"


def test_amounts_whose_times_share_no_batch_say_so():
    """Half of the patients went from batch 1 to 2, half from 2 to 1."""
    sheet = visits(np.repeat(list("abcdefgh"), 2), ["dx", "relapse"] * 8, batch=["1", "2", "2", "1"] * 4)
    found = claims(new([2000, 4100] * 8), sheet)
    assert found["p"].isna().all()
    assert found["flags"].str.startswith("not shown within batches").all()


def test_patients_seen_at_several_other_times_count_once():
    patients = [f"P{i}" for i in range(8)] + list(np.repeat(["Q1", "Q2", "Q3", "Q4"], 3))
    sheet = visits(patients, ["t1"] * 8 + ["t2", "t3", "t4"] * 4)
    found = claims(new([100] * 8 + [0] * 12), sheet)
    found = found[found["timepoint"] == "t1"].iloc[0]
    assert (found["n_evaluable"], found["n_evaluable_other"]) == (8, 4)
    assert found["p"] == pytest.approx(fisher_exact([[8, 0], [0, 4]], alternative="greater").pvalue)


def test_numbers_are_of_patients_where_each_is_compared_with_herself():
    sheet = visits(np.repeat(list("abcdef"), 3), ["dx", "therapy", "relapse"] * 6)
    found = claims(new([0, 0, 100] * 6), sheet).iloc[0]
    assert found["timepoint"] == "relapse"
    assert found[["n_detected", "n_evaluable", "n_detected_other", "n_evaluable_other"]].tolist() == [6, 6, 0, 6]


def test_only_is_not_said_when_a_shallow_sample_of_the_others_shows_it():
    sheet = cohort("aaaaaabbbbbbbbb")
    depth = np.array([100_000] * 14 + [15_000])
    counts = new([90, 120, 70, 200, 85, 110] + [0] * 8 + [25], depth)
    table = population_table(pd.DataFrame(counts, index=sheet.index), sheet, parents={})
    last = table[(table["sample_id"] == "S14") & (table["population"] == "new")].iloc[0]
    assert last["status"] == "detected"
    assert last["power"] < 0.95  # it counts neither for nor against
    assert row(claims(counts, sheet), "a")["claim"] == "more in a"


def test_four_shallow_samples_are_not_told_from_sixteen_deep_ones_by_their_spread():
    """At a tenth of the depth, samples show 0 or 1 where the deep ones have chances between: so may four zeros be."""
    deep = np.rint(np.exp(np.linspace(np.log(110), np.log(900), 16))).astype(int)
    depth = np.array([200_000] * 16 + [20_000] * 4)
    found = row(claims(new(np.concatenate([deep, [19, 12, 17, 15]]), depth), cohort("a" * 16 + "b" * 4)), "a")
    assert (found["n_detected"], found["n_detected_other"]) == (16, 0)
    chance = np.array([hypergeom.sf(19, 200_000, events, 20_000) for events in deep])
    rng = np.random.default_rng(1)
    thinned = (rng.random((4_000, 16)) < chance).sum(axis=1)  # p of each by Fisher's test, of none of the four
    assert found["p"] == pytest.approx(hypergeom.sf(thinned - 1, 20, thinned, 16).mean(), rel=0.1)
    assert found["verdict"] == "not supported"


def test_more_ordinary_cells_than_counted_ones():
    """Ordinary cells are corrected ones: there may be fewer of them than the events of a large population."""
    sheet = cohort("aaabbb")
    counts = {"new": np.array([900, 950, 920, 60, 900, 930]), "rest": np.array([100, 50, 80, 10, 100, 70])}
    table = population_table(pd.DataFrame(counts, index=sheet.index), sheet, parents={})
    ordinary = pd.Series([500.0, 500, 500, 30, 500, 500], index=sheet.index)
    counted = Counted.from_tables([table], sheet.index, detect=D.detect, ordinary=ordinary)
    candidates = pd.DataFrame({"population": ["new", "rest"], "cluster": "", "phenotype": "", "flags": [[], []]})
    found = discovery_table(candidates.assign(primary=False, artefact=False), counted, sheet)
    assert found["p"].notna().all()


def test_found_only_where_too_few_cells_were_seen_is_told():
    depth = np.array([20_000] * 6 + [300_000] * 8)
    counts = new([22, 21, 24, 23, 22, 25] + [0] * 8, depth)
    found = row(claims(counts, cohort("aaaaaabbbbbbbb")), "a")
    assert found["n_detected"] == found["n_evaluable"] == 0
    assert "too few cells where it was found" in found["flags"]
    assert found["verdict"] == "not supported"


def test_a_diluted_group_is_no_evidence_of_more():
    diluted = [True] * 6 + [False] * 8
    counts = [900, 1200, 1100, 980, 1300, 1020, 210, 190, 250, 230, 180, 220, 260, 205]
    found = row(claims(new(counts), cohort("aaaaaabbbbbbbb"), hemodiluted=diluted), "a")
    assert "hemodilution" in found["flags"]
    assert found["verdict"] == "not supported"


@pytest.mark.slow
def test_batches_that_make_many_clusters_support_none():
    """Eighty rare clusters, each made by one of two batches, which groups have unevenly."""
    rng = np.random.default_rng(3)
    sheet = cohort("a" * 20 + "b" * 20, batch=list("1" * 16 + "2" * 4 + "1" * 4 + "2" * 16))
    wrong = 0
    for _ in range(8):
        chance = np.where(rng.random(80) < 0.5, 0.95, 0.05)
        has = rng.random((40, 80)) < np.where((sheet["batch"] == "1").to_numpy()[:, None], chance, 1 - chance)
        counts = {f"c{i}": rng.poisson(np.where(column, 120, 0)) for i, column in enumerate(has.T)}
        counts["rest"] = 100_000 - sum(counts.values())
        wrong += bool((claims(counts, sheet)["verdict"] == "supported").any())
    assert wrong <= 2  # P(more | 0.05) = 0.006


def test_nothing_to_ask():
    table = claims(new([90, 120, 70]), cohort("aaa"))
    assert table.empty
    assert list(table.columns)[:3] == ["population", "cluster", "phenotype"]
