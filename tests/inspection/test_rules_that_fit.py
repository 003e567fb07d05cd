"""Rules are proposed where they name a useful share: half of their populations, or by half of the panel's markers."""

import pytest

from cytoclust.inspection._advice import advise, command, rules_that_fit
from cytoclust.inspection._species import species_of
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


@pytest.mark.parametrize(
    ("markers", "species", "by"),
    [
        (["CD3", "CD19", "NK1.1", "CD4"], "mouse", ["NK1.1"]),
        (["CD3", "I-A/I-E", "CD45R/B220", "Ly6G"], "mouse", ["I-A/I-E", "CD45R/B220", "Ly6G"]),
        (["CD3", "HLA-DR", "CD14"], "human", ["HLA-DR", "CD14"]),
        (["CD3", "CD4", "CD8"], None, []),
        (["HLA-DR", "Ly6C"], None, []),  # a mouse with a human's cells
    ],
)
def test_the_species_is_told_by_markers_that_the_other_has_not(
    markers: list[str], species: str | None, by: list[str]
) -> None:
    assert species_of(markers) == (species, by)


SPLEEN = ["CD3", "CD4", "CD8", "CD19", "CD11b", "CD11c"]


@pytest.mark.parametrize(
    ("more", "rules", "said"),
    [
        (["NK1.1", "Ly-6G", "B220"], "mouse_spleen", "They are for mouse cells (the panel has NK1.1, Ly-6G, B220)."),
        (["HLA-DR", "CD14", "CD56"], "pbmc", ""),
        ([], "pbmc", "They are for human cells (taken for granted: no marker tells the species)."),
    ],
)
def test_rules_are_proposed_for_the_species_of_the_panel(more: list[str], rules: str, said: str) -> None:
    markers = SPLEEN + more
    panel = Panel(tuple(markers), tuple(markers), tuple(markers), ("fluorescence",) * len(markers))
    fits = rules_that_fit(panel, [("clustering", "")] * len(markers))
    (advice,) = [each for each in advise(panel, [], ScaleHints(), n_ok=1e6, fits=fits) if each.code == "rules fit"]
    assert fits[0]["name"] == rules
    assert said in advice.advice
    assert ("They are for" in advice.advice) == bool(said)
