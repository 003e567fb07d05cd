import numpy as np
import pandas as pd
import pytest

from cytoclust.datasets import Planted, SampleDesign
from cytoclust.datasets._cohort import plan_cohort, stream
from cytoclust.datasets._design import default_design
from cytoclust.datasets._instrument import DETECTORS, FLUOROCHROMES, channels, spillover
from cytoclust.datasets._simulate_sample import simulate_sample

SEED = 1  # its first sample has tumour and two clogs


@pytest.fixture(scope="module")
def sample():
    spec, number = plan_cohort(default_design(1, 60_000), SEED, enrich=20)[0]
    events, truth = simulate_sample(spec, stream(SEED, "events", number))
    return spec, events, truth


@pytest.fixture(scope="module")
def compensated(sample):
    """Columns by marker, and truth."""
    spec, events, truth = sample
    table = pd.DataFrame(events, columns=[channel.marker or channel.name for channel in channels()])
    colours = list(FLUOROCHROMES)
    table[colours] = table[colours].to_numpy(dtype=np.float64) @ np.linalg.inv(spillover(spec.gains))
    return table.join(truth)


def intact(table, kind):
    return table[(table["state"] == "intact") & (table["kind"] == kind)]


def test_shape_range_and_order(sample):
    _, events, truth = sample
    assert events.shape == (60_000, 17)
    assert events.dtype == np.float32
    assert np.isfinite(events).all()
    assert events.max() == 262_143
    assert (np.diff(events[:, -1]) >= 0).all()
    assert list(truth["event"]) == list(range(60_000))
    assert (events[:, 5:-1] < 0).any(axis=0).all()


def test_the_same_generator_gives_the_same_sample(sample):
    spec, events, truth = sample
    again, truth_again = simulate_sample(spec, stream(SEED, "events", 0))
    np.testing.assert_array_equal(again, events)
    pd.testing.assert_frame_equal(truth_again, truth)
    other, _ = simulate_sample(spec, stream(SEED + 1, "events", 0))
    assert not np.array_equal(other, events)


def test_fractions_follow_the_specification(sample):
    spec, _, truth = sample
    counts = truth["kind"][truth["state"] == "intact"].value_counts().reindex(truth["kind"].cat.categories[:-1])
    expected = spec.fractions * counts.sum()
    z = (counts - expected) / np.sqrt(expected * (1 - spec.fractions) + 1e-9)
    assert np.abs(z).max() < 4.5


def test_junk_is_as_frequent_as_specified(sample):
    spec, _, truth = sample
    clear = truth[truth["state"] != "clog"]
    frequency = clear["state"].value_counts(normalize=True)
    assert frequency["doublet"] == pytest.approx(spec.doublets, rel=0.05)
    assert frequency["debris"] == pytest.approx(spec.debris, rel=0.05)
    assert frequency["dead"] == pytest.approx(spec.dead * (1 - spec.doublets - spec.debris), rel=0.1)
    assert (truth["state"] == "clog").mean() == pytest.approx(sum(length for _, length in spec.clogs), abs=1e-4)
    assert ((truth["kind2"] != "") == (truth["state"] == "doublet"))[truth["state"] != "clog"].all()


def test_compensation_leaves_negative_cells_without_slope(compensated):
    """CD45 (BV786) spills into PE-Cy7 (CD56), CD34 and so on: lymphocytes without those must show no slope."""
    cells = intact(compensated, "T CD31-")
    for marker in ("CD56", "CD271", "CD146", "GD2"):
        slope = np.polyfit(cells["CD45"], cells[marker], 1)[0]
        assert abs(slope) < 0.004  # of 14 % spilt into CD56 before compensation; size leaves a trace


def test_uncompensated_events_do_show_the_slope(sample):
    spec, events, truth = sample
    cells = ((truth["state"] == "intact") & (truth["kind"] == "T CD31-")).to_numpy()
    source, sink = (5 + DETECTORS.index(name) for name in ("BV786-A", "PE-Cy7-A"))
    matrix = spillover(spec.gains)
    slope = np.polyfit(events[cells, source], events[cells, sink], 1)[0]
    assert slope == pytest.approx(matrix[source - 5, sink - 5], rel=0.1)


def test_spread_of_a_compensated_channel_grows_with_the_light_spilt(compensated):
    """The variance added is proportional to the source's signal (photon counting)."""
    cells = intact(compensated, "T CD31-").sort_values("CD45")
    n = len(cells) // 3
    low, high = cells.iloc[:n], cells.iloc[-n:]
    per_unit = (high["CD56"].var() - low["CD56"].var()) / (high["CD45"].mean() - low["CD45"].mean())
    assert per_unit == pytest.approx(14 * 0.14, rel=0.5)
    assert high["CD271"].var() < high["CD56"].var()


def test_phenotypes_of_the_table_are_seen(compensated):
    def median(kind, marker):
        return np.arcsinh(intact(compensated, kind)[marker].median() / 150)

    assert median("MSC CD146+CD271-", "CD146") > 4 > 2.5 > median("MSC CD146+CD271-", "CD271")
    assert median("MSC CD146-CD271+", "CD271") > 4 > 2.5 > median("MSC CD146-CD271+", "CD146")
    assert median("neuroblastoma", "GD2") > 3 > 2 > median("neuroblastoma GD2low", "GD2")
    assert median("NK", "CD56") > 3 > 1 > median("B", "CD56")
    # autofluorescence shows where nothing is stained
    assert median("eosinophil", "CD271") > median("granulocyte", "CD271") + 0.5


def test_size_correlates_markers_within_a_population(compensated):
    cells = intact(compensated, "B")
    assert 0.1 < np.corrcoef(cells["CD45"], cells["CD73"])[0, 1] < 0.7
    assert np.corrcoef(cells["FSC-A"], cells["CD45"])[0, 1] > 0.1


def test_erythroid_maturation_is_a_continuum(compensated):
    cells = intact(compensated, "erythroblast")
    counts, _ = np.histogram(np.arcsinh(cells["CD105"] / 150), bins=np.linspace(0.5, 5, 10))
    assert counts.min() > 0.4 * counts.max()  # no gap
    assert np.corrcoef(cells["FSC-A"], np.arcsinh(cells["CD105"] / 150))[0, 1] > 0.7


def test_doublets_add_areas_and_lengthen_pulses(compensated):
    lymphocytes = ("T CD31+", "T CD31-", "B")
    pairs = compensated[
        (compensated["state"] == "doublet")
        & compensated["kind"].isin(lymphocytes)
        & compensated["kind2"].isin(lymphocytes)
    ]
    singles = compensated[(compensated["state"] == "intact") & compensated["kind"].isin(lymphocytes)]
    assert pairs["FSC-A"].mean() == pytest.approx(2 * singles["FSC-A"].mean(), rel=0.05)
    assert pairs["CD45"].mean() == pytest.approx(2 * singles["CD45"].mean(), rel=0.1)
    height = pairs["FSC-H"].mean() / singles["FSC-H"].mean()
    assert 1 < height < 1.7  # between the larger cell alone and the sum
    width = pairs["FSC-W"] / singles["FSC-W"].mean()
    assert 0.7 < (width > 1.2).mean() < 1  # most are seen, not all


def test_dead_cells_and_debris_overlap_with_the_living_only_a_little(compensated):
    dye = np.arcsinh(compensated["Viability"] / 150)
    live, dead = dye[compensated["state"] == "intact"], dye[compensated["state"] == "dead"]
    assert 0.9 < (dead > live.quantile(0.999)).mean() <= 1
    fsc = compensated["FSC-A"]
    small = fsc[compensated["state"] == "debris"].median()
    assert small < fsc[compensated["state"] == "intact"].quantile(0.01)


def test_fewer_events_pass_in_a_clog_and_signals_fall(compensated, sample):
    spec, events, _ = sample
    assert len(spec.clogs) == 2
    start, length = spec.clogs[0]
    rows = slice(round(start * 60_000), round((start + length) * 60_000))
    seconds = np.ptp(events[rows, -1]) * 0.01
    assert length * 60_000 / seconds < 0.35 * 2500
    clog = compensated[(compensated["state"] == "clog") & (compensated["kind"] == "granulocyte")]
    assert clog["FSC-A"].median() < 0.8 * intact(compensated, "granulocyte")["FSC-A"].median()


def test_intact_msc_stay_on_scale(sample):
    _, events, truth = sample
    msc = truth["kind"].astype(str).str.startswith("MSC").to_numpy()
    margin = (truth["state"] == "margin").to_numpy()
    assert margin[msc].mean() < 0.02
    assert (events[margin, :-1].max(axis=1) == 262_143).all()


def test_a_planted_population_has_the_phenotype_asked_for():
    extra = Planted("new kind", "CD90 +, CD271 ++", um=12.0, af=1.0)
    spec, _ = plan_cohort([SampleDesign("P1", "new", n_events=20_000, planted={extra: 0.02})], 0)[0]
    events, truth = simulate_sample(spec, stream(0, "events", 0))
    mine = ((truth["kind"] == "new kind") & (truth["state"] == "intact")).to_numpy()
    assert mine.sum() == pytest.approx(0.02 * (truth["state"] == "intact").sum(), rel=0.15)
    values = events[:, 5:-1].astype(np.float64) @ np.linalg.inv(spillover(spec.gains))
    median = dict(zip(FLUOROCHROMES, np.arcsinh(np.median(values[mine], axis=0) / 150), strict=True))
    assert median["CD271"] > median["CD90"] > 3.5
    assert all(median[marker] < 1.5 for marker in ("CD45", "CD34", "CD105", "CD73", "CD146", "CD56"))
