"""What a laboratory would bring from the bench for a simulated cohort: fractions, plates, colonies, differentiation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from cytoclust.datasets._cohort import SampleSpec
from cytoclust.datasets._populations import populations

__all__ = ["ASSAYS", "simulate_bench"]

TUMOUR, FOUND, NORMAL = "neuroblastoma", "MSC CD146+CD271-", "MSC CD146+CD271+"

ASSAYS: Final = """\
# target: what is measured, for what, and where it must be and must not be
RASSF1A-M: {kind: DNA, of: neuroblastoma, expect: {neuroblastoma: present, MSC: absent}}
ALB: {kind: DNA, role: reference}
ACTB-DNA: {kind: DNA, role: reference}
PHOX2B: {kind: mRNA, of: neuroblastoma, expect: {neuroblastoma: present, MSC: absent}}
TH: {kind: mRNA, of: neuroblastoma, expect: {neuroblastoma: present, MSC: absent}}
PDGFRB: {kind: mRNA, of: MSC, expect: {MSC: present, neuroblastoma: absent}}
GUSB: {kind: mRNA, role: reference}
B2M: {kind: mRNA, role: reference}
"""

# copies a cell, the population that alone has it ("" for every cell), slope and Cq of one copy
_TARGETS: Final = {
    "RASSF1A-M": (2.0, TUMOUR, -3.40, 37.6),
    "ALB": (2.0, "", -3.35, 37.4),
    "ACTB-DNA": (2.0, "", -3.45, 37.9),
    "PHOX2B": (12.0, TUMOUR, -3.50, 37.2),
    "TH": (20.0, TUMOUR, -3.38, 37.8),
    "PDGFRB": (15.0, "MSC", -3.42, 37.5),
    "GUSB": (10.0, "", -3.36, 37.1),
    "B2M": (60.0, "", -3.30, 37.0),
}
_WELLS, _SD = 3, 0.12  # replicates of an amount, and what they differ by in Cq
_STANDARDS: Final = (10, 100, 1_000, 10_000, 100_000)
_FOR_A_WELL = 0.7 / 24  # of the cells sorted: 70 % are recovered, for 8 targets in 3 wells
_CLONOGENIC = 0.08  # of MSC that have CD271
_DOSES, _TESTED = (5, 15, 50, 150), 12
_MAX_COLONIES = 60  # of a well; more run together
_READOUTS: Final = (("osteoblast", "ALP", "U/mg", 1.2), ("adipocyte", "oil red O", "A510", 1.8))


@dataclass(frozen=True)
class _Sorted:
    """One fraction: how many cells, and what share of them is tumour; the rest are MSC."""

    fraction_id: str
    sample_id: str
    patient_id: str
    population: str
    n_sorted: int
    tumour: float


def simulate_bench(specs: Sequence[SampleSpec], rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Tables ``fractions, qpcr, cfu, dilution, differentiation``, and ``truth`` of all of them.

    Of each sample with tumour a tumour fraction and two of MSC are sorted, of each other sample one of MSC. The second
    fraction of MSC holds too much tumour, and the third too few cells to tell. Only MSC with CD271 form colonies; MSC
    of metastatic patients become osteoblasts more readily.
    """
    table = populations(specs[0].planted)
    tumour = [(spec, float(spec.fractions[table.tumour].sum())) for spec in specs]
    fractions = list(_fractions(tumour, rng))
    msc = [name for name in table.names if name.startswith("MSC") and name.endswith("CD271+")]
    shares = {spec.sample_id: float(sum(spec.fractions[table.names.index(name)] for name in msc)) for spec in specs}
    cfu, dilution = list(_cfu(specs, fractions, shares, rng)), list(_dilution(fractions, rng))
    differentiation, effects = _differentiation(specs, rng)
    truth = [{"what": "tumour share", "name": each.fraction_id, "value": each.tumour} for each in fractions]
    truth += [{"what": "clonogenic share", "name": name, "value": _CLONOGENIC} for name in msc]
    return {
        "fractions": pd.DataFrame([_row(each, rng) for each in fractions]),
        "qpcr": pd.DataFrame(list(_plates(fractions, rng))),
        "cfu": pd.DataFrame(cfu),
        "dilution": pd.DataFrame(dilution),
        "differentiation": pd.DataFrame(differentiation),
        "truth": pd.DataFrame([*truth, *effects]),
    }


def _fractions(tumour: Sequence[tuple[SampleSpec, float]], rng: np.random.Generator) -> Iterator[_Sorted]:
    n_msc = 0
    for spec, load in tumour:
        who = (spec.sample_id, spec.patient_id)
        if load > 1e-3:
            yield _Sorted(f"{spec.sample_id}-NB", *who, TUMOUR, 20_000, float(rng.uniform(0.995, 1.0)))
            few = {1: (4_000, 0.15), 2: (25, 0.002)}.get(
                n_msc, (int(rng.integers(2_000, 6_000)), float(rng.uniform(0, 0.004)))
            )
            yield _Sorted(f"{spec.sample_id}-MSC", *who, FOUND, *few)
            n_msc += 1
        yield _Sorted(
            f"{spec.sample_id}-MSC271", *who, NORMAL, int(rng.integers(2_000, 6_000)),
            float(rng.uniform(0, 0.003)) if load else 0.0,
        )  # fmt: skip


def _row(each: _Sorted, rng: np.random.Generator) -> dict[str, Any]:
    again = int(min(500, each.n_sorted // 10))
    pure = each.tumour if each.population == TUMOUR else 1 - each.tumour
    return {
        "fraction_id": each.fraction_id, "sample_id": each.sample_id, "population": each.population,
        "n_sorted": each.n_sorted, "n_reanalysed": again or None,
        "n_in_gate": int(rng.binomial(again, 0.97 * pure)) if again else None,
    }  # fmt: skip


def _plates(fractions: Sequence[_Sorted], rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Plates of 384 wells, each with all targets, their standards and wells of water."""
    number = 0

    def wells(
        name: str, target: str, kind: str, mean: float, quantity: float | None = None
    ) -> Iterator[dict[str, Any]]:
        nonlocal number
        _, _, slope, one = _TARGETS[target]
        for _ in range(_WELLS):
            copies = rng.poisson(mean)
            cq = f"{one + slope * np.log10(copies) + rng.normal(0, _SD):.2f}" if copies else "Undetermined"
            row, column = divmod(number, 24)
            yield {
                "plate": f"plate {row // 16 + 1}", "well": f"{chr(ord('A') + row % 16)}{column + 1}",
                "fraction_id": name, "target": target, "sample_type": kind, "cq": cq, "quantity": quantity,
            }  # fmt: skip
            number += 1

    per_plate = 384 // (len(_TARGETS) * _WELLS) - len(_STANDARDS) - 1
    for start in range(0, len(fractions), per_plate):
        number = 384 * (start // per_plate)
        for target, (per_cell, only, _, _) in _TARGETS.items():
            for quantity in _STANDARDS:
                yield from wells(f"standard {quantity}", target, "standard", quantity, quantity)
            yield from wells("water", target, "ntc", 0.0)
            for each in fractions[start : start + per_plate]:
                share = {"": 1.0, TUMOUR: each.tumour, "MSC": 1 - each.tumour}[only]
                cells = each.n_sorted * _FOR_A_WELL
                yield from wells(each.fraction_id, target, "unknown", cells * per_cell * share)


def _cfu(
    specs: Sequence[SampleSpec], fractions: Sequence[_Sorted], shares: dict[str, float], rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    usual = float(np.median(list(shares.values()))) * _CLONOGENIC
    unsorted = min(1_000_000, int(10 ** np.floor(np.log10(_MAX_COLONIES / max(usual, 1e-9)))))  # that can be counted
    seeded = [(spec.sample_id, "", unsorted, shares[spec.sample_id] * _CLONOGENIC) for spec in specs]
    seeded += [
        (each.sample_id, each.population, 250, _CLONOGENIC if each.population == NORMAL else 0.0)
        for each in fractions if each.population != TUMOUR and each.n_sorted > 1_000
    ]  # fmt: skip
    for sample, population, cells, rate in seeded:
        for well in range(1, 4):
            colonies = int(rng.poisson(cells * rate))
            yield {
                "sample_id": sample, "population": population, "well": well, "cells_seeded": cells,
                "colonies": colonies if colonies <= _MAX_COLONIES else "TNTC", "day": 14,
            }  # fmt: skip


def _dilution(fractions: Sequence[_Sorted], rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    for each in fractions:
        if each.population == NORMAL:
            for dose in _DOSES:
                positive = int(rng.binomial(_TESTED, -np.expm1(-_CLONOGENIC * dose)))
                yield {
                    "sample_id": each.sample_id, "population": each.population, "dose": dose, "tested": _TESTED,
                    "positive": positive,
                }  # fmt: skip


def _differentiation(
    specs: Sequence[SampleSpec], rng: np.random.Generator
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    rows, truth = [], []
    for spec in specs:
        for lineage, readout, unit, usual in _READOUTS:
            more = 1.0 if spec.group == "metastatic" and lineage == "osteoblast" else 0.0
            effect = usual + more + float(rng.normal(0, 0.3))
            truth.append({"what": f"log2 ratio, {lineage}", "name": spec.sample_id, "value": effect})
            for plate in (1, 2):
                level = float(np.exp(rng.normal(0, 0.2)))
                for induced in ("yes", "no"):
                    for _ in range(2):
                        value = level * (2**effect if induced == "yes" else 1.0) * np.exp(rng.normal(0, 0.1))
                        rows.append({
                            "sample_id": spec.sample_id, "population": "", "lineage": lineage, "readout": readout,
                            "plate": f"{spec.sample_id} {plate}", "induced": induced, "value": round(value + 0.05, 4),
                            "unit": unit, "blank": 0.05,
                        })  # fmt: skip
    return rows, truth
