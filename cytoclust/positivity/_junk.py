"""Clusters that are no population of cells: doublets, debris and dead cells, by two kinds of evidence each."""

from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.findings import Finding, to_cell
from cytoclust.positivity._bodies import Bodies
from cytoclust.positivity._meetings import meetings
from cytoclust.positivity._profile import MIN_EVENTS, Profile
from cytoclust.positivity._sums_of_two import sums_of_two

__all__ = ["JUNK", "one_by_scatter", "tell_junk", "without_names"]

Junk = Literal["multiplet", "debris", "dead"]
JUNK: Final[tuple[Junk, ...]] = ("multiplet", "debris", "dead")

WIDER = float(np.log(1.2))
"""Natural log of a pulse's width over that of either part, and of single cells as large, from which on it is that of
two. Chosen: see sensitivity."""
WIDER_ASIDE = float(np.log(1.08))
"""The same over either part, where most events that look like the cluster were set aside as doublets. Chosen: above the
least width by which quality control tells a doublet. See sensitivity."""
BEYOND = float(np.log(2.0))
"""Natural log of scatter over the sum of both parts, up to which it is theirs: a third cell may be there. Chosen."""
HARDLY = 0.25
"""Of the way from the larger part to the sum of both, on the log scale, up to which forward scatter is that of one
cell. Chosen: half of that from which on it is that of both. See sensitivity."""
LESS_GRAIN = 0.2
"""Natural log of side scatter below that of the more granular part, from which on it is not that of both. Chosen: see
sensitivity."""
ALIKE = 0.25
"""Standard deviation of the natural log of forward scatter, up to which cells are of a kind. Chosen, as for debris in
quality control: see sensitivity."""
PIECES, PIECES_GRAIN = 0.3, 0.4
"""The same of forward scatter, where quality control found no debris, and of side scatter, from which on events are
pieces of many kinds. Chosen: see sensitivity."""
SMALL = float(np.log(2.0))
"""Natural log of the forward scatter of the smallest kind of cell over that of such pieces, at least: twice. Chosen, as
for debris in quality control."""
KIND = 0.005
"""Share of the events from which on a cluster shows how large single cells are. Chosen: see sensitivity."""
SUM_OF_SIZE, SUM_OF_GRAIN = 0.1, 0.2
"""Natural log of forward and side scatter off the sum of both parts, at most, where no pulse tells. Chosen: twice and
four times what a median errs by the shape of a distribution. See sensitivity."""
LARGER = 0.2
"""Natural log of forward scatter over the larger part, at least, there: a fifth. Chosen: twice the error allowed."""
RATE = float(np.log(2.0))
"""Natural log of doublets per meeting off those of most such clusters, at most. Chosen: see sensitivity."""
COMPANY = 4
"""Such clusters of one rate, at least. Chosen: real populations are not all as rare as chance would have them."""
DYED = 0.6
"""Of the way from the dye of all cells to where that of the dead set aside begins, on the arcsinh scale, from which on
a cluster is dyed. Chosen: large and glowing cells reach half. See sensitivity."""
STEEPEST = 0.5
"""Bound of the slope of the log width of single cells over their log size. Derived: a width that grows with the
diameter, whose square is the size."""
LOWEST = 0.25
"""Share of the kinds of cells that are dimmer than pieces, in the mean over markers for which these are negative, at
most. Chosen: see sensitivity."""
_FEWEST_CUTS = 2
"""Markers with a cut, below which to be positive for none says nothing. Chosen."""


def tell_junk(profile: Profile, left: pd.DataFrame, positive: NDArray[np.float64]) -> pd.DataFrame:
    """Which clusters are no population of cells, each by at least two kinds of evidence that do not rest on another.

    - ``multiplet``: every marker is the sum of those of two clusters, which meet as often (:func:`sums_of_two`); *and*
      forward scatter is nearer the sum of both than the larger of them; *and* the pulse is wider than that of either
      and of single cells so large, or wider than that of either where most of its like were set aside as doublets.
      Or forward and side scatter are the very sums, no pulse is narrower than that of a part, and several such clusters
      have one rate for the times that their parts meet.
    - ``debris``: smaller than every kind of cell that is alike in size, and of many a side scatter; *and* most of its
      like were set aside as debris, or it is half as small, of many sizes, and dim in every marker.
    - ``dead``: most of its like, by the markers, were set aside as dead; *and* what was kept is dyed.

    Without scatter or a dye the second evidence is missing, and nothing is marked.

    Parameters
    ----------
    profile
        The clusters (c), with their ``bodies``.
    left
        Of :func:`leftovers`, a row a cluster.
    positive
        (m,) where each stained marker turns positive; NaN where none does.

    Returns
    -------
    Index cluster: ``junk`` (of ``JUNK``, or ""), ``junk_why`` (a finding, as :func:`cytoclust.findings.to_cell` writes
    it, or "").
    """
    found: dict[int, tuple[Junk, Finding]] = {}
    if profile.bodies is not None:
        reasons = left["leftover"].to_numpy()
        enough = profile.n_events >= MIN_EVENTS
        for number, finding in _multiplets(profile, profile.bodies, reasons).items():
            found[number] = "multiplet", finding
        for number, finding in _debris(profile, profile.bodies, reasons, positive).items():
            found[number] = "debris", finding
        for dyed in np.flatnonzero((reasons == "dead") & (profile.bodies.dye >= DYED)):
            found[int(dyed)] = "dead", Finding("dead", dye=round(float(profile.bodies.dye[dyed]), 2))
        found = {number: told for number, told in found.items() if enough[number]}
    rows = [found.get(number) for number in range(len(profile.clusters))]
    return pd.DataFrame(
        {
            keys.JUNK: [told[0] if told else "" for told in rows],
            keys.JUNK_WHY: [to_cell([told[1]]) if told else "" for told in rows],
        },
        index=pd.Index(profile.clusters, name=keys.CLUSTER),
    )


def without_names(naming: pd.DataFrame, junk: pd.DataFrame) -> pd.DataFrame:
    """The table of names with the columns of :func:`tell_junk`; what is junk is ``unknown``, and no population."""
    naming = naming.join(junk.reindex(naming.index))
    named = (naming[keys.JUNK] != "") & ~naming[keys.POPULATION].isin([keys.UNKNOWN, keys.UNASSIGNED])
    was = "would be " + naming[keys.POPULATION] + ", but is marked as " + naming[keys.JUNK]
    naming.loc[named, keys.NEAR] = was[named]
    naming.loc[named, keys.PROBABILITY] = 0.0
    naming.loc[named, keys.POPULATION] = keys.UNKNOWN
    return naming


def _multiplets(profile: Profile, bodies: Bodies, reasons: NDArray[np.object_]) -> dict[int, Finding]:
    both = [pairs[_two_by_scatter(bodies, number, pairs)] for number, pairs in enumerate(sums_of_two(profile))]
    single = _widths_of_single(profile, bodies, np.array([len(pairs) == 0 for pairs in both], dtype=bool))
    found, exact = {}, {}
    for number, pairs in enumerate(both):
        wider = bodies.width[number] - bodies.width[pairs].max(axis=1, initial=-np.inf)
        alone = np.minimum(wider, bodies.width[number] - single[number]) >= WIDER
        told = pairs[alone | ((wider >= WIDER_ASIDE) & (reasons[number] == "doublet"))]
        if len(told):
            found[number] = told[0]
        sums = pairs[_is_sum(bodies, number, pairs) & ~(wider < 0)]
        if len(sums):
            exact[number] = sums
    found = {number: pairs[0] for number, pairs in _in_company(profile, exact).items()} | found
    return {number: _multiplet(profile, bodies, number, pair) for number, pair in found.items()}


def _multiplet(profile: Profile, bodies: Bodies, number: int, pair: NDArray[np.int64]) -> Finding:
    logs = {"forward": bodies.size, "pulse": bodies.width}
    times = {name: float(np.exp(log[number] - log[pair].max())) for name, log in logs.items()}
    known = {name: round(value, 2) for name, value in times.items() if np.isfinite(value)}
    return Finding("multiplet", of=[profile.clusters[each] for each in pair], **known)


def _is_sum(bodies: Bodies, number: int, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For which pairs (p, 2) forward and side scatter are the sum of both, and could be of no single one."""
    size, grain = _sums(bodies.size, pairs), _sums(bodies.grain, pairs)
    exact = (np.abs(bodies.size[number] - size) <= SUM_OF_SIZE) & (np.abs(bodies.grain[number] - grain) <= SUM_OF_GRAIN)
    return np.asarray(exact & (bodies.size[number] - bodies.size[pairs].max(axis=1, initial=-np.inf) >= LARGER))


def _in_company(profile: Profile, exact: dict[int, NDArray[np.int64]]) -> dict[int, NDArray[np.int64]]:
    """Those of some clusters that come as often as most of them, for how often their pairs meet."""
    events = (profile.sample_events if len(profile.samples) else profile.n_events[None]).astype(np.float64)
    rates = {
        number: np.log(profile.n_events[number] / meetings(events, pairs).sum())
        for number, pairs in exact.items()
        if profile.n_events[number] >= MIN_EVENTS
    }
    usual = [rate for rate in rates.values() if abs(rate - np.median(list(rates.values()))) <= RATE]
    if len(usual) < COMPANY:
        return {}
    return {number: exact[number] for number, rate in rates.items() if abs(rate - np.median(usual)) <= RATE}


def one_by_scatter(bodies: Bodies, number: int, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For which pairs (p, 2) forward scatter, hardly above that of the larger one, shows that a cluster is no doublets.

    False where it is not known.
    """
    larger, sums = bodies.size[pairs].max(axis=1, initial=-np.inf), _sums(bodies.size, pairs)
    return np.asarray(bodies.size[number] <= larger + HARDLY * (sums - larger))


def _two_by_scatter(bodies: Bodies, number: int, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For which pairs (p, 2) a cluster's scatter is that of both: forward scatter nearer their sum than the larger."""
    larger, sums = bodies.size[pairs].max(axis=1, initial=-np.inf), _sums(bodies.size, pairs)
    fits = (bodies.size[number] >= (sums + larger) / 2) & (bodies.size[number] <= sums + BEYOND)
    grain, grains = bodies.grain[number], bodies.grain[pairs]
    less, more = grains.max(axis=1, initial=-np.inf) - LESS_GRAIN, _sums(bodies.grain, pairs) + BEYOND
    return np.asarray(fits & ~(grain < less) & ~(grain > more))


def _sums(log: NDArray[np.float64], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log of the sum of both of each pair (p, 2); NaN where one is not known."""
    with np.errstate(invalid="ignore"):
        return np.logaddexp(log[pairs[:, 0]], log[pairs[:, 1]])


def _widths_of_single(profile: Profile, bodies: Bodies, single: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Log width (c,) of the pulse of single cells as large as each cluster: a robust line through the common kinds."""
    common = np.flatnonzero(
        single
        & (profile.n_events >= KIND * profile.n_events.sum())
        & (bodies.size_spread < ALIKE)
        & np.isfinite(bodies.size + bodies.width)
    )
    if not len(common):
        return np.full(len(profile.clusters), -np.inf)
    size, width = bodies.size[common], bodies.width[common]
    i, j = np.triu_indices(len(common), 1)
    apart = np.abs(size[j] - size[i]) > ALIKE
    slope = (
        float(np.clip(np.median((width[j] - width[i])[apart] / (size[j] - size[i])[apart]), 0.0, STEEPEST))
        if apart.any()
        else 0.0
    )
    return np.asarray(np.median(width - slope * size) + slope * bodies.size)


def _debris(
    profile: Profile, bodies: Bodies, reasons: NDArray[np.object_], positive: NDArray[np.float64]
) -> dict[int, Finding]:
    many = np.where(np.isnan(bodies.grain_spread), bodies.size_spread >= ALIKE, bodies.grain_spread >= PIECES_GRAIN)
    kinds = profile.n_events >= KIND * profile.n_events.sum()
    kinds &= (bodies.size_spread < ALIKE) & (reasons == "") & ~many
    if not kinds.any():
        return {}
    smaller = np.nanmin(bodies.size[kinds]) - bodies.size
    aside = (smaller > 0) & many & (reasons == "debris")
    pieces = (smaller >= SMALL) & many & (bodies.size_spread >= PIECES) & _dim(profile.medians, kinds, positive)
    return {
        int(number): Finding(
            "debris", forward=round(float(np.exp(-smaller[number])), 2), aside=bool(aside[number])
        )
        for number in np.flatnonzero(aside | pieces)
    }  # fmt: skip


def _dim(medians: NDArray[np.float64], kinds: NDArray[np.bool_], positive: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which clusters (c,) have nothing that cells have not more of: positive for no marker; or dimmer than nearly every
    kind of cell where they are negative, and half as bright as those that are positive where they are not.
    """
    cut = np.isfinite(positive)
    if cut.sum() < _FEWEST_CUTS:
        return np.zeros(len(medians), dtype=bool)
    has = medians[:, cut] > positive[cut]
    cells = medians[np.ix_(kinds, cut)]
    dimmer = (cells[None] < medians[:, None, cut]).mean(axis=1)
    negative = np.where(has, 0.0, dimmer).sum(axis=1) <= LOWEST * (~has).sum(axis=1)
    bright = np.where(cells > positive[cut], cells, np.nan)
    typical = np.array(
        [np.median(each[np.isfinite(each)]) if np.isfinite(each).any() else -np.inf for each in bright.T]
    )
    faint = (~has | (medians[:, cut] <= typical - np.log(2.0))).all(axis=1)
    return np.asarray(~has.any(axis=1) | (negative & faint))
