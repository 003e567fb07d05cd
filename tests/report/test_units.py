"""Places on the clustered scale, in the units of the file."""

import math

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust.report._units import file_units


@pytest.mark.parametrize("value", [-3.0, 0.0, 2.5, 12.0])
def test_arcsinh_of_it_is_the_place(value):
    adata = ad.AnnData(np.zeros((1, 1), np.float32), var=pd.DataFrame(index=["CD4"]))
    adata.uns["transform"] = {"channels": pd.DataFrame({"cofactor": [150.0]}, index=["CD4"])}
    assert math.asinh(file_units(adata, "CD4", value) / 150) == pytest.approx(value)
    assert math.isnan(file_units(adata, "CD8", value))


@pytest.mark.parametrize("value", [1000.0, -1e6, math.nan])
def test_what_no_signal_can_be_is_not_told(value):
    adata = ad.AnnData(np.zeros((1, 1), np.float32), var=pd.DataFrame(index=["CD4"]))
    adata.uns["transform"] = {"channels": pd.DataFrame({"cofactor": [150.0]}, index=["CD4"])}
    assert math.isnan(file_units(adata, "CD4", value))
