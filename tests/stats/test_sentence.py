"""Discoveries read as English, and over time as a comparison of times."""

import numpy as np
import pytest

from cytoclust.findings import Finding
from cytoclust.stats._sentence import sentence

ROW = {
    "population": "MSC", "cluster": "", "phenotype": "", "p": 1 / 600, "least_p": 1 / 600, "q": 0.005,
    "verdict": "supported", "n_in": 6, "of_in": 6, "n_out": 0, "of_out": 8, "events_out": 0, "cells_out": 958_000,
    "level_in": 271.4, "upper_out": 3.13, "ratio": np.inf, "ratio_low": 74.2, "ratio_high": np.inf,
    "basis": "within strata", "against": "other groups at diagnosis", "question": "group",
}  # fmt: skip


def told(flags=(), **given) -> str:
    return sentence(ROW | given, flags=list(flags), where="metastatic at diagnosis", arrangements=600, alpha=0.05)


def test_a_claim_in_full() -> None:
    assert told() == (
        "MSC was found in 6 of 6 patients (metastatic at diagnosis; median 271 per million cells) and in none of 8"
        " others (other groups at diagnosis; 0 events among 958,000 cells: fewer than 3.1 per million), at least 74"
        " times as much. Of 600 ways to assign the labels within batches, none shows a larger difference (p = 0.0017;"
        " over all comparisons 0.005). Supported."
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"n_out": 2, "ratio": 9.7, "ratio_low": 3.21, "ratio_high": 31.0}, "in 2 of 8 others"),
        ({"ratio": 9.7, "ratio_low": 3.21, "ratio_high": 31.0}, "9.7 times as much (3.2 to 31)."),
        ({"question": "time", "against": "dx", "n_out": 1}, "and at dx in 1 of 8 ("),
        ({"events_out": 518, "upper_out": 15257.2}, "518 events among 958,000 cells: at most 15,257 per million"),
        ({"ratio": np.inf, "ratio_low": np.inf, "ratio_high": np.inf}, "fewer than 3.1 per million). Of 600"),
        ({"p": 0.03}, "Chance: p = 0.03; over all comparisons 0.005."),
        ({"p": np.nan, "q": np.nan, "ratio": np.nan, "verdict": "not supported"}, "Nothing could be tested."),
        ({"verdict": "suggestive"}, "Suggestive: too few patients for a verdict; one more a side would allow one."),
        ({"population": "unknown", "cluster": "7", "phenotype": "CD90+"}, "Cluster 7 (CD90+) was found"),
        ({"cluster": "7"}, "MSC, cluster 7, was found"),
    ],
)
def test_numbers_are_told_in_english(given: dict, expected: str) -> None:
    assert expected in told(**given)


def test_only_what_stands_in_the_way_is_a_reason() -> None:
    flags = [Finding("mimic not excluded", mimics=["endothelial"]), Finding("one patient"), Finding("name doubtful")]
    text = told(flags, verdict="not supported")
    assert text.endswith("Not supported: only one patient shows it, and the name is hardly more likely than not.")
    assert told(flags[:1]).endswith("Supported (mimic not excluded: endothelial).")
