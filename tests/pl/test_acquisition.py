import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from cytoclust.pp._acquisition_bins import acquisition_bins, acquisition_rows
from tests.pl.drawn import new_axes, points, texts

QC = ["ok", "margin", "time", "debris", "doublet", "dead"]


def run(name: str, *, slow: bool = False, clock: bool = True, n: int = 5000) -> pd.DataFrame:
    """A run at a steady rate, of which the last quarter may be four times slower and set aside for it."""
    codes = np.zeros(n, dtype=np.uint8)
    codes[::10] = QC.index("dead")
    steps = np.ones(n)
    if slow:
        steps[3 * n // 4 :] = 4
        codes[3 * n // 4 :] = QC.index("time")
    times = np.cumsum(steps)[acquisition_rows(n)] if clock else None
    return acquisition_bins(codes, times).assign(sample_id=name)


def test_few_samples_have_the_rate_and_the_shares_set_aside() -> None:
    axes = pl.acquisition(pd.concat([run("a", slow=True), run("b", clock=False)]))
    rate, aside, mute, _ = axes
    assert [ax.get_title(loc="left") for ax in axes[::2]] == ["a", "b"]
    (line,) = rate.patches
    multiple = line.get_data().values
    np.testing.assert_allclose(multiple[:74], 1, rtol=0.05)
    np.testing.assert_allclose(multiple[76:], 0.25, rtol=0.05)
    stacks = {patch.get_label(): patch.get_data() for patch in aside.patches}
    height = {name: data.values - data.baseline for name, data in stacks.items()}
    np.testing.assert_allclose(height["time"], [0] * 75 + [1] * 25)
    np.testing.assert_allclose(height["dead"], [0.1] * 75 + [0] * 25)
    assert texts(mute) == ["Time does not tell the rate"]


def test_many_samples_are_strips_of_the_same_numbers() -> None:
    table = pd.concat([run(f"s{i}", slow=i % 3 == 0, clock=i % 5 > 0) for i in range(62)])
    share, rate = pl.acquisition(table)
    assert [label.get_text() for label in share.get_yticklabels()] == [f"s{i}" for i in range(62)]
    (image,), (speed,) = share.images, rate.images
    np.testing.assert_allclose(np.asarray(image.get_array())[0], [0.1] * 75 + [1] * 25)
    np.testing.assert_allclose(np.asarray(image.get_array())[1], [0.1] * 100)
    (lost,) = points(share)
    assert len(lost.get_offsets()) == 25 * 21
    assert np.asarray(speed.get_array().mask).all(axis=1).sum() == 13
    assert texts(rate).count("Time does not tell the rate") == 13
    np.testing.assert_allclose(np.asarray(speed.get_array())[3, 76:], -2, atol=0.1)
    assert share.figure.get_size_inches()[0] < 11


def test_strips_of_samples_with_few_events_are_as_long() -> None:
    share, _ = pl.acquisition(pd.concat([run(f"s{i}", n=5000 if i else 4) for i in range(13)]))
    array = np.asarray(share.images[0].get_array())
    np.testing.assert_allclose(array[0], [1] * 25 + [0] * 75)  # the first of four events was dead


def test_of_an_anndata_it_is_the_same_as_of_the_table() -> None:
    n = 5000
    codes = np.zeros(n, dtype=int)
    codes[::10] = QC.index("dead")
    obs = pd.DataFrame({"qc": pd.Categorical.from_codes(codes, categories=QC), "sample_id": "a"})
    obs.index = obs.index.astype(str)
    var = pd.DataFrame({"signal_type": ["fluorescence", "time"]}, index=["CD3", "Time"])
    adata = ad.AnnData(np.column_stack([np.zeros(n), np.arange(1, n + 1)]).astype(np.float32), obs=obs, var=var)
    drawn, expected = pl.acquisition(adata), pl.acquisition(run("a"))
    for mine, theirs in zip(drawn, expected, strict=True):
        assert mine.get_title(loc="left") == theirs.get_title(loc="left")
        for a, b in zip(mine.patches, theirs.patches, strict=True):
            np.testing.assert_allclose(a.get_data().values, b.get_data().values)
    with pytest.raises(InputError, match=r"ct\.pp\.quality"):
        pl.acquisition(ad.AnnData(np.zeros((2, 1))))


def test_chosen_samples_and_given_axes() -> None:
    table = pd.concat([run("a"), run("b")])
    ax = new_axes()
    rate, _ = pl.acquisition(table, samples=["b"], ax=ax)
    assert rate.figure is ax.figure
    assert rate.get_title(loc="left") == "b"
    with pytest.raises(InputError, match="one name"):
        pl.acquisition(table, ax=new_axes())
    with pytest.raises(InputError, match="'c'"):
        pl.acquisition(table, samples=["c"])
    with pytest.raises(InputError, match="no sample"):
        pl.acquisition(table[:0])
    with pytest.raises(InputError, match="'stop'"):
        pl.acquisition(table.drop(columns="stop"))


@pytest.mark.parametrize(("meta", "title"), [({"meta": {"$FIL": "blood 1.fcs"}}, "blood 1.fcs"), ({}, "")])
def test_a_file_without_a_sheet_has_its_own_name(meta: dict, title: str) -> None:
    obs = pd.DataFrame({"qc": ["ok"] * 300}, index=[str(i) for i in range(300)])
    axes = pl.acquisition(ad.AnnData(np.ones((300, 2), np.float32), obs=obs, uns=meta))
    assert axes[0].get_title(loc="left") == title
