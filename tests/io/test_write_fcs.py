import numpy as np
import pytest
from fcsparser.api import FCSParser

from cytoclust.errors import InputError
from cytoclust.io import Channel, Spillover, open_fcs, write_fcs
from cytoclust.io._fcs_segments import fcs_header

CHANNELS = [
    Channel("FSC-A", signal_type="scatter"),
    Channel("FL1 10/20-A", marker="CD3", label="CD3 / FITC"),
    Channel("Time", signal_type="time", range=1e6),
]


def test_round_trip(tmp_path):
    events = np.random.default_rng(0).normal(0, 1e4, (70_000, 3)).astype(np.float32)
    spill = Spillover(("FSC-A", "FL1 10/20-A"), np.array([[1, 0.1], [0.02, 1]]))
    write_fcs(tmp_path / "a.fcs", events, CHANNELS, spill=spill, text={"$CYT": "µ", "WHO": "a|b/c"})
    file = open_fcs(tmp_path / "a.fcs")
    assert (file.read() == events).all()
    assert [channel.name for channel in file.channels] == [channel.name for channel in CHANNELS]
    assert (file.channels[1].label, file.channels[1].marker) == ("CD3 / FITC", "CD3")
    assert file.channels[2].range == 1e6
    assert file.spill.channels == spill.channels
    assert (file.spill.matrix == spill.matrix).all()
    assert (file.text["$CYT"], file.text["WHO"], file.notes) == ("µ", "a|b/c", ())


def test_another_reader_agrees(tmp_path):
    write_fcs(tmp_path / "a.fcs", np.arange(12).reshape(4, 3), CHANNELS)
    parser = FCSParser(str(tmp_path / "a.fcs"), channel_naming="$PnN")
    assert parser.data.tolist() == np.arange(12.0).reshape(4, 3).tolist()
    assert parser.channel_names_n == ("FSC-A", "FL1 10/20-A", "Time")


def test_no_events(tmp_path):
    write_fcs(tmp_path / "a.fcs", np.empty((0, 3)), CHANNELS)
    assert open_fcs(tmp_path / "a.fcs").read().shape == (0, 3)


def test_offsets_too_large_for_the_header_are_left_to_text():
    assert fcs_header(100, 10**9) == b"FCS3.1          58     157       0       0       0       0"


@pytest.mark.parametrize(
    ("events", "channels", "text", "message"),
    [
        (np.zeros((2, 2)), CHANNELS, {}, r"\(n, 3\)"),
        (np.zeros((2, 1)), [Channel("a,b")], {}, "commas"),
        (np.zeros((2, 1)), [Channel("a")], {"$tot": "5"}, r"\$TOT"),
    ],
)
def test_refused(tmp_path, events, channels, text, message):
    with pytest.raises(InputError, match=message):
        write_fcs(tmp_path / "a.fcs", events, channels, text=text)
    assert not list(tmp_path.iterdir())
