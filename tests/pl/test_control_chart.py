import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.drift import control_chart
from cytoclust.errors import InputError
from tests.drift.test_control_chart import SD, runs


@pytest.fixture(scope="module")
def chart():
    """Two channels over 23 runs; the last of CD45 is five standard deviations off."""
    values = [9.0, 11.0] * 10 + [10.0, 10.5, 10 + 5 * SD]
    return control_chart(pd.concat([runs(values), runs([9.0, 11.0] * 11 + [10.0], channel="CD3")]))


def test_points_are_the_measurements_and_lines_the_baseline(chart):
    axes = pl.control_chart(chart, show=False)
    assert [ax.get_title(loc="left") for ax in axes] == ["CD45, upper", "CD3, upper"]
    line, fine, broken = axes[0].lines[-3:]
    assert line.get_ydata() == pytest.approx(chart["value"][:23].to_numpy())
    assert (len(fine.get_ydata()), list(broken.get_ydata())) == (22, [pytest.approx(10 + 5 * SD)])
    levels = sorted(each.get_ydata()[0] for each in axes[0].lines[:-3])
    assert levels == pytest.approx(sorted([10, *(10 + np.array([-3, -2, 2, 3]) * SD)]))
    assert [text.get_text() for text in axes[0].texts] == ["1-3s"]


def test_fewer_than_twenty_runs_have_no_lines():
    (ax,) = pl.control_chart(control_chart(runs([1.0, 2.0])), show=False)
    assert len(ax.lines) == 3


def test_what_is_not_there_is_refused(chart):
    with pytest.raises(InputError, match="There is no statistic 'mean'"):
        pl.control_chart(chart, statistics=["mean"], show=False)
    with pytest.raises(InputError, match="lacks the column 'sd'"):
        pl.control_chart(chart.drop(columns="sd"), show=False)
