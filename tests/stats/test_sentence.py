"""Discoveries read as English, and over time as a comparison of times."""

import pytest

from cytoclust.findings import Finding
from cytoclust.stats._sentence import sentence

ROW = {
    "population": "MSC", "cluster": None, "phenotype": "", "p": 0.25, "q": 0.5, "verdict": "not supported",
    "n_detected": 3, "n_evaluable": 4, "n_detected_other": 0, "n_evaluable_other": 5, "against": "other groups",
    "question": "group",
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {},
            "MSC was found in 3 of the 4 patients (a) who would have shown it, and in none of 5 others (other groups);",
        ),
        (
            {"n_detected": 1, "n_evaluable": 1, "n_evaluable_other": 1},
            "MSC was found in the only patient (a) who would have shown it, and not in the only other (other groups);",
        ),
        ({"n_detected_other": 1, "n_evaluable_other": 1}, "and in the only other (other groups);"),
        ({"n_evaluable_other": 0}, "and none of those compared with (other groups) had cells enough to show it;"),
        (
            {"against": "other times of the same patients", "question": "time", "n_detected_other": 1},
            "and at other times of the same patients in 1 of 5;",
        ),
        ({"n_detected": 0, "n_evaluable": 0}, "MSC was found (a) only in samples with too few cells to count, and"),
    ],
)
def test_numbers_are_told_in_english(given: dict, told: str) -> None:
    assert told in sentence(ROW | given, flags=[], where="a", presence=True, alpha=0.05)


def test_a_cluster_is_named_by_its_phenotype() -> None:
    row = ROW | {"population": "unknown", "cluster": "7", "phenotype": "CD90+"}
    assert sentence(row, flags=[], where="a", presence=True, alpha=0.05).startswith("Cluster 7 (CD90+) was found")


def test_only_what_stands_in_the_way_is_a_reason() -> None:
    flags = [Finding("mimic not excluded", mimics=["endothelial"]), Finding("one patient"), Finding("name doubtful")]
    told = sentence(ROW | {"q": 0.01}, flags=flags, where="a", presence=True, alpha=0.05)
    assert told.endswith("Not supported: only one patient shows it, and the name is hardly more likely than not.")
