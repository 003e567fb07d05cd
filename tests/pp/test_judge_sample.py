"""Quality control of a sample in one call, against its two halves: fit, then apply."""

import numpy as np
import pytest

from cytoclust import keys
from cytoclust.io import Channel, open_fcs, reconcile_panel, write_fcs
from cytoclust.params import D
from cytoclust.pp import _judge_sample, apply_quality, fit_quality, judge_sample

CHANNELS = [
    Channel("FSC-A", signal_type="scatter"),
    Channel("FITC-A", marker="CD45", label="CD45"),
    Channel("PE-A", marker="CD4", label="CD4"),
    Channel("Time", signal_type="time"),
]


@pytest.fixture
def events():
    """Some cells, some debris far below them, and Time that rises."""
    rng = np.random.default_rng(0)
    events = rng.gamma(2, 1000, (600, 4)).astype(np.float32)
    debris = rng.random(600) < 0.2
    events[:, 0] = np.where(debris, rng.lognormal(np.log(2_000), 0.5, 600), rng.normal(60_000, 6_000, 600))
    events[~debris, 1:3] += 20_000
    events[:, 3] = np.arange(600)
    return events


@pytest.fixture
def panel(tmp_path, events):
    write_fcs(tmp_path / "a.fcs", events, CHANNELS)
    return reconcile_panel([open_fcs(tmp_path / "a.fcs")])


def judge(events, panel, numbers=None, **options):
    return judge_sample(events, numbers, panel=panel, quality=D.quality, viability="auto", **options)


def test_fits_and_applies(events, panel):
    numbers = np.arange(600)
    model = fit_quality(events, numbers, panel=panel, n_events=600, quality=D.quality, viability="auto")
    expected = apply_quality(model, events, numbers)
    assert len(np.unique(expected)) > 1  # else this shows nothing
    found = judge(events, panel)
    np.testing.assert_array_equal(found.codes, expected)
    assert found.codes.dtype == np.uint8
    assert found.model.summary() == model.summary()
    counts = found.summary()["counts"]
    assert list(counts) == list(keys.QC)
    assert [counts[name] for name in keys.QC] == [int(np.sum(expected == code)) for code in range(len(keys.QC))]


@pytest.mark.parametrize("block", [1, 13, 600, 10_000])
def test_judges_in_pieces_as_at_once_and_sets_nan_aside(events, panel, monkeypatch, block):
    events[5, 1], events[77, 2], events[78, 2] = np.nan, np.inf, -np.inf
    whole = judge(events, panel)
    monkeypatch.setattr(_judge_sample, "BLOCK", block)
    heard = []
    found = judge(events, panel, tick=heard.append)
    np.testing.assert_array_equal(found.codes, whole.codes)
    assert [keys.QC[code] for code in found.codes[[5, 77, 78]]] == ["margin"] * 3
    assert found.not_finite == whole.not_finite == {"CD45": 1, "CD4": 2}
    assert sum(heard) == 600
    told = [note.data for note in found.findings() if note.code == "events not finite"]
    assert told == [{"events": 1, "channel": "CD45"}, {"events": 2, "channel": "CD4"}]


def test_numbers_of_events_that_are_part_of_a_file(events, panel):
    """Time is judged by where an event lies in the file; without numbers it is the row."""
    np.testing.assert_array_equal(judge(events, panel, np.arange(600)).codes, judge(events, panel).codes)


def test_any_rows_will_do(events, panel):
    class Rows:
        def __len__(self):
            return len(events)

        def __getitem__(self, rows):
            return events[rows].copy()

    np.testing.assert_array_equal(judge(Rows(), panel).codes, judge(events, panel).codes)
