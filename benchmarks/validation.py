"""Whether intervals of the bench cover the truth, and how often a fraction is validated that should not be.

python -m benchmarks.validation [--seed 1] [--cases 500] [--only verdicts]
"""

import argparse
from collections import Counter

import numpy as np
import pandas as pd

from cytoclust.validation import (
    Assay,
    Scale,
    assay_table,
    colonies,
    copies,
    differentiation_table,
    limiting_dilution,
    qpcr_table,
    standard_curve,
    validate_fractions,
)

__all__ = ["ASSAYS", "main", "plate", "wells_of"]

INTERCEPT, SLOPE, SD = 37.5, -3.4, 0.15
ASSAYS = {
    "RASSF1A-M": Assay("RASSF1A-M", "DNA", of="NB", expect={"NB": "present", "MSC": "absent"}),
    "ALB": Assay("ALB", "DNA", "reference"),
    "ACTB-DNA": Assay("ACTB-DNA", "DNA", "reference"),
    "PHOX2B": Assay("PHOX2B", "mRNA", of="NB", expect={"NB": "present", "MSC": "absent"}),
    "TH": Assay("TH", "mRNA", of="NB", expect={"NB": "present", "MSC": "absent"}),
    "PRRX1": Assay("PRRX1", "mRNA", of="MSC", expect={"MSC": "present", "NB": "absent"}),
    "GUSB": Assay("GUSB", "mRNA", "reference"),
    "B2M": Assay("B2M", "mRNA", "reference"),
}
PER_CELL = {"RASSF1A-M": 2, "ALB": 2, "ACTB-DNA": 2, "PHOX2B": 4, "TH": 6, "PRRX1": 8, "GUSB": 5, "B2M": 30}
MARKS = {"RASSF1A-M": "NB", "PHOX2B": "NB", "TH": "NB", "PRRX1": "MSC"}


def wells_of(mean: float, n: int, rng: np.random.Generator, slope: float = SLOPE) -> np.ndarray:
    """Cq of wells that hold Poisson numbers of copies; NaN where there is none."""
    number = rng.poisson(mean, n)
    with np.errstate(divide="ignore"):
        cq = INTERCEPT + slope * np.log10(number) + rng.normal(0, SD, n)
    return np.where(number > 0, cq, np.nan)


def plate(
    fractions: dict[str, dict[str, float]], rng: np.random.Generator, *, cells: dict[str, float], replicates: int = 3
) -> pd.DataFrame:
    """Wells of one plate: standards, wells without template, and fractions of so many cells a well and composition."""
    slopes = {target: SLOPE + rng.normal(0, 0.1) for target in ASSAYS}
    rows: list[dict[str, object]] = []

    def add(name: str, target: str, kind: str, mean: float, n: int, quantity: float = np.nan) -> None:
        rows.extend(
            {
                "plate": "P1",
                "well": "",
                "fraction_id": name,
                "target": target,
                "sample_type": kind,
                "cq": cq,
                "quantity": quantity,
            }
            for cq in wells_of(mean, n, rng, slopes[target])
        )

    for target in ASSAYS:
        for quantity in (10, 100, 1e3, 1e4, 1e5):
            add(f"std{quantity:g}", target, "standard", quantity, 3, quantity)
        add("ntc", target, "no template", 0, 3)
        for name, composition in fractions.items():
            share = composition.get(MARKS[target], 0.0) if target in MARKS else 1.0
            add(name, target, "unknown", cells[name] * PER_CELL[target] * share, replicates)
    return pd.DataFrame(rows)


def _verdict(contamination: float, n_cells: float, rng: np.random.Generator) -> tuple[str, str]:
    """Of a tumour fraction and one of MSC with some tumour in it."""
    parts = {"T": {"NB": 1.0}, "M": {"NB": contamination, "MSC": 1 - contamination}}
    wells = plate(parts, rng, cells={"T": 2000.0, "M": n_cells})
    sheet = pd.DataFrame(
        {
            "fraction_id": ["T", "M"],
            "sample_id": "S1",
            "patient_id": "P1",
            "group": None,
            "timepoint": None,
            "population": ["NB", "MSC"],
            "n_sorted": [10000, int(10 * n_cells)],
        }
    )
    found = validate_fractions(sheet, wells, ASSAYS, parents={})
    verdict = found.fractions.set_index("fraction_id")["verdict"]
    return verdict["T"], verdict["M"]


def _share(name: str, hits: list[bool]) -> None:
    print(f"{name:58s} {np.mean(hits):6.3f}  (n = {len(hits)})")


def _plates(cases: int, rng: np.random.Generator) -> None:
    efficiency, ratio, detection = [], [], []
    for _ in range(cases):
        cells = float(np.exp(rng.uniform(np.log(20), np.log(2000))))
        share = float(np.exp(rng.uniform(np.log(0.05), 0)))
        wells = plate({"F": {"NB": share}}, rng, cells={"F": cells})
        _, calibrated = assay_table(wells, ASSAYS)
        sheet = pd.DataFrame({"fraction_id": ["F"], "sample_id": "S", "patient_id": "P", "population": "NB"})
        qpcr, _ = qpcr_table(wells, sheet, ASSAYS, calibrated=calibrated)
        for target in ("RASSF1A-M", "TH"):
            row = qpcr.set_index("target").loc[target]
            kind = ASSAYS[target].kind
            references = [
                PER_CELL[name] for name, each in ASSAYS.items() if each.role == "reference" and each.kind == kind
            ]
            truth = np.log2(share * PER_CELL[target]) - np.mean(np.log2(references))
            ratio.append(bool(row["ci_low"] <= truth <= row["ci_high"]))
        standards = np.repeat([1e2, 1e3, 1e4, 1e5, 1e6], 3)
        curve = standard_curve(standards, INTERCEPT + SLOPE * np.log10(standards) + rng.normal(0, SD, len(standards)))
        efficiency.append(curve.low <= 10 ** (-1 / SLOPE) - 1 <= curve.high)
        dose, tested = np.array([0.5, 1, 2, 4, 8, 16]), np.full(6, 24)
        found = limiting_dilution(dose, tested, rng.binomial(tested, -np.expm1(-0.4 * dose)))
        detection.append(found.low <= 1 / 0.4 <= found.high)
    _share("efficiency of standards", efficiency)
    _share("limit of detection (24 wells an amount)", detection)
    _share("log2 ratio of a fraction, 20 to 2,000 cells a well", ratio)
    for mean in (0.5, 2.0, 10.0, 100.0, 5000.0):
        scale = Scale(INTERCEPT, SLOPE, SD, 30)
        found = [copies(wells_of(mean, 3, rng), scale) for _ in range(cases)]
        _share(f"copies, 3 wells of {mean:g} on average", [each.low <= np.log2(mean) <= each.high for each in found])


def _bench(cases: int, rng: np.random.Generator) -> None:
    for mean in (3.0, 15.0):
        counts = rng.poisson(mean, (cases, 6))
        _share(
            f"colonies, 6 wells of {mean:g}",
            [(found := colonies(row, np.full(6, 1e5))).low <= mean / 1e5 <= found.high for row in counts],
        )
        full = counts > mean + 3
        _share(
            f"the same, wells of more than {mean + 3:g} too full",
            [
                (found := colonies(np.where(over, mean + 4, row), np.full(6, 1e5), censored=over)).low
                <= mean / 1e5
                <= found.high
                for row, over in zip(counts, full, strict=True)
                if not over.all()
            ],
        )
    sheet = pd.DataFrame({"patient_id": ["P"], "group": ["g"], "timepoint": ["t"]}, index=["S"])
    for n_plates in (1, 4):
        hits = []
        for _ in range(cases):
            rows = [
                {
                    "sample_id": "S",
                    "population": "",
                    "lineage": "osteoblast",
                    "readout": "ALP",
                    "unit": "",
                    "blank": np.nan,
                    "per": np.nan,
                    "plate": str(i),
                    "induced": side,
                    "value": v,
                }
                for i in range(n_plates)
                for side in (True, False)
                for v in (4.0 if side else 1.0) * np.exp(rng.normal(0, 0.15, 6))
            ]
            found = differentiation_table(pd.DataFrame(rows), sheet).iloc[0]
            hits.append(found["ci_low"] <= 2 <= found["ci_high"])
        _share(f"differentiation, plates: {n_plates}, 6 wells a side", hits)


def _verdicts(cases: int, rng: np.random.Generator) -> None:
    """Fractions of 10 to 1,000 cells a well; 5 % of other cells is allowed."""

    def drawn(low: float, high: float, least: float = 10.0) -> Counter[str]:
        def log_uniform(a: float, b: float) -> float:
            return float(np.exp(rng.uniform(np.log(a), np.log(b))))

        return Counter(_verdict(log_uniform(low, high), log_uniform(least, 1000.0), rng)[1] for _ in range(cases))

    for name, low, high, least in (
        ("contaminated, 5 to 50 %", 0.05, 0.5, 10.0),
        ("contaminated, as much as is allowed", 0.05, 0.0500001, 10.0),
        ("0.01 to 1 % of other cells", 1e-4, 0.01, 10.0),
        ("the same, 40 cells a well or more", 1e-4, 0.01, 40.0),
    ):
        found = drawn(low, high, least)
        told = ", ".join(f"{word} {found[word] / cases:.1%}" for word in ("validated", "contradicted", "not evaluable"))
        print(f"{name:38s} {told}  (n = {cases})", flush=True)


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--only", choices=["plates", "bench", "verdicts"], action="append")
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    parts = {"plates": _plates, "bench": _bench, "verdicts": _verdicts}
    for name in asked.only or parts:
        parts[name](asked.cases, rng)


if __name__ == "__main__":
    main()
