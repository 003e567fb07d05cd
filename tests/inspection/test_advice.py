"""Advice follows from codes and data: with every word of the table replaced by nonsense it stays the same."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from cytoclust import inspection, io
from cytoclust.findings import KINDS, Finding, Kind
from cytoclust.inspection._advice import advise, rules_that_fit
from cytoclust.pp import ScaleHints


@pytest.fixture
def folders(small, tmp_path):
    """Files without names, spillover, Time and second pulse measures; files whose panels and settings differ."""
    files = [io.open_fcs(small / "fcs" / f"S0{i}.fcs") for i in (1, 2, 3)]
    for name in ("bare", "mixed", "apart"):
        (tmp_path / name).mkdir()
    for i, file in enumerate(files):
        stained = [j for j, channel in enumerate(file.channels) if channel.marker]
        bare = [replace(channel, marker="", label="") for channel in file.channels]
        keep = [0, *stained]
        events = file.read()
        io.write_fcs(tmp_path / "bare" / f"{i}.fcs", file.read(columns=keep), [bare[j] for j in keep])
        fewer = [j for j in range(len(file.channels)) if i < 2 or file.channels[j].marker != "CD31"]
        io.write_fcs(tmp_path / "mixed" / f"{i}.fcs", np.arcsinh(events[:, fewer]), [file.channels[j] for j in fewer])
        pair = stained[2 * i : 2 * i + 2]
        io.write_fcs(
            tmp_path / "apart" / f"{i}.fcs", file.read(columns=[0, *pair]), [file.channels[j] for j in (0, *pair)]
        )
    (tmp_path / "mixed" / "cut.fcs").write_bytes((small / "fcs" / "S02.fcs").read_bytes()[:4000])
    return tmp_path


def found_in(folders, small):
    cohorts = [inspection.inspect_samples(path) for path in (*sorted(folders.iterdir()), small / "samples.csv")]
    return [*cohorts, inspection.inspect(folders / "bare" / "0.fcs"), inspection.inspect(folders / "mixed" / "0.fcs")]


def codes(found, key):
    return [[each["code"] for each in one.get(key, [])] for one in found]


def test_advice_notes_and_differences_do_not_depend_on_words(folders, small, monkeypatch):
    before = found_in(folders, small)
    seen = {code for one in codes(before, "advice") for code in one}
    assert seen >= {
        "no spillover matrix", "no marker named", "no viability dye", "no time", "no sheet", "few events", "rules fit",
        "transformed already", "files not read", "run would stop", "several panels",
    }  # fmt: skip
    for code in KINDS:
        monkeypatch.setitem(KINDS, code, Kind("nonsense", "nonsense", "nonsense"))
    after = found_in(folders, small)
    for key in ("advice", "notes", "differences"):
        assert codes(after, key) == codes(before, key)
    assert [one["next"] for one in after] == [one["next"] for one in before]
    assert {step["found"] for one in after for step in one["advice"]} == {"nonsense"}


def test_what_asks_for_something_is_taken_up_by_its_code(small):
    panel = io.reconcile_panel([io.open_fcs(small / "fcs" / "S01.fcs")])
    fits = rules_that_fit(panel, [("clustering", "")] * len(panel.names))

    def advised(*notes: Finding, transformed: bool = False) -> list[str]:
        return [each.code for each in advise(panel, notes, ScaleHints(transformed=transformed), n_ok=1e6, fits=fits)]

    assert advised() == advised(Finding("matrix given", file="m.csv")) == ["rules fit"]
    assert advised(Finding("identity matrix", keyword="SPILL")) == ["identity matrix", "rules fit"]
    assert advised(Finding("no spillover matrix"), transformed=True) == [
        "transformed already",
        "rules fit",
    ]
    assert advised(Finding("note", text="no spillover matrix in the file")) == ["rules fit"]


def test_doublets_are_spoken_of_where_other_channels_would_help(small, tmp_path):
    file = io.open_fcs(small / "fcs" / "S01.fcs")
    one = [i for i, channel in enumerate(file.channels) if channel.name not in ("FSC-H", "FSC-W", "SSC-H", "SSC-W")]
    io.write_fcs(tmp_path / "one.fcs", file.read(columns=one), [file.channels[i] for i in one])
    note = SimpleNamespace(code="doublet not made")
    for path, helps in ((file.path, False), (tmp_path / "one.fcs", True)):
        panel = io.reconcile_panel([io.open_fcs(path)])
        steps = advise(panel, [note], ScaleHints(), n_ok=1e6, fits=rules_that_fit(panel, []))
        assert ("doublets cannot be told" in [each.code for each in steps]) == helps
