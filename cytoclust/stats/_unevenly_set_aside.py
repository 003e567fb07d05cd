"""What quality control took more of than of others."""

from typing import Final

import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding

__all__ = ["unevenly_set_aside"]

MANY: Final = 0.1
"""Share of the samples in which it happened, above which it speaks against a claim. Chosen."""


def unevenly_set_aside(table: pd.DataFrame) -> list[Finding]:
    """A finding for each population of which quality control took more than of others, with the samples.

    Parameters
    ----------
    table
        As of ``set_aside_table``.
    """
    found = []
    for (population, cluster), mine in table.groupby([keys.POPULATION, keys.CLUSTER], sort=False):
        uneven = mine[mine["uneven"] != ""]
        if len(uneven):
            worst = uneven.iloc[int(uneven["share"].argmax())]
            found.append(
                Finding(
                    "set aside unevenly", name=f"cluster {cluster}" if cluster else population,
                    share=round(float(worst["share"]), 4), others=round(float(worst["others"]), 4),
                    reason=str(worst["uneven"]), samples=uneven[keys.SAMPLE].tolist(),
                    many=bool(len(uneven) > MANY * len(mine)),
                )
            )  # fmt: skip
    return found
