"""Colonies of each sample and population, and per cell of a kind."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding, to_cell
from cytoclust.validation._bench_sheet import AT_LEAST
from cytoclust.validation._colonies import colonies
from cytoclust.validation._who import who

__all__ = ["colony_table"]

_ALPHA = 0.05
"""P above which wells count as alike. Convention: 5 %."""


def colony_table(
    wells: pd.DataFrame, sheet: pd.DataFrame, *, frequencies: Mapping[tuple[str, str], float], of: str = "",
    lineages: Mapping[str, list[str]] | None = None, confidence: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """The table ``cfu.csv``: one row a sample, population and passage.

    Parameters
    ----------
    wells
        Of :func:`read_cfu`.
    sheet
        Index sample: ``patient_id, group, timepoint``.
    frequencies
        Cells of a population per million cells of a sample.
    of
        The population that colonies are told per cell of, where the sheet of colonies names none.
    lineages
        Of each population, itself and those above it: a sorted part of ``of`` is seeded as such.
    confidence
        Of intervals.
    """
    above = lineages or {}
    rows: list[dict[str, Any]] = []
    for (sample, population, passage), mine in wells.groupby([keys.SAMPLE, keys.POPULATION, "passage"], sort=False):
        full = mine["colonies" + AT_LEAST].to_numpy(dtype=bool)
        found = colonies(mine["colonies"], mine["cells_seeded"], censored=full, confidence=confidence)
        named = next((name for name in mine["of"] if name), of)
        share = (
            1.0
            if population and named in above.get(str(population), [population])
            else (np.nan if population else frequencies.get((str(sample), named), np.nan) / 1e6)
        )
        notes = [Finding("wells differ", p=found.dispersion_p)] if found.dispersion_p <= _ALPHA else []
        if full.any():
            notes.append(Finding("wells too full", n=int(full.sum()), of=len(full)))
        rows.append(
            {
                keys.SAMPLE: sample,
                **who(sheet, str(sample)),
                keys.POPULATION: population,
                "passage": passage,
                "n_wells": len(mine),
                "n_too_full": int(full.sum()),
                "cells": int(mine["cells_seeded"].sum()),
                "colonies": int(mine["colonies"].sum()),
                keys.PER_MILLION: 1e6 * found.rate,
                keys.CI_LOW: 1e6 * found.low,
                keys.CI_HIGH: 1e6 * found.high,
                "dispersion_p": found.dispersion_p,
                "per_msc": found.rate / share if share > 0 else np.nan,
                "per_msc_of": named if share > 0 else "",
                keys.NOTE: to_cell(notes),
            }
        )
    return pd.DataFrame(rows)
