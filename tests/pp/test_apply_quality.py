import json
import pickle

import numpy as np
import pytest

from cytoclust import keys, params
from cytoclust.io import open_fcs, reconcile_panel
from cytoclust.pp import apply_quality, choose_matrix, fit_quality, pooled_rows, solve_spillover
from tests.pp.marrow import PANEL, marrow


def test_an_event_does_not_depend_on_its_neighbours() -> None:
    sample = marrow(n=20_000, seed=3)
    rows = np.arange(20_000)
    fit = pooled_rows(20_000, 7_000)
    model = fit_quality(sample.events[fit], fit, panel=PANEL, n_events=20_000, quality=params.Quality())
    whole = apply_quality(model, sample.events, rows)
    assert whole.dtype == np.uint8
    assert set(whole.tolist()) >= {0, 2, 3, 4, 5}
    again = pickle.loads(pickle.dumps(model))  # noqa: S301
    for chunk in (1, 997):
        stop = 1000 if chunk == 1 else 20_000
        parts = [apply_quality(again, sample.events[i : i + chunk], rows[i : i + chunk]) for i in range(0, stop, chunk)]
        assert np.array_equal(np.concatenate(parts), whole[:stop])
    assert np.array_equal(apply_quality(model, np.asfortranarray(sample.events)[::-1], rows[::-1])[::-1], whole)
    assert len(pickle.dumps(model)) < 20_000
    json.dumps(model.summary())


def test_a_share_of_the_rows_gives_much_the_same_verdict() -> None:
    sample = marrow(n=60_000, seed=4)
    rows = np.arange(60_000)
    codes = []
    for at_most in (60_000, 15_000):
        fit = pooled_rows(60_000, at_most)
        model = fit_quality(sample.events[fit], fit, panel=PANEL, n_events=60_000, quality=params.Quality())
        codes.append(apply_quality(model, sample.events, rows))
    assert np.mean(codes[0] != codes[1]) < 0.02


@pytest.mark.parametrize(
    ("name", "highest"),
    [
        ("fcsparser__facs_diva_test.fcs", {"margin": 0.04, "time": 0.01, "debris": 0.0, "dead": 0.0, "doublet": 0.1}),
        ("flowio__100715.fcs", {"margin": 0.01, "time": 0.01, "debris": 0.0, "dead": 0.0, "doublet": 0.12}),
        ("flowkit__test_comp_example.fcs", {"margin": 0.0, "time": 0.01, "debris": 0.0, "dead": 0.0, "doublet": 0.1}),
    ],
)
def test_real_files_lose_a_plausible_share(shared_data, name: str, highest: dict[str, float]) -> None:
    file = open_fcs(shared_data / "fcs" / name)
    panel, events, rows = reconcile_panel([file]), file.read(), np.arange(file.n_events)
    matrix, _ = choose_matrix(file.spill, [channel.name for channel in file.channels])
    events = events if matrix is None else solve_spillover(events, matrix)
    events = np.ascontiguousarray(events[:, panel.columns(file)])
    model = fit_quality(events, rows, panel=panel, n_events=len(rows), quality=params.Quality())
    shares = np.bincount(apply_quality(model, events, rows), minlength=6) / len(rows)
    for what, most in highest.items():
        assert shares[keys.QC.index(what)] <= most, f"{what} of {name}"  # type: ignore[arg-type]
