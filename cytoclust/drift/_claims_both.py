"""``claims_both.csv``: every claim with and without normalisation."""

from collections.abc import Mapping

import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding, from_cell, to_cell
from cytoclust.tables import TABLES

__all__ = ["claims_both"]

_KEY = [keys.POPULATION, keys.CLUSTER, "contrast"]
NOT_SUGGESTED = "not listed"


def claims_both(
    raw: pd.DataFrame, normalised: pd.DataFrame, *, twins: Mapping[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table, and the claims of the normalised run with the flag ``normalisation`` where the verdict hangs on it.

    Parameters
    ----------
    raw, normalised
        ``discoveries`` of both.
    twins
        Cluster of the raw run → that of the normalised one with most of its events in common.

    Returns
    -------
    ``population, contrast, p_raw, p_normalised, verdict_raw, verdict_normalised``, and ``discoveries``. A claim that
    one of them does not list has no p there, and the verdict ``not listed``.
    """
    mine, theirs = _keyed(normalised), _keyed(raw)
    theirs[keys.CLUSTER] = [twins.get(name, f"{name} without") if name else "" for name in theirs[keys.CLUSTER]]
    both = theirs.merge(mine, on=[keys.CLUSTER, "contrast", "of"], how="outer", suffixes=("_raw", "_normalised"))
    named = both[f"{keys.POPULATION}_normalised"].fillna(both[f"{keys.POPULATION}_raw"])
    both[keys.POPULATION] = [
        f"{name} (cluster {cluster})" if cluster else name
        for name, cluster in zip(named, both[keys.CLUSTER], strict=True)
    ]
    for side in ("raw", "normalised"):
        both[f"verdict_{side}"] = both.pop(f"verdict_{side}").fillna(NOT_SUGGESTED)
    differ = both[both["verdict_raw"] != both["verdict_normalised"]]
    flagged = {(row["of"], row[keys.CLUSTER], row["contrast"]): row["verdict_raw"] for row in differ.to_dict("records")}
    out = normalised.copy()
    of = zip(mine["of"], mine[keys.CLUSTER], mine["contrast"], strict=True)
    out[keys.FLAGS] = [
        to_cell([*from_cell(cell), Finding("normalisation", without=flagged[key])]) if key in flagged else cell
        for cell, key in zip(out[keys.FLAGS], of, strict=True)
    ]
    columns = [column.name for column in TABLES["claims_both"].columns]
    return both[columns].reset_index(drop=True), out


def _keyed(table: pd.DataFrame) -> pd.DataFrame:
    cluster = table[keys.CLUSTER].fillna("").astype(str)
    where = [f"{row[keys.CLAIM].partition(' ')[2]}; against {row[keys.AGAINST]}" for row in table.to_dict("records")]
    return pd.DataFrame({
        keys.POPULATION: table[keys.POPULATION].astype(str).to_numpy(), keys.CLUSTER: cluster.to_numpy(),
        "contrast": where, "p": table[keys.P].to_numpy(), "verdict": table[keys.VERDICT].astype(str).to_numpy(),
        "of": table[keys.POPULATION].astype(str).where(cluster == "", "").to_numpy(),
    })  # fmt: skip
