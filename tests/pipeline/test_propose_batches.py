"""Batches that the files tell, where the sheet has none."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from cytoclust.io import Sample
from cytoclust.pipeline._propose_batches import propose_batches


def opened(keywords: dict[str, str], **sheet: str):
    """A sample for each letter of the values."""
    n = len(next(iter(keywords.values())))
    return [
        (Sample(f"S{i}", Path("x.fcs"), **({"group": "ab"[i % 2]} | sheet)),
         SimpleNamespace(text={key: letters[i].strip() for key, letters in keywords.items()}))
        for i in range(n)
    ]  # fmt: skip


def test_instruments_are_proposed_before_days() -> None:
    (found,) = propose_batches(opened({"$CYTSN": "1121", "$DATE": "aabb"}))
    assert (found.data["keyword"], found.data["what"]) == ("$CYTSN", "instruments")
    assert "2 instruments ($CYTSN): 1 (3 samples) and 2 (1 sample)" in found.sentence
    (found,) = propose_batches(opened({"$CYTSN": "1111", "$DATE": "aabb"}))
    assert found.data["keyword"] == "$DATE"


@pytest.mark.parametrize(
    ("keywords", "sheet"),
    [
        ({"$DATE": "aaaa"}, {}),  # one day
        ({"$DATE": "abcd"}, {}),  # a day each
        ({"$DATE": "aab "}, {}),  # one does not say
        ({"$DATE": "aabb"}, {"batch": "B1"}),
        ({"$DATE": "aabb"}, {"group": ""}),  # nothing is compared
    ],
)
def test_nothing_is_proposed_where_it_tells_nothing(keywords: dict[str, str], sheet: dict[str, str]) -> None:
    assert propose_batches(opened(keywords, **sheet)) == []
