"""A file read as compensated events of the panel, in any piece."""

from dataclasses import replace

import numpy as np
import pytest

from cytoclust import io
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import Channel, Spillover
from cytoclust.params import D, update
from cytoclust.pp import Compensation

MATRIX = np.array([[1.0, 0.2, 0.0], [0.1, 1.0, 0.05], [0.4, 0.0, 1.0]])
CHANNELS = [
    Channel("FSC-A", signal_type="scatter"),
    Channel("FITC-A", marker="CD45", label="CD45"),
    Channel("PE-A", marker="CD4", label="CD4"),
    Channel("X-A"),
    Channel("Time", signal_type="time"),
]


@pytest.fixture
def events():
    return np.random.default_rng(0).gamma(2, 1000, (600, 5)).astype(np.float32)


@pytest.fixture
def file(tmp_path, events):
    io.write_fcs(tmp_path / "a.fcs", events, CHANNELS, spill=Spillover(("PE-A", "FITC-A", "X-A"), MATRIX))
    return io.open_fcs(tmp_path / "a.fcs")


@pytest.fixture
def without_x(tmp_path, file, events):
    """A panel that leaves X-A out, since another file lacks it."""
    kept = [0, 1, 2, 4]
    io.write_fcs(tmp_path / "b.fcs", events[:, kept], [CHANNELS[i] for i in kept])
    return io.reconcile_panel([file, io.open_fcs(tmp_path / "b.fcs")])


def solved(events):
    """NumPy's solution, columns in the order of the file."""
    out = events.astype(float)
    out[:, [2, 1, 3]] = np.linalg.solve(MATRIX.T, events[:, [2, 1, 3]].astype(float).T).T
    return out


def test_compensates_as_numpy_does(file, events):
    source = Compensation(True).open(file, io.reconcile_panel([file]))
    assert source.read(0, 600) == pytest.approx(solved(events), rel=1e-5, abs=0.01)
    assert source.notes == ()


def test_a_channel_that_the_panel_leaves_out_still_compensates(file, without_x, events):
    source = Compensation(True).open(file, without_x)
    assert without_x.names == ("FSC-A", "CD45", "CD4", "Time")
    assert source.read(0, 600).shape == (600, 4)
    assert source.read(0, 600) == pytest.approx(solved(events)[:, [0, 1, 2, 4]], rel=1e-5, abs=0.01)


def test_any_piece_gives_the_same_bits(file, without_x):
    source = Compensation(True).open(file, without_x)
    whole = source.read(0, 600)
    pieces = np.concatenate([source.read(start, min(start + 7, 600)) for start in range(0, 600, 7)])
    rows = np.array([0, 3, 4, 599])
    assert whole.dtype == np.float32
    assert whole.flags.c_contiguous
    assert np.array_equal(whole, pieces)
    assert np.array_equal(whole[rows], source.take(rows))


def test_left_alone_when_not_wanted_or_without_a_matrix(tmp_path, file, events):
    panel = io.reconcile_panel([file])
    source = Compensation(False).open(file, panel)
    assert np.array_equal(source.read(0, 600), events)
    io.write_fcs(tmp_path / "c.fcs", events, CHANNELS)
    bare = io.open_fcs(tmp_path / "c.fcs")
    source = Compensation(True).open(bare, panel)
    assert np.array_equal(source.read(0, 600), events)
    assert source.notes == (Finding("no spillover matrix"),)


def test_another_matrix_may_name_markers(file, events):
    override = Spillover(("CD4", "FITC-A"), np.array([[1.0, 0.5], [0.0, 1.0]]), "m.csv")
    source = Compensation(True, override).open(file, io.reconcile_panel([file]))
    found = source.read(0, 600)
    assert found[:, 1] == pytest.approx(events[:, 1] - 0.5 * events[:, 2], rel=1e-5, abs=0.01)
    assert np.array_equal(found[:, [0, 2, 3, 4]], events[:, [0, 2, 3, 4]])


def test_columns_follow_the_panel_and_not_the_file(tmp_path, file, events):
    """The same channels in another order, with another fluorochrome for CD4."""
    order = [4, 2, 0, 1]
    channels = [replace(CHANNELS[i], name="APC-A") if i == 2 else CHANNELS[i] for i in order]
    io.write_fcs(tmp_path / "d.fcs", events[:, order], channels)
    other = io.open_fcs(tmp_path / "d.fcs")
    panel = io.reconcile_panel([file, other])
    source = Compensation(True).open(other, panel)
    assert panel.names == ("FSC-A", "CD45", "CD4", "Time")
    assert np.array_equal(source.read(0, 600), events[:, [0, 1, 2, 4]])


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [({}, True), ({"compensate.enabled": False}, False), ({"transform.method": "none"}, False)],
)
def test_the_parameters_say_whether(settings, wanted):
    assert Compensation.of(update(D, settings)) == Compensation(wanted)


def test_the_parameters_name_a_matrix_that_is_read_where_it_is_wanted(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text(",FITC-A,PE-A\nFITC-A,1,0.25\nPE-A,0,1\n")
    chosen = {"compensate.matrix": str(path)}
    override = Compensation.of(update(D, chosen)).override
    assert override.channels == ("FITC-A", "PE-A")
    np.testing.assert_array_equal(override.matrix, [[1, 0.25], [0, 1]])
    path.unlink()
    assert Compensation.of(update(D, chosen | {"compensate.enabled": False})) == Compensation(False)
    with pytest.raises(InputError, match=r"m\.csv"):
        Compensation.of(update(D, chosen))
