import itertools

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import new_axes, points
from tests.report.cohort import Cohort

KINDS = {  # where each lies, and how many there are
    "MSC": ([4, 4, 0, 0, 0, 0], 80),
    "sibling": ([4, 4, 4, 0, 0, 0], 200),
    "endothelial": ([4, 0, 0, 0, 4, 4], 150),
    "leukocyte": ([0, 0, 0, 6, 3, 0], 900),
    "unknown": ([4, 4, 0, 1, 0, 0], 20),
}
MARKERS = ["CD146", "CD90", "CD271", "CD45", "CD31", "CD34"]


@pytest.fixture(scope="module")
def events() -> ad.AnnData:
    rng = np.random.default_rng(0)
    names = np.repeat(list(KINDS), [n for _, n in KINDS.values()])
    middle = np.repeat(np.array([place for place, _ in KINDS.values()], float), [n for _, n in KINDS.values()], axis=0)
    X = np.column_stack([middle + rng.normal(0, 0.4, middle.shape), rng.uniform(0, 1e5, len(names))])
    var = pd.DataFrame(index=[*MARKERS, "Time"]).assign(signal_type=["fluorescence"] * 6 + ["time"])
    obs = pd.DataFrame(
        {"population": pd.Categorical(names), "cluster": pd.Categorical(pd.factorize(names)[0].astype(str))}
    )
    obs.index = obs.index.astype(str)
    adata = ad.AnnData(X.astype(np.float32), obs=obs, var=var)
    adata.uns["thresholds"] = pd.DataFrame({"marker": MARKERS, "positive": [2.0] * 5 + [np.nan]})
    return adata


def pair(ax: Axes) -> tuple[str, str]:
    return ax.get_xlabel(), ax.get_ylabel()


def shown(ax: Axes) -> list[np.ndarray]:
    return [np.asarray(drawn.get_offsets()) for drawn in points(ax)]


def test_a_population_against_the_others_and_beside_those_named(events: ad.AnnData) -> None:
    axes = pl.evidence(events, "MSC", beside=["endothelial", "sibling"], axes=("CD146", "CD271"))
    *histograms, main, same1, apart1, same2, apart2 = axes
    assert {ax.get_title(loc="left") for ax in histograms} == set(MARKERS)
    assert [ax.get_title(loc="left") for ax in histograms][:2] in (["CD146", "CD90"], ["CD90", "CD146"])
    assert histograms[-1].get_title(loc="left") == "CD45"  # what it is lowest in stands last
    for ax in (main, same1, same2):
        assert pair(ax) == ("CD146", "CD271")
    here = events[events.obs["population"] == "MSC"]
    np.testing.assert_allclose(shown(main)[0], here[:, ["CD146", "CD271"]].X, rtol=1e-6)
    (other,) = shown(same1)
    np.testing.assert_allclose(
        other, events[events.obs["population"] == "endothelial", ["CD146", "CD271"]].X, rtol=1e-6
    )
    assert same1.get_title(loc="left") == "endothelial"
    assert set(pair(apart1)) <= {"CD90", "CD31", "CD34"}
    assert pair(apart2)[0] == "CD271"
    assert [len(each) for each in shown(apart2)] == [200, 80]


def test_histograms_are_scaled_to_their_own_peak_and_have_thresholds(events: ad.AnnData) -> None:
    axes = pl.evidence(events, "MSC", markers=["CD146", "CD34"])
    titles = [ax.get_title(loc="left") for ax in axes[:2]]
    for ax, name in zip(axes[:2], titles, strict=True):
        others, own, *cut = ax.get_lines()
        assert [max(line.get_ydata()) for line in (others, own)] == pytest.approx([1, 1])
        peak = own.get_xdata()[np.argmax(own.get_ydata())]
        median = np.median(np.asarray(events[events.obs["population"] == "MSC", name].X))
        assert peak == pytest.approx(median, abs=0.4)
        assert [line.get_xdata()[0] for line in cut] == ([2.0] if name == "CD146" else [])
    (legend,) = [ax.get_legend() for ax in axes if ax.get_legend()]
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts[0] == "MSC: 80 events"
    assert "1,270 others" in texts[1]


def test_look_alikes_are_the_nearest_and_the_axes_part_it_from_them(events: ad.AnnData) -> None:
    axes = pl.evidence(events, "MSC")
    assert [ax.get_title(loc="left") for ax in axes[7::2]] == [
        "sibling",
        "endothelial",
        "leukocyte",
    ]  # none without a name
    assert "CD45" not in pair(axes[6])  # only one of three look-alikes has it


def test_few_events_are_lines_and_a_cluster_needs_no_name(events: ad.AnnData) -> None:
    axes = pl.evidence(events, cluster=4)
    assert axes[6].get_title(loc="left") == "cluster 4"
    assert axes[7].get_title(loc="left") == "cluster 0"
    assert len(shown(axes[6])[0]) == 20
    rug = axes[0].collections[-1].get_segments()
    name = axes[0].get_title(loc="left")
    np.testing.assert_allclose(
        [each[0, 0] for each in rug], np.asarray(events[events.obs["cluster"] == "4", name].X).ravel(), rtol=1e-6
    )


def test_several_names_are_shown_as_one(events: ad.AnnData) -> None:
    axes = pl.evidence(events, ["MSC", "sibling", "nobody"])
    assert axes[6].get_title(loc="left") == "MSC"
    assert len(shown(axes[6])[0]) == 280


@pytest.mark.parametrize(("n_markers", "n_shown"), [(6, 6), (12, 12), (45, 12)])
def test_few_and_many_markers(n_markers: int, n_shown: int) -> None:
    cohort = Cohort(2, 12, n_events=3000, markers=[f"CD{i}" for i in range(n_markers)])
    axes = pl.evidence(cohort.adata, "monocyte")
    assert len(axes) == n_shown + 1 + 2 * 4
    assert set(pair(axes[n_shown])) <= {ax.get_title(loc="left") for ax in axes[:n_shown]}
    words = [text.get_text() for text in axes[0].get_legend().get_texts()]
    assert any(text.startswith(f"{n_markers - n_shown} more markers") for text in words) == (n_markers > 12)
    figure = axes[0].figure
    figure.draw_without_rendering()
    boxes = [ax.get_tightbbox() for ax in axes]
    assert all(box.x1 <= figure.bbox.x1 and box.y0 >= 0 for box in boxes)


def test_seven_look_alikes_and_the_place_of_given_axes(events: ad.AnnData) -> None:
    cohort = Cohort(2, 12, n_events=2000)
    others = [str(name) for name in cohort.adata.obs["cluster"].cat.categories if name != "3"][:7]
    axes = pl.evidence(cohort.adata, cluster="3", beside=others)
    assert [ax.get_title(loc="left") for ax in axes[-14::2]] == [f"cluster {name}" for name in others]
    ax = new_axes()
    inside = pl.evidence(events, "MSC", ax=ax)
    assert {each.figure for each in inside} == {ax.figure}


@pytest.mark.parametrize("beside", [["sibling"], ["sibling", "endothelial"], ["sibling", "endothelial", "leukocyte"]])
def test_few_look_alikes_take_the_room_there_is(events: ad.AnnData, beside: list[str]) -> None:
    axes = pl.evidence(events, "MSC", beside=beside)
    right = max(ax.get_position().x1 for ax in axes[6:])
    assert 0.9 < right < 1
    boxes = [ax.get_position() for ax in axes[6:]]
    assert not any(one.overlaps(two) for one, two in itertools.combinations(boxes, 2))


def test_evidence_errors(events: ad.AnnData) -> None:
    with pytest.raises(InputError, match="a population or a cluster"):
        pl.evidence(events)
    with pytest.raises(InputError, match="'nobody'"):
        pl.evidence(events, "nobody")
    with pytest.raises(InputError, match="neither a population nor a cluster"):
        pl.evidence(events, "MSC", beside=["nobody"])
    with pytest.raises(InputError, match="what it would stand beside"):
        pl.evidence(events, "MSC", beside=["MSC"])
    with pytest.raises(InputError, match="'CD8'"):
        pl.evidence(events, "MSC", axes=("CD8", "CD45"))
    with pytest.raises(InputError, match="two different markers"):
        pl.evidence(events, "MSC", axes=("CD45", "CD45"))
    with pytest.raises(InputError, match="Two markers"):
        pl.evidence(events[:, ["CD45", "Time"]].copy(), "MSC")
