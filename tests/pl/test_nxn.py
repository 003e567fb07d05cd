"""Which pairs of detectors are drawn, in which order, and what is marked."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.pl.detector_pairs import detector_pairs
from cytoclust.slots import write_findings
from tests.pl.drawn import new_axes

NAMES = ["CD3", "CD4", "CD8", "CD19"]
CHANNELS = ["FITC-A", "PE-A", "APC-A", "BV421-A"]
COFACTOR = 100.0


def events(*, matrix: bool = True) -> ad.AnnData:
    """400 events: CD3 reaches 10,000, the others 100."""
    rng = np.random.default_rng(0)
    signals = rng.uniform(0, 100, (400, 4))
    signals[:, 0] *= 100
    var = pd.DataFrame(
        {"channel": [*CHANNELS, "FSC-A"], "marker": [*NAMES, ""], "signal_type": ["fluorescence"] * 4 + ["scatter"]},
        index=[*NAMES, "FSC-A"],
    )
    X = np.column_stack([np.arcsinh(signals / COFACTOR), np.full(400, 5e4)]).astype(np.float32)
    adata = ad.AnnData(X, var=var, obs=pd.DataFrame({"sample_id": ["S1", "S2"] * 200}, index=map(str, range(400))))
    adata.uns["transform"] = {
        "params": {"method": "arcsinh"},
        "channels": pd.DataFrame({"cofactor": [COFACTOR] * 4}, index=NAMES),
    }
    if matrix:
        spill = pd.DataFrame(np.eye(4), CHANNELS, CHANNELS)
        spill.loc["FITC-A", "PE-A"], spill.loc["APC-A", "BV421-A"], spill.loc["PE-A", "FITC-A"] = 0.1, 0.3, 0.2
        adata.uns["meta"] = {"S1": {"spill": spill}, "S2": {"spill": spill}}
    return adata


def order(adata: ad.AnnData) -> list[tuple[str, str]]:
    return [(pair.source, pair.target) for pair in detector_pairs(adata, NAMES)]


def test_pairs_stand_by_what_the_matrix_takes_off_bright_cells() -> None:
    """0.1 of 9,900 is more than 0.3 of 99, which is more than nothing; 0.2 of 99 is the lesser side of its pair."""
    found = detector_pairs(events(), NAMES)
    assert [(pair.source, pair.target) for pair in found[:2]] == [("CD3", "CD4"), ("CD8", "CD19")]
    assert [pair.coefficient for pair in found] == [0.1, 0.3, 0, 0, 0, 0]
    assert len({frozenset((pair.source, pair.target)) for pair in found}) == 6


def test_without_a_matrix_neighbours_go_first() -> None:
    found = detector_pairs(events(matrix=False), NAMES)
    assert {pair.why for pair in found} == {"neighbours"}
    assert order(events(matrix=False))[:3] == [("CD3", "CD4"), ("CD4", "CD8"), ("CD8", "CD19")]
    other = events()
    other.uns["compensate"] = {"params": {"enabled": True, "matrix": "other.csv"}}  # the file's was not used
    assert {pair.why for pair in detector_pairs(other, NAMES)} == {"neighbours"}


def test_what_was_found_goes_first_and_a_wrong_coefficient_next() -> None:
    adata = events()
    adata.uns["meta"]["S1"]["spill"].loc["BV421-A", "FITC-A"] = -0.05
    slope = Finding("compensated too much", source="CD8 (APC-A)", target="CD4 (PE-A)", slope=-0.04, error=0.002)
    write_findings(adata, "population", [("", slope)])
    assert order(adata)[:3] == [("CD8", "CD4"), ("CD19", "CD3"), ("CD3", "CD4")]
    assert [pair.why for pair in detector_pairs(adata, NAMES)][:3] == ["residual", "coefficient", "amount"]


def test_a_slope_that_is_left_is_drawn_where_it_says() -> None:
    adata = events()
    slope = Finding("compensated too little", source="CD3 (FITC-A)", target="CD19 (BV421-A)", slope=0.04, error=0.002)
    write_findings(adata, "population", [("", slope)])
    first, *rest = pl.nxn(adata)
    assert [text.get_text() for text in first.texts if text.get_gid() == "residual"] == ["4 points\ntoo little off"]
    (line,) = (each for each in first.lines if each.get_gid() is None)  # not the small ticks
    x, y = (COFACTOR * np.sinh(np.asarray(each, dtype=float)) for each in line.get_data())
    np.testing.assert_allclose(y, 0.04 * x, rtol=1e-6, atol=1e-9)
    assert not any(text.get_gid() == "residual" for ax in rest for text in ax.texts)


def test_how_many_pairs_are_left_out_is_said() -> None:
    adata = events()
    drawn = pl.nxn(adata, most=2)
    (told,) = (text.get_text() for text in drawn[0].figure.texts)
    assert len(drawn) == 2
    assert told.startswith("2 of 6 pairs")
    assert told.endswith("The other 4 are left out.")
    (told,) = (text.get_text() for text in pl.nxn(adata)[0].figure.texts)
    assert told.startswith("All 6 pairs")


def test_a_marked_pair_that_is_left_out_is_counted() -> None:
    adata = events()
    slopes = [
        Finding("compensated too much", source="CD8 (APC-A)", target=target, slope=-0.04, error=0.002)
        for target in ("CD4 (PE-A)", "CD3 (FITC-A)")
    ]
    write_findings(adata, "population", [("", each) for each in slopes])
    (told,) = (text.get_text() for text in pl.nxn(adata, most=1).figure.texts)
    assert told.endswith("The other 5 are left out, 1 of them marked.")


def test_one_pair_in_given_axes_and_of_one_sample() -> None:
    adata, ax = events(), new_axes()
    assert pl.nxn(adata, ["cd3", "CD4"], sample="S2", ax=ax, title="mine") is ax
    assert ax.get_title(loc="left") == "mine"
    assert float(np.ma.sum(ax.images[0].get_array())) == pytest.approx(200, abs=4)  # few are beyond the axes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"markers": ["CD3"]}, "two detectors"),
        ({"most": 0}, "most must be at least 1"),
        ({"ax": new_axes()}, "markers must give one panel"),
        ({"markers": ["CD3", "CD20"]}, "no marker 'CD20'"),
        ({"sample": "S3"}, "no sample_id 'S3'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        pl.nxn(events(), **arguments)
