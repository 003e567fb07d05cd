"""FlowJo workspaces: their own counts, and each way in which importers are known to go wrong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import read_gates
from tests.io.workspaces import write as w

pytestmark = pytest.mark.usefixtures("flowkit")
Put = Callable[[str, str], Path]
ROWS = {"B515-A": {"B515-A": 1.0, "R660_20-A": 0.3}, "R660_20-A": {"B515-A": 0.05, "R660_20-A": 1.0}}
MATRIX = w.spillover(ROWS)


def of(put: Put, *populations: str, matrix: str = MATRIX, **more: object) -> Path:
    return put("a.wsp", w.workspace(w.sample("tube 1.fcs", *populations, matrix=matrix, **more)))  # type: ignore[arg-type]


def test_flowjo_counted_the_same_in_a_rectangle_on_arcsinh(put: Put, shared_data: Path) -> None:
    """Corners and count of a gate that FlowJo 10.7.1 drew on this file, in FlowKit's test data."""
    name = "flowkit__test_data_diamond_01.fcs"
    gate = w.rectangle(
        w.dimension("channel_A", 48743.95446829446, 135787.01642140604),
        w.dimension("channel_B", 50697.55909377789, 186266.7604745461),
    )
    scales = [w.asinh("channel_A"), w.asinh("channel_B")]
    text = w.workspace(w.sample(name, w.population("upper_right", gate, count=50559), scales=scales))
    (gate,) = read_gates(put("a.wsp", text), shared_data / "fcs" / name).gates
    assert (gate.n_events, gate.status) == (50559, "reproduced")


def test_flowjo_counted_the_same_in_an_ellipse(put: Put, shared_data: Path) -> None:
    """Foci, edge and count of an ellipse that FlowJo 10.6.1 drew on this file, in bins of its display."""
    name = "flowkit__data_set_simple_line_100.fcs"
    foci = w.vertex(62.7724519002, 157.4044547167) + w.vertex(94.2275480998, 93.5955452833)
    edge = "".join(w.vertex(*at) for at in ((96, 90), (61, 161), (67, 113), (90, 139)))
    shape = w.dimension("channel_A") + w.dimension("channel_B")
    shape += f"<gating:foci>{foci}</gating:foci><gating:edge>{edge}</gating:edge>"
    gate = f"<Gate><gating:EllipsoidGate>{shape}</gating:EllipsoidGate></Gate>"
    scales = [w.linear("channel_A"), w.linear("channel_B")]
    text = w.workspace(w.sample(name, w.population("ellipse1", gate, count=51), scales=scales))
    (gate,) = read_gates(put("a.wsp", text), shared_data / "fcs" / name).gates
    assert (gate.n_events, gate.status, gate.kind) == (51, "reproduced", "ellipse")


def test_compensated_channels_are_solved_by_the_samples_own_matrix(
    put: Put, events: Path, compensated: np.ndarray
) -> None:
    """A slash in a channel's name is an underscore in FlowJo; the transpose of the matrix would give other events."""
    gate = w.rectangle(w.dimension("Comp-B515-A", 100.0, 2000.0), w.dimension("Comp-R660_20-A", None, 300.0))
    gates = read_gates(of(put, w.population("g", gate)), events)
    expected = (compensated[:, 0] >= 100) & (compensated[:, 0] < 2000) & (compensated[:, 1] < 300)
    assert np.array_equal(gates["g"], expected)
    assert gates.notes == ()  # the matrix is that of the file


def test_a_channel_without_the_prefix_is_not_compensated(put: Put, events: Path, values: np.ndarray) -> None:
    gates = read_gates(of(put, w.population("g", w.rectangle(w.dimension("B515-A", 500.0)))), events)
    assert np.array_equal(gates["g"], values[:, 1].astype(np.float64) >= 500)


def test_brackets_say_compensated_too(put: Put, events: Path, compensated: np.ndarray) -> None:
    matrix = w.spillover(ROWS, prefix="<", suffix=">")
    gates = read_gates(of(put, w.population("g", w.rectangle(w.dimension("<B515-A>", 500.0))), matrix=matrix), events)
    assert np.array_equal(gates["g"], compensated[:, 0] >= 500)


def test_another_matrix_than_the_files_is_told(put: Put, events: Path) -> None:
    rows = {"B515-A": {"B515-A": 1.0, "R660_20-A": 0.2}, "R660_20-A": {"B515-A": 0.05, "R660_20-A": 1.0}}
    path = of(put, w.population("g", w.rectangle(w.dimension("Comp-B515-A", 500.0))), matrix=w.spillover(rows))
    (note,) = read_gates(path, events).notes
    assert note.code == "gates compensated otherwise"
    assert note.data["most"] == pytest.approx(0.1)


@pytest.mark.parametrize("inside", [0, 1])
def test_events_outside_are_the_rest_of_the_parent(put: Put, events: Path, values: np.ndarray, inside: int) -> None:
    corners = [(0.0, -400.0), (200_000.0, -400.0), (200_000.0, 400.0), (0.0, 400.0)]
    child = w.population("child", w.polygon("FSC-A", "V450-A", corners, inside=inside))
    parent = w.population("parent", w.rectangle(w.dimension("FSC-A", 50_000.0)), child)
    gates = read_gates(of(put, parent), events)
    within = (values[:, 0] <= 200_000) & (np.abs(values[:, 3]) <= 400)
    expected = (values[:, 0] >= 50_000) & (within if inside else ~within)
    assert np.array_equal(gates["child"], expected)


def test_booleans_join_whole_paths(put: Put, events: Path, values: np.ndarray) -> None:
    """FlowJo names what a Boolean gate joins by paths, and a name may hold a slash itself."""
    left = w.population("A/B", w.rectangle(w.dimension("FSC-A", None, 120_000.0)))
    right = w.population("C", w.rectangle(w.dimension("V450-A", 0.0)))
    path = of(
        put, left, right, w.joined("AndNode", "both", "A/B", "C"), w.joined("OrNode", "either", "A/B", "C"),
        w.joined("NotNode", "not C", "C"), w.joined("AndNode", "lost", "C", "D"),
    )  # fmt: skip
    gates = read_gates(path, events)
    a, c = values[:, 0] < 120_000, values[:, 3] >= 0
    for name, expected in (("both", a & c), ("either", a | c), ("not C", ~c)):
        assert np.array_equal(gates[name], expected), name
    lost = gates.gates[[gate.name for gate in gates.gates].index("lost")]
    assert (lost.status, lost.reason[0].code) == ("not supported", "gate joins unknown")


def test_a_limit_on_one_side_and_names_used_twice(put: Put, events: Path, values: np.ndarray) -> None:
    low = w.population("low", w.rectangle(w.dimension("FSC-A", None, 100_000.0)),
                       w.population("CD4+", w.rectangle(w.dimension("V450-A", None, 0.0))))  # fmt: skip
    high = w.population("high", w.rectangle(w.dimension("FSC-A", 100_000.0)),
                        w.population("CD4+", w.rectangle(w.dimension("V450-A", None, 0.0))))  # fmt: skip
    gates = read_gates(of(put, low, high), events)
    assert [gate.path for gate in gates.gates] == ["low", "low/CD4+", "high", "high/CD4+"]
    assert [gate.parent for gate in gates.gates] == ["", "low", "", "high"]
    below, negative = values[:, 0] < 100_000, values[:, 3] < 0
    assert np.array_equal(gates["low/CD4+"], below & negative)
    assert np.array_equal(gates["high/CD4+"], ~below & negative)
    with pytest.raises(KeyError, match="2 gates are called 'CD4\\+'"):
        gates["CD4+"]


def test_what_is_not_reproduced_is_told_and_five_events_are_allowed(put: Put, events: Path, values: np.ndarray) -> None:
    n = int((values[:, 0] >= 240_000).sum())  # some 200: a hundredth of it is less than five events
    gate = w.rectangle(w.dimension("FSC-A", 240_000.0))
    path = of(put, *(w.population(str(off), gate, count=n + off) for off in (0, 5, -5, 6)))
    gates = read_gates(path, events).gates
    assert [gate.status for gate in gates] == ["reproduced", "reproduced", "reproduced", "not reproduced"]
    assert [gate.usable for gate in gates] == [True, True, True, False]
    assert gates[3].reason[0].data == {"here": n, "there": n + 6}


def test_a_gate_at_the_axis_reaches_the_lowest_event_where_only_that_gives_its_count(
    put: Put, events: Path, values: np.ndarray
) -> None:
    corners = [(0.0, 0.0), (0.0, 500.0), (300_000.0, 500.0), (300_000.0, 0.0)]
    everything = int((values[:, 3] <= 500).sum())
    positive = int(((values[:, 3] >= 0) & (values[:, 3] <= 500)).sum())
    gate = w.polygon("FSC-A", "V450-A", corners)
    for count, extended in ((everything, True), (positive, False)):
        (found,) = read_gates(of(put, w.population("g", gate, count=count)), events).gates
        assert (found.n_events, found.status) == (count, "reproduced")
        assert [each.code for each in found.reason] == (["gate extended"] if extended else [])


def test_what_cannot_be_read_is_named_and_takes_only_what_rests_on_it(put: Put, events: Path) -> None:
    parameter = '<data-type:parameter data-type:name="V450-A"/>'
    hyper = f"<transforms:miltenyi>{parameter}</transforms:miltenyi>"
    corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]
    beneath = w.population("under", w.rectangle(w.dimension("FSC-A", 1.0)))
    path = of(
        put,
        w.population("absent", w.rectangle(w.dimension("G575-A", 1.0)), beneath),
        w.population("curly", "<Gate><gating:CurlyQuad/></Gate>"),
        w.population("unscaled", w.polygon("FSC-A", "V450-A", corners)),
        w.population("ordered", w.rectangle(w.dimension("V450-A", 1.0))),
        w.population("unlimited", w.rectangle(w.dimension("V450-A"))),
        w.population("fine", w.rectangle(w.dimension("FSC-A", 1.0))),
        scales=[hyper],
    )  # fmt: skip
    gates = {gate.name: gate for gate in read_gates(path, events).gates}
    told = {name: " ".join(map(str, gate.reason)) for name, gate in gates.items()}
    assert told["absent"] == "the file of events has no channel G575-A"
    assert told["under"] == "it rests on absent, which could not be read"
    assert "CurlyQuad" in told["curly"]
    assert "miltenyi" in told["unscaled"]
    assert "no limit" in told["unlimited"]
    assert [name for name, gate in gates.items() if gate.usable] == ["ordered", "fine"]  # an order needs no scale


@pytest.mark.parametrize(
    ("matrix", "told"),
    [("", "no matrix for this sample"), (w.spillover(ROWS, spectral=1), "spectral"),
     (w.spillover({"B515-A": {"B515-A": 1.0, "G575-A": 0.1}, "G575-A": {"B515-A": 0.0, "G575-A": 1.0}}), "G575-A")],
)  # fmt: skip
def test_a_compensated_gate_without_a_matrix_that_can_be_used_is_not_read(
    put: Put, events: Path, matrix: str, told: str
) -> None:
    path = of(put, w.population("g", w.rectangle(w.dimension("Comp-B515-A", 1.0))), matrix=matrix)
    (gate,) = read_gates(path, events).gates
    assert gate.status == "not supported"
    assert told in str(gate.reason[0])


@pytest.mark.parametrize("version", ["9.9.6", "X", ""])
def test_older_workspaces_are_refused_by_name(put: Put, events: Path, version: str) -> None:
    path = put("a.wsp", w.workspace(w.sample("tube 1.fcs"), version=version))
    with pytest.raises(InputError, match=r"a\.wsp is a workspace of FlowJo .*; those of FlowJo 10 and later are read"):
        read_gates(path, events)


def test_a_workspace_of_version_11_and_one_without_samples(put: Put, events: Path) -> None:
    gate = w.population("g", w.rectangle(w.dimension("FSC-A", 1.0)))
    assert len(read_gates(put("a.wsp", w.workspace(w.sample("tube 1.fcs", gate), version="11.0")), events)) == 1
    with pytest.raises(InputError, match="without a sample"):
        read_gates(put("b.wsp", w.workspace()), events)


def test_a_rare_gate_in_one_that_is_not_reproduced_is_not_used(put: Put, events: Path) -> None:
    """Two events in place of three fit by the tolerance of five, whatever the gate above holds."""
    few = w.rectangle(w.dimension("B515-A", -1e6, 1e6), w.dimension("R660_20-A", 1e6, None))
    many = w.rectangle(w.dimension("B515-A", -1e6, 1e6))
    text = of(
        put,
        w.population("top", many, w.population("rare", few, count=3), w.population("all", many, count=5000), count=99),
    )
    gates = {gate.name: gate for gate in read_gates(text, events).gates}
    assert gates["top"].status == "not reproduced"
    assert gates["rare"].status == "not reproduced"
    assert [each.code for each in gates["rare"].reason] == ["gate in another not reproduced"]
    assert gates["all"].status == "reproduced"  # 1 % of 5,000 is its own evidence


def test_a_matrix_that_cannot_be_solved_is_told(put: Put, events: Path) -> None:
    nothing = {name: dict.fromkeys(row, 0.0) for name, row in ROWS.items()}
    gate = w.population("g", w.rectangle(w.dimension("Comp-B515-A", 100.0, 2000.0)))
    (read,) = read_gates(of(put, gate, matrix=w.spillover(nothing)), events).gates
    assert read.status == "not supported"
    assert "its matrix cannot be solved" in str(read.reason[0])


def test_a_negated_gate_and_one_with_a_maximum_alone(put: Put, events: Path, values: np.ndarray) -> None:
    low = w.rectangle(w.dimension("B515-A", None, 1000.0))
    outside = w.rectangle(w.dimension("B515-A", None, 1000.0), inside=0)
    text = of(put, w.population("low", low), w.population("high", outside))
    gates = read_gates(text, events)
    assert np.array_equal(gates["high"], ~gates["low"])
    assert 0 < gates["low"].sum() < len(values)
