"""All that the report draws from every event of a run, on grids."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.io import Panel
from cytoclust.positivity import Control
from cytoclust.pp import Preparation
from cytoclust.rules import RuleSet
from cytoclust.tl._count_biplots import Mapped, belongs, draw_biplots
from cytoclust.tl._count_histograms import count_histograms
from cytoclust.tl._count_strips import count_strips

__all__ = ["draw_densities"]


def draw_densities(
    samples: Mapping[str, Preparation],
    labels: NDArray[np.integer],
    *,
    rules: RuleSet | None,
    config: params.Config,
    panel: Panel,
    names: pd.Series,
    batches: Sequence[str],
    cuts: pd.DataFrame,
    cuts_by_batch: pd.DataFrame,
    summaries: Mapping[str, Mapping[str, Any]],
    viability: int,
    controls: Sequence[Control] = (),
    mapped: Mapped = map,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The table ``quadrants`` and ``uns["densities"]``.

    What :func:`draw_biplots` gives; ``strips`` of :func:`count_strips`; ``histograms`` of :func:`count_histograms`.
    """
    quadrants, densities = draw_biplots(
        samples, labels, rules=rules, config=config, markers=panel.names, names=names, batches=batches, cuts=cuts,
        cuts_by_batch=cuts_by_batch, mapped=mapped,
    )  # fmt: skip
    parents = rules.parents if rules else {}
    shown = [name for name in dict.fromkeys(quadrants[keys.POPULATION]) if name != keys.ROOT]
    members = {
        name: np.array([belongs(each, name, parents) for each in names.astype(str)], dtype=bool) for name in shown
    }
    strips = count_strips(
        samples, labels, panel=panel, summaries=summaries, viability=viability, members=members, mapped=mapped
    )
    stained = [name for name in cuts[keys.MARKER].astype(str) if name in panel.names]
    histograms = count_histograms(
        samples, columns=np.array([panel.names.index(name) for name in stained], dtype=np.int64), markers=stained,
        cuts=cuts_by_batch, controls=controls, mapped=mapped,
    )  # fmt: skip
    found = {"strips": strips, "histograms": histograms}
    return quadrants, densities | {name: each for name, each in found.items() if each}
