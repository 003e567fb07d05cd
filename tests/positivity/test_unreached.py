import numpy as np
import pytest

from cytoclust.positivity import Control, Thresholds, learn_thresholds, unreached
from tests.positivity.test_batch_cuts import profile


def test_a_control_that_no_cluster_reaches_is_told():
    nan = np.full(3, np.nan)
    modes = ("one mode", "one mode, taken as negative", "negative, positive")
    source = ("unstained (a.fcs)", "data", "unstained (a.fcs)")
    cuts = np.array([5.0, np.nan, 2.0])
    found = Thresholds(
        ("CD45", "CD34", "CD3"), cuts, nan, nan, nan, np.zeros(3), nan, only=("", "-", ""), modes=modes, source=source,
        one_sided=(True, False, False),
    )  # fmt: skip
    (note,) = unreached(found)
    assert note.code == "cut above all"
    assert note.data == {"marker": "CD45", "source": "unstained (a.fcs)"}
    assert note.sentence.startswith("CD45: no cluster reaches the cut of unstained (a.fcs)")


@pytest.mark.parametrize(("cut", "cuts_told"), [(2.0, []), (9.0, ["M"]), (-4.0, [])])
def test_of_clusters_up_to_three_or_so(cut, cuts_told):
    control = Control("M", None, cut, 0.05, "FMO M (m.fcs)", bound=False)
    found = learn_thresholds(profile(0, {"a": 0.0}), controls=[control])
    assert [note.data["marker"] for note in unreached(found)] == cuts_told
    assert unreached(learn_thresholds(profile(0, {"a": 0.0}), given={"M": cut})) == []
