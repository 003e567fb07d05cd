"""One sample: cells, junk, acquisition, detection."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from cytoclust.datasets._cohort import SampleSpec
from cytoclust.datasets._instrument import (
    BRIGHTNESS,
    DEAD_DYE,
    FLUOROCHROMES,
    FSC_PER_AREA,
    LIVE_DYE,
    RANGE,
    TIME_STEP,
    VIABILITY,
    autofluorescence,
    detect,
    marker_columns,
    pair_height,
    pulse_width,
    spillover,
)
from cytoclust.datasets._populations import MARKERS, populations

__all__ = ["DEBRIS", "STATES", "simulate_sample"]

STATES: Final = ("intact", "doublet", "debris", "dead", "clog", "margin")
DEBRIS: Final = "debris"  # the kind of what is no cell
_INTACT, _DOUBLET, _DEBRIS, _DEAD, _CLOG, _MARGIN = range(len(STATES))

_RATE: Final = 2500.0  # events a second
_THRESHOLD: Final = 6000.0  # of forward scatter, below which the instrument records nothing


@dataclass
class _Cells:
    """n cells or events before detection: ``dye`` is antibody and viability signal by fluorochrome."""

    kind: np.ndarray  # (n,) row of the population table
    um: np.ndarray  # (n,) diameter
    width: np.ndarray  # (n,) area / height of the pulse
    fsc: np.ndarray  # (n,) area
    ssc: np.ndarray  # (n,) area
    af: np.ndarray  # (n,) autofluorescence
    dye: np.ndarray  # (n, c)

    def __getitem__(self, rows: slice | np.ndarray) -> "_Cells":
        return _Cells(**{name: value[rows] for name, value in vars(self).items()})


def simulate_sample(spec: SampleSpec, rng: np.random.Generator) -> tuple[np.ndarray, pd.DataFrame]:
    """Events of one sample, as an instrument would store them, and what each one is.

    Parameters
    ----------
    spec
        What is drawn.
    rng
        Source of every random number.

    Returns
    -------
    events
        (n, 17) float32, uncompensated, linear, in the order of ``channels()``; Time in steps of 0.01 s.
    truth
        n rows in the same order: ``event`` int64; ``kind``, the population (``debris`` for what is no cell);
        ``kind2``, the second cell of a doublet, else empty; ``state``: intact, doublet, debris, dead, clog, margin.
    """
    n = spec.n_events
    n_debris, n_doublets = round(n * spec.debris), round(n * spec.doublets)
    n_single = n - n_debris - n_doublets
    cells = _draw_cells(spec, n_single + 2 * n_doublets, rng)
    state = np.zeros(n, dtype=np.int8)
    state[:n_single] = _make_dead(cells, n_single, spec.dead, rng)
    parts = [cells[:n_single], _pair(cells, n_single, rng), _fragments(spec, n_debris, rng)]
    events = _Cells(**{name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(cells)})
    state[n_single : n_single + n_doublets] = _DOUBLET
    state[n - n_debris :] = _DEBRIS
    kind2 = np.full(n, -1, dtype=np.int16)
    kind2[n_single : n_single + n_doublets] = cells.kind[n_single + n_doublets :]

    order = rng.permutation(n)
    events, state, kind2 = events[order], state[order], kind2[order]
    values = _acquire(spec, events, state, rng)
    return values, _truth(spec, events.kind, kind2, state)


def _draw_cells(spec: SampleSpec, n: int, rng: np.random.Generator) -> _Cells:
    """Intact cells, in random order."""
    table = populations(spec.planted)
    kind = rng.choice(len(table.names), size=n, p=spec.fractions).astype(np.int16)
    start, end = table.start[kind], table.end[kind]
    along = np.where(start == end, 0, rng.random(n)).astype(np.float32)  # how far on the way from start to end

    def between(column: np.ndarray) -> np.ndarray:
        column = column.astype(np.float32)
        t = along if column.ndim == 1 else along[:, None]
        return column[start] + t * (column[end] - column[start])

    def normal(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape, dtype=np.float32)

    size, common = 0.055 * normal(n), normal(n)
    um = np.exp(between(table.log_um) + size)
    noise = np.sqrt(0.8, dtype=np.float32) * normal(n, len(MARKERS)) + np.sqrt(0.2, dtype=np.float32) * common[:, None]
    level = between(table.log_level) + spec.shift.astype(np.float32)[kind]
    dye = np.empty((n, len(FLUOROCHROMES)), dtype=np.float32)
    bright = BRIGHTNESS.astype(np.float32)[marker_columns()]
    dye[:, marker_columns()] = np.exp(level + between(table.log_sd) * noise + 2 * size[:, None]) * bright
    dye[:, FLUOROCHROMES.index(VIABILITY)] = (
        LIVE_DYE * um**2 * np.exp(0.5 * normal(n))
    )  # amines of a live cell's surface
    return _Cells(
        kind=kind,
        um=um,
        width=pulse_width(um) * np.exp(0.025 * normal(n)),
        fsc=FSC_PER_AREA * um**2 * np.exp(0.05 * normal(n)),
        ssc=1000 * np.exp(between(table.log_ssc) + size + 0.16 * normal(n)),
        af=np.exp(between(table.log_af) + 2 * size + 0.3 * normal(n)),
        dye=dye,
    )


def _make_dead(cells: _Cells, n_single: int, fraction: float, rng: np.random.Generator) -> np.ndarray:
    """Turn some of the first ``n_single`` cells into dead ones, in place; (n_single,) states.

    They shrink, scatter more to the side, lose antigen, bind every antibody, glow, and take up the dye.
    """
    dead = np.flatnonzero(rng.random(n_single) < fraction)
    n = len(dead)
    sticky = np.exp(rng.normal(5.5, 0.6, (n, 1)) + rng.normal(0, 0.3, (n, cells.dye.shape[1])))
    cells.dye[dead] = cells.dye[dead] * rng.uniform(0.4, 0.9, (n, 1)) + sticky
    cells.dye[dead, FLUOROCHROMES.index(VIABILITY)] = np.exp(rng.normal(DEAD_DYE, 0.5, n) - rng.exponential(0.4, n))
    shrink = rng.uniform(0.6, 0.85, n)
    cells.fsc[dead] *= shrink
    cells.um[dead] *= np.sqrt(shrink)
    cells.width[dead] *= pulse_width(cells.um[dead]) / pulse_width(cells.um[dead] / np.sqrt(shrink))
    cells.ssc[dead] *= rng.uniform(0.9, 1.4, n)
    cells.af[dead] *= rng.uniform(1.5, 3, n)
    return np.where(np.isin(np.arange(n_single), dead), _DEAD, _INTACT).astype(np.int8)


def _pair(cells: _Cells, n_single: int, rng: np.random.Generator) -> _Cells:
    """The cells after the first ``n_single``, two and two: areas add, the pulse lengthens with the tilt of the pair."""
    n = (len(cells.kind) - n_single) // 2
    first, second = cells[n_single : n_single + n], cells[n_single + n :]
    um = np.stack([first.um, second.um], axis=1)
    tilt = rng.beta(5, 1, n).astype(np.float32)  # the stream aligns most pairs with itself
    area = np.stack([first.fsc, second.fsc], axis=1)
    height = pair_height(area, um, tilt * um.mean(axis=1)) * np.exp(rng.normal(0, 0.03, n))
    return _Cells(
        kind=first.kind,
        um=um.max(axis=1),
        width=(area.sum(axis=1) / height).astype(np.float32),
        fsc=area.sum(axis=1),
        ssc=first.ssc + second.ssc,
        af=first.af + second.af,
        dye=first.dye + second.dye,
    )


def _fragments(spec: SampleSpec, n: int, rng: np.random.Generator) -> _Cells:
    """Debris: a piece of some cell, most of them just above the threshold of forward scatter."""
    pieces = _draw_cells(spec, n, rng)
    part = np.exp(rng.normal(-2.5, 0.8, n)).clip(0.005, 0.5).astype(np.float32)
    pieces.fsc = (_THRESHOLD + rng.gamma(1.6, 4500, n)).astype(np.float32)
    pieces.um = np.sqrt(pieces.fsc / FSC_PER_AREA)
    pieces.width = pulse_width(pieces.um) * np.exp(rng.normal(0, 0.03, n)).astype(np.float32)
    pieces.ssc = (pieces.ssc * part**0.5 * np.exp(rng.normal(-0.5, 0.5, n))).astype(np.float32)
    pieces.af *= part
    pieces.dye *= part[:, None]
    stained = rng.random(n) < 0.4  # many fragments are of dead cells
    pieces.dye[stained, FLUOROCHROMES.index(VIABILITY)] += np.exp(rng.normal(7.0, 1.0, int(stained.sum())))
    pieces.kind = np.full(n, len(spec.fractions), dtype=np.int16)
    return pieces


def _acquire(spec: SampleSpec, events: _Cells, state: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n, 17) stored values; marks clogs and margin events in ``state``."""
    n = len(state)
    time, loss = _clock(spec, state, rng)
    burst = (rng.random(n) < spec.margin) & (state == _INTACT)  # aggregates and bubbles, far off scale
    scale = np.where(burst, rng.uniform(3, 8, n), 1.0) * loss * np.linspace(1.01, 0.99, n)
    scale = scale.astype(np.float32)
    gain_f, gain_s = spec.scatter_gains.astype(np.float32)

    def noisy(values: np.ndarray, cv: float) -> np.ndarray:
        return values * (1 + np.float32(cv) * rng.standard_normal(n, dtype=np.float32))

    fsc, ssc = events.fsc * gain_f * scale, events.ssc * gain_s * scale
    signal = events.dye @ spillover(np.ones(len(FLUOROCHROMES))).astype(np.float32) + autofluorescence(events.af)
    values = np.empty((n, 6 + len(FLUOROCHROMES)), dtype=np.float32)
    values[:, 0] = noisy(fsc, 0.01)
    values[:, 1] = noisy(fsc / events.width, 0.015)
    values[:, 2] = RANGE / 4 * noisy(events.width, 0.015)
    values[:, 3] = noisy(ssc, 0.015)
    values[:, 4] = noisy(ssc / events.width, 0.02)
    values[:, 5:-1] = detect(signal * scale[:, None], spec.gains, rng) + spec.offsets.astype(np.float32)
    values[:, -1] = time
    clipped = (values[:, :-1] >= RANGE - 1).any(axis=1)
    np.minimum(values, RANGE - 1, out=values)
    state[clipped & (state == _INTACT)] = _MARGIN
    return values


def _clock(spec: SampleSpec, state: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(n,) time in steps and (n,) factor on every signal: in a clog fewer events pass, off the focus of the laser."""
    n = len(state)
    interval, loss = rng.exponential(1 / _RATE, n), np.ones(n)
    for start, length in spec.clogs:
        stretch = slice(round(start * n), round((start + length) * n))
        size = stretch.stop - stretch.start
        interval[stretch] /= rng.uniform(0.1, 0.3)
        loss[stretch] = rng.uniform(0.45, 0.75) * np.exp(0.12 * rng.standard_normal(size))
        state[stretch] = _CLOG
    return np.floor(np.cumsum(interval) / TIME_STEP).astype(np.float32), loss


def _truth(spec: SampleSpec, kind: np.ndarray, kind2: np.ndarray, state: np.ndarray) -> pd.DataFrame:
    names = [*populations(spec.planted).names, DEBRIS]
    second = np.where(kind2 < 0, len(names), kind2).astype(np.int16)

    def categorical(codes: np.ndarray, categories: list[str]) -> "pd.Categorical[str]":
        return pd.Categorical.from_codes(codes.astype(np.int16), categories=pd.Index(categories))

    return pd.DataFrame(
        {
            "event": np.arange(len(kind), dtype=np.int64),
            "kind": categorical(kind, names),
            "kind2": categorical(second, [*names, ""]),
            "state": categorical(state, list(STATES)),
        }
    )
