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
from cytoclust.tl._count_biplots import members_of, no_biplots, plan_biplots, wanted_biplots
from cytoclust.tl._count_histograms import plan_histograms
from cytoclust.tl._count_strips import plan_strips
from cytoclust.tl._one_pass import Counting, Mapped, one_pass

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

    What ``plan_biplots`` tells; ``strips`` of ``plan_strips``; ``histograms`` of ``plan_histograms``.
    """
    biplots = wanted_biplots(rules, config, panel.names, cuts)
    members = members_of(rules, names, dict.fromkeys(name for each in biplots for name in each.populations))
    crossed = plan_biplots(
        samples, labels, biplots=biplots, markers=panel.names, members=members, batches=batches, cuts=cuts,
        cuts_by_batch=cuts_by_batch, mapped=mapped,
    )  # fmt: skip
    strips = plan_strips(samples, panel=panel, summaries=summaries, viability=viability, members=members, mapped=mapped)
    stained = [name for name in cuts[keys.MARKER].astype(str) if name in panel.names]
    histograms = plan_histograms(
        samples, columns=np.array([panel.names.index(name) for name in stained], dtype=np.int64), markers=stained,
        cuts=cuts_by_batch, controls=controls, mapped=mapped,
    )  # fmt: skip
    planned: dict[str, Counting | None] = {"biplots": crossed, "strips": strips, "histograms": histograms}
    asked = {name: each for name, each in planned.items() if each is not None}
    found = dict(zip(asked, one_pass(samples, labels, list(asked.values()), mapped), strict=True))
    quadrants, densities = crossed.gather(found["biplots"]) if crossed else no_biplots()
    if strips:
        densities["strips"] = strips.gather(found["strips"])
    if histograms:
        densities["histograms"] = histograms.gather(found["histograms"])
    return quadrants, densities
