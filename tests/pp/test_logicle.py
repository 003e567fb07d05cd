import numpy as np
import pytest

from cytoclust import pp
from cytoclust.errors import InputError
from tests.pp.cohort import cohort
from tests.pp.marrow import SIGNAL_TYPES


def test_the_shell_does_what_the_kernels_do() -> None:
    adata = cohort(500, compensated=True)
    before = adata.X.copy()
    pp.logicle(adata)
    parameters = pp.estimate_logicle(before, SIGNAL_TYPES)
    assert np.array_equal(adata.X, pp.logicle_transform(before, parameters))
    assert np.array_equal(adata.X[:, :6], before[:, :6])
    assert np.array_equal(adata.uns["transform"]["channels"].to_numpy(), parameters[6:])
    with pytest.raises(InputError, match=r"transformed already \(logicle"):
        pp.logicle(adata)
