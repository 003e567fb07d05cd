import numpy as np
import pandas as pd
import pytest

from cytoclust.datasets import Planted, SampleDesign
from cytoclust.datasets._cohort import plan_cohort
from cytoclust.datasets._design import default_design
from cytoclust.datasets._populations import populations
from cytoclust.errors import InputError


def plan(n_samples, n_events, seed, enrich=1.0):
    return plan_cohort(default_design(n_samples, n_events), seed, enrich)


def fraction(spec, *names):
    return sum(spec.fractions[populations().names.index(name)] for name in names)


@pytest.fixture(scope="module")
def specs():
    return [spec for seed in range(5) for spec, _ in plan(20, 1000, seed)]


def test_fractions_sum_to_one(specs):
    np.testing.assert_allclose([spec.fractions.sum() for spec in specs], 1)


def test_ten_samples_hold_each_group_and_time_point_and_share_patients():
    table = pd.DataFrame([vars(spec) for spec, _ in plan(10, 1000, 0)])
    assert set(table["group"]) == {"control", "localised", "metastatic"}
    assert list(table[table["patient_id"] == "P01"]["timepoint"]) == ["diagnosis", "therapy", "relapse"]
    assert len(table[["patient_id", "group"]].drop_duplicates()) == table["patient_id"].nunique()
    assert table["sample_id"].is_unique


@pytest.mark.parametrize(("n_samples", "n_batches"), [(1, 1), (10, 2), (30, 3)])
def test_batches_are_balanced_across_groups(n_samples, n_batches):
    table = pd.DataFrame([vars(spec) for spec, _ in plan(n_samples, 1000, 0)])
    assert table["batch"].nunique() == n_batches
    counts = pd.crosstab(table["group"], table["batch"])
    assert ((counts.max(axis=1) - counts.min(axis=1)) <= 1).all()


def test_gains_belong_to_the_batch_and_stay_within_a_fifth():
    by_batch = {}
    for spec, _ in plan(10, 1000, 3):
        np.testing.assert_array_equal(by_batch.setdefault(spec.batch, spec.gains), spec.gains)
    assert len(by_batch) == 2
    assert np.abs(np.log(np.stack(list(by_batch.values())))).max() <= 0.2


def test_cd146_positive_cd271_negative_msc_are_in_metastatic_disease_only(specs):
    name = "MSC CD146+CD271-"
    by_time = {}
    for spec in specs:
        if spec.group == "metastatic":
            total = fraction(spec, *[n for n in populations().names if n.startswith("MSC")])
            by_time.setdefault(spec.timepoint, []).append(fraction(spec, name) / total)
        else:
            assert fraction(spec, name) == 0
    diagnosis, therapy, relapse = (np.array(by_time[t]) for t in ("diagnosis", "therapy", "relapse"))
    assert (diagnosis > 0.2).all()
    assert np.median(therapy) < np.median(diagnosis) / 2
    assert 0.5 < (relapse > 0).mean() <= 1


def test_msc_are_as_rare_as_documented(specs):
    names = [name for name in populations().names if name.startswith("MSC")]
    of_normal = [fraction(s, *names) / (1 - fraction(s, "neuroblastoma", "neuroblastoma GD2low")) for s in specs]
    assert min(of_normal) > 0.00001
    assert max(of_normal) < 0.002
    assert 0.0002 < np.median(of_normal) < 0.001


@pytest.mark.parametrize("seed", range(5))
def test_pooled_subtypes_lie_on_both_sides_of_200_events(seed):
    """In a cohort of ten samples of 150,000 events, of which some 85 % are intact cells."""
    pooled = sum(spec.fractions for spec, _ in plan(10, 150_000, seed)) * 0.85 * 150_000
    events = [pooled[i] for i, name in enumerate(populations().names) if name.startswith("MSC")]
    assert min(events) < 100
    assert max(events) > 200
    assert max(events) < 600


def test_tumour_from_none_to_most_of_the_marrow(specs):
    load = [fraction(s, "neuroblastoma", "neuroblastoma GD2low") for s in specs if s.group == "metastatic"]
    assert max(fraction(s, "neuroblastoma") for s in specs if s.group != "metastatic") == 0
    assert min(load) < 0.005
    assert max(load) > 0.4


def test_enrichment_multiplies_the_stroma():
    plain, rich = plan(1, 1000, 0)[0][0], plan(1, 1000, 0, enrich=10)[0][0]
    ratio = fraction(rich, "endothelial") / fraction(plain, "endothelial")
    assert ratio == pytest.approx(10, rel=0.05)


def test_a_sample_does_not_depend_on_the_number_of_samples():
    few, many = plan(5, 1000, 1)[4][0], plan(10, 1000, 1)[4][0]
    for name, value in vars(few).items():
        np.testing.assert_array_equal(value, getattr(many, name))


@pytest.mark.parametrize(
    "wrong",
    [{"n_samples": 0}, {"n_samples": 2.5}, {"n_events": 10}, {"seed": -1}, {"n_events": True}, {"enrich": -1.0}],
)
def test_a_number_out_of_bounds_is_refused_by_name(wrong):
    with pytest.raises(InputError, match=f"The {next(iter(wrong))} parameter must be"):
        plan(**{"n_samples": 2, "n_events": 1000, "seed": 0, "enrich": 1.0} | wrong)


MSC = [name for name in populations().names if name.startswith("MSC")]


def one(seed=0, enrich=1.0, **what):
    return plan_cohort([SampleDesign("P1", **{"group": "new"} | what)], seed, enrich)[0][0]


def test_a_designed_sample_like_the_default_is_the_default():
    for (by_default, _), (designed, _) in zip(
        plan(10, 1000, 4),
        plan_cohort([SampleDesign(s.patient_id, s.group, s.timepoint, s.batch, 1000) for s, _ in plan(10, 1000, 4)], 4),
        strict=True,
    ):
        for name, value in vars(by_default).items():
            np.testing.assert_array_equal(value, getattr(designed, name))


def test_a_group_of_its_own_has_no_tumour_and_every_subtype():
    spec = one()
    assert fraction(spec, "neuroblastoma", "neuroblastoma GD2low") == 0
    assert all(fraction(spec, name) > 0 for name in MSC)


def test_factors_multiply_one_subtype_and_take_the_place_of_the_groups_effect():
    plain, more = one(), one(factors={"MSC CD146-CD271-": 3.0})
    assert fraction(more, MSC[3]) == pytest.approx(3 * fraction(plain, MSC[3]), rel=0.01)
    assert fraction(more, MSC[2]) == pytest.approx(fraction(plain, MSC[2]), rel=0.01)
    assert fraction(one(group="control"), MSC[1]) == 0
    assert fraction(one(group="control", factors={MSC[1]: 1.0}), MSC[1]) > 0
    assert fraction(one(group="metastatic", factors={MSC[1]: 0.0}), MSC[1]) == 0


def test_chance_is_that_of_a_sample_to_have_the_population():
    design = [SampleDesign(f"P{i}", "new", chances={MSC[2]: 0.3}) for i in range(300)]
    present = [fraction(spec, MSC[2]) > 0 for spec, _ in plan_cohort(design, 1)]
    assert np.mean(present) == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / 300))


def test_tumour_load_is_as_designed():
    loads = [fraction(one(seed, tumour=(0.1, 0.2)), "neuroblastoma", "neuroblastoma GD2low") for seed in range(20)]
    assert 0.1 <= min(loads) < max(loads) <= 0.2
    assert fraction(one(group="metastatic", tumour=(0.0, 0.0)), "neuroblastoma") == 0


def test_planted_populations_are_a_fraction_of_all_cells_and_leave_the_rest_in_proportion():
    extra = Planted("new kind", "CD90 +, CD271 ++", um=12.0)
    design = [SampleDesign("P1", "new", planted={extra: 0.01}), SampleDesign("P2", "new")]
    (with_it, _), (without, _) = plan_cohort(design, 0)
    plain = one()
    assert with_it.fractions[-1] == 0.01
    assert without.fractions[-1] == 0
    np.testing.assert_allclose(with_it.fractions[:-1], 0.99 * plain.fractions)
    np.testing.assert_array_equal(with_it.shift[:-1], plain.shift)


def test_patients_share_their_composition_and_batches_their_gains():
    design = [
        SampleDesign("P1", "a", batch="x"),
        SampleDesign("P2", "a", batch="y"),
        SampleDesign("P1", "a", "therapy", batch="y"),
    ]
    first, second, third = (spec for spec, _ in plan_cohort(design, 0))
    assert not np.array_equal(first.gains, second.gains)
    np.testing.assert_array_equal(second.gains, third.gains)
    assert [spec.sample_id for spec in (first, second, third)] == ["S01", "S02", "S03"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_events": 5}, "The n_events parameter must be"),
        ({"tumour": (0.0, 0.5)}, "The tumour load must be"),
        ({"tumour": (0.5, 0.2)}, "The tumour load must be"),
        ({"factors": {"MSC": 2.0}}, "no population 'MSC'"),
        ({"factors": {"B": -1.0}}, "The factor of B must be"),
        ({"chances": {"B": 1.5}}, "The chance of B must be"),
        ({"planted": {Planted("x", "CD90 +"): 1.0}}, "sum to less than 1"),
        ({"planted": {Planted("x", "CD91 +"): 0.1}}, "'x' must have states.*Got 'CD91 \\+' instead"),
        ({"planted": {Planted("x", "CD90+"): 0.1}}, "'x' must have states"),
        ({"planted": {Planted("B", "CD90 +"): 0.1}}, "'B' has the name of another"),
    ],
)
def test_a_design_that_cannot_be_is_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        one(**wrong)
