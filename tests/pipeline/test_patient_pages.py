"""Pages of patients say what the tables say, and what counting in the files by hand gives."""

import base64
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cytoclust import keys, pipeline
from cytoclust.errors import InputError
from cytoclust.words import count, percent
from tests.report.page import Element, read

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(finished) -> Element:
    return read(finished.out / "report.html")


def by_class(page: Element, tag: str, name: str) -> list[Element]:
    return [each for each in page.all(tag) if name in each.attributes.get("class", "").split()]


def events_by_hand(path: Path, cofactors: pd.Series) -> pd.DataFrame:
    """Every event of a file, compensated by its own matrix and on the arcsinh scale, by another reader and formula."""
    flowio = pytest.importorskip("flowio")
    file = flowio.FlowData(str(path))
    channels = [file.channels[i + 1]["pnn"] for i in range(file.channel_count)]
    labels = dict(zip(channels, _markers(file), strict=True))
    linear = pd.DataFrame(np.reshape(file.events, (-1, file.channel_count)).astype(float), columns=channels)
    number, *rest = file.text["spillover"].split(",")
    stained, values = rest[: int(number)], np.array(rest[int(number) :], dtype=float)
    linear[stained] = linear[stained].to_numpy() @ np.linalg.inv(values.reshape(int(number), -1))
    named = linear.rename(columns={name: marker or name for name, marker in labels.items()})
    return pd.DataFrame({name: np.arcsinh(named[name] / cofactors[name]) for name in named if name in cofactors})


def _markers(file) -> list[str]:
    return [file.text.get(f"p{i + 1}s", "") for i in range(file.channel_count)]


def test_quadrants_are_those_counted_in_the_files_by_hand(finished, cohort) -> None:
    table = finished.tables["quadrants"]
    assert len(table) > 0
    cofactors = finished.adata.uns["transform"]["channels"]["cofactor"].dropna()
    sheet = pd.read_csv(cohort / "samples.csv").set_index(keys.SAMPLE)
    names = finished.tables["clusters"].set_index(finished.tables["clusters"][keys.CLUSTER].astype(int))[
        keys.POPULATION
    ]
    for sample, rows in table.groupby(keys.SAMPLE):
        labels = pd.read_parquet(finished.out / "labels" / f"{sample}.parquet")
        events = events_by_hand(cohort / sheet["path"][sample], cofactors)
        ok = (labels["qc"] == "ok").to_numpy()
        called = labels["cluster"].map(names).astype(str).to_numpy()
        for row in rows.to_dict("records"):
            mine = ok & (
                np.full(len(ok), True) if row[keys.POPULATION] == "cells" else _under(called, row[keys.POPULATION])
            )
            x, y = events[row["x"]].to_numpy()[mine], events[row["y"]].to_numpy()[mine]
            right, up = x >= row["x_cut"], y >= row["y_cut"]
            by_hand = [(~right & ~up).sum(), (right & ~up).sum(), (~right & up).sum(), (right & up).sum()]
            close = (abs(x - row["x_cut"]) < 1e-5).sum() + (abs(y - row["y_cut"]) < 1e-5).sum()  # float32 in the run
            assert abs(np.array(by_hand) - [row[name] for name in keys.QUADRANTS]).max() <= close
            assert row[keys.N_EVENTS] == mine.sum()


def _under(called: np.ndarray, population: str) -> np.ndarray:
    below = {"neuroblastoma": ["neuroblastoma GD2low"]}
    return np.isin(called, [population, *below.get(population, [])])


def test_the_first_page_has_the_numbers_of_the_table(finished, page) -> None:
    (section,) = (each for each in page.all("section") if each.attributes["id"] == "answer")
    (matrix,) = by_class(section, "table", "amounts")
    names = [cell.children[0] for cell in matrix.all("thead")[0].all("th")][2:]
    table = finished.tables["populations"].set_index([keys.SAMPLE, keys.POPULATION])
    samples = [s for p in by_class(page, "div", "patient") for s in _samples_of(p)]
    rows = matrix.all("tbody")[0].all("tr")
    assert len(rows) == len(samples) == finished.tables["populations"][keys.SAMPLE].nunique()
    for row, sample in zip(rows, samples, strict=True):
        for name, cell in zip(names, row.all("td")[-len(names) :], strict=True):
            true, told = table.loc[(sample, name)], cell.text()
            assert true[keys.STATUS] in told
            assert (f"{count(true[keys.N_EVENTS])} event" in told) or "none seen" in told
            if true[keys.STATUS] in keys.SHOWN:
                assert percent(true[keys.PER_MILLION] / 1e6).replace("\u00a0", " ") in told
            if true[keys.STATUS] not in keys.STATUSES[:2]:
                assert percent(true[keys.UPPER]).replace("\u00a0", " ") in told


def _samples_of(patient: Element) -> list[str]:
    (table,) = (each for each in patient.all("table") if each.all("caption")[0].text().endswith(": samples"))
    return [cell.text() for cell in table.all("thead")[0].all("th")][1:]


def test_the_page_of_a_patient_has_the_numbers_of_the_tables(finished, page) -> None:
    amounts = finished.tables["populations"].set_index([keys.SAMPLE, keys.POPULATION])
    quality = {row[keys.SAMPLE]: row for row in finished.record["events"]}
    patients = by_class(page, "div", "patient")
    assert [each.attributes["id"] for each in patients]
    for patient in patients:
        samples = _samples_of(patient)
        (values,) = by_class(patient, "table", "values")
        for row in values.all("tbody")[0].all("tr"):
            name = row.all("th")[0].text()
            for sample, cell in zip(samples, row.all("td"), strict=True):
                true, told = amounts.loc[(sample, name)], cell.text()
                if true[keys.STATUS] == keys.STATUSES[-1]:
                    assert f"share of {true[keys.PARENT]}: cannot tell" in told
                elif true["n_parent"]:
                    assert f"{percent(true[keys.FRACTION])} of {true[keys.PARENT]}".replace("\u00a0", " ") in told
                assert f"{count(true[keys.N_EVENTS])} event" in told
                assert "per 10⁶" in told
        text = patient.text()
        for sample in samples:
            row = quality[sample]
            assert f"{count(row['ok'])} of {count(row['total'])}" in text


def test_biplots_show_every_cell_and_the_counts_of_the_table(finished, page) -> None:
    from PIL import Image

    table = finished.tables["quadrants"]
    wholes = table[table[keys.POPULATION] == "cells"]
    drawn = by_class(page, "figure", "biplot")
    assert len(drawn) == len(wholes)
    found = {}
    for each in drawn:
        corners = [text.text() for text in each.all("g")[0].all("text")]
        axes = [text.text() for text in each.all("text") if text.attributes.get("class") == "axis"]
        x, y = (text.partition(" · ")[0] for text in axes)
        channels = finished.adata.var["channel"]
        assert axes == [f"{name} · {channels[name]}" for name in (x, y)]
        title = each.all("figcaption")[0].text()
        sample = next(s for s in wholes[keys.SAMPLE].astype(str) if re.search(rf"\b{re.escape(s)},", title))
        found[sample, x, y] = corners
        (row,) = wholes[(wholes[keys.SAMPLE] == sample) & (wholes["x"] == x) & (wholes["y"] == y)].to_dict("records")
        assert corners == [f"{row[name]:,}" for name in keys.QUADRANTS]
        own = table[(table[keys.SAMPLE] == sample) & (table["x"] == x) & (table["y"] == y) & (table["n_events"] > 0)]
        legend = each.all("p")[0].text()
        for name, n in zip(own[keys.POPULATION], own[keys.N_EVENTS], strict=True):
            assert name == "cells" or f"{n:,} {name}" in legend
        data = each.all("image")[0].attributes["href"].split(",", 1)[1]
        picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))
        cells = finished.adata.uns["densities"]["cells"]
        mine = (
            (cells[keys.SAMPLE] == sample) & (cells["x"] == x) & (cells["y"] == y) & (cells[keys.POPULATION] == "cells")
        )
        assert (picture < 250).any(axis=2).sum() == mine.sum()  # each cell of the grid with an event is drawn
    assert len(found) == len(wholes)


def test_gates_set_aside_what_the_record_says_and_histograms_hold_every_cell(finished, page) -> None:
    events = {row[keys.SAMPLE]: row for row in finished.record["events"]}
    strips = by_class(page, "div", "strip")
    assert {each.attributes["data-sample"] for each in strips} == set(events)
    checks = {"Time": "time", "Debris": "debris", "Live": "dead", "Singlets": "doublet"}
    told = 0
    for each in strips:
        row = events[each.attributes["data-sample"]]
        assert f"keeps {percent(row['ok'] / row['total'])}".replace("\u00a0", " ") in each.all("h4")[0].text()
        for figure in by_class(each, "figure", "gate"):
            title, _, lost = figure.all("figcaption")[0].text().partition(" ")
            if title in checks:
                n = row[checks[title]]
                share = percent(n / row["total"]).replace("\u00a0", " ")
                assert lost == (f"−{count(n)} ({share})" if n else "none")
                told += n
    assert told > 0
    drawn = finished.adata.uns["densities"]["histograms"]
    for sample, counts in zip(drawn["samples"], drawn["counts"], strict=True):
        assert (counts.sum(axis=1) == events[str(sample)]["ok"]).all()


def test_a_patient_alone_has_no_other_patient_on_the_page(finished, tmp_path) -> None:
    import shutil

    folder = shutil.copytree(finished.out, tmp_path / "OUT", ignore=shutil.ignore_patterns("labels", "report.html"))
    sheet = finished.tables["samples"]
    first, *others = dict.fromkeys(sheet[keys.PATIENT].astype(str))
    path = pipeline.redraw(folder, patient=first)
    assert path == folder / "patients" / f"{first}.html"
    assert not (folder / "report.html").exists()
    text = path.read_text(encoding="utf-8")
    for other in [*others, *sheet[keys.SAMPLE][sheet[keys.PATIENT].astype(str) != first]]:
        assert not re.search(rf"\b{re.escape(str(other))}\b", text)
    assert "<script" not in text
    with pytest.raises(InputError, match=r"There is no patient 'nobody'\."):
        pipeline.redraw(folder, patient="nobody")


def test_without_a_browser_paper_is_refused_in_a_line(finished, tmp_path, monkeypatch) -> None:
    from cytoclust.report import print_pdf

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CYTOCLUST_CHROMIUM", raising=False)
    with pytest.raises(InputError, match="needs Chromium, Chrome or Edge"):
        print_pdf(finished.out / "report.html")
    monkeypatch.setenv("CYTOCLUST_CHROMIUM", "/bin/false")
    with pytest.raises(InputError, match="did not print"):
        print_pdf(finished.out / "report.html")
    assert not (finished.out / "report.pdf").exists()
