import pytest

from cytoclust.positivity import read_phenotype, source_kind


@pytest.mark.parametrize(
    ("text", "markers", "states"),
    [
        ("", (), {}),
        ("CD3+ CD34-/dim CD45bright", (), {"CD3": "+", "CD34": "-/dim", "CD45": "bright"}),
        ("CD3+ FL4 red- CD34-", (), {"CD3": "+", "FL4 red": "-", "CD34": "-"}),
        ("HLA-DR+ TCR a-b-", ["HLA-DR", "TCR a-b"], {"HLA-DR": "+", "TCR a-b": "-"}),
        ("CD3+ CD19 mix- CD4dim", ["CD3+ CD19 mix", "CD4"], {"CD3+ CD19 mix": "-", "CD4": "dim"}),
        ("CD271- CD27+", ["CD27", "CD271"], {"CD271": "-", "CD27": "+"}),
    ],
)
def test_states_are_those_that_were_spelled(text: str, markers: list[str], states: dict[str, str]) -> None:
    assert read_phenotype(text, markers) == states


@pytest.mark.parametrize("source", ["data", "given", "batches", "FMO CD3 (a b.fcs)", "unstained (given.fcs)"])
def test_a_source_begins_with_its_kind(source: str) -> None:
    assert source_kind(source) == source.split()[0]
