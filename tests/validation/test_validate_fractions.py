"""Verdicts on simulated plates, of which the truth is known."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from benchmarks.validation import ASSAYS, plate
from cytoclust.findings import from_cell
from cytoclust.validation import Validated, validate_fractions

SHEET = pd.DataFrame({
    "fraction_id": ["T", "M"], "sample_id": "S1", "patient_id": "P1", "group": None, "timepoint": None,
    "population": ["NB", "MSC CD271+"], "n_sorted": [10000, 5000],
})  # fmt: skip
PARENTS = {"MSC CD271+": "MSC", "MSC": "cells", "NB": "cells"}


def made(tumour: float, *, cells: float = 200.0, seed: int = 0, sheet: pd.DataFrame = SHEET) -> pd.DataFrame:
    composition = {"T": {"NB": 1.0}, "M": {"NB": tumour, "MSC": 1 - tumour}}
    kept = {name: composition[name] for name in sheet["fraction_id"]}
    return plate(kept, np.random.default_rng(seed), cells={"T": 2000.0, "M": cells})


def verdict(wells: pd.DataFrame, *, sheet: pd.DataFrame = SHEET, **given: object) -> Validated:
    return validate_fractions(sheet, wells, ASSAYS, parents=PARENTS, **given)  # type: ignore[arg-type]


def told(found: Validated, name: str = "M") -> tuple[str, set[str]]:
    row = found.fractions.set_index("fraction_id").loc[name]
    return str(row["verdict"]), {each.code for each in from_cell(str(row["reason"]))}


def test_pure_fractions_are_validated() -> None:
    found = verdict(made(0.0))
    assert told(found) == ("validated", {"clean", "found as expected"})
    assert told(found, "T") == ("validated", {"clean", "found as expected"})
    purity = found.purity.set_index(["fraction_id", "by"]).loc["M"]
    assert (purity["status"] == "upper limit").all()
    assert (purity["ci_low"] > 0.98).all()


def test_a_contaminated_fraction_is_contradicted_and_its_share_is_told() -> None:
    found = verdict(made(0.2))
    assert told(found)[0] == "contradicted"
    rows = found.purity[(found.purity["fraction_id"] == "M")]
    assert set(rows["by"]) == {"DNA", "mRNA"}
    assert ((rows["ci_low"] <= 0.8) & (rows["ci_high"] >= 0.8)).all()


def test_few_cells_tell_nothing() -> None:
    few = verdict(made(0.0, cells=1.5, seed=1))
    assert told(few)[0] == "not evaluable"


def test_without_the_patients_tumour_absence_shows_nothing() -> None:
    alone = SHEET[SHEET["fraction_id"] == "M"]
    found = verdict(made(0.0, sheet=alone), sheet=alone)
    assert told(found) == ("not evaluable", {"nothing to compare with"})
    other = SHEET.assign(patient_id=["P2", "P1"])
    assert told(verdict(made(0.0), sheet=other))[0] == "not evaluable"


def test_a_plate_without_wells_without_template_is_told_by_name() -> None:
    wells = made(0.0)
    found = verdict(wells[wells["sample_type"] != "no template"])
    assert set(found.assays["verdict"]) == {"not evaluable"}
    assert told(found)[0] == "not evaluable"
    assert "plate P1 has no wells without template for RASSF1A-M" in found.fractions["sentence"].iloc[1]


def test_wells_without_template_that_amplify_like_samples_leave_nothing() -> None:
    wells = made(0.0)
    spoilt = wells.assign(
        cq=np.where(wells["sample_type"] == "no template", 24.0 + np.arange(len(wells)) % 3, wells["cq"])
    )
    found = verdict(spoilt)
    assert told(found)[0] == "not evaluable"
    assert (found.assays["cut_cq"] < 24).all()


def test_re_analysis_outside_the_gate_contradicts() -> None:
    assert told(verdict(made(0.0), reanalysed={"M": (300, 500)})) == ("contradicted", {"outside its gate"})
    assert told(verdict(made(0.0), reanalysed={"M": (480, 500)}))[0] == "validated"


def test_gates_stand_beside_what_was_measured() -> None:
    gates = pd.DataFrame({
        "population": ["MSC CD271+"] * 2, "purity": [np.nan, 0.97], "purity_low": [np.nan, 0.95],
        "purity_high": [np.nan, 0.99], "n_samples": [0, 7],
    })  # fmt: skip
    rows = verdict(made(0.0), gates=gates).purity
    row = rows[(rows["by"] == "gates")].iloc[0]
    assert (row["fraction_id"], row["estimate"], row["n"], row["status"]) == ("M", 0.97, 7, "promised")


def test_ratios_are_those_of_pfaffl() -> None:
    """By hand: E_t^(ΔCq target) / geometric mean of E_r^(ΔCq reference), between two fractions of many cells."""
    found = verdict(made(0.3, cells=2000.0))
    q = found.qpcr.set_index(["fraction_id", "target"])
    slope = found.assays.set_index("target")["slope"]

    def fold(target: str) -> float:
        return float(10 ** ((q.loc[("M", target), "cq"] - q.loc[("T", target), "cq"]) / slope[target]))

    by_hand = fold("RASSF1A-M") / np.sqrt(fold("ALB") * fold("ACTB-DNA"))
    told_ratio = q["log2_ratio"]["M", "RASSF1A-M"] - q["log2_ratio"]["T", "RASSF1A-M"]
    assert 2**told_ratio == pytest.approx(by_hand, rel=1e-6)
    row = found.purity[(found.purity["fraction_id"] == "M") & (found.purity["by"] == "DNA")].iloc[0]
    assert 1 - row["estimate"] == pytest.approx(by_hand, rel=1e-6)


def test_order_of_wells_is_nothing() -> None:
    wells = made(0.02)
    other = wells.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        verdict(wells).purity.drop(columns="target"), verdict(other).purity.drop(columns="target"), rtol=1e-9
    )


@pytest.mark.slow
def test_contaminated_fractions_are_hardly_ever_validated_and_pure_ones_are() -> None:
    wrong = Counter(told(verdict(made(0.06, cells=60.0, seed=seed)))[0] for seed in range(60))
    right = Counter(told(verdict(made(0.002, cells=60.0, seed=seed)))[0] for seed in range(60))
    assert wrong["validated"] <= 4
    assert right["validated"] >= 54
