import numpy as np
import pandas as pd
import pytest

from cytoclust.datasets._cohort import plan_cohort
from cytoclust.datasets._populations import populations
from cytoclust.errors import InputError


def fraction(spec, *names):
    return sum(spec.fractions[populations().names.index(name)] for name in names)


@pytest.fixture(scope="module")
def specs():
    return [spec for seed in range(5) for spec, _ in plan_cohort(20, 1000, seed)]


def test_fractions_sum_to_one(specs):
    np.testing.assert_allclose([spec.fractions.sum() for spec in specs], 1)


def test_ten_samples_hold_each_group_and_time_point_and_share_patients():
    table = pd.DataFrame([vars(spec) for spec, _ in plan_cohort(10, 1000, 0)])
    assert set(table["group"]) == {"control", "localised", "metastatic"}
    assert list(table[table["patient_id"] == "P01"]["timepoint"]) == ["diagnosis", "therapy", "relapse"]
    assert len(table[["patient_id", "group"]].drop_duplicates()) == table["patient_id"].nunique()
    assert table["sample_id"].is_unique


@pytest.mark.parametrize(("n_samples", "n_batches"), [(1, 1), (10, 2), (30, 3)])
def test_batches_are_balanced_across_groups(n_samples, n_batches):
    table = pd.DataFrame([vars(spec) for spec, _ in plan_cohort(n_samples, 1000, 0)])
    assert table["batch"].nunique() == n_batches
    counts = pd.crosstab(table["group"], table["batch"])
    assert ((counts.max(axis=1) - counts.min(axis=1)) <= 1).all()


def test_gains_belong_to_the_batch_and_stay_within_a_fifth():
    by_batch = {}
    for spec, _ in plan_cohort(10, 1000, 3):
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
    pooled = sum(spec.fractions for spec, _ in plan_cohort(10, 150_000, seed)) * 0.85 * 150_000
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
    plain, rich = plan_cohort(1, 1000, 0)[0][0], plan_cohort(1, 1000, 0, enrich=10)[0][0]
    ratio = fraction(rich, "endothelial") / fraction(plain, "endothelial")
    assert ratio == pytest.approx(10, rel=0.05)


def test_a_sample_does_not_depend_on_the_number_of_samples():
    few, many = plan_cohort(5, 1000, 1)[4][0], plan_cohort(10, 1000, 1)[4][0]
    for name, value in vars(few).items():
        np.testing.assert_array_equal(value, getattr(many, name))


@pytest.mark.parametrize(
    "wrong",
    [{"n_samples": 0}, {"n_samples": 2.5}, {"n_events": 10}, {"seed": -1}, {"n_events": True}, {"enrich": -1.0}],
)
def test_a_number_out_of_bounds_is_refused_by_name(wrong):
    with pytest.raises(InputError, match=f"The {next(iter(wrong))} parameter must be"):
        plan_cohort(**{"n_samples": 2, "n_events": 1000, "seed": 0, "enrich": 1.0} | wrong)
