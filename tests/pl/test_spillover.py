import itertools

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import texts

CHANNELS = ["FITC-A", "PE-A", "APC-A"]


def matrix(**changed: float) -> pd.DataFrame:
    values = pd.DataFrame(np.eye(3), CHANNELS, CHANNELS)
    values.loc["FITC-A", "PE-A"] = 0.123
    values.loc["PE-A", "FITC-A"] = 0.0004
    for row, value in changed.items():
        values.loc[row.replace("_", "-"), "APC-A"] = value
    return values


def test_a_row_is_a_source_and_numbers_are_per_cent() -> None:
    ax = pl.spillover(matrix())
    assert [label.get_text() for label in ax.get_yticklabels()] == CHANNELS
    written = {(text.get_position(), text.get_text()) for text in ax.texts}
    assert written == {((1, 0), "12"), ((0, 1), "<0.1"), *(((i, i), "100") for i in range(3))}
    assert not ax.patches


@pytest.mark.parametrize("value", [-0.02, 1.3, np.nan])
def test_coefficients_that_are_hardly_right_are_outlined_and_counted(value: float) -> None:
    ax = pl.spillover(matrix(FITC_A=value))
    assert [patch.get_xy() for patch in ax.patches] == [(1.5, -0.5)]
    assert ax.get_title(loc="left").startswith("1 outlined")


def test_a_diagonal_that_is_not_one_is_outlined() -> None:
    ax = pl.spillover(matrix(APC_A=0.9))
    assert [patch.get_xy() for patch in ax.patches] == [(1.5, 1.5)]


def cohort(*matrices: pd.DataFrame | None) -> ad.AnnData:
    var = pd.DataFrame({"channel": CHANNELS, "marker": ["CD3", "", "CD4"]}, index=["CD3", "PE-A", "CD4"])
    adata = ad.AnnData(np.zeros((2, 3), dtype=np.float32), var=var)
    adata.uns["meta"] = {f"S{i}": {} if each is None else {"spill": each} for i, each in enumerate(matrices)}
    return adata


def test_of_a_cohort_the_matrix_that_most_samples_have_with_markers() -> None:
    adata = cohort(matrix(PE_A=0.5), matrix(), matrix(), None)
    ax = pl.spillover(adata)
    assert ax.get_title(loc="left") == "the matrix of 2 of 4 samples"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["FITC-A CD3", "PE-A", "APC-A CD4"]
    assert "50" in texts(pl.spillover(adata, sample="S0"))
    with pytest.raises(InputError, match="'S3'"):
        pl.spillover(adata, sample="S3")


def test_of_one_file_its_matrix_and_errors() -> None:
    adata = cohort()
    adata.uns["meta"] = {"spill": matrix()}
    assert "12" in texts(pl.spillover(adata))
    with pytest.raises(InputError, match="no spillover matrix"):
        pl.spillover(cohort(None))
    with pytest.raises(InputError, match="same channels"):
        pl.spillover(matrix().iloc[:2])


@pytest.mark.parametrize("n", [2, 30, 45])
def test_large_matrices_are_legible(n: int) -> None:
    names = [f"Spark Violet {i}-A" for i in range(n)]
    ax = pl.spillover(pd.DataFrame(np.full((n, n), 0.02) + 0.98 * np.eye(n), names, names))
    ax.figure.draw_without_rendering()
    assert ax.figure.get_size_inches()[0] < 14
    for labels in (ax.get_xticklabels(), ax.get_yticklabels()):
        assert all(label.get_fontsize() >= 6 for label in labels)
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert all(left.x1 <= right.x0 + 0.5 for left, right in itertools.pairwise(boxes))
