"""Synthetic events with known truth, one hard property each; pure. Within-population spread is about 1.

Every function takes a seed and returns events (n, p) float32, and kinds (n,) strings, ``""`` where an event is to be
clustered but not scored.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.score import NOT_SCORED

__all__ = ["SHAPES", "planted"]

Made = tuple[NDArray[np.float32], NDArray[np.str_]]


def gaussians(seed: int) -> Made:
    """Twelve round populations of unequal size, centres at least 6 apart: nothing is hard here."""
    rng = np.random.default_rng(seed)
    shares = 0.005 + 0.94 * rng.dirichlet(np.ones(12))
    counts = rng.multinomial(200_000, shares)
    spread = rng.uniform(0.7, 1.3, (12, 10))
    return _mix(rng, _centres(rng, 12, 10, apart=6.0), [np.diag(each**2) for each in spread], counts)


def elongated(seed: int) -> Made:
    """Ten populations with spreads of 0.4 to 4 along rotated axes, and sizes of 40 % to 0.2 %."""
    rng = np.random.default_rng(seed)
    k, p = 10, 8
    counts = np.rint(200_000 * _shares(np.geomspace(200.0, 1.0, k))).astype(int)
    covariances = []
    for _ in range(k):
        axes = np.linalg.qr(rng.normal(size=(p, p)))[0]
        covariances.append((axes * np.geomspace(0.4, 4.0, p) ** 2) @ axes.T)
    centres: list[NDArray] = []
    while len(centres) < k:  # each two at least 5 apart in units of their common spread
        new, mine = rng.uniform(0, 14, p), covariances[len(centres)]
        pairs = zip(centres, covariances, strict=False)
        if all((new - old) @ np.linalg.solve((mine + other) / 2, new - old) >= 5.0**2 for old, other in pairs):
            centres.append(new)
    return _mix(rng, np.array(centres), covariances, counts)


def ratio(seed: int) -> Made:
    """Six populations of 10⁶, 10⁵, 10⁴, 1000, 100 and 10 events, centres at least 7 apart."""
    rng = np.random.default_rng(seed)
    counts = 10 ** np.arange(6, 0, -1)
    return _mix(rng, _centres(rng, 6, 8, apart=7.0), [np.eye(8)] * 6, counts)


def continuum(seed: int) -> Made:
    """Two populations joined by a curved path of cells between them, and three apart from it.

    The cells of the path are clustered but not scored: a method is to keep its two ends apart, wherever it cuts.
    """
    rng = np.random.default_rng(seed)
    centres = _centres(rng, 3, 8, apart=7.0) + 20 * np.eye(8)[7]
    start, end = np.zeros(8), np.r_[10.0, 10.0, np.zeros(6)]
    events, kinds = _mix(rng, np.vstack([start, end, centres]), [np.eye(8)] * 5, np.array([40, 40, 20, 20, 20]) * 1000)
    angle = rng.uniform(0, np.pi / 2, 60_000)
    path = np.zeros((len(angle), 8))
    path[:, 0], path[:, 1] = 10 * np.sin(angle), 10 * (1 - np.cos(angle))
    path[:, 2] = 4 * np.sin(2 * angle)
    path += rng.normal(size=path.shape)
    return np.vstack([events, path]).astype(np.float32), np.concatenate([kinds, np.full(len(path), NOT_SCORED)])


def batches(seed: int) -> Made:
    """Twelve populations in six batches; each batch shifts every marker by 0.4, and each population's a further 0.4."""
    rng = np.random.default_rng(seed)
    k, p = 12, 10
    centres, parts = _centres(rng, k, p, apart=6.0), []
    for _ in range(6):
        shifted = centres + rng.normal(0, 0.4, p) + rng.normal(0, 0.4, (k, p))
        counts = rng.multinomial(35_000, _shares(rng.gamma(2.0, size=k) + 0.05))
        parts.append(_mix(rng, shifted, [np.eye(p)] * k, counts))
    return np.vstack([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def one_gaussian(seed: int) -> Made:
    """One population with correlated markers."""
    rng = np.random.default_rng(seed)
    return _one(rng.normal(size=(100_000, 10)) @ rng.normal(size=(10, 10)) / 3)


def one_uniform(seed: int) -> Made:
    """One population, evenly spread over a box."""
    return _one(np.random.default_rng(seed).uniform(0, 6, (100_000, 6)))


def one_skewed(seed: int) -> Made:
    """One population, every marker with a long tail (gamma of shape 2) and a common factor, as of cell size."""
    rng = np.random.default_rng(seed)
    return _one(rng.gamma(2.0, size=(100_000, 8)) + 0.5 * rng.gamma(2.0, size=(100_000, 1)))


def rings(seed: int) -> Made:
    """Three rings of radius 4 and width 0.5 beside each other, in two of five markers."""
    rng = np.random.default_rng(seed)
    return _many([_around(rng, 20_000, 4.0, at=at) for at in ((0, 0), (14, 0), (7, 12))])


def concentric(seed: int) -> Made:
    """A disc, and two rings of radii 4 and 8 around it, all of width 0.5, in two of five markers."""
    rng = np.random.default_rng(seed)
    return _many([_around(rng, 20_000, radius) for radius in (0.0, 4.0, 8.0)])


def bananas(seed: int) -> Made:
    """Three half circles of radius 4 and width 0.5, two of which reach into each other, in two of five markers."""
    rng = np.random.default_rng(seed)
    up, down = (0.0, 0.5), (0.5, 1.0)
    return _many(
        [_around(rng, 20_000, 4.0, at=at, turns=turns) for at, turns in (((0, 0), up), ((4, 1.5), down), ((9, -8), up))]
    )


def noise(seed: int, events: int = 1000) -> Made:
    """One round population of few events, in forty markers."""
    return _one(np.random.default_rng(seed).normal(size=(events, 40)))


SHAPES: dict[str, Callable[[int], Made]] = {
    "gaussians": gaussians,
    "elongated": elongated,
    "ratio": ratio,
    "continuum": continuum,
    "batches": batches,
    "one-gaussian": one_gaussian,
    "one-uniform": one_uniform,
    "one-skewed": one_skewed,
    "rings": rings,
    "concentric": concentric,
    "bananas": bananas,
    "one-noise": noise,
}


def planted(seed: int, *, sizes: tuple[int, ...], markers: int, events: int = 1_000_000) -> Made:
    """Small populations in a large background, each unlike its host, a large population, in so many markers only.

    The background has fifteen populations of 12 markers, each at 0, 1.6, 3 or 4.5 with a spread of 0.45, in shares
    of a flat Dirichlet distribution. Each planted one has the centre of one of the largest, moved by 3.2 (seven
    spreads) in ``markers`` of them, and is at least that far from every other population. Their kinds are
    ``planted <size>``; all others are background.
    """
    rng = np.random.default_rng(seed)
    k, p, spread, moved = 15, 12, 0.45, 3.2
    centres = np.where(rng.random((k, p)) < 0.5, 0.0, rng.choice([1.6, 3.0, 4.5], (k, p)))
    shares = rng.dirichlet(np.ones(k))
    hosts = np.argsort(-shares)[: len(sizes)]
    for host in hosts:
        while True:
            new, chosen = centres[host].copy(), rng.choice(p, markers, replace=False)
            new[chosen] += np.where(new[chosen] > 1.5, -moved, moved)
            if (np.linalg.norm(centres - new, axis=1) >= moved * 0.999).all():
                break
        centres = np.vstack([centres, new])
    counts = np.concatenate([rng.multinomial(events - sum(sizes), shares), sizes])
    made, kinds = _mix(rng, centres, [spread**2 * np.eye(p)] * len(counts), counts)
    names = np.array([f"background {number}" for number in range(k)] + [f"planted {size}" for size in sizes])
    return made, names[kinds.astype(int)]


def _mix(rng: np.random.Generator, centres: NDArray, covariances: list[NDArray], counts: NDArray) -> Made:
    """Shuffled events of normal populations; kinds are their numbers."""
    parts = [
        rng.normal(size=(count, len(centre))) @ np.linalg.cholesky(covariance).T + centre
        for centre, covariance, count in zip(centres, covariances, counts, strict=True)
    ]
    order = rng.permutation(int(counts.sum()))
    return np.vstack(parts).astype(np.float32)[order], np.repeat(np.arange(len(counts)), counts).astype(str)[order]


def _centres(rng: np.random.Generator, k: int, p: int, *, apart: float) -> NDArray:
    """Centres at levels that markers have, each two at least so far apart."""
    centres = np.empty((0, p))
    while len(centres) < k:
        new = rng.choice([0.0, 4.0, 8.0], p) + rng.normal(0, 0.3, p)
        if (np.linalg.norm(centres - new, axis=1) >= apart).all():
            centres = np.vstack([centres, new])
    return centres


def _shares(weights: NDArray) -> NDArray:
    return weights / weights.sum()


def _one(events: NDArray) -> Made:
    return events.astype(np.float32), np.full(len(events), "one")


def _around(
    rng: np.random.Generator,
    events: int,
    radius: float,
    *,
    at: tuple[float, float] = (0, 0),
    turns: tuple[float, float] = (0.0, 1.0),
) -> NDArray:
    """Events along a circle, or a part of it, in the first two of five markers, with a spread of 0.5 in all."""
    angle = 2 * np.pi * rng.uniform(*turns, events)
    made = rng.normal(0, 0.5, (events, 5))
    made[:, 0] += at[0] + radius * np.cos(angle)
    made[:, 1] += at[1] + radius * np.sin(angle)
    return made


def _many(populations: list[NDArray]) -> Made:
    """Kinds are numbers."""
    numbers = np.arange(len(populations)).astype(str)
    return np.vstack(populations).astype(np.float32), np.repeat(numbers, [len(each) for each in populations])
