"""The dye of a channel."""

import pytest

from cytoclust.io._fluorochrome_in import fluorochrome_in


@pytest.mark.parametrize(
    ("name", "label", "dye"),
    [
        ("PE-Cy7-A", "CD3", "PE-Cy7"), ("PerCP-Cy5-5-A", "", "PerCP-Cy5-5"), ("PerCP-Cy55-A", "CD20", "PerCP-Cy55"),
        ("FL1-H", "CD4 FITC", "FITC"), ("BL 530/30-A", "CD21;FITC;530/30@488/B", "FITC"), ("BV421-A", "", "BV421"),
        ("Sm147Di", "147Sm_CD20", ""), ("FL3-H", "CD3", ""), ("PERSON", "pStat3", ""), ("FSC-A", "", ""),
    ],
)  # fmt: skip
def test_the_dye_is_named_by_channel_or_label(name: str, label: str, dye: str) -> None:
    assert fluorochrome_in(name, label) == dye


def test_a_hostile_name_takes_no_time() -> None:
    assert fluorochrome_in("P" * 100_000, "-" * 100_000) == ""
