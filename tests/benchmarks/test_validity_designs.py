from collections import Counter

import numpy as np
import pandas as pd
import pytest
import yaml

from benchmarks.validity.designs import (
    CHANGED,
    FRACTION,
    PLANTED,
    confounded,
    effect,
    load,
    no_positives,
    null,
    partial,
    planted,
    study,
    times,
)  # fmt: skip
from benchmarks.validity.work import rules_without
from cytoclust import rules
from cytoclust.datasets._cohort import plan_cohort

ALL = (study, planted, null, times, load, partial, effect, confounded, no_positives)


def table(cohort):
    return pd.DataFrame([vars(sample) for sample in cohort.design])


@pytest.mark.parametrize("make", ALL)
def test_every_design_can_be_simulated_with_seeds_of_its_own(make):
    cohorts = [make(9000, number) for number in range(100)]
    assert all(plan_cohort(each.design, each.seed, each.enrich) for each in cohorts[:2])
    others = {other(9000, number).seed for other in ALL if other is not make for number in range(100)}
    assert len({each.seed for each in cohorts} - others) == 100


def test_the_study_is_that_of_the_issue():
    sheet = table(study(9000, 0))
    assert Counter(zip(sheet["group"], sheet["timepoint"], strict=True)) == {
        ("metastatic", "diagnosis"): 6, ("localised", "diagnosis"): 4, ("control", "diagnosis"): 4,
        ("metastatic", "therapy"): 3, ("metastatic", "relapse"): 3,
    }  # fmt: skip
    assert (sheet["n_events"] == 150_000).all()
    assert (sheet.groupby(["group", "timepoint"])["batch"].nunique() == 3).all()
    assert set(sheet["patient_id"][sheet["timepoint"] != "diagnosis"]) < set(sheet["patient_id"][:6])


def test_planted_populations_are_in_three_samples_each():
    found = Counter()
    for sample in planted(9000, 0).design:
        for kind, fraction in sample.planted.items():
            assert PLANTED[sample.group, sample.timepoint] == kind
            assert fraction == FRACTION
            found[kind.name] += 1
    assert list(found.values()) == [3, 3, 3]


@pytest.mark.parametrize("number", [0, 1])
def test_null_groups_differ_in_depth_threefold_and_in_batch_alone(number):
    cohort = null(9000, number)
    sheet = table(cohort)
    depth = sheet.groupby("group")["n_events"].first()
    assert depth.max() == 3 * depth.min()
    counts = pd.crosstab(sheet["group"], sheet["batch"])
    assert (counts > 0).to_numpy().all()
    assert (counts.to_numpy() != counts.to_numpy().mean(axis=0)).any()
    assert all(not (each.factors or each.chances or each.planted or each.load[1]) for each in cohort.design)
    assert not set(sheet["group"]) & {"control", "localised", "metastatic"}


def test_the_other_designs_differ_in_what_they_say():
    assert pd.crosstab(
        table(confounded(9000, 0))["group"], table(confounded(9000, 0))["batch"]
    ).to_numpy().tolist() == [
        [0, 8],
        [8, 0],
    ]
    has = [sample.group for sample in partial(9000, 0).design if sample.effects[CHANGED][0]]
    assert has == ["one"] * 3
    loads = {sample.group: sample.load for sample in load(9000, 0).design}
    assert loads["two"] == (0, 0) != loads["one"]
    specs = [spec for spec, _ in plan_cohort(no_positives(9000, 0).design, 1)]
    assert np.sum([np.sum(spec.fractions == 0) for spec in specs]) == 12 * (
        4 + 2
    )  # three MSC, endothelium, two tumours


def test_a_rule_is_taken_out_and_the_rest_stays():
    rest = yaml.safe_load(rules_without(CHANGED))["populations"]
    assert [name for name in (each.name for each in rules.load("msc").populations) if name not in rest] == [CHANGED]
