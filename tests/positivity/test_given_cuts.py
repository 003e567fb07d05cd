"""Cuts by hand: under any name of the marker, and cuts_told if they part nothing."""

import pytest

from cytoclust.errors import InputError
from cytoclust.positivity import learn_thresholds
from cytoclust.positivity._given_cuts import beyond_clusters, by_marker
from tests.rules.marrow import MARKERS, marrow_profile


def test_a_synonym_will_do() -> None:
    assert by_marker({"MCAM": 1.0, "NGFR": 2.0, "cd34": 3.0}, ("CD34", "CD146", "CD271")) == {
        "CD146": 1.0, "CD271": 2.0, "CD34": 3.0,
    }  # fmt: skip
    found = learn_thresholds(marrow_profile(0), given={"Thy-1": 0.9})
    assert found.positive[MARKERS.index("CD90")] == 0.9


def test_two_names_of_one_marker_and_a_strange_one_are_refused() -> None:
    with pytest.raises(InputError, match="Two thresholds are given for CD146: one under the name 'MCAM'"):
        by_marker({"CD146": 1.0, "MCAM": 2.0}, ("CD146",))
    with pytest.raises(InputError, match=r"'nonsense', which is no marker here\. There are CD146\.$"):
        by_marker({"nonsense": 1.0}, ("CD146",))


def test_a_cut_beyond_all_clusters_is_told() -> None:
    profile = marrow_profile(0)
    (above,) = beyond_clusters(profile, {"CD34": 50.0})
    assert "for CD34, 50, parts nothing: no cluster reaches it" in str(above)
    (below,) = beyond_clusters(profile, {"CD34": -50.0})
    assert "every cluster lies above it" in str(below)
    assert {above.code, below.code} == {"threshold beyond clusters"}
    assert beyond_clusters(profile, {"CD34": 0.9}) == []
