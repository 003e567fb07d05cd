"""Events that a cohort's scale is learnt from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.executor import Executor
from cytoclust.pp._pooled_rows import pooled_share
from cytoclust.pp._preparation import Preparation

__all__ = ["pool_events"]


def pool_events(samples: Sequence[Preparation], *, executor: Executor) -> NDArray[np.float32]:
    """Events that passed quality control, evenly pooled over samples, on the scale of each sample's transform."""
    share = pooled_share(len(samples))

    def one(sample: Preparation) -> NDArray[np.float32]:
        return sample.events(sample.drawn(share, keys.QC_OK))

    return np.concatenate(executor.map(one, samples))
