from pathlib import Path

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.pp import read_matrix_csv


def test_rows_may_stand_in_another_order(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("\ufeff,FITC-A,PE-A\nPE-A,0.02,1\nFITC-A,1,0.2\n", encoding="utf-8")
    spill = read_matrix_csv(path)
    assert spill.channels == ("FITC-A", "PE-A")
    assert np.array_equal(spill.matrix, [[1, 0.2], [0.02, 1]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a CSV table"),
        (",A,B\nA,1,0\n", "Only in one of them: B"),
        (",A,B\nA,1,0\nB,x,1\n", "Got 'x' in row B, column A"),
        (",A,B\nA,1,\nB,0,1\n", "must hold numbers"),
        (",A,B\nA,0.8,0.2\nB,0.1,1\n", "1 on its diagonal"),
        (",A,B\nA,1,639000\nB,0.1,1\n", "at most 10, and has 639000 from A to B"),
        (",A,B\nA,1,-0.4\nB,-0.2,1\n", "negative"),
        (",A,B\nA,1,1\nB,1,1\n", "condition number"),
        ("A,B\n1,0\n", "Got 1 rows and 2 columns without row names"),
        ("<gating><transforms/></gating>\n", "is XML"),
        (",A,B\nA,1,0,7\nB,0,1\n", "beyond the header"),
        (",A,B\nA,1,0\nA,0,1\n", "name each channel once"),
    ],
)
def test_what_is_no_matrix_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=r"m\.csv") as caught:
        read_matrix_csv(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none.csv cannot be read: No such file"):
        read_matrix_csv(tmp_path / "none.csv")


MATRIX = np.array([[1, 0.2, 0.125], [0.02, 1, 0.5], [0, 0.25, 1]])


def table(separator: str = ",", point: str = ".", *, rows: bool = True, factor: float = 1) -> str:
    """The matrix as a program or a person writes it."""
    names = ["FITC-A", "PE-A", "APC-A"]
    lines = [separator.join([""] * rows + names)]
    for name, row in zip(names, MATRIX * factor, strict=True):
        lines.append(separator.join([name] * rows + [f"{number:g}".replace(".", point) for number in row]))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "content",
    [
        table().encode(),
        table(";").encode(),
        table(";", ",").encode(),
        table("\t").encode(),
        table("\t", ",").encode(),
        table(rows=False).encode(),
        table(factor=100).encode(),
        table().encode("utf-8-sig"),
        table().encode("utf-16"),
        ("\n\n" + table().replace("\n", "\n\n")).encode(),
        table().replace("\n", ",,\n").encode() + b",,,,,\n",
        table().replace("\n", "\r\n").encode(),
        table().replace(",", '","').replace("\n", '"\n"').rstrip('"').join(['"', ""]).encode(),
        table()[1:].encode(),  # as R writes it
        table(";", ",", rows=False).encode(),
        table(factor=100).replace("12.5", "12.5%").replace(",100", ",100%").replace("20", "20%").replace("50", "50%")
        .replace("25\n", "25\n").replace(",2,", ",2%,").replace(",25,", ",25%,").encode(),
    ],
)  # fmt: skip
def test_tables_of_many_programs(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.csv").write_bytes(content)
    spill = read_matrix_csv(tmp_path / "m.csv")
    assert spill.channels == ("FITC-A", "PE-A", "APC-A")
    np.testing.assert_allclose(spill.matrix, MATRIX, atol=1e-9)


def test_flowjos_names_match_rows_written_otherwise(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(",Comp-FITC-A :: CD3,Comp-PE-A :: CD4\nPE-A,0.1,1\nFITC-A,1,0.2\n")
    spill = read_matrix_csv(tmp_path / "m.csv")
    assert np.array_equal(spill.matrix, [[1, 0.2], [0.1, 1]])


def test_what_was_mended_is_noted(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(table(factor=100))
    assert [note.code for note in read_matrix_csv(tmp_path / "m.csv").notes] == ["matrix in percent"]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\n;FITC-A;PE-A\nFITC-A;1;0,2\nPE-A;0,02;1\n",
        "sep=,\n,FITC-A,PE-A\nFITC-A,1,0.2\nPE-A,0.02,1\n",
        "# of 3 May\n,FITC-A,PE-A\nFITC-A,1,0.2\nPE-A,0.02,1\n",
    ],
)
def test_first_lines_of_excel_and_comments_are_passed_over(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text(text)
    assert np.array_equal(read_matrix_csv(path).matrix, [[1, 0.2], [0.02, 1]])


def test_a_workbook_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "m.xlsx").write_bytes(b"PK\x03\x04 and more\nlines\n")
    with pytest.raises(InputError, match=r"Excel workbook.*save it as CSV"):
        read_matrix_csv(tmp_path / "m.xlsx")
