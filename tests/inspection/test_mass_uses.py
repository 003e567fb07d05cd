"""What inspect and the record say of a mass cytometer's columns, and of channels without ions."""

import numpy as np
import pytest

from cytoclust import inspection
from cytoclust.io import open_events, reconcile_panel
from cytoclust.params import load_config
from cytoclust.pp import find_uses
from cytoclust.terminal import describe_file
from tests.io.make import fcs, floats

NAMES = ("Time", "Event_length", "Ce140Di", "Nd142Di", "Ru99Di", "Dy162Di", "Ir191Di", "Ir193Di")


@pytest.fixture
def path(tmp_path):
    rng = np.random.default_rng(0)
    n = 3000
    values = rng.poisson(60, (n, len(NAMES))).astype(np.float32) * rng.integers(0, 2, (n, len(NAMES)))
    values[:, 0] = np.arange(n)
    values[:, 1] = rng.integers(15, 30, n)
    values[:, 4] = rng.random(n) < 0.02
    values[:, 6:] = rng.poisson(400, (n, 2))
    path = tmp_path / "a.fcs"
    path.write_bytes(fcs(*floats(values, *({"N": name} for name in NAMES), **{"$CYT": "DVSSCIENCES-CYTOF"})))
    return path


def test_uses_are_those_of_the_record(path):
    found = {each["channel"]: each for each in inspection.inspect(path)["channels"]}
    panel = reconcile_panel([open_events(path)])
    clustered = {i for i, name in enumerate(panel.channels) if found[name]["role"] == "clustering"}
    uses = dict(zip(panel.channels, find_uses(panel, clustered=clustered, dye=-1, chosen=False), strict=True))
    assert {name: each["role"] for name, each in found.items()} == uses
    assert uses["Event_length"] == uses["Ce140Di"] == uses["Ir191Di"] == "quality"
    assert found["Dy162Di"]["fluorochrome"] == ""


def test_channels_without_ions_are_told(path):
    advice = {step["code"]: step["found"] for step in inspection.inspect(path)["advice"]}
    assert advice["channels without ions"].startswith("Ru99Di have no label and hardly an ion")
    named = inspection.inspect(path, config=load_config(None, ["panel.names={Ru99Di: CD3}"]))
    assert "channels without ions" not in {step["code"] for step in named["advice"]}


def test_what_was_not_looked_for_is_said(path):
    found = inspection.inspect(path)
    assert "dead cells" in found["unchecked"]
    assert "ok of what could be checked" in describe_file(found).plain()
