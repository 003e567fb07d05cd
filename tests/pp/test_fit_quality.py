"""Each check on a simulated marrow whose truth is known, and on runs that are odd in one way."""

import numpy as np
import pytest

from cytoclust import params
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.pp import find_viability, fit_quality
from tests.pp.marrow import COLUMNS, PANEL, Marrow, judge, marrow, only

TIME, FSC_A, FSC_H, SSC_A = 0, 1, 2, 4


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"n": 20_000},
        {"fsc": 90_000.0},  # the large cells are off the scale of FSC-A
        {"fsc": 200.0, "limit": 1023.0},
        {"fsc": 900_000.0, "limit": 4.2e6},
        {"dye": 15.0},
        {"drift": 0.8},
        {"clogs": 6},
        {"dead": 0.3, "debris": 0.2},
    ],
    ids=str,
)
def test_junk_is_caught_and_cells_are_kept(odd: dict) -> None:
    sample = marrow(**{"n": 40_000, "seed": 5, "msc": 0.01} | odd)
    _, qc = judge(sample.events)
    lost, intact = qc != "ok", sample.truth == "ok"
    assert lost[intact].mean() < 0.01
    assert lost[intact & (sample.kind == "msc")].mean() < 0.05
    for what in (sample.truth == "debris", sample.truth == "dead", sample.truth == "time"):
        assert lost[what].mean() > 0.8
    assert lost[sample.unlike].mean() > 0.7  # a third of the pairs lie within half a pulse of each other


def test_reasons_are_right() -> None:
    sample = marrow(seed=6)
    model, qc = judge(sample.events)
    for what in ("debris", "dead", "doublet", "time"):
        assert (qc[sample.truth == what] == what).mean() > 0.75
    assert model.notes == ()


@pytest.mark.parametrize("seed", range(4))
def test_a_clean_sample_loses_almost_nothing(seed: int) -> None:
    sample = marrow(seed=seed, n=30_000, doublets=0.0, debris=0.0, dead=0.0, clogs=0)
    model, qc = judge(sample.events)
    assert not {"debris", "dead"} & set(model.models)
    assert (qc == "time").mean() < 0.001
    assert (qc != "ok").mean() < 0.005


@pytest.mark.parametrize("switch", ["margin", "time", "debris", "doublets", "dead"])
def test_a_check_can_be_switched_off(switch: str) -> None:
    sample = marrow(n=20_000, seed=7)
    model, qc = judge(sample.events, **{switch: False})
    name = switch.removesuffix("s") if switch == "doublets" else switch
    assert name not in model.models
    assert not (qc == name).any()


def test_all_off() -> None:
    model, qc = judge(marrow(n=2000).events, enabled=False)
    assert (qc == "ok").all()
    assert model.notes == (Finding("quality off"),)


def test_missing_channels_are_said() -> None:
    sample = marrow(n=5000)
    columns = (6, 7, 8)
    model, qc = judge(np.ascontiguousarray(sample.events[:, columns]), only(PANEL, *columns))
    codes = [note.code for note in model.notes]
    assert codes == ["margin not made", "no time channel", "debris not made", "dead not made", "doublet not made"]
    said = " ".join(map(str, model.notes))
    for what in ("no scatter", "no Time", "no forward scatter", "no viability dye", "two of area, height and width"):
        assert what in said
    assert (qc == "ok").all()


def test_few_events_are_left_alone() -> None:
    for n in (1, 2, 60):
        _, qc = judge(marrow(n=n, clogs=0).events)
        assert (np.isin(qc, ["ok", "margin"])).all()
    empty = np.empty((0, len(COLUMNS)), dtype=np.float32)
    model, qc = judge(empty)
    assert model.notes == (Finding("no events"),)
    assert len(qc) == 0


def _wrapped(time: np.ndarray) -> np.ndarray:
    return np.mod(time, 0.4 * time.max())


def _coarse(time: np.ndarray) -> np.ndarray:
    return np.floor(time / 8)


@pytest.mark.parametrize("change", [_wrapped, _coarse], ids=["wraps", "is coarse"])
def test_clogs_are_found_though_time(change) -> None:
    sample = marrow(n=40_000, seed=8)
    sample.events[:, TIME] = change(sample.events[:, TIME])
    _, qc = judge(sample.events)
    assert (qc == "time")[sample.truth == "time"].mean() > 0.8
    assert (qc == "time")[sample.truth != "time"].mean() < 0.005


def test_events_need_not_be_in_order_of_time() -> None:
    sample = marrow(n=40_000, seed=9)
    order = np.random.default_rng(0).permutation(len(sample.events))
    _, qc = judge(sample.events[order])
    assert (qc == "time")[sample.truth[order] == "time"].mean() > 0.8
    assert (qc == "time")[sample.truth[order] != "time"].mean() < 0.005


def test_without_a_clock_nothing_is_set_aside() -> None:
    sample = marrow(n=40_000, seed=10, clogs=0)
    sample.events[20_000:21_000, FSC_A:] *= 0.5
    sample.events[:, TIME] = 7.0
    for events, panel, note in (
        (sample.events, PANEL, "time does not run"),
        (np.ascontiguousarray(sample.events[:, 1:]), only(PANEL, *range(1, len(COLUMNS))), "no time channel"),
    ):
        model, qc = judge(events, panel)
        assert Finding(note) in model.notes
        assert not (qc == "time").any()


def _in_order_of_kind(sample: Marrow, rng: np.random.Generator) -> np.ndarray:
    return sample.events[np.argsort(sample.kind, kind="stable")]


def _of_kind_with_a_clock(sample: Marrow, rng: np.random.Generator) -> np.ndarray:
    events = _in_order_of_kind(sample, rng)
    events[:, TIME] = sample.events[:, TIME]
    return events


def _joined(sample: Marrow, rng: np.random.Generator) -> np.ndarray:
    """Five acquisitions, each with its own clock; the third is nearly without granulocytes, and twice as bright."""
    parts = np.array_split(sample.events, 5)
    kinds = np.array_split(sample.kind, 5)
    parts[2] = parts[2][(kinds[2] != "granulocyte") | (rng.random(len(parts[2])) < 0.05)]
    parts[2][:, FSC_A:] *= 2
    for part in parts:
        part[:, TIME] -= part[0, TIME]
    return np.concatenate(parts)


def _other_cells(sample: Marrow, rng: np.random.Generator) -> np.ndarray:
    """Granulocytes are rare in a tenth of the run, at the same rate."""
    middle = slice(18_000, 22_000)
    keep = np.ones(len(sample.events), dtype=bool)
    keep[middle] = (sample.kind[middle] != "granulocyte") | (rng.random(4000) < 0.1)
    events = sample.events[keep]
    events[:, TIME] = sample.events[: len(events), TIME]
    return events


@pytest.mark.parametrize("change", [_in_order_of_kind, _of_kind_with_a_clock, _joined, _other_cells])
def test_other_cells_are_no_clog(change) -> None:
    sample = marrow(n=40_000, seed=16, clogs=0)
    events = np.array(change(sample, np.random.default_rng(1)))
    _, qc = judge(events)
    assert (qc == "time").mean() < 0.005


def test_a_clog_is_found_in_each_of_several_acquisitions() -> None:
    first, second = marrow(n=20_000, seed=17, clogs=1), marrow(n=20_000, seed=18, clogs=1, fsc=75_000.0)
    model, qc = judge(np.concatenate([first.events, second.events]))
    truth = np.concatenate([first.truth, second.truth]) == "time"
    assert Finding("time falls back", n=1) in model.notes
    assert (qc == "time")[truth].mean() > 0.8
    assert (qc == "time")[~truth].mean() < 0.005


@pytest.mark.parametrize("columns", [[6], [7, 8], slice(6, 10)], ids=str)
def test_dimmer_cells_of_each_kind_are_a_drift(columns) -> None:
    sample = marrow(n=40_000, seed=19, clogs=0)
    sample.events[25_000:27_000, columns] *= 0.6
    _, qc = judge(sample.events)
    assert (qc == "time")[25_000:27_000].mean() > 0.8
    assert np.delete(qc == "time", slice(25_000, 27_000)).mean() < 0.005


def test_only_events_off_every_scale_are_margin_events() -> None:
    sample = marrow(n=20_000, seed=11, clogs=0)
    sample.events[:100, FSC_A : SSC_A + 2] = 262_143.0
    sample.events[100:200, FSC_A] = 262_143.0  # large, but within the other detectors
    sample.events[200:210, SSC_A] = -3.0
    _, qc = judge(sample.events)
    assert (qc[:100] == "margin").all()
    assert not (qc[100:200] == "margin").any()
    assert (qc[200:210] == "margin").all()
    assert (qc[210:] == "margin").mean() < 0.01


def test_small_cells_without_debris_are_not_debris() -> None:
    rng = np.random.default_rng(12)
    sample = marrow(n=20_000, seed=12, debris=0.0, doublets=0.0, clogs=0)
    small = rng.random(20_000) < 0.4  # red cells: half as large again, alike, unstained
    sample.events[small, FSC_A] = 22_000 * rng.lognormal(0, 0.12, small.sum())
    sample.events[small, FSC_H] = sample.events[small, FSC_A]
    _, qc = judge(sample.events)
    assert (qc[small] == "debris").mean() < 0.01


@pytest.mark.parametrize("pulse", [2, 3], ids=["height", "width"])
def test_one_detector_tells_doublets_too(pulse: int) -> None:
    sample = marrow(n=30_000, seed=13)
    columns = (0, 1, pulse, 4, 6, 7, 8, 9)
    _, qc = judge(np.ascontiguousarray(sample.events[:, columns]), only(PANEL, *columns))
    assert (qc != "ok")[sample.unlike].mean() > 0.7
    assert (qc != "ok")[sample.truth == "ok"].mean() < 0.01


def test_the_dye_is_found_or_named() -> None:
    assert find_viability(PANEL, "auto") == 9
    assert find_viability(PANEL, "APC-Cy7-A") == 9
    assert find_viability(PANEL, "CD45") == 6
    assert find_viability(PANEL, "none") == -1
    with pytest.raises(InputError, match="Did you mean 'Live/Dead'"):
        find_viability(PANEL, "Live-Dead")


def test_nan_does_no_harm() -> None:
    sample = marrow(n=20_000, seed=15)
    sample.events[:5, FSC_A] = np.nan
    sample.events[5:10, 9] = np.inf
    model, qc = judge(sample.events)
    assert model.notes[0] == Finding("not learnt from", n=10)
    assert (qc[:5] == "margin").all()
    assert (qc[10:] != "ok")[(sample.truth == "ok")[10:]].mean() < 0.01


def test_the_model_does_not_depend_on_layout() -> None:
    sample = marrow(n=20_000, seed=14)
    rows = np.arange(20_000)

    def fit(events: np.ndarray) -> dict:
        return fit_quality(events, rows, panel=PANEL, n_events=20_000, quality=params.Quality()).summary()

    assert fit(sample.events) == fit(np.asfortranarray(sample.events))
