"""The quality of each event."""

import numpy as np

from cytoclust import keys
from cytoclust.pp._quality_model import QualityModel
from cytoclust.pp._scale_limits import beyond_limits


def apply_quality(model: QualityModel, events: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """What each event is set aside for, by the sample's thresholds.

    Each event is judged by itself, so that the result does not depend on chunks. The first check that an event
    fails names it, in the order of ``registry.CHECKS``. (A dead doublet is dead; what a clog shifted is judged no
    further.) An event beyond the scale of a detector is margin before all checks, and whatever is switched off.

    Parameters
    ----------
    model
        Of the sample the events come from.
    events
        Linear, compensated, float32 (n, p).
    rows
        Row number in the sample of each event, int64 (n,).

    Returns
    -------
    uint8 (n,): index into ``keys.QC``.
    """
    codes = np.zeros(len(events), dtype=np.uint8)
    if model.limits is not None:
        codes[beyond_limits(events, model.limits).any(axis=1)] = keys.QC.index(keys.QC_NOT_FINITE)
    for name, check in model.models.items():
        codes[(codes == keys.QC_OK) & check.apply(events, rows)] = keys.QC.index(name)
    return codes
