"""Sheets as laboratories write them, and the one line about those that cannot be read."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.validation import (
    read_assays,
    read_cfu,
    read_differentiation,
    read_dilution,
    read_fractions,
    read_qpcr,
)

HEADER = "plate,well,fraction_id,target,sample_type,cq,quantity\n"


def written(folder: Path, text: str, name: str = "f.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_decimal_commas_and_words_for_nothing(tmp_path: Path) -> None:
    text = (
        HEADER.replace(",", ";")
        + "1;A1;F;PHOX2B;unkn;23,456;\n1;A2;F;PHOX2B;unkn;Undetermined;\n1;A3;s;PHOX2B;std;30,1;1000\n"
    )
    table, _ = read_qpcr(written(tmp_path, text))
    assert table["cq"].tolist()[:1] == [23.456]
    assert np.isnan(table["cq"][1])
    assert table["sample_type"].tolist() == ["unknown", "unknown", "standard"]


def test_an_instruments_export_with_lines_above_its_header(tmp_path: Path) -> None:
    text = (
        "Block Type\t384-Well\nInstrument\tQuantStudio\n\n"
        "Well\tWell Position\tOmit\tSample Name\tTarget Name\tTask\tCт\tQuantity\n"
        "1\tA1\tfalse\tF1\tTH\tUNKNOWN\t25.5\t\n2\tA2\ttrue\tF1\tTH\tUNKNOWN\t12\t\n3\tA3\tfalse\tw\tTH\tNTC\tUndetermined\t\n"
    )
    table, notes = read_qpcr(written(tmp_path, text, "plate7.txt"))
    assert table[["plate", "well", "fraction_id", "cq"]].iloc[0].tolist() == ["plate7", "1", "F1", 25.5]
    assert len(table) == 2
    assert [each.code for each in notes] == ["wells omitted"]


def test_the_last_cycle_is_no_cq(tmp_path: Path) -> None:
    rows = "".join(f"1,A{i},F,TH,unkn,{cq},\n" for i, cq in enumerate((40, 40.0, 31.2), 1))
    table, notes = read_qpcr(written(tmp_path, HEADER + rows))
    assert np.isnan(table["cq"][:2]).all()
    assert notes[0].data["cq"] == 40


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,A1,F,TH,unkn,abc,", ["row 2", "column cq", "'abc'"]),
        ("1,A1,F,TH,unkn,-3,", ["row 2", "column cq", ">= 0"]),
        ("1,A1,F,TH,unkn,2431,", ["row 2", "column cq", "<= 80", "2431", "decimal sign"]),
        ("1,A1,F,TH,foo,30,", ["row 2", "column sample_type", "'foo'", "ntc"]),
        ("1,A1,s,TH,std,30,", ["row 2", "column quantity", "> 0"]),
        ("1,A1,F,TH,unkn,30,\n1,A1,F,TH,unkn,31,", ["row 3", "column well", "TH already"]),
    ],
)
def test_a_bad_well_is_named(tmp_path: Path, row: str, words: list[str]) -> None:
    path = written(tmp_path, HEADER + row + "\n")
    with pytest.raises(InputError) as caught:
        read_qpcr(path)
    message = str(caught.value)
    assert "\n" not in message
    assert all(word in message for word in [str(path), *words])


def test_a_lacking_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no column cq.*fraction_id, target and cq"):
        read_qpcr(written(tmp_path, "fraction_id,target,value\nF,TH,3\n"))


def test_colonies_too_many_to_count(tmp_path: Path) -> None:
    text = "sample_id,population,well,cells_seeded,colonies\nS1,,1,100000,41\nS1,,2,100000,TNTC\nS1,,3,100000,>200\n"
    table, notes = read_cfu(written(tmp_path, text))
    assert table["colonies"].tolist() == [41, 201, 201]
    assert table["colonies_at_least"].tolist() == [False, True, True]
    assert notes[0].code == "colonies too many to count"
    with pytest.raises(InputError, match=r"row 2, column colonies: no well was counted"):
        read_cfu(written(tmp_path, "sample_id,cells_seeded,colonies\nS1,1000,TNTC\n"))


def test_ten_or_ten_thousand_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"row 2, column cells_seeded: '10,000' may .* Write 10000"):
        read_cfu(written(tmp_path, 'sample_id,cells_seeded,colonies\nS1,"10,000",4\n'))


def test_other_sheets(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"row 3, column fraction_id: 'f1' is there already"):
        read_fractions(written(tmp_path, "fraction_id,sample_id,population,n_sorted\nF1,S,P,10\nf1,S,P,10\n"))
    with pytest.raises(InputError, match=r"row 2: n_in_gate must be a part"):
        read_fractions(written(
            tmp_path, "fraction_id,sample_id,population,n_sorted,n_reanalysed,n_in_gate\nF1,S,P,10,5,6\n"
        ))  # fmt: skip
    with pytest.raises(InputError, match=r"row 2, column positive: it must be at most 12"):
        read_dilution(written(tmp_path, "sample_id,dose,tested,positive\nS,10,12,13\n"))
    with pytest.raises(InputError, match=r"row 2, column induced: it must be yes or no. Got 'maybe'"):
        read_differentiation(written(tmp_path, "sample_id,lineage,readout,induced,value\nS,fat,ORO,maybe,1\n"))
    with pytest.raises(InputError, match="does not exist"):
        read_dilution(tmp_path / "none.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_dilution(tmp_path)


def test_more_cells_than_can_be_are_refused(tmp_path: Path) -> None:
    """They would overflow a whole number, and become fewer than none."""
    with pytest.raises(InputError, match=r"row 2, column n_sorted: it must be a whole number >= 1. Got '1e30'"):
        read_fractions(written(tmp_path, "fraction_id,sample_id,population,n_sorted\nF,S,MSC,1e30\n"))


def test_one_999_is_no_cq(tmp_path: Path) -> None:
    table, notes = read_qpcr(written(tmp_path, HEADER + "1,A1,F,TH,unkn,999,\n1,A2,F,TH,unkn,30,\n"))
    assert np.isnan(table["cq"][0])
    assert notes[0].data["cq"] == 999


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("TH: {kind: protein}", "TH, kind: it must be mRNA or DNA. Got 'protein'"),
        ("TH: {kind: mRNA, expct: {}}", "'expct' is no key.*Did you mean 'expect'"),
        ("TH: {kind: mRNA, efficiency: 95}", "TH, efficiency.*Write 0.95 for 95 %"),
        ("TH: {kind: mRNA, expect: {MSC: maybe}}", "TH, expect: it must give present or absent"),
        ("GUSB: {kind: mRNA, role: reference}", "no assay with the role target"),
        ("- TH", "must have a key for each target"),
        ("TH: [", "is not YAML"),
        ("TH: {kind: mRNA}\nTH: {kind: DNA}", "the key 'TH' is there twice"),
        ("TH: {kind: mRNA, expect: {MSC: [present]}}", "TH, expect: it must give present or absent"),
    ],
)
def test_a_bad_assay_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_assays(written(tmp_path, text, "a.yaml"))


RDML = """<?xml version="1.0"?>{doctype}<rdml version="1.3" xmlns="http://www.rdml.org">
<sample id="F1"><type>unkn</type></sample>
<sample id="S3"><type>std</type><quantity><value>1000</value><unit>cop</unit></quantity></sample>
<sample id="W"><type>ntc</type></sample><target id="TH"><type>toi</type></target>
<experiment id="E"><run id="R"><pcrFormat><rows>8</rows><columns>12</columns></pcrFormat>
<react id="1"><sample id="F1"/><data><tar id="TH"/><cq>25.25</cq></data></react>
<react id="14"><sample id="S3"/><data><tar id="TH"/><cq>27.5</cq></data></react>
<react id="15"><sample id="W"/><data><tar id="TH"/><cq>-1.0</cq></data></react>
<react id="16"><sample id="F1"/><data><tar id="TH"/><cq>20</cq><excl>bubble</excl></data></react>
</run></experiment></rdml>"""


def zipped(path: Path, text: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rdml_data.xml", text)
    return path


def test_rdml_is_read(tmp_path: Path) -> None:
    table, _ = read_qpcr(zipped(tmp_path / "p.rdml", RDML.format(doctype="")))
    assert table["well"].tolist() == ["A1", "B2", "B3"]
    assert table["sample_type"].tolist() == ["unknown", "standard", "no template"]
    assert table["quantity"][1] == 1000
    assert table["cq"][:2].tolist() == [25.25, 27.5]
    assert np.isnan(table["cq"][2])


def test_a_cq_of_rdml_that_is_no_number_is_not_taken_for_none(tmp_path: Path) -> None:
    table, _ = read_qpcr(zipped(tmp_path / "p.rdml", RDML.format(doctype="").replace("25.25", "25,25")))
    assert table["cq"][0] == 25.25
    with pytest.raises(InputError, match=r"reaction 1, TH: its Cq must be a number, or empty. Got 'late'"):
        read_qpcr(zipped(tmp_path / "q.rdml", RDML.format(doctype="").replace("25.25", "late")))


def test_rdml_with_entities_and_what_is_no_rdml_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    with pytest.raises(InputError, match="declares a document type or entities"):
        read_qpcr(zipped(tmp_path / "b.rdml", RDML.format(doctype=bomb)))
    with pytest.raises(InputError, match="is not whole RDML"):
        read_qpcr(written(tmp_path, "no zip", "c.rdml"))
    with pytest.raises(InputError, match="is not whole RDML"):
        read_qpcr(zipped(tmp_path / "d.rdml", "<rdml><sample>"))
    with pytest.raises(InputError, match="no reaction with a target"):
        read_qpcr(zipped(tmp_path / "e.rdml", "<rdml/>"))


def test_rdml_that_grows_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cytoclust.validation._read_rdml._MOST", 2**21)
    with pytest.raises(InputError, match="its XML is larger than 2 MB"):
        read_qpcr(zipped(tmp_path / "g.rdml", "<rdml>" + " " * 2**23 + "</rdml>"))
