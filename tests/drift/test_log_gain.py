"""Gains that were planted."""

import numpy as np
import pytest

from cytoclust.drift import LEVELS, UPPER, BeadPeaks, ControlProfile, bead_gain, bead_peaks, log_gain


def control(seed, *, gain=1.0, offset=0.0, dim=1.0, bright=1.0, n=40_000, positive=0.3, dim_share=0.1):
    """One marker: negatives, a dim population and a bright one, after a detector with electronic noise."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, size=n, p=[1 - positive, positive * dim_share, positive * (1 - dim_share)])
    light = np.choose(
        kind,
        [rng.normal(60, 20, n), dim * rng.lognormal(7.5, 0.3, n), bright * rng.lognormal(10, 0.4, n)],
    )
    return (gain * light + rng.normal(0, 25, n) + offset)[:, None]


def of(seed, **how):
    return ControlProfile.of(control(seed, **how), ["CD1"])


@pytest.mark.parametrize("gain", [0.5, 0.8, 1.25, 2.0])
def test_a_gain_is_found_within_its_interval_and_two_per_cent(gain):
    found = log_gain(of(2, gain=gain), of(1), "CD1")
    assert found.log_gain == pytest.approx(np.log(gain), abs=0.02)
    assert found.ci_low < np.log(gain) < found.ci_high
    assert found.status == "drift"
    assert found.residual < 0.1


def test_intervals_cover():
    """Of thirty pairs without a gain, 95 % intervals hold 0 in at least 25 (binomial: 99.7 %)."""
    found = [log_gain(of(seed, n=8000), of(100 + seed, n=8000), "CD1") for seed in range(30)]
    assert sum(each.ci_low <= 0 <= each.ci_high for each in found) >= 25
    assert {each.status for each in found} == {"ok"}


def test_the_share_of_negatives_does_not_matter():
    found = log_gain(of(2, gain=1.3, positive=0.25), of(1, positive=0.3), "CD1")
    assert found.log_gain == pytest.approx(np.log(1.3), abs=0.08)
    assert found.status == "drift"


def test_an_offset_is_no_gain():
    assert log_gain(of(2, offset=200), of(1), "CD1").status == "no gain"


def test_a_change_of_one_population_is_no_gain():
    found = log_gain(of(2, dim=1.6, dim_share=0.5), of(1, dim_share=0.5), "CD1")
    assert found.status == "no gain"
    assert [note.code for note in found.notes] == ["drift is no gain"]


def test_too_few_events_and_no_positive_ones_tell_nothing():
    few, none = log_gain(of(2, n=4000), of(1), "CD1"), log_gain(of(2, positive=0.001), of(1, positive=0.001), "CD1")
    assert (few.status, none.status) == ("not evaluable",) * 2
    assert [note.code for note in (*few.notes, *none.notes)] == ["few control events", "marker not in control"]


def test_a_tenth_of_the_events_may_be_all_that_carry_it():
    found = log_gain(of(2, gain=2, positive=0.02, n=100_000), of(1, positive=0.02, n=100_000), "CD1")
    assert found.status == "drift"
    assert found.log_gain == pytest.approx(np.log(2), abs=0.05)


def test_cells_that_all_carry_it_need_no_negatives():
    rng = np.random.default_rng(0)
    values = rng.lognormal(9, 0.4, (2, 20_000, 1))
    found = log_gain(ControlProfile.of(1.2 * values[0], ["CD1"]), ControlProfile.of(values[1], ["CD1"]), "CD1")
    assert found.log_gain == pytest.approx(np.log(1.2), abs=0.02)


def mixed(seed, share, *, dim=1.0, n=20_000):
    """A share of bright events, three times 5 % of dim ones, and negatives."""
    rng, bright = np.random.default_rng(seed), int(share * n)
    negative = rng.normal(0, 20, n - bright - 3000)
    events = np.concatenate([negative, rng.lognormal(10.5, 0.5, bright), dim * rng.lognormal(7.5, 0.5, 3000)])
    return ControlProfile.of(events[:, None], ["CD1"])


@pytest.mark.parametrize("share", [0.03, 0.055, 0.06, 0.07])
def test_a_change_of_one_population_is_no_gain_whatever_the_gain_may_be(share: float):
    """Where the quantiles halve between the two populations, the gain is uncertain; that it is none is not."""
    told = log_gain(mixed(1, share, dim=2.5), mixed(2, share), "CD1")
    assert told.status == "no gain"
    assert told.residual > 0.15
    assert log_gain(mixed(1, share), mixed(2, share), "CD1").status in {"ok", "not evaluable"}


def test_twenty_stored_quantiles_will_do():
    """What a file keeps of a control: no modes, no limits."""
    whole = of(1)
    kept = np.flatnonzero(np.isin(LEVELS, UPPER))
    unknown = np.full(1, np.nan)
    stored = ControlProfile(
        ("CD1",), whole.n_events, LEVELS[kept], whole.values[kept], unknown, unknown, whole.limits
    )  # fmt: skip
    new = of(2, gain=1.5)
    assert log_gain(new, stored, "CD1").log_gain == pytest.approx(log_gain(new, whole, "CD1").log_gain, abs=1e-9)


def beads(seed, *, gain=1.0, offset=0.0, n=1500):
    rng = np.random.default_rng(seed)
    return np.concatenate([gain * level * rng.normal(1, 0.03, n) + offset for level in (900, 3000, 9000, 30_000)])


def test_beads_have_peaks_with_their_rcv():
    found = bead_peaks(beads(0))
    assert found.medians == pytest.approx([900, 3000, 9000, 30_000], rel=0.01)
    assert found.rcv == pytest.approx([3] * 4, abs=0.3)
    assert found.n_events.tolist() == pytest.approx([1500] * 4, abs=3)


def test_a_gain_by_beads_and_an_offset_that_is_none():
    found = bead_gain(bead_peaks(beads(1, gain=1.2)), bead_peaks(beads(0)))
    assert (found.log_gain, found.status) == (pytest.approx(np.log(1.2), abs=0.005), "drift")
    assert bead_gain(bead_peaks(beads(1, offset=300)), bead_peaks(beads(0))).status == "no gain"


def test_a_peak_out_of_range_is_left_out():
    """The brightest is off scale: those that are left are matched by their ratios."""
    peaks = bead_peaks(beads(1, gain=1.5))
    seen = BeadPeaks(peaks.medians[:3], peaks.rcv[:3], peaks.n_events[:3])
    assert seen.matched(bead_peaks(beads(0))) == [(0, 0), (1, 1), (2, 2)]
    one = BeadPeaks(peaks.medians[:1], peaks.rcv[:1], peaks.n_events[:1])
    assert bead_gain(one, one).status == "not evaluable"


@pytest.mark.parametrize("n", [200, 1500, 5000])
@pytest.mark.parametrize("cv", [0.02, 0.1])
def test_beads_of_one_kind_have_one_peak_and_tell_no_gain(n: int, cv: float) -> None:
    """Chance makes no peaks, however narrow all events are: one ratio does not tell a gain from an offset."""
    rng = np.random.default_rng(3)
    one, other = (bead_peaks(4000 * np.exp(rng.normal(0, cv, n))) for _ in range(2))
    assert [len(each.medians) for each in (one, other)] == [1, 1]
    assert bead_gain(one, other).status == "not evaluable"


def test_a_handful_of_events_is_no_peak() -> None:
    assert len(bead_peaks(np.array([400.0, 405, 4000, 4040, 40_000])).medians) == 0
