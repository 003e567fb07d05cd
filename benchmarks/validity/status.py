"""Status of a population in a sample against what is truly in it."""

import numpy as np
import pandas as pd

from benchmarks.validity.work import Found
from cytoclust import keys

__all__ = ["BINS", "SUBTYPES", "confusion", "statuses"]

SUBTYPES = ("MSC CD146+CD271+", "MSC CD146+CD271-", "MSC CD146-CD271+", "MSC CD146-CD271-")
BINS = {
    "0": (0, 0),
    "1–9": (1, 9),
    "10–19": (10, 19),
    "20–39": (20, 39),
    "40–99": (40, 99),
    "100 or more": (100, np.inf),
}


def statuses(found: Found) -> pd.DataFrame:
    """One row a sample and MSC subtype.

    Returns
    -------
    ``sample_id, population, n_events, status``; ``true`` cells; ``has``, whether the marrow has the kind at all; and
    ``depth``, events of the file.
    """
    table = found.table("populations")
    table = table[table["population"].isin(SUBTYPES)]
    truth = found.truth.set_index(["sample_id", "population"])
    index = pd.MultiIndex.from_frame(table[["sample_id", "population"]])
    mine = truth.reindex(index)
    depth = {spec.sample_id: spec.n_events for spec in found.specs()}
    return table[["sample_id", "population", "n_events", "status"]].assign(
        true=mine["n_intact"].to_numpy(), has=mine["expected"].to_numpy() > 0, depth=table["sample_id"].map(depth)
    )


def confusion(table: pd.DataFrame) -> pd.DataFrame:
    """Samples by true cells (rows) and status (columns)."""
    rows = {}
    for name, (low, high) in BINS.items():
        mine = table[(table["true"] >= low) & (table["true"] <= high)]
        parts = (
            {name: mine}
            if low
            else {"0, the patient has none": mine[~mine["has"]], "0, the patient has some": mine[mine["has"]]}
        )
        for label, part in parts.items():
            counts = part["status"].value_counts()
            rows[label] = {status: int(counts.get(status, 0)) for status in keys.STATUSES}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("true cells")
