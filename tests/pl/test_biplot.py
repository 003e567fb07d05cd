import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import points
from tests.report.cohort import Cohort


def test_biplot_counts_events_and_shows_the_population(cohort: Cohort) -> None:
    ax = pl.biplot(cohort.adata, "CD146", "CD271", population="T cell")
    image = ax.get_images()[0].get_array()
    assert image.sum() == pytest.approx(cohort.adata.n_obs, abs=4)  # 0.02 % of each marker may lie outside
    assert len(points(ax)[0].get_offsets()) == (cohort.adata.obs["population"] == "T cell").sum()
    with pytest.raises(InputError, match="'nobody'"):
        pl.biplot(cohort.adata, "CD146", "CD271", population="nobody")
