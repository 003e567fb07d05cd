"""What comes out of the explorer does elsewhere what it did there."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.exploration import Explorer, gates_for, gating_ml, join_rules, rule_for, thresholds_yaml
from cytoclust.params import load_config
from cytoclust.rules import check, load
from tests.exploration.toy import COFACTOR

BOX = {"kind": "box", "x": "CD3", "y": "CD45", "x_range": [2.0, 6.0], "y_range": [3.0, 8.0]}
TRIANGLE = {"kind": "polygon", "x": "CD19", "y": "CD45", "vertices": [[-1.0, 4.0], [1.0, 4.0], [0.0, 6.5]]}


def test_cuts_are_read_by_a_run_on_the_scale_that_they_hold_for(explorer: Explorer, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No cut was moved"):
        thresholds_yaml(explorer)
    explorer.thresholds = {"CD3": 1234.0}
    (tmp_path / "cuts.yaml").write_text(thresholds_yaml(explorer), encoding="utf-8")
    config = load_config(tmp_path / "cuts.yaml")
    assert config.transform.cofactor == {"CD3": COFACTOR}
    assert config.annotate.thresholds["CD3"] == pytest.approx(np.arcsinh(1234 / COFACTOR), rel=1e-8)


@pytest.mark.parametrize("selection", [[{"kind": "clusters", "clusters": ["0"]}], [BOX]])
def test_a_rule_names_the_clusters_that_were_chosen(explorer: Explorer, tmp_path: Path, selection: list) -> None:
    explorer.selection = selection
    rule = rule_for(explorer, "my T cells")
    assert rule.states["CD3"] == "+"
    assert rule.fits == ("0",)
    path = tmp_path / "rule.yaml"
    path.write_text(rule.text, encoding="utf-8")
    assert check(path) == []
    assert [each.name for each in load(path).populations] == ["my T cells"]


def test_a_quadrant_is_a_rule_of_its_two_sides_alone(explorer: Explorer) -> None:
    explorer.selection = [
        {"kind": "side", "marker": "CD3", "positive": True},
        {"kind": "side", "marker": "CD19", "positive": False},
    ]  # nearly all of these have CD45 too, which was not asked for
    assert rule_for(explorer, "T").states == {"CD3": "+", "CD19": "-"}
    explorer.selection = [{**BOX, "y": "CD19", "y_range": [-2.0, 2.0]}]
    assert rule_for(explorer, "T").states["CD45"] == "+"


def test_rules_drawn_one_by_one_name_cells_together(explorer: Explorer, tmp_path: Path) -> None:
    """A population inside another is below it: rules that both fit a cluster would leave it without a name."""
    plus = {"kind": "side", "positive": True}
    paths = []
    for name, markers in {"all T": ("CD3",), "T with CD45": ("CD3", "CD45"), "B": ("CD19",)}.items():
        explorer.selection = [{**plus, "marker": marker} for marker in markers]
        paths.append(tmp_path / f"rule {name}.yaml")
        paths[-1].write_text(rule_for(explorer, name).text, encoding="utf-8")
    joined = tmp_path / "rules.yaml"
    joined.write_text(join_rules(paths), encoding="utf-8")
    rules = load(joined)
    parents = {each.name: each.parent for each in rules.populations}
    assert parents == {"all T": "cells", "T with CD45": "all T", "B": "cells"}
    assert explorer.populations == ["T cell", "B cell", "unknown", "unknown"]
    named = replace(explorer.described, rules=rules).name({}).table["population"]
    assert named.tolist() == ["T with CD45", "B", "unknown", "unknown"]


def test_a_marker_that_no_yaml_writer_may_trust_is_kept_whole(explorer: Explorer) -> None:
    explorer.selection = [{"kind": "clusters", "clusters": ["1"]}]
    assert rule_for(explorer, "a: {b}\n- 'c'").name == "a: {b} - 'c'"
    for name in ("", "unknown", "cells", "x" * 200):
        with pytest.raises(InputError, match="needs a name"):
            rule_for(explorer, name)


def test_a_gate_read_again_holds_the_events_that_were_selected(explorer: Explorer, tmp_path: Path) -> None:
    side = {"kind": "side", "marker": "CD3", "positive": True}
    explorer.selection = [BOX, TRIANGLE, side]
    gates = gates_for(explorer, "T & <B>")
    assert [gate.parent for gate in gates] == [None, "T & <B>, step 1", "T & <B>, step 2"]
    path = tmp_path / "gate.xml"
    path.write_text(gating_ml(gates), encoding="utf-8")
    pytest.importorskip("flowkit", reason="the extra `workspaces` is not installed")
    import flowkit

    signals = COFACTOR * np.sinh(explorer.events.values.astype(np.float64)).T
    channels = [axis.channel for axis in explorer.events.axes]
    sample = flowkit.Sample(signals, channel_labels=channels, sample_id="toy")
    session = flowkit.Session(flowkit.parse_gating_xml(str(path)), fcs_samples=[sample])
    session.analyze_samples(use_mp=False)
    name, above = session.get_gate_ids()[-1]
    inside = session.get_gate_membership("toy", name, above)
    shown = explorer.events.qc == 0
    assert explorer.mask.sum() > 100
    assert (inside & shown != explorer.mask).sum() == 0


def test_what_is_no_gate_is_refused(explorer: Explorer) -> None:
    with pytest.raises(InputError, match="Nothing is selected"):
        gates_for(explorer, "x")
    explorer.selection = [{"kind": "clusters", "clusters": ["0"]}]
    with pytest.raises(InputError, match="clusters is no gate"):
        gates_for(explorer, "x")
