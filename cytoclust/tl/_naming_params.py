"""What ``uns`` says that clusters and names were found with."""

import json
from collections.abc import Sequence
from typing import Any

from cytoclust import params

__all__ = ["cluster_params", "naming_params"]


def cluster_params(chosen: params.Cluster, markers: Sequence[str], seed: int) -> dict[str, Any]:
    """Of ``uns["cluster"]``: the markers by name, and the seed."""
    return chosen.model_dump() | {"markers": list(markers), "seed": seed}


def naming_params(chosen: params.Annotate, *, rules: str, key: str) -> dict[str, Any]:
    """Of ``uns["population"]``; cuts as JSON, since keys of h5ad cannot hold "/"."""
    return {
        "rules": rules,
        "key": key,
        "thresholds": json.dumps(chosen.thresholds),
        "min_probability": chosen.min_probability,
    }
