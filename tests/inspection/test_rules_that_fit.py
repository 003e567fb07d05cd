"""Rules are proposed where they name a useful share: half of their populations, or by half of the panel's markers."""

import pytest

from cytoclust.inspection._advice import advise, command, rules_that_fit
from cytoclust.io import Channel, recognise
from cytoclust.io._panel import Panel
from cytoclust.pp import ScaleHints

T_CELLS = ["CD3", "CD4", "CD8", "CD45"]
OTHERS = ["CD11c", "CD86", "CD83", "CD33", "CD80", "CD40", "CD54", "CD58", "PD-L1"]


def advised(markers: list[str]) -> tuple[list[str], str]:
    known, _ = recognise([Channel(f"D{i}-A", label=marker) for i, marker in enumerate(markers)])
    panel = Panel(
        tuple(markers), tuple(each.name for each in known), tuple(each.marker for each in known),
        ("fluorescence",) * len(markers),
    )  # fmt: skip
    fits = rules_that_fit(panel, [("clustering", "")] * len(markers))
    codes = [each.code for each in advise(panel, [], ScaleHints(), n_ok=1e6, fits=fits) if "rules" in each.code]
    return codes, command(["a.fcs"], ScaleHints(), fits)


@pytest.mark.parametrize(
    ("markers", "code", "proposed"),
    [
        (T_CELLS, "rules fit", True),  # three populations, by all of the markers
        ([*T_CELLS, *OTHERS], "rules fit partly", False),  # the same, of a panel of dendritic cells
        (["CD15", "CD45", "CD14", "CD33"], "rules fit partly", False),  # none of those that msc is for
        (OTHERS, "no rules fit", False),
    ],
)
def test_rules_are_proposed_where_they_name_a_useful_share(markers: list[str], code: str, proposed: bool) -> None:
    codes, proposal = advised(markers)
    assert codes == [code]
    assert ("--rules" in proposal) == proposed
