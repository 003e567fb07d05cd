"""Limits, clumps, expectations and ranges, held against what is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cytoclust.frozen import (
    FarCounts,
    draw_haze,
    expected_range,
    far_limits,
    far_when_left_out,
    find_clumps,
    find_crowds,
    find_strays,
    learn_places,
    mostly_unlike,
    outside_samples,
    range_table,
)
from cytoclust.pp import Transform


def test_the_limit_of_many_events_is_median_and_four_mads() -> None:
    rng = np.random.default_rng(0)
    distance = np.concatenate([rng.gamma(9, 0.1, 50_000), rng.gamma(9, 0.3, 50_000)]).astype(np.float32)
    prototype = np.repeat([0, 1], 50_000)
    limits = far_limits(prototype, distance, 3)
    for number, scale in enumerate((0.1, 0.3)):
        known = stats.gamma(9, scale=scale)
        median = known.median()
        mad = stats.median_abs_deviation(known.rvs(200_000, random_state=1))
        assert limits[number] == pytest.approx(median + 4 * mad, rel=0.02)
    assert np.isinf(limits[2])


def test_a_prototype_of_equal_events_leaves_room() -> None:
    rng = np.random.default_rng(0)
    distance = np.concatenate([rng.gamma(9, 0.1, 1000), np.full(5, 0.5)]).astype(np.float32)
    limits = far_limits(np.repeat([0, 1], [1000, 5]), distance, 2)
    assert limits[1] > 1.2 * 0.5


def normal(rng: np.random.Generator, n: int, p: int = 8) -> np.ndarray:
    return rng.normal(size=(n, p)).astype(np.float32)


def beyond(events: np.ndarray) -> np.ndarray:
    """Some two per cent: beyond a radius."""
    return np.linalg.norm(events, axis=1) > stats.chi(events.shape[1]).isf(0.02)


@pytest.fixture(scope="module")
def haze():
    return haze_of(100_000)


def haze_of(n: int):
    events = normal(np.random.default_rng(0), n)
    far = beyond(events)
    return draw_haze(events[far], np.zeros(far.sum(), np.int32), np.array([(~far).sum()]))


@pytest.mark.parametrize(("of", "n"), [(100_000, 5_000), (100_000, 40_000), (10_000, 20_000)])
def test_haze_is_no_clump_and_a_clump_is(haze, of: int, n: int) -> None:
    if of != 100_000:
        haze = haze_of(of)
    rng = np.random.default_rng(n)
    events = normal(rng, n)
    far = beyond(events)
    near = np.array([(~far).sum()])
    body = events[~far][:5000]
    assert find_clumps(haze, events[far], near, body).mean() < 0.01
    clump = (rng.normal(0, 0.3, (60, 8)) + 6 * np.eye(8)[0]).astype(np.float32)
    found = find_clumps(haze, np.concatenate([events[far], clump]), near, body)
    assert found[-60:].mean() > 0.95
    assert found[:-60].mean() < 0.01


def test_too_few_events_are_no_clump(haze) -> None:
    clump = np.full((10, 8), 9, dtype=np.float32)
    assert not find_clumps(haze, clump, np.array([1000]), normal(np.random.default_rng(1), 100)).any()


def test_a_prototype_of_one_patient_is_none_without_the_patient() -> None:
    rng = np.random.default_rng(0)
    prototypes = np.array([[0.0], [50.0]], dtype=np.float32)
    samples, events = [], []
    for patient in range(3):
        x = rng.normal(0, 1, (2000, 1))
        x = np.concatenate([x, rng.normal(50, 1, (200, 1))]) if patient == 2 else x
        own = (x[:, 0] > 25).astype(np.int32)
        samples.append((own, np.abs(x - prototypes[own])[:, 0].astype(np.float32), own))
        events.append(x.astype(np.float32))
    shares = far_when_left_out(samples, ["a", "b", "c"], prototypes, 2, events)
    assert shares[2, 1] == 1.0
    assert np.isnan(shares[0, 1])
    half = stats.halfnorm.sf(
        stats.halfnorm.median() + 4 * stats.median_abs_deviation(stats.halfnorm.rvs(size=10**5, random_state=1))
    )
    assert shares[:, 0] == pytest.approx([half] * 3, abs=0.01)


def test_the_expected_range_holds_one_more_patient() -> None:
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(400):
        shares = stats.logistic.cdf(rng.normal(-4, 0.5, 9))
        low, high = expected_range(shares[:8], float(shares[:8].mean()))
        inside += low <= shares[8] <= high
    assert inside >= 0.97 * 400
    assert expected_range(np.array([0.02]), 0.02) == (0.0, pytest.approx(0.06))


def populations(fractions: list[float], group: str, start: int = 0) -> pd.DataFrame:
    return pd.DataFrame([
        {
            "sample_id": f"S{start + i}", "patient_id": f"P{start + i}", "group": group, "timepoint": None,
            "file": f"{group} {start + i}",
            "population": "B", "n_events": round(1e5 * f), "fraction": f, "ci_low": 0.9 * f, "ci_high": 1.1 * f,
        }
        for i, f in enumerate(fractions)
    ])  # fmt: skip


def test_a_range_from_twenty_patients_on() -> None:
    known = pd.concat([
        populations(list(np.linspace(0.01, 0.02, 20)), "well"), populations([0.03, 0.04], "ill", start=50)
    ])  # fmt: skip
    new = populations([0.015, 0.5], "well", start=90)
    table = range_table(new, known).set_index(["sample_id", "reference_group"])
    assert table.loc[("S90", "well"), "flag"] == ""
    assert table.loc[("S91", "well"), "flag"] == "outside"
    assert table.loc[("S90", "well"), "reference_low"] == pytest.approx(np.quantile(np.linspace(0.01, 0.02, 20), 0.025))
    assert table.loc[("S90", "ill"), "flag"] == "points only"
    assert np.isnan(table.loc[("S90", "ill"), "reference_low"])
    assert table.loc[("S90", "ill"), "reference_points"] == "0.03 0.04"
    assert table.loc[("S90", "all"), "n_reference"] == 22
    # of 20 values no order statistic lies below the 2.5 % quantile in 95 of 100 samples: 0.975 ** 20 = 0.60
    assert table.loc[("S90", "well"), "reference_low_ci"].startswith("below to")


def test_earlier_visits_of_the_same_patient_stand_beside() -> None:
    new, earlier = populations([0.02], "well"), populations([0.01, 0.5], "well")
    earlier = earlier.assign(
        sample_id=["before", "other"], file=["before", "other"], timepoint=["diagnosis", "diagnosis"]
    )
    table = range_table(new, populations([0.01] * 3, "well", start=10), [earlier])
    told = table[table["reference_group"] == "earlier: diagnosis"]
    assert told["reference_median"].tolist() == [0.01]


def test_a_visit_is_known_by_its_file_whatever_it_is_called() -> None:
    """Laboratories call the tube of each week the same, and give the folders of all weeks."""
    new = populations([0.02], "well").assign(file="new")
    first, again = (populations([f], "well").assign(file="old", timepoint="diagnosis") for f in (0.01, 0.011))
    itself = populations([0.02], "well").assign(file="new", sample_id="copy", timepoint="now")
    table = range_table(new, populations([0.01] * 3, "well", start=10), [first, again, itself])
    told = table[table["reference_group"].str.startswith("earlier")]
    assert told[["reference_group", "reference_median"]].to_numpy().tolist() == [["earlier: diagnosis", 0.011]]


def test_a_sample_is_not_held_against_itself() -> None:
    """It is known by its file: patients of two laboratories have the same names."""
    known = populations([0.01, 0.02, 0.03], "well")
    itself = populations([0.03], "well", start=2).assign(sample_id="copy", patient_id="X")
    namesake = populations([0.05], "well", start=2).assign(file="new")
    for new, points in ((itself, "0.01 0.02"), (namesake, "0.01 0.02 0.03")):
        table = range_table(new, known).set_index("reference_group")
        assert table.loc["all", "reference_points"] == points


def test_a_sample_of_which_hardly_an_event_passed_is_outside() -> None:
    """Or a machine is told that all is well with an empty tube."""
    samples = pd.DataFrame({"sample_id": ["full", "empty"], "n_ok": [20, 19]})
    assert outside_samples({
        "samples": samples, "unlike": pd.DataFrame({"sample_id": ["full"], "flag": [""]})
    }) == {"empty": ["few events"]}  # fmt: skip


@pytest.mark.parametrize(("unlike", "told"), [(40, []), (60, [0.6])])
def test_a_sample_is_doubted_as_a_whole_where_most_of_it_is_unlike(unlike: int, told: list[float]) -> None:
    counts = FarCounts(*(np.array([each, 0]) for each in (100, 70, unlike, 0, 0)), {})
    assert [each.data["share"] for each in mostly_unlike(counts)] == told


def test_far_events_without_a_body_are_stray_and_those_of_a_kind_that_is_there_are_not() -> None:
    cluster = np.repeat(np.array([0, 1, 2, 3], np.int32), [1, 200, 3, 20])
    far = np.zeros(len(cluster), dtype=bool)
    far[0] = True  # alone
    far[1:7] = True  # 6 of 200
    far[201] = True  # 1 of 3
    far[-16:] = True  # 16 of 20, in a cluster that is no more than strays in the reference either
    stray = find_strays(cluster, far, np.array([0.02, 0.02, 0.02, 0.8]))
    assert np.flatnonzero(stray).tolist() == [0]


def crowds(
    places, events: np.ndarray, cluster: np.ndarray | None = None, shares: np.ndarray | None = None
) -> np.ndarray:
    cluster = np.zeros(len(events), np.int32) if cluster is None else cluster
    shares = np.ones((5, 1)) if shares is None else shares
    return find_crowds(places, shares, cluster, np.zeros(len(events), dtype=bool), events.__getitem__)


def two_kinds(rng: np.random.Generator, n: int, upper: float) -> np.ndarray:
    """One cluster of the reference, in which a patient has a share of the upper kind."""
    high = np.arange(n) < upper * n
    return (rng.normal(size=(n, 6)) + 5 * high[:, None] * np.eye(6)[0]).astype(np.float32)


def of_patients(uppers: list[float]):
    rng = np.random.default_rng(8)
    each = [(two_kinds(rng, 300, upper), np.zeros(300, np.int32)) for upper in uppers]
    return learn_places(each, list("abcde"), 1)


@pytest.mark.parametrize("moved", [-0.6, 0.0, 0.6])
@pytest.mark.parametrize("n", [1000, 8000])
def test_a_new_kind_within_a_known_one_is_crowded_and_a_brighter_patient_is_not(n: int, moved: float) -> None:
    rng, places = np.random.default_rng(6), of_patients([0.14, 0.15, 0.16, 0.15, 0.14])
    assert not crowds(places, two_kinds(rng, n, 0.15) + np.float32(moved)).any()
    found = crowds(places, two_kinds(rng, n, 0.4) + np.float32(moved))
    assert found[: int(0.4 * n)].mean() > 0.96
    assert found[int(0.4 * n) :].mean() < 0.03


def test_a_part_is_crowded_by_how_patients_differ() -> None:
    sample = two_kinds(np.random.default_rng(9), 3000, 0.4)
    alike, apart = of_patients([0.14, 0.15, 0.16, 0.15, 0.14]), of_patients([0.02, 0.15, 0.25, 0.05, 0.2])
    found = crowds(alike, sample)
    assert found[:1200].mean() > 0.98
    assert found[1200:].mean() < 0.03
    assert not crowds(apart, sample).any()
    assert not crowds(alike, two_kinds(np.random.default_rng(9), 3000, 0.2)).any()  # sure, and little


def test_few_neighbours_make_no_crowd() -> None:
    rng = np.random.default_rng(10)
    other = (rng.normal(size=(3000, 6)) - 12).astype(np.float32)
    sample = np.concatenate([two_kinds(rng, 3000, 0.4), other])  # the upper kind is a fifth of all cells
    cluster, places = np.repeat(np.array([0, 1], np.int32), 3000), of_patients([0.25] * 5)
    as_many, fewer = (np.tile([share, 1 - share], (5, 1)) for share in (0.9, 0.6))  # in patients 0.225 and 0.15
    assert not crowds(places, sample, cluster, as_many).any()
    assert crowds(places, sample, cluster, fewer)[:1200].mean() > 0.98


def test_a_crowd_is_the_same_on_any_scale() -> None:
    rng, none = np.random.default_rng(5), np.zeros(300, np.int32)
    each = [two_kinds(rng, 300, upper) for upper in (0.14, 0.15, 0.16, 0.15, 0.14)]
    events = two_kinds(rng, 1200, 0.4) + np.float32(0.6)
    for unit, method in ((1.0, "arcsinh"), (1 / np.log(10) / 4.5, "logicle")):
        parameters = np.full(6, 150.0) if method == "arcsinh" else np.full((6, 2), (262_144.0, 0.5))
        doubling = Transform(method, parameters).doubling(np.arange(6))
        np.testing.assert_allclose(doubling, unit * np.log(2), rtol=1e-3)
        places = learn_places([((unit * some).astype(np.float32), none) for some in each], list("abcde"), 1, doubling)
        found = crowds(places, (unit * events).astype(np.float32))
        assert found[:480].mean() > 0.97
        assert found[480:].mean() < 0.03


def test_a_cluster_of_two_patients_is_not_asked() -> None:
    rng = np.random.default_rng(7)
    two = [(two_kinds(rng, 300, 0.15), np.zeros(300, np.int32)) for _ in range(2)]
    one = (np.empty((0, 6), np.float32), np.empty(0, np.int32))
    places = learn_places([*two, one], ["a", "b", "c"], 1)
    assert np.isnan(places.centre).all()
    assert not crowds(places, two_kinds(rng, 3000, 0.4), shares=np.ones((3, 1))).any()
