"""How two runs of the sensitivity benchmark are compared, and the order of its page."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.constants import Constant
from benchmarks.sensitivity_cases import CASES, Outcome, compare
from benchmarks.sensitivity_page import BY, SEEDS, effect, render


def outcome(cluster: list[int], statuses: list[str]) -> Outcome:
    index = pd.MultiIndex.from_product([["S1", "S2"], ["MSC"]], names=["sample_id", "population"])
    verdict = pd.Series(["only in a: supported"], index=pd.MultiIndex.from_tuples([("MSC", "a")], names=["p", "g"]))
    labels = np.array(cluster, dtype=np.int32)
    names = np.where(labels == 0, "MSC", "unknown")
    ones = np.ones(len(labels), dtype=np.float32)
    return Outcome(np.full(len(labels), "ok"), labels, names, ones, pd.Series(statuses, index=index), verdict)


def test_same_run_changes_nothing() -> None:
    unmoved = outcome([0, 0, 1, 1], ["detected", "trace"])
    found = compare(unmoved, unmoved, np.array(["a", "a", "b", "b"]))
    assert (found["ari"], found["f1"], found["unmoved_f1"]) == (1, 1, 1)
    assert not any(found[name] for name in ("qc", "names", "statuses", "verdicts", "bits"))


def test_changes_are_counted() -> None:
    unmoved, other = outcome([0, 0, 1, 1], ["detected", "trace"]), outcome([0, 0, 0, 1], ["detected", "detected"])
    found = compare(other, unmoved, np.array(["a", "a", "b", "b"]))
    assert (found["names"], found["statuses"], found["of_statuses"], found["verdicts"], found["bits"]) == (
        1,
        1,
        2,
        0,
        1,
    )
    assert found["ari"] == pytest.approx(0.0)  # one pair in common, as 2 × 3 of 6 pairs would have by chance
    assert found["f1"] == pytest.approx((4 / 5 + 2 / 3) / 2)


def run(ari: float, f1: float = 0.9) -> dict[str, float]:
    counts = {"qc": 0, "names": 0, "events": 10, "statuses": 0, "of_statuses": 4, "verdicts": 0, "of_verdicts": 2}
    return {"ari": ari, "f1": f1, "unmoved_f1": 0.9, "clusters": 3, "bits": 1} | counts


def test_effect_adds_up_what_changed_and_is_the_mean_over_runs() -> None:
    runs = pd.DataFrame([run(1.0), run(0.9, 0.8) | {"statuses": 1, "verdicts": 1, "names": 5}])
    assert effect(runs) == pytest.approx((0.1 + 0.1 + 0.5 + 0.25 + 0.5) / 2)
    assert effect(pd.DataFrame([{"failed": "no"}, run(0.7)])) == pytest.approx(0.3)


def test_page_names_the_largest_first_and_what_was_not_measured() -> None:
    three = [Constant("cytoclust.engine._a", name, 2.0, f"About {name}.") for name in ("SMALL", "LARGE", "LOST")]
    found = {f"{CASES[0].name} seed {seed}": run(0.9) for seed in SEEDS}
    found |= {
        f"{CASES[0].name} {each.key} {BY[0]:+}": run(1 - i / 10) | {"was": 2.0} for i, each in enumerate(three[:2], 1)
    }
    found |= {f"{CASES[0].name} {three[2].key} {BY[0]:+}": run(0.2) | {"was": 3.0}}  # it has another value now
    page = render(three, found)
    most = page.split("matter most")[1].split("## Another seed")[0]
    assert most.index("LARGE") < most.index("SMALL")
    assert "About LARGE." in most
    assert "`engine._a.LOST`" in page.split("## Not measured")[1]
    assert f"on {CASES[0].name} 0 of 3 numbers both ways and 2 one way" in page.split("\n\n")[1]
