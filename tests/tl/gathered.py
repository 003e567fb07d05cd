"""What one counting finds alone."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cytoclust.pp import Preparation
from cytoclust.tl._one_pass import one_pass


def gathered(counting: Any, samples: Mapping[str, Preparation], labels: np.ndarray) -> Any:
    """Of every event of the samples."""
    assert counting is not None
    (found,) = one_pass(samples, labels, [counting], map)
    return counting.gather(found)
