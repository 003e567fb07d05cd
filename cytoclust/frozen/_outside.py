"""Which samples a reference does not hold for."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from cytoclust import keys

__all__ = ["outside_samples"]

FEWEST: Final = 20
"""Events that must pass quality control. Convention: of fewer no population is said to be there (detect.lod_events)."""


def outside_samples(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    """Of each sample outside the reference why: flags of ``unlike.csv``, ``drift``, and ``few events`` where next to
    none passed quality control.
    """
    unlike, samples = tables["unlike"], tables["samples"]
    why: dict[str, list[str]] = {}
    flagged = unlike[unlike["flag"].notna() & (unlike["flag"].astype(str) != "")]
    for name, flag in zip(flagged[keys.SAMPLE].astype(str), flagged["flag"].astype(str), strict=True):
        why[name] = list(dict.fromkeys([*why.get(name, []), flag]))
    for name in samples.loc[samples["n_ok"] < FEWEST, keys.SAMPLE].astype(str):
        why[name] = [*why.get(name, []), "few events"]
    moved = _drifted_batches(tables.get("drift"))
    batches = samples[keys.BATCH].fillna("").astype(str) if keys.BATCH in samples else [""] * len(samples)
    for name, batch in zip(samples[keys.SAMPLE].astype(str), batches, strict=True):
        if batch in moved:
            why[name] = [*why.get(name, []), "drift"]
    return {name: why[name] for name in dict.fromkeys(samples[keys.SAMPLE].astype(str)) if name in why}


def _drifted_batches(drift: pd.DataFrame | None) -> list[str]:
    """Batches whose control or beads say that signals moved; landmark populations only warn. "" is that of none."""
    if drift is None or not len(drift):
        return []
    moved = drift[drift[keys.STATUS].isin(["drift", "no gain"]) & drift["source"].isin(["control", "beads"])]
    return list(dict.fromkeys(moved[keys.BATCH].fillna("").astype(str)))
