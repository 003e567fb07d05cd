"""Bench data beside a finished run."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.datasets._bench import ASSAYS
from cytoclust.errors import InputError
from cytoclust.pipeline import Finished, Result
from cytoclust.record import InputFile, Record
from cytoclust.tables import read_csv
from tests.pipeline.made import undrawn

SAMPLES = ("S1", "S2", "S3", "S4")
POPULATIONS = {"neuroblastoma": "cells", "MSC": "cells", "MSC CD146+CD271-": "MSC"}


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the tables that validation asks for; the report is not drawn."""
    inputs = [
        InputFile(
            sample_id=name, path=f"fcs/{name}.fcs", sha256="", n_events=1000, patient_id=f"P{i}", group="ab"[i % 2]
        )
        for i, name in enumerate(SAMPLES)
    ]
    tables = {
        "populations": pd.DataFrame([
            {"sample_id": sample, "population": name, "parent": parent, "n_events": 90, "per_million": 100.0}
            for sample in SAMPLES for name, parent in POPULATIONS.items()
        ]),
        "samples": pd.DataFrame({"sample_id": SAMPLES, "n_ok": 100}),
        "contrasts": pd.DataFrame(),
    }  # fmt: skip
    finished = Finished(tmp_path, Record(inputs=inputs), tables)
    monkeypatch.setattr("cytoclust.pipeline._validate.read_finished", lambda _: finished)
    monkeypatch.setattr("cytoclust.pipeline._validate.redraw", lambda folder: folder / "report.html")
    (tmp_path / "tables").mkdir()
    return tmp_path


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


CFU = "sample_id,population,well,cells_seeded,colonies\n" + "".join(
    f"{sample},,{well},1000000,{20 + well}\n" for sample in SAMPLES for well in (1, 2)
)
FRACTIONS = "fraction_id,sample_id,population,n_sorted,reanalysis\nF,S1,MSC CD146+CD271-,500,S2\n"
QPCR = "fraction_id,target,sample_type,cq\nF,RASSF1A-M,unkn,30\nF,RASSF1A-M,unkn,31\n"


def test_tables_and_the_record_are_written(out: Path) -> None:
    result = ct.validate(out, cfu=written(out, "cfu.csv", CFU), fractions=written(out, "fractions.csv", FRACTIONS))
    cfu = read_csv("cfu", out / "tables" / "cfu.csv")
    assert cfu["per_million"].tolist() == [21.5] * 4
    fractions = read_csv("fractions", out / "tables" / "fractions.csv")
    assert fractions[["patient_id", "verdict"]].iloc[0].tolist() == ["P0", "not evaluable"]
    purity = read_csv("purity", out / "tables" / "purity.csv")
    assert purity[["by", "estimate", "n"]].iloc[0].tolist() == ["reanalysis", 0.9, 100]
    contrasts = read_csv("contrasts", out / "tables" / "contrasts.csv")
    assert contrasts["assay"].tolist() == ["colonies"]
    told = json.loads((out / "validation.json").read_text(encoding="utf-8"))
    assert set(told["inputs"]) == {"cfu", "fractions"}
    assert "F (MSC CD146+CD271-): not evaluable. The plates have no well of it." in repr(result)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "give at least one of fractions, qpcr"),
        ({"qpcr": QPCR}, "assays is not given"),
        ({"qpcr": QPCR, "assays": ASSAYS}, "give fractions too"),
        ({"cfu": CFU.replace("S3", "s3x")}, r"row 6, column sample_id: the run has no sample 's3x'.*Did you mean 'S3'"),
        ({"fractions": FRACTIONS.replace("CD271-", "CD271")}, r"row 2, column population: the run has no population"),
        (
            {"fractions": FRACTIONS, "assays": ASSAYS, "qpcr": QPCR.replace("F,", "G,")},
            "has no well of a fraction: its samples are 'G'",
        ),
        (
            {"fractions": FRACTIONS, "assays": ASSAYS, "qpcr": QPCR.replace("RASSF1A-M", "RASSF1")},
            "has no target of the assays: it has 'RASSF1'",
        ),
        (
            {"fractions": FRACTIONS, "assays": ASSAYS.replace("MSC: absent", "MSCs: absent"), "qpcr": QPCR},
            "RASSF1A-M, expect: the run has no population 'MSCs'.*Did you mean 'MSC'",
        ),
    ],
)
def test_files_that_do_not_belong_together_are_refused_in_one_line(
    out: Path, files: dict[str, str], words: str
) -> None:
    given = {name: written(out, f"{name}.csv", text) for name, text in files.items()}
    with pytest.raises(InputError, match=words) as caught:
        ct.validate(out, **given)
    assert "\n" not in str(caught.value)


def test_populations_that_the_run_has_not_are_told(out: Path) -> None:
    result = ct.validate(out, cfu=written(out, "cfu.csv", CFU.replace(",,", ",MCS,")))
    assert [note.data["names"] for note in result.notes] == [["MCS"]]


def test_a_plate_without_wells_without_template_is_not_evaluable_by_name(out: Path) -> None:
    files = {"fractions": FRACTIONS, "assays": ASSAYS, "qpcr": QPCR}
    given = {name: written(out, f"{name}.csv", text) for name, text in files.items()}
    result = ct.validate(out, **given)
    assert result.tables["assays"]["verdict"].tolist() == ["not evaluable"]
    assert "plate qpcr has no wells without template for RASSF1A-M" in repr(result)


def test_no_folder_of_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not the folder of a finished run"):
        ct.validate(tmp_path, cfu=written(tmp_path, "cfu.csv", CFU))


@pytest.mark.slow
@pytest.mark.usefixtures("sketched")
def test_the_report_has_the_section_and_keeps_it(finished: Result, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    shutil.copytree(finished.out, folder, ignore=shutil.ignore_patterns("labels"))
    sample = finished.tables["samples"]["sample_id"].iloc[0]
    before = (folder / "report.html").read_text(encoding="utf-8")
    ct.validate(folder, cfu=written(tmp_path, "cfu.csv", CFU.replace("S1", sample).split("S2")[0]))
    after = (folder / "report.html").read_text(encoding="utf-8")
    assert '<section id="sorted"' not in before
    assert '<section id="sorted"' in after
    n = len(read_csv("contrasts", folder / "tables" / "contrasts.csv"))
    with undrawn():
        ct.validate(folder, cfu=written(tmp_path, "cfu.csv", CFU.replace("S1", sample).split("S2")[0]))
    assert len(read_csv("contrasts", folder / "tables" / "contrasts.csv")) == n
