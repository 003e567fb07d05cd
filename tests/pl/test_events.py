import numpy as np
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import texts
from tests.report.cohort import Cohort


def test_events_bars_are_the_shares(cohort: Cohort) -> None:
    ax = pl.events(cohort.run)
    rows = cohort.run["events"]
    for bars, category in zip(ax.containers, ("ok", "margin", "time", "debris", "doublet", "dead"), strict=True):
        assert bars.get_label() == category
        np.testing.assert_allclose([bar.get_width() for bar in bars], [row[category] / row["total"] for row in rows])
    assert {f"{row['total']:,}" for row in rows} <= set(texts(ax))
    with pytest.raises(InputError, match="total"):
        pl.events({})
