"""The tables of a cohort, against counts made by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cytoclust.findings import from_cell
from cytoclust.params import D
from cytoclust.positivity import Bodies, Profile, learn_thresholds
from cytoclust.rules import annotate_clusters
from cytoclust.stats import ClusterCounts, count_cohort

MARKERS = ("M0", "M1", "M2", "M3", "M4")
SIZES = (400, 400, 400, 15)


@pytest.fixture(scope="module")
def tables():
    return made()


def made(bodies=None, junk=None):
    """Cells without a marker, with the first two, with the other three, and a few with all."""
    rng = np.random.default_rng(0)
    low, high = np.zeros(5), np.full(5, 6.0)
    kinds = [low, np.where(np.arange(5) < 2, high, low), np.where(np.arange(5) >= 2, high, low), high]
    labels = np.repeat(np.arange(4), SIZES).astype(np.int32)
    events = np.stack([kinds[label] for label in labels]) + rng.normal(0, 0.3, (len(labels), 5))
    profile = replace(Profile.from_events(events.astype(np.float32), labels, list("0123"), MARKERS), bodies=bodies)
    cuts = learn_thresholds(profile)
    names = annotate_clusters(profile, cuts, None, min_probability=0.5)
    names = names.assign(near=["", "would be B", "", "would be T"], leftover="", **(junk or {}))
    sheet = pd.DataFrame(
        {"patient_id": ["P", "Q"], "group": None, "timepoint": None, "batch": None},
        index=pd.Index(["a", "b"], name="sample_id"), dtype=object,
    )  # fmt: skip
    order = np.argsort(np.arange(len(labels)) % 2, kind="stable")  # every other event is of the other sample
    half = np.count_nonzero(np.arange(len(labels)) % 2 == 0)
    codes = [np.zeros(half, np.uint8), np.zeros(len(labels) - half, np.uint8)]
    counted = ClusterCounts.of(
        labels[order], np.ones(len(labels), np.float32), codes, clusters=list("0123"), sheet=sheet
    )  # fmt: skip
    return count_cohort(
        counted, names, profile, cuts=cuts.to_frame(), cuts_by_batch=cuts.to_frame(by_batch=True), joins=[],
        parent=np.arange(4), stability=np.ones(4), rules=None, config=D,
    )  # fmt: skip


def test_what_a_cluster_may_be_instead_stands_before_what_it_nearly_is(tables):
    assert tables["clusters"]["near"].tolist() == [
        "", "would be B", "",
        "may be doublets of 1+2; positive for nearly every marker: dead cells, clumps or autofluorescence look like "
        "this; would be T",
    ]  # fmt: skip
    assert tables["cluster_tree"]["doublet_of"].tolist() == ["", "", "", "1+2"]


def test_the_tables_hang_together(tables):
    assert set(tables) == {
        "clusters", "cluster_tree", "cluster_counts", "thresholds", "populations", "unknown_clusters", "samples",
        "contrasts", "discoveries", "cluster_medians", "backgrounds", "table1",
    }  # fmt: skip
    assert tables["clusters"]["n_events"].tolist() == list(SIZES)
    counts = tables["cluster_counts"].pivot(index="sample_id", columns="cluster", values="n_events")
    assert counts.to_numpy().tolist() == [[200, 200, 200, 8], [200, 200, 200, 7]]
    assert tables["samples"].set_index("sample_id")["n_ok"].to_dict() == {"a": 608, "b": 607}
    assert tables["thresholds"]["marker"].tolist() == list(MARKERS)


def body(forward):
    """Forward scatter of each cluster, and nothing else."""
    nothing = np.full(4, np.nan)
    return Bodies(np.log(forward), nothing, nothing, nothing, nothing, nothing)


def test_scatter_of_one_cell_takes_the_doublets_back():
    assert made(body([40.0, 40, 40, 41]))["cluster_tree"]["doublet_of"].tolist() == ["", "", "", ""]
    assert made(body([40.0, 40, 40, 80]))["cluster_tree"]["doublet_of"].tolist() == ["", "", "", "1+2"]


def test_junk_stays_in_every_table_and_in_the_denominators(tables):
    found = made(
        junk={"junk": ["", "", "", "debris"], "junk_why": ["", "", "", 'debris {"forward": 0.3, "aside": true}']}
    )
    assert found["clusters"]["junk"].tolist() == ["", "", "", "debris"]
    assert "0.3 of that of the smallest kind" in from_cell(found["clusters"]["junk_why"][3])[0].sentence
    for name in ("cluster_counts", "unknown_clusters", "samples"):
        pd.testing.assert_frame_equal(found[name], tables[name])
