"""Gating-ML as other programs write it."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import read_fcs, read_gates
from tests.io.workspaces import write as w

pytestmark = pytest.mark.usefixtures("flowkit")
Put = Callable[[str, str], Path]


def range_gate(identity: str, dimension: str, *, more: str = "", info: str = "") -> str:
    return f'<gating:RectangleGate gating:id="{identity}"{more}>{info}{dimension}</gating:RectangleGate>'


def test_cytobank_names_and_a_default_namespace(put: Put, events: Path, values: np.ndarray) -> None:
    """Cytobank puts names beside ids; arcsinh with T = sinh(1) c, M = 1 / ln 10, A = 0 is asinh(x / c) itself."""
    top = repr(5 * math.sinh(1))
    text = f"""<Gating-ML xmlns="http://www.isac-net.org/std/Gating-ML/v2.0/gating"
      xmlns:t="http://www.isac-net.org/std/Gating-ML/v2.0/transformations"
      xmlns:d="http://www.isac-net.org/std/Gating-ML/v2.0/datatypes">
      <t:transformation t:id="T">
      <t:fasinh t:T="{top}" t:A="0" t:M="0.43429448190325176"/></t:transformation>
      <RectangleGate id="Gate_1_x"><d:custom_info><cytobank><name>V450 high</name></cytobank></d:custom_info>
      <dimension min="3.5" transformation-ref="T" compensation-ref="uncompensated"><d:fcs-dimension d:name="V450-A"/>
      </dimension></RectangleGate></Gating-ML>"""
    gates = read_gates(put("a.xml", text), events)
    assert np.array_equal(gates["V450 high"], np.arcsinh(values[:, 3].astype(np.float64) / 5) >= 3.5)


def test_the_files_own_matrix(put: Put, events: Path, compensated: np.ndarray) -> None:
    gate = range_gate("g", w.dimension("B515-A", 300.0, more=' gating:compensation-ref="FCS"'))
    assert np.array_equal(read_gates(put("a.xml", w.gating_ml(gate)), events)["g"], compensated[:, 0] >= 300)


def test_compensated_and_raw_in_one_gate(put: Put, events: Path, compensated: np.ndarray, values: np.ndarray) -> None:
    """One detector of the matrix as it was measured, beside one compensated."""
    both = w.dimension("B515-A", 300.0, more=' gating:compensation-ref="FCS"') + w.dimension("R660/20-A", None, 100.0)
    expected = (compensated[:, 0] >= 300) & (values[:, 2] < 100)
    assert np.array_equal(read_gates(put("a.xml", w.gating_ml(range_gate("g", both))), events)["g"], expected)


def test_complements_and_parents(put: Put, events: Path, values: np.ndarray) -> None:
    a = range_gate("a", w.dimension("FSC-A", 100_000.0))
    b = range_gate("b", w.dimension("V450-A", 0.0), more=' gating:parent_id="a"')
    joined = (
        '<gating:BooleanGate gating:id="c"><gating:and><gating:gateReference gating:ref="a"/>'
        '<gating:gateReference gating:ref="b" gating:use-as-complement="true"/></gating:and></gating:BooleanGate>'
    )
    gates = read_gates(put("a.xml", w.gating_ml(joined, b, a)), events)  # in any order
    high, bright = values[:, 0] >= 100_000, values[:, 3] >= 0
    assert np.array_equal(gates["c"], high & ~bright)
    assert np.array_equal(gates["a/b"], high & bright)


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        (
            range_gate("g", w.dimension("FSC-A", 1.0), more=' gating:parent_id="h"'),
            "rests on gates that are not there: h",
        ),
        (range_gate("g", w.dimension("FSC-A", 1.0), more=' gating:parent_id="g"'), "rests on itself"),
        (range_gate("g", w.dimension("FSC-A", 1.0, more=' gating:transformation-ref="T"')), "no scale 'T'"),
        (range_gate("g", w.dimension("FSC-A", 1.0, more=' gating:compensation-ref="M"')), "no matrix 'M'"),
        (range_gate("g", w.dimension("FSC-A", float("nan"))), "no finite number"),
        (range_gate("g", w.dimension("SSC-A", 1.0)), "no channel SSC-A"),
        ('<gating:PolygonGate gating:id="g"><gating:dimension/></gating:PolygonGate>', "no channel"),
        ('<gating:BooleanGate gating:id="g"/>', "says and, or, or not"),
    ],
)
def test_a_gate_that_cannot_be_told_is_not_read(put: Put, events: Path, gate: str, told: str) -> None:
    (found,) = read_gates(put("a.xml", w.gating_ml(gate)), events).gates
    assert found.status == "not supported"
    assert told in str(found.reason[0])
    assert found.n_events == 0
    with pytest.raises(InputError, match=r"The gate .*g could not be read"):
        read_gates(put("a.xml", w.gating_ml(gate)), events)[found.path]


def test_an_anndata_gives_the_same_as_its_file(put: Put, events: Path) -> None:
    gate = range_gate("g", w.dimension("B515-A", 300.0, more=' gating:compensation-ref="FCS"'))
    path = put("a.xml", w.gating_ml(gate))
    adata, whole = read_fcs(events), read_gates(path, events)["g"]
    assert np.array_equal(read_gates(path, adata)["g"], whole)
    some = np.array([4000, 7, 12, 3])
    assert np.array_equal(read_gates(path, adata[some])["g"], whole[some])


def test_a_chain_without_end_is_not_followed(put: Put, events: Path) -> None:
    first = range_gate("g0", w.dimension("FSC-A", 1.0))
    more = [range_gate(f"g{i}", w.dimension("FSC-A", 1.0), more=f' gating:parent_id="g{i - 1}"') for i in range(1, 300)]
    gates = read_gates(put("a.xml", w.gating_ml(*reversed([first, *more]))), events).gates
    told = {str(gate.reason[0]) for gate in gates if gate.reason}
    assert any("rests on more than 200 others" in each for each in told)
