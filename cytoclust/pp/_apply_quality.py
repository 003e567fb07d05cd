"""The quality of each event."""

import numpy as np

from cytoclust import keys
from cytoclust.pp._fit_quality import QualityModel


def apply_quality(model: QualityModel, events: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """What each event is set aside for, by the sample's thresholds.

    Each event is judged by itself, so that the result does not depend on chunks. The first check that an event
    fails names it: margin, time, debris, dead, doublet. (A dead doublet is dead; what a clog shifted is judged no
    further.)

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
    checks = {
        "margin": model.margin and model.margin.apply(events),
        "time": model.time and model.time.apply(events, rows),
        "debris": model.debris and model.debris.apply(events),
        "dead": model.dead and model.dead.apply(events),
        "doublet": model.doublet and model.doublet.apply(events),
    }
    for name, failed in checks.items():
        if failed is not None:
            codes[(codes == keys.QC_OK) & failed] = keys.QC.index(name)
    return codes
