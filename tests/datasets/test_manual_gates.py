"""The workspace of a simulated cohort, against its files and its truth."""

from xml.etree import ElementTree as ET

import fcsparser
import numpy as np
import pandas as pd
import pytest

from cytoclust.datasets import SampleDesign, load_truth, simulate
from cytoclust.datasets._manual_gates import manual_gates
from cytoclust.io import read_gates

SUBTYPES = [f"MSC CD146{a}CD271{b}" for a in "+-" for b in "+-"]


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    out = tmp_path_factory.mktemp("cohort")
    design = [
        SampleDesign("a", "metastatic", "diagnosis", "X", 20_000),
        SampleDesign("b", "control", "diagnosis", "Y", 20_000),
    ]
    simulate(out, seed=3, enrich=50, design=design)
    return out


@pytest.fixture(scope="module")
def counts(cohort):
    """Stored counts: a column a sample, a row a gate."""
    root = ET.parse(cohort / "gates.wsp").getroot()  # noqa: S314 (written above)
    return pd.DataFrame(
        {
            node.get("name"): {each.get("name"): int(each.get("count")) for each in node.iter("Population")}
            for node in root.iter("SampleNode")
        }
    )


def test_names_and_counts_of_every_gate(counts):
    assert list(counts) == ["S01.fcs", "S02.fcs"]
    tops = ["cells", "singlets", "live", "leukocyte", "CD45-", "endothelial", "CD34-", "neuroblastoma", "MSC"]
    assert set(counts.index) == {*tops, *SUBTYPES}
    assert (counts.loc["cells"] > counts.loc["singlets"]).all()
    assert (counts.loc["leukocyte"] + counts.loc["CD45-"] == counts.loc["live"]).all()
    assert (counts.loc[SUBTYPES].sum() == counts.loc["MSC"]).all()
    assert counts.loc["neuroblastoma", "S01.fcs"] > 20 > counts.loc["neuroblastoma", "S02.fcs"]


def test_counts_are_those_of_counting_in_the_file(cohort, counts):
    """With another reader, a matrix parsed here and comparisons written out."""
    for name in counts:
        meta, events = fcsparser.parse(cohort / "fcs" / name)
        fields = meta["$SPILLOVER"].split(",")
        n = int(fields[0])
        matrix = np.array(fields[n + 1 :], dtype=float).reshape(n, n)
        colours = pd.DataFrame(np.linalg.solve(matrix.T, events[fields[1 : n + 1]].T).T, columns=fields[1 : n + 1])
        low = {gate.name: [bounds[0] for bounds in gate.bounds] for gate in manual_gates() if gate.bounds}
        high = {gate.name: [bounds[1] for bounds in gate.bounds] for gate in manual_gates() if gate.bounds}
        cells = events["FSC-A"].between(low["cells"][0], high["cells"][0], inclusive="left")
        cells &= events["SSC-A"].between(low["cells"][1], high["cells"][1], inclusive="left")
        assert counts.loc["cells", name] == cells.sum()
        singlets = cells & _within(manual_gates()[1].vertices, events["FSC-A"], events["FSC-H"])
        live = singlets & (colours["BV510-A"] < high["live"][0])
        assert counts.loc["live", name] == live.sum()
        negative = live & (colours["BV786-A"] < high["CD45-"][0]) & (colours["PerCP-Cy5-5-A"] < high["CD34-"][0])
        msc = negative & (colours["BV711-A"] >= low["MSC"][0]) & (colours["PE-CF594-A"] >= low["MSC"][1])
        assert counts.loc["MSC", name] == msc.sum()
        cd146, cd271 = low["MSC CD146+CD271+"]
        mine = msc & (colours["PE-A"] >= cd146) & (colours["BV421-A"] < cd271)
        assert counts.loc["MSC CD146+CD271-", name] == mine.sum()
        tumour = negative & (colours["PE-Cy7-A"] >= low["neuroblastoma"][0])
        tumour &= colours["FITC-A"] >= low["neuroblastoma"][1]
        assert counts.loc["neuroblastoma", name] == tumour.sum()


def test_they_hold_what_they_are_named_for(cohort):
    """Of the cells of a kind most are in its gate, and of the gate's events most are such cells."""
    pytest.importorskip("flowkit", reason="FlowKit is in the extra `workspaces`")
    truth = load_truth(cohort)
    gates = [read_gates(cohort / "gates.wsp", cohort / "fcs" / f"{name}.fcs") for name in ("S01", "S02")]
    assert all((each.table["status"] == "reproduced").all() for each in gates)
    paths = {path.rpartition("/")[2]: path for path in gates[0].table["gate"]}
    kind, intact = truth["kind"].astype(str).to_numpy(), (truth["state"] == "intact").to_numpy()
    for name in (*SUBTYPES, "neuroblastoma"):
        inside = np.concatenate([each[paths[name]] for each in gates])
        true = intact & (kind == name)
        assert inside[true].mean() > 0.85, name
        assert (kind == name)[inside].mean() > 0.9, name


def _within(corners, x, y):
    """By the number of sides that a ray to the right crosses."""
    odd = np.zeros(len(x), dtype=bool)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 != y2:
            odd ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return odd
