"""Events that passed quality control, in blocks and pooled, against plain indexing."""

import numpy as np
import pytest

from cytoclust import keys
from cytoclust.executor import Threads
from cytoclust.io import open_fcs, reconcile_panel
from cytoclust.lots import contents
from cytoclust.params import D
from cytoclust.pp import (
    FIT_EVENTS,
    Preparation,
    PreparedEvents,
    _event_lots,
    _pooled_rows,
    _preparation,
    fit_transform,
    pool_events,
)

SIZES = (500, 0, 37, 1200)
COLUMNS = np.array([3, 1])


@pytest.fixture
def linear():
    rng = np.random.default_rng(0)
    return [rng.gamma(2, 1000, (n, 4)).astype(np.float32) for n in SIZES]


@pytest.fixture
def codes():
    rng = np.random.default_rng(1)
    found = [rng.choice(len(keys.QC), n, p=[0.7, 0.1, 0, 0.1, 0.1, 0]).astype(np.uint8) for n in SIZES]
    found[3][200:600] = keys.QC_OK  # a block that is whole
    found[3][700:900] = keys.QC.index("debris")  # and one of which nothing is left
    return found


@pytest.fixture
def samples(linear, codes):
    return [Preparation(*pair) for pair in zip(linear, codes, strict=True)]


@pytest.mark.parametrize("size", [1, 7, 100, 512, 5000])
def test_blocks_of_any_size_give_the_same_events(samples, linear, codes, size):
    source = PreparedEvents(samples, COLUMNS, size=size)
    blocks = [source.block(number) for number in range(len(source.sizes))]
    expected = np.concatenate([x[c == keys.QC_OK][:, COLUMNS] for x, c in zip(linear, codes, strict=True)])
    np.testing.assert_array_equal(np.concatenate(blocks), expected)
    assert [len(block) for block in blocks] == source.sizes.tolist()
    for block, (number, rows) in zip(blocks, source.chunks, strict=True):
        assert block.dtype == np.float32
        assert block.flags.c_contiguous
        mine = codes[number][rows] == keys.QC_OK
        np.testing.assert_array_equal(block, linear[number][rows][mine][:, COLUMNS])


def test_blocks_that_are_not_kept_are_the_same(samples, monkeypatch):
    kept = PreparedEvents(samples, COLUMNS, size=100)
    monkeypatch.setattr(_preparation, "KEEP_BYTES", 3 * 100 * 2 * 4)
    source = PreparedEvents(samples, COLUMNS, size=100)
    for _ in range(2):
        for number in range(len(source.sizes)):
            np.testing.assert_array_equal(source.block(number), kept.block(number))
    assert source.block(0) is source.block(0)
    last = len(source.sizes) - 1
    assert source.block(last) is not source.block(last)
    assert kept.block(last) is kept.block(last)


def test_rows_columns_and_passed(samples, linear, codes):
    sample = samples[0]
    assert sample.passed.tolist() == [i for i, code in enumerate(codes[0]) if code == keys.QC_OK]
    rows = np.array([3, 8, 499])
    np.testing.assert_array_equal(sample.events(rows, COLUMNS), linear[0][rows][:, COLUMNS])
    np.testing.assert_array_equal(sample.events(), linear[0])
    np.testing.assert_array_equal(sample.events(slice(5, 9)), linear[0][5:9])


def test_on_the_scale_of_its_transform(small):
    file = open_fcs(sorted((small / "fcs").iterdir())[0])
    panel = reconcile_panel([file])
    events = file.read(columns=panel.columns(file))
    transform = fit_transform(D.transform, events, panel)
    sample = Preparation(events, np.zeros(len(events), np.uint8), transform)
    markers = [i for i, kind in enumerate(panel.signal_types) if kind == "fluorescence"]
    cofactor = [float(transform.words(i).removeprefix("arcsinh, cofactor ")) for i in markers]
    np.testing.assert_allclose(
        sample.events(columns=np.array(markers)), np.arcsinh(events[:, markers] / np.array(cofactor)),
        rtol=2e-3, atol=2e-3,
    )  # fmt: skip
    np.testing.assert_array_equal(Preparation(events, sample.codes).events(columns=COLUMNS), events[:, COLUMNS])


def test_pooled_as_the_definition_has_it(linear, codes, samples, monkeypatch):
    """Of up to so many events of each sample those that passed, and of these at most a share."""
    fit, pool, least = 900, 1200, 100
    monkeypatch.setattr(_event_lots, "FIT_EVENTS", fit)
    monkeypatch.setattr(_pooled_rows, "POOL_EVENTS", pool)
    monkeypatch.setattr(_pooled_rows, "LEAST_SHARE", least)
    pooled = pool_events(samples, executor=Threads(2))
    share = max(pool // len(SIZES), least)
    parts = []
    for x, c in zip(linear, codes, strict=True):
        rows = np.argsort(contents(x))[:fit]
        parts.append(x[rows[c[rows] == keys.QC_OK][:share]])
    np.testing.assert_array_equal(pooled, np.concatenate(parts))
    assert [len(part) for part in parts][::3] == [share, share]  # both limits bear: else this shows nothing


def test_pooled_evenly_over_samples_of_many_events():
    n = FIT_EVENTS + 5_000
    count = np.arange(n, dtype=np.float32)[:, None]
    samples = [Preparation(count + 10.0 * n * k, np.zeros(n, np.uint8)) for k in range(4)]
    pooled = pool_events(samples, executor=Threads(1))
    of, at = np.divmod(pooled[:, 0], 10 * n)
    sizes = np.bincount(of.astype(int))
    assert sizes.tolist() == [FIT_EVENTS] * 4
    for k in range(4):  # evenly along the run: tenths differ by less than five standard errors
        tenths = np.histogram(at[of == k], bins=10, range=(0, n))[0]
        np.testing.assert_allclose(tenths, FIT_EVENTS / 10, atol=5 * np.sqrt(n / 10 * 0.92 * 0.08))
