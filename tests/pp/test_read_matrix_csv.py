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
        (",A,B\nA,100,2\nB,3,100\n", "1 on its diagonal"),
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
