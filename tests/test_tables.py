"""The declaration of the output tables: files, types and words follow it."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cytoclust.params import parameters
from cytoclust.pipeline import Result
from cytoclust.tables import TABLES, Column, Table, check, read_csv, write_csv

HOSTILE = [
    "NA",
    "007",
    "1e5",
    "nan",
    "None",
    "",
    'a "quoted", name',
    "two\nlines",
    "a\rb",
    "c\r\nd",
    " x ",
    "3",
    "-",
    "TRUE",
    "=cmd",
    "'+a(b)",
]
NUMBERS = [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, 2.0, np.nan, np.inf, 1e-17, 123456789.123456789]


def made(name: str, n: int = len(HOSTILE)) -> pd.DataFrame:
    """A table as declared, of cells that a reader may take for something else."""

    def cells(column: Column) -> object:
        if column.kind == "number":
            return np.resize(NUMBERS, n)
        if column.kind == "integer":
            numbers = np.arange(n, dtype=np.int64) + 2**53 + 1
            return pd.array([*numbers[:-1], pd.NA], dtype="Int64") if column.empty else numbers
        if column.kind == "boolean":
            return np.resize([True, False], n)
        text = np.resize(np.array(column.words or HOSTILE, dtype=object), n)
        return np.where(text == "", None, text) if column.missing else text

    columns: dict[str, object] = {}
    for column in TABLES[name].columns:
        names = ["CD3", "007", "NA", "a,b", "CD3.1", "=A1"] if column.several else [column.name]
        columns |= {each: cells(column) for each in names}
    return pd.DataFrame(columns)


def bits(table: pd.DataFrame) -> dict[str, bytes]:
    return {name: table[name].to_numpy().tobytes() for name in table if table[name].dtype == np.float64}


@pytest.mark.parametrize("name", TABLES)
def test_columns_have_a_meaning_and_numbers_their_unit(name: str) -> None:
    for column in TABLES[name].columns:
        assert re.fullmatch(r"[A-Z`p].*\.", column.meaning), column
        assert bool(column.unit) == (column.kind in ("integer", "number")), column
        assert column.words == () or column.kind == "category", column
        assert "|" not in column.meaning + column.unit + column.empty, column


@pytest.mark.parametrize("name", TABLES)
def test_parameters_that_a_meaning_names_exist(name: str) -> None:
    known = {key for key, _, _ in parameters()}
    for column in TABLES[name].columns:
        named = re.findall(r"`(\w+\.\w+)(?:=\w+)?`", f"{column.meaning} {column.empty}")
        assert set(named) <= known, column


def test_no_table_has_a_column_twice() -> None:
    for table in TABLES.values():
        names = [column.name for column in table.columns]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("name", TABLES)
def test_what_was_written_is_read_to_the_bit(name: str, tmp_path) -> None:
    table = made(name)
    write_csv(name, table, tmp_path / "a.csv")
    read = read_csv(name, tmp_path / "a.csv")
    pd.testing.assert_frame_equal(read, table, check_exact=True)
    assert bits(read) == bits(table)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_rows_keeps_its_columns(name: str, tmp_path) -> None:
    table = made(name).iloc[:0]
    write_csv(name, table.astype(object), tmp_path / "a.csv")
    read = read_csv(name, tmp_path / "a.csv")
    pd.testing.assert_frame_equal(read, table, check_index_type=False)


def test_columns_are_written_in_the_declared_order(tmp_path) -> None:
    table = made("clusters")
    write_csv("clusters", table, tmp_path / "a.csv")
    write_csv("clusters", table[sorted(table)][[*sorted(table)]], tmp_path / "b.csv")
    first, other = (list(read_csv("clusters", tmp_path / each)) for each in ("a.csv", "b.csv"))
    assert first == list(table)
    assert other[8:14] == sorted(first[8:14])
    assert (other[:8], other[14:]) == (first[:8], first[14:])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda table: table.drop(columns="status"), "column 'status' is missing"),
        (lambda table: table.assign(more=1), "column 'more' is not declared"),
        (lambda table: pd.concat([table, table["lod"]], axis=1), "column 'lod' is there more than once"),
        (lambda table: table.assign(n_events="3"), "column 'n_events' must hold integer, not string such as '3'"),
        (lambda table: table.assign(n_events=0.5), "column 'n_events' must hold integer"),
        (lambda table: table.assign(fraction="0.5"), "column 'fraction' must hold number"),
        (lambda table: table.assign(lod95=True), "column 'lod95' must hold number"),
        (lambda table: table.assign(sample_id=7), "column 'sample_id' must hold text"),
        (lambda table: table.assign(status="perhaps"), "column 'status' says 'perhaps'"),
    ],
)
def test_a_defect_is_named_in_one_line(change, told, tmp_path) -> None:
    table = change(made("populations"))
    for refuse in (lambda: check("populations", table), lambda: write_csv("populations", table, tmp_path / "a.csv")):
        with pytest.raises(ValueError, match=rf"^tables/populations\.csv: {re.escape(told)}") as caught:
            refuse()
        assert "\n" not in str(caught.value)
    assert not (tmp_path / "a.csv").exists()


def test_a_file_that_is_another_table_is_refused(tmp_path) -> None:
    write_csv("samples", made("samples"), tmp_path / "a.csv")
    with pytest.raises(ValueError, match=r"tables/contrasts\.csv: column 'population' is missing"):
        read_csv("contrasts", tmp_path / "a.csv")


def test_a_new_column_is_one_row(tmp_path, monkeypatch) -> None:
    """It is then written, read and checked; one that is optional may lack."""
    new = (
        Column("sorted", "boolean", "", "Whether it was sorted."),
        Column("x", "number", "mm", "A length.", optional=True),
    )
    old = TABLES["cluster_counts"]
    monkeypatch.setitem(TABLES, "cluster_counts", replace(old, columns=(*old.columns, *new)))
    table = pd.DataFrame({**made("cluster_counts").drop(columns=["sorted", "x"]), "sorted": [True, False] * 8})
    write_csv("cluster_counts", table, tmp_path / "a.csv")
    pd.testing.assert_frame_equal(read_csv("cluster_counts", tmp_path / "a.csv"), table, check_exact=True)
    with pytest.raises(ValueError, match="column 'sorted' is missing"):
        check("cluster_counts", table.drop(columns="sorted"))


def test_only_columns_that_are_several_lend_their_declaration() -> None:
    one, many = Column("a", "text", "", "A."), Column("m", "number", "mm", "M.", several=True)
    table = Table("Rows.", (one, many, Column("z", "text", "", "Z.")))
    assert table.column("a") is one
    assert table.column("other") is many
    assert table.order(["z", "q", "p", "a"]) == ["a", "q", "p", "z"]


@pytest.mark.slow
def test_tables_of_a_run_are_those_declared_and_come_back(finished: Result, tmp_path) -> None:
    none = {"marker_levels", "gates", "sort_plan"}  # all markers made the clusters, and no gates were asked for
    none |= {"control_chart", "normalize", "claims_both", "spike_test"}  # there is no process control
    made = {name for name, table in TABLES.items() if table.command == "run"} - none
    assert {path.stem for path in (finished.out / "tables").iterdir()} == made == set(finished.tables)
    for name, table in finished.tables.items():
        check(name, table)
        path = finished.out / "tables" / f"{name}.csv"
        assert path.read_bytes() == table.to_csv(index=False).encode()
        read = read_csv(name, path)
        if len(table):
            pd.testing.assert_frame_equal(read, table, check_exact=True)
            assert bits(read) == bits(table)
        assert list(read) == list(table)


@pytest.mark.slow
def test_cells_that_are_never_empty_are_not(finished: Result) -> None:
    for name, table in finished.tables.items():
        for each in table:
            column = TABLES[name].column(each)
            assert column is not None
            if not column.empty:
                assert table[each].notna().all(), (name, each)
                assert (table[each].astype(str) != "").all(), (name, each)
