import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from tests.report.cohort import MARKERS, Cohort


def test_histograms_mark_the_thresholds_there_are(cohort: Cohort) -> None:
    axes = pl.histograms(cohort.adata)
    assert [ax.get_title(loc="left") for ax in axes] == MARKERS
    lines = [[line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 2] for ax in axes]
    assert lines == [[2.0]] * (len(MARKERS) - 1) + [[]]
    with pytest.raises(InputError, match="'CD999'"):
        pl.histograms(cohort.adata, markers=["CD999"])
