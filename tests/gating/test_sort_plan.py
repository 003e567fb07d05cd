"""Formulas of a sort against a stream of events drawn at random."""

import numpy as np
import pytest

from cytoclust.gating import Sorter, sort_plan

CASES = [(10_000.0, 30_000.0, 1.0, 0.001), (20_000.0, 87_000.0, 2.0, 0.05), (15_000.0, 30_000.0, 1.0, 0.3)]


def stream(rate: float, drops: float, gated: float, seed: int, n: int = 1_500_000) -> tuple[np.ndarray, np.ndarray]:
    """Gated and other events in each of many drops, from exponential gaps between events."""
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.exponential(1 / rate, n))
    drop = (times * drops).astype(np.int64)
    wanted = rng.random(n) < gated
    size = int(drop[-1]) + 1
    return np.bincount(drop[wanted], minlength=size), np.bincount(drop[~wanted], minlength=size)


@pytest.mark.parametrize(("rate", "drops", "mask", "gated"), CASES)
def test_purity_mode_recovers_what_a_stream_gives(rate: float, drops: float, mask: float, gated: float) -> None:
    wanted, others = stream(rate, drops, gated, 1)
    nearby = np.convolve(others, np.ones(int(mask)))[: len(others)]
    recovered = wanted[nearby == 0].sum() / wanted.sum()
    sorter = Sorter(event_rate=rate, drop_rate=drops, mask=mask)
    error = np.sqrt(recovered * (1 - recovered) / wanted.sum())
    assert sorter.recovered(gated) == pytest.approx(recovered, abs=4 * error + 0.002)


@pytest.mark.parametrize(("rate", "drops", "mask", "gated"), CASES)
def test_enrichment_is_as_pure_as_a_stream_gives(rate: float, drops: float, mask: float, gated: float) -> None:
    wanted, others = stream(rate, drops, gated, 2)
    sorted_ = np.convolve(wanted, np.ones(int(mask)))[: len(wanted)] > 0
    purity = wanted[sorted_].sum() / (wanted[sorted_].sum() + others[sorted_].sum())
    sorter = Sorter(event_rate=rate, drop_rate=drops, mask=mask)
    assert sorter.enriched(gated) == pytest.approx(purity, abs=4 * np.sqrt(0.25 / wanted.sum()) + 0.002)


def test_of_a_rare_population_enrichment_is_as_the_textbook_has_it() -> None:
    sorter = Sorter(event_rate=10_000, drop_rate=30_000, mask=1)
    assert sorter.recovered(1e-6) == pytest.approx(np.exp(-1 / 3), abs=1e-4)
    assert sorter.enriched(1e-7) == pytest.approx(0.75, abs=1e-4)


def test_at_the_fastest_rate_as_many_are_recovered_as_wanted() -> None:
    sorter = Sorter(recovery=0.9)
    assert sorter.recovered(0.01, sorter.fastest(0.01)) == pytest.approx(0.9)


def test_cells_to_expect() -> None:
    """10⁷ nucleated cells × 0.0003 × 0.95 × 0.72: about 2,050."""
    row = sort_plan(n_target=300, n_events=1_000_000, gate_yield=0.95, gate_purity=1.0, sorter=Sorter())
    assert 10 * row["cells_per_million"] == pytest.approx(2_050, rel=0.01)
    assert row["cells_low"] / row["cells_per_million"] == pytest.approx(267.0 / 300, rel=0.002)  # exact Poisson of 300
    assert row["cells_high"] / row["cells_per_million"] == pytest.approx(335.9 / 300, rel=0.002)
    assert row["events_per_target"] == pytest.approx(3333.3, rel=1e-4)
    assert row["minutes_per_1000"] == pytest.approx(1000 / (10_000 * 0.0003 * 0.95 * np.exp(-1 / 3)) / 60, rel=0.001)


def test_a_sample_without_any_has_an_upper_limit_alone() -> None:
    row = sort_plan(n_target=0, n_events=100_000, gate_yield=0.9, gate_purity=0.95, sorter=Sorter())
    assert row["cells_per_million"] == row["cells_low"] == 0
    assert row["cells_high"] == pytest.approx(1e6 * 3 / 100_000 * 0.9 * np.exp(-1 / 3), rel=0.01)
    assert np.isnan(row["minutes_per_1000"])
    assert np.isnan(row["events_per_target"])
