"""Data that are compensated already, by their channels' names or their values: never compensated twice."""

import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import cytoclust as ct
from cytoclust import inspection
from cytoclust.errors import CytoclustWarning, InputError
from cytoclust.findings import Finding
from cytoclust.io import Channel, FCSFile, Panel, Spillover, open_fcs, reconcile_panel, write_fcs
from cytoclust.params import D, update
from cytoclust.pp import Compensation, look_at

DYES = ["FITC-A", "PE-A", "APC-A"]
LABELS = ["CD3", "CD4", "CD8"]
M = np.array([[1, 0.3, 0.2], [0.25, 1, 0.15], [0.2, 0.3, 1.0]])
UNEVEN = np.array([[1, 0.4, 0.3], [0.0, 1, 0.35], [0.02, 0.0, 1.0]])


def cells(n: int = 600) -> np.ndarray:
    rng = np.random.default_rng(3)
    signal = rng.normal(100, 40, (n, 3))
    which = rng.permutation(n)
    for i in range(3):
        rows = which[i * n // 20 : (i + 1) * n // 20]
        signal[rows, i] += rng.normal(20_000, 2_000, len(rows))
    return signal


def written(
    path: Path, names: list[str], matrix_names: list[str], events: np.ndarray, matrix: np.ndarray = M
) -> FCSFile:  # fmt: skip
    channels = [Channel(name, label=label) for name, label in zip(names, LABELS * 2, strict=False)]
    spill = Spillover(tuple(matrix_names), matrix) if matrix_names else None
    write_fcs(path, events.astype(np.float32), channels, spill=spill)
    return open_fcs(path)


def compensated(file: FCSFile, config=D) -> tuple[np.ndarray, tuple[Finding, ...], Panel]:
    panel = reconcile_panel([file])
    source = Compensation.of(config).open(file, panel)
    return source.read(0, file.n_events), source.notes, panel


@pytest.mark.parametrize("prefix", ["Comp-", "FJComp-", "FJ_Comp_", "Compensated ", "<"])
@pytest.mark.parametrize("matrix", ["prefixed", "bare", "none"])
def test_prefixed_channels_are_left(tmp_path: Path, prefix: str, matrix: str) -> None:
    names = [f"{prefix}{dye}{'>' if prefix == '<' else ''}" for dye in DYES]
    file = written(tmp_path / "a.fcs", names, {"prefixed": names, "bare": DYES, "none": []}[matrix], cells())
    events, notes, _ = compensated(file)
    assert np.array_equal(events, file.read())
    assert notes == (Finding("compensated at acquisition", channel=names[0]),)


def test_a_given_matrix_does_not_change_that(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(
        "\n".join([",".join(["", *DYES]), *(",".join([dye, *map(str, row)]) for dye, row in zip(DYES, M, strict=True))])
    )
    file = written(tmp_path / "a.fcs", [f"FJComp-{dye}" for dye in DYES], [], cells())
    config = update(D, {"compensate.matrix": str(tmp_path / "m.csv")})
    events, notes, _ = compensated(file, config)
    assert np.array_equal(events, file.read())
    assert notes[0].code == "compensated at acquisition"


@pytest.mark.parametrize("labelled", [True, False])
def test_of_raw_and_compensated_copies_one_is_used(tmp_path: Path, labelled: bool) -> None:
    truth = cells()
    both = np.column_stack([truth @ M, truth])
    names = [*DYES, *(f"FJComp-{dye}" for dye in DYES)]
    channels = [
        Channel(name, label=label if labelled or i < 3 else "")
        for i, (name, label) in enumerate(zip(names, LABELS * 2, strict=True))
    ]
    write_fcs(tmp_path / "a.fcs", both.astype(np.float32), channels, spill=Spillover(tuple(DYES), M))
    adata = ct.io.read_fcs(tmp_path / "a.fcs")
    with pytest.warns(CytoclustWarning, match="compensated before"):
        ct.pp.compensate(adata)
    np.testing.assert_allclose(adata[:, LABELS].X, truth, rtol=1e-5)
    assert ct.pp.panel_of(adata).stained == tuple(adata.var_names.get_indexer(LABELS))
    events, _, panel = compensated(open_fcs(tmp_path / "a.fcs"))
    assert panel.names == tuple(adata.var_names)
    assert np.array_equal(events, adata.X)


def test_a_matrix_that_cannot_be_used_stops_only_who_wants_it(tmp_path: Path) -> None:
    odd = M.copy()
    odd[0, 1] = 639_000
    file = written(tmp_path / "a.fcs", DYES, DYES, cells(), odd)
    with pytest.raises(InputError, match=r"a\.fcs: the spillover matrix .* has 639000 .*compensate\.enabled=false"):
        compensated(file)
    for setting in ({"compensate.enabled": False}, {"transform.method": "none"}):
        assert np.array_equal(compensated(file, update(D, setting))[0], file.read())
    adata = ct.io.read_fcs(tmp_path / "a.fcs")
    with pytest.raises(InputError, match="has 639000"):
        ct.pp.compensate(adata)
    found = inspection.inspect(tmp_path / "a.fcs")
    assert found["next"] == ""
    assert "compensation undecided" in [each["code"] for each in found["advice"]]
    calm = inspection.inspect(tmp_path / "a.fcs", config=update(D, {"compensate.enabled": False}))
    assert calm["next"]
    several = inspection.inspect_samples([tmp_path / "a.fcs", shutil.copy(tmp_path / "a.fcs", tmp_path / "b.fcs")])
    assert several["next"] == ""
    assert "run would stop" in [each["code"] for each in several["advice"]]


@pytest.mark.parametrize(
    ("events", "matrix", "code"),
    [
        (cells() @ M, M, ""),
        (cells(), M, "compensated already"),
        (np.arcsinh(cells() / 150), M, "transformed already"),
        (cells() @ UNEVEN, UNEVEN, ""),
        (cells() @ UNEVEN.T, UNEVEN, "matrix transposed"),
    ],
)
def test_one_decision_for_inspect_run_and_step_by_step(
    tmp_path: Path, events: np.ndarray, matrix: np.ndarray, code: str
) -> None:
    file = written(tmp_path / "a.fcs", DYES, DYES, events, matrix)
    hints = look_at(Compensation.of(D).open(file, reconcile_panel([file])))
    told = {
        "compensated already": hints.compensated and not hints.transformed, "transformed already": hints.transformed,
        "matrix transposed": hints.transposed and not hints.transformed,
    }  # fmt: skip
    assert [name for name, said in told.items() if said] == ([code] if code else [])
    advice = [each["code"] for each in inspection.inspect(tmp_path / "a.fcs")["advice"]]
    assert [each for each in advice if each in told][:1] == ([code] if code else [])
    adata = ct.io.read_fcs(tmp_path / "a.fcs")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CytoclustWarning)
        ct.pp.compensate(adata)
        ct.pp.arcsinh(adata)
    said = set(adata.uns["findings"]["code"]) & set(told) if "findings" in adata.uns else set()
    assert (code in said) if code else not said


def test_the_run_notes_what_inspect_advises() -> None:
    hints = ct.pp.ScaleHints(compensated=True)
    (finding,) = ct.pp.hinted({"S1": hints, "S2": replace(hints, compensated=False)}, transforms=True)
    assert finding == Finding("compensated already", samples=["S1"])
    assert "compensate.enabled=false" in finding.sentence
    assert ct.pp.hinted({"S1": ct.pp.ScaleHints(transformed=True)}, transforms=False) == []
