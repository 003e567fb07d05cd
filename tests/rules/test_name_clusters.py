"""From a profile to names in one call, against its parts."""

import numpy as np
import pandas as pd
import pytest

from cytoclust.errors import InputError
from cytoclust.params import D, check
from cytoclust.positivity import ASIDE, Control, Profile, learn_thresholds
from cytoclust.rules import annotate_clusters, load, name_clusters
from tests.rules.marrow import MARKERS, NAMES, marrow

NONE = np.zeros((1, 18, 4))


@pytest.fixture(scope="module")
def profile():
    events, labels, names = marrow(0, n=20_000)
    return Profile.from_events(events, labels, names, MARKERS)


def name(profile, rules="msc", aside=NONE, *, controls=(), viability=None, **annotate):
    ruleset = load(rules) if rules else None
    return name_clusters(
        profile, aside, ruleset, annotate=check("annotate", **annotate), controls=controls, viability=viability
    )  # fmt: skip


def test_names_are_the_truth_and_those_of_the_rules(profile):
    found = name(profile)
    assert found.table["population"].to_dict() == {cluster: NAMES[cluster] for cluster in profile.clusters}
    cuts = learn_thresholds(profile)
    pd.testing.assert_frame_equal(found.thresholds.to_frame(), cuts.to_frame())
    expected = annotate_clusters(profile, cuts, load("msc"), min_probability=D.annotate.min_probability)
    assert found.table[list(expected)].equals(expected)
    assert (found.table["leftover"] == "").all()
    assert found.findings == []


def test_without_rules_clusters_are_described(profile):
    found = name(profile, rules=None)
    assert set(found.table["population"]) == {"unassigned"}
    assert (found.table["phenotype"] == name(profile).table["phenotype"]).all()
    assert found.limits == []


def test_what_quality_control_left_has_no_name(profile):
    aside = NONE.copy()
    row = profile.clusters.index("neuroblastoma GD2low")
    aside[0, row, ASIDE.index("dead")] = 20 * profile.n_events[row]
    found = name(profile, aside=aside).table
    assert found["leftover"].to_dict() == {c: "dead" if c == "neuroblastoma GD2low" else "" for c in profile.clusters}
    assert found.loc["neuroblastoma GD2low", "population"] == "unknown"
    others = found.drop(index="neuroblastoma GD2low")
    assert others["population"].to_dict() == {cluster: NAMES[cluster] for cluster in others.index}


def test_cuts_by_hand_go_before_controls_before_the_data(profile):
    control = Control("CD271", None, 1.3, 0.05, "FMO CD271 (a.fcs)", bound=False)
    for options, cut, source in (
        ({"controls": [control]}, 1.3, "FMO CD271 (a.fcs)"),
        ({"controls": [control], "thresholds": {"CD271": 1.6}}, 1.6, "given"),
    ):
        row = name(profile, **options).thresholds.to_frame().set_index("marker").loc["CD271"]
        assert (row["positive"], row["source"]) == (cut, source)


def test_cuts_that_part_nothing_are_found(profile):
    control = Control("CD271", None, 30.0, 0.05, "FMO CD271 (a.fcs)", bound=False)
    (above,) = name(profile, controls=[control]).findings
    assert (above.code, above.data["marker"]) == ("cut above all", "CD271")
    (beyond,) = name(profile, thresholds={"CD56": 30.0}).findings
    assert "CD56" in beyond.sentence


def test_a_dye_that_is_a_marker_of_the_rules_bears_on_what_the_panel_can_tell(profile):
    codes = {limit.code for limit in name(profile).limits}
    assert codes
    assert all(limit.sentence for limit in name(profile).limits)


def test_what_cannot_be(profile):
    with pytest.raises(InputError, match="CD999"):
        name(profile, thresholds={"CD999": 1.0})
