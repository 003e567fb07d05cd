"""The first page answers the primary question: supported, not shown, or cannot be told, with the reason."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.findings import Finding, to_cell
from cytoclust.report._amounts import amounts_of
from cytoclust.report._answer import answer
from cytoclust.report._answer_section import answer_section
from cytoclust.report._gather import Inputs, gather
from cytoclust.report._simulated import simulated
from cytoclust.report._visits import file_name, patients_of
from tests.report.cohort import Cohort

ASKED = ("MSC CD146+CD271-",)


def rule(name: str, *, primary: bool = False, malignant: bool = False) -> dict[str, Any]:
    """A population of the rules, as run.json has it."""
    return {"name": name, "parent": "cells", "markers": {}, "optional": {}, "unless": [], "primary": primary,
            "malignant": malignant}  # fmt: skip


def claim(**given: Any) -> dict[str, Any]:
    """A row of the table of discoveries."""
    told = {"population": ASKED[0], "cluster": None, "claim": "only in metastatic", "group": "metastatic", "n_in": 6,
            "of_in": 6, "n_out": 0, "of_out": 8, "p": 0.2, "least_p": 0.002, "q": 0.6, "flags": None,
            "verdict": "not supported", "timepoint": None, "against": None, "sentence": "Found."}  # fmt: skip
    return told | given


def inputs(*claims: dict[str, Any], groups: bool = True, **changes: Any) -> Inputs:
    cohort = Cohort(changes.pop("n_samples", 8), 20, n_events=400, groups=groups)
    cohort.run["rules"]["populations"] = [rule("neuroblastoma", malignant=True), rule(ASKED[0], primary=True)]
    if claims:
        cohort.tables["discoveries"] = pd.DataFrame(claims)
    table = cohort.tables["populations"]
    for name, value in changes.items():
        table[name] = value
    return gather(cohort.adata, cohort.tables, cohort.run)


def test_a_supported_claim_is_the_answer_with_its_counts() -> None:
    found = inputs(claim(verdict="supported", q=0.005), claim(population="MSC", verdict="supported", q=0.001))
    verdict, sentence = answer(found, ASKED)
    assert verdict == "yes"
    assert (
        sentence == "Yes: MSC CD146+CD271- only in metastatic: found in 6 of 6 patients and 0 of 8 others (q = 0.005)."
    )


def test_where_nothing_is_supported_the_nearest_is_told_and_that_it_proves_nothing() -> None:
    found = inputs(claim(p=0.4), claim(p=0.2, n_in=3, n_out=1), claim(population="MSC", verdict="supported", q=0.001))
    verdict, sentence = answer(found, ASKED)
    assert verdict == "no"
    for words in ("Not shown", "3 of 6 metastatic and in 1 of 8 others", "p = 0.2", "no proof that there is none"):
        assert words in sentence


CONFOUNDED = to_cell([Finding("confounded with batch")])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda: inputs(claim(p=0.07, least_p=0.067, of_in=2, n_in=2, of_out=4)), "no p can be below 0.067"),
        (
            lambda: inputs(claim(p=None, least_p=None, flags=CONFOUNDED)),
            "group and batch cannot be told apart for meta",
        ),
        (lambda: inputs(claim(p=None, least_p=None)), "too few patients for a test"),
        (lambda: inputs(), "two patients or more each"),
        (lambda: inputs(groups=False), "no groups and no time points"),
        (lambda: inputs(n_samples=1), "one sample alone"),
        (lambda: inputs(status="not evaluable"), "no sample is deep enough to have shown MSC CD146+CD271-"),
    ],
)
def test_what_cannot_be_told_is_said_with_the_reason(given: Any, words: str) -> None:
    verdict, sentence = answer(given(), ASKED)
    assert verdict == "open"
    assert re.match("Cannot tell(, | what differs, )because ", sentence)
    assert words in sentence


def test_a_panel_that_cannot_name_what_is_asked_about() -> None:
    assert answer(inputs(), ("plasma cell",)) == ("open", "Cannot tell, because this panel cannot name plasma cell.")


def test_without_rules_nothing_has_a_name() -> None:
    cohort = Cohort(4, 10, n_events=300, rules=False)
    found = gather(cohort.adata, cohort.tables, cohort.run)
    assert "no rules were given" in answer(found, ())[1]
    section = answer_section(found, [])
    assert (section["rows"], section["seen"]) == ([], [])


def test_each_patient_has_a_row_a_visit_and_no_count_is_without_its_limit() -> None:
    found = inputs()
    section = answer_section(found, [])
    assert [name for name, *_ in section["columns"]] == ["neuroblastoma", ASKED[0]]
    assert [(row.patient.name, row.when) for row in section["rows"]] == [
        (patient.name, visit.when) for patient in patients_of(found) for visit in patient.visits
    ]
    table = found.populations.set_index([keys.SAMPLE, keys.POPULATION])
    for row in section["rows"]:
        for (name, *_), each in zip(section["columns"], row.cells, strict=True):
            true = table.loc[(row.sample, name)]
            assert each.n_events == true[keys.N_EVENTS]
            assert each.level == pytest.approx(true[keys.PER_MILLION] / 1e6)
            assert ("%" in each.limit) or each.limit == "no limit"
    told = dict(section["seen"])[ASKED[0]]
    here = table.loc[(slice(None), ASKED[0]), :].assign(here=lambda t: t[keys.STATUS].isin(keys.SHOWN))
    n = here.groupby(keys.PATIENT)["here"].any().sum()
    assert told.startswith(f"in {n} of {here[keys.PATIENT].nunique()}")


def test_one_sample_is_told_by_what_it_has() -> None:
    section = answer_section(inputs(n_samples=1), [])
    assert section["seen"] == []
    assert re.match(r"(Found|Not found|Cannot tell): neuroblastoma", section["sentence"])
    assert "event" not in section["sentence"]  # its page has the numbers, once
    assert section["rows"] == []


def test_a_simulation_says_so() -> None:
    cohort = Cohort(2, 6, n_events=200)
    first, *rest = cohort.run["inputs"]
    assert simulated(gather(cohort.adata, cohort.tables, cohort.run)) == ""
    first["cytometer"] = "cytoclust simulator"
    assert simulated(gather(cohort.adata, cohort.tables, cohort.run)) == "PARTLY SIMULATED"
    for each in rest:
        each["cytometer"] = "SIMULATED data"
    assert simulated(gather(cohort.adata, cohort.tables, cohort.run)) == "SIMULATED"


def test_names_of_patients_make_places_and_files_of_their_own() -> None:
    cohort = Cohort(4, 6, n_events=200)
    names = ["found", "P 1", "table-x", "../../etc/passwd"]
    cohort.tables["populations"][keys.PATIENT] = cohort.tables["populations"][keys.SAMPLE].map(
        dict(zip(cohort.sheet[keys.SAMPLE], names, strict=True))
    )
    found = {each.name: each.slug for each in patients_of(gather(cohort.adata, cohort.tables, cohort.run))}
    assert found == {"found": "patient-found", "P 1": "P_1", "table-x": "patient-table-x", names[3]: names[3]}
    assert file_name("P01") == "P01"
    assert len({file_name(name) for name in ("a/b", "a_b", "a b", "..", ".")}) == 5
    assert "/" not in file_name(names[3])
    assert not file_name(names[3]).startswith(".")


def test_amounts_are_told_by_their_status() -> None:
    amounts = amounts_of(inputs())
    for each in amounts.values():
        told = each.told
        assert f"{each.n_events:,} event" in told or "none seen" in told
        assert ("a trace" in told) == (each.status == "trace")
        assert ("not evaluable" in told) == (each.status == "not evaluable")


def test_drift_between_batches_takes_the_green_from_the_light() -> None:
    found = inputs()
    assert answer_section(found, [])["light"]["state"] == "good"
    drifted = Cohort(8, 20, n_events=400)
    drifted.run["notes"] = [Finding("drift found", which=["CD31 in B2 (1.55-fold by landmark)"]).to_dict()]
    light = answer_section(gather(drifted.adata, drifted.tables, drifted.run), [])["light"]
    assert (light["state"], light["why"][0]) == ("look", "signals drifted between batches")


def test_not_found_and_not_ruled_out_are_told_apart() -> None:
    table = Cohort(8, 20, n_events=400).tables["populations"]
    mine = table[keys.POPULATION] == ASKED[0]
    n = table[keys.PATIENT].nunique()
    blind = inputs(status=np.where(mine, "not evaluable", table[keys.STATUS]))
    assert dict(answer_section(blind, [])["seen"])[ASKED[0]] == (
        f"in 0 of {n} (the other {n} may have it: too few cells to tell)"
    )
    absent = inputs(status=np.where(mine, "not detected", table[keys.STATUS]))
    assert dict(answer_section(absent, [])["seen"])[ASKED[0]] == f"in 0 of {n}"
