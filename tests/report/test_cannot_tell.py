"""A cohort in which nothing tells whether cells have CD271."""

from dataclasses import replace

import numpy as np
import pytest

from cytoclust.report._answer import answer
from cytoclust.report._found_section import found
from cytoclust.report._gather import gather
from tests.report import study as made

SUBTYPES = ["MSC CD146+CD271+", "MSC CD146+CD271-", "MSC CD146-CD271+", "MSC CD146-CD271-"]


@pytest.fixture(scope="module")
def cohort():
    """All its MSC are called MSC."""
    learnt = made._thresholds()
    at = np.array([marker == "CD271" for marker in made.PANEL])
    gone = {name: np.where(at, np.nan, getattr(learnt, name)) for name in ("positive", "dim", "bright")}
    learnt = replace(learnt, only=tuple("?" if each else "" for each in at), **gone)

    kinds = {name: told for name, told in made.KINDS.items() if name not in SUBTYPES}
    kinds |= {"MSC": (6, 4.5e-3, "CD90+ CD105b CD73b CD146b")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made, "_thresholds", lambda: learnt)
        patch.setattr(made, "KINDS", kinds)
        yield made.study(16, 25, n_events=1000)


def test_its_subtypes_are_cannot_tell_and_not_none(cohort):
    table = cohort.tables["populations"]
    mine = table[table["population"].isin(SUBTYPES)]
    assert len(mine) == 16 * 4
    assert set(mine["status"]) == {"not evaluable"}
    assert set(mine["cannot_tell"]) == {"name"}
    assert mine[["fraction", "ci_low", "ci_high", "per_million"]].isna().all(axis=None)
    assert (mine["upper"] == 1).all()
    assert table["fraction"][table["population"] == "MSC"].notna().all()


def test_nothing_is_claimed_or_compared_of_them(cohort):
    for name in ("discoveries", "contrasts"):
        assert not set(SUBTYPES) & set(cohort.tables[name]["population"])
    assert "MSC" in set(cohort.tables["contrasts"]["population"])


def test_the_report_says_so(cohort):
    inputs = gather(cohort.adata, cohort.tables, cohort.run)
    summary = found(inputs)["populations"]
    told = {row[0].text: row[summary.columns.index("Found in")].text for row in summary.rows}
    assert {told[name] for name in SUBTYPES} == {"cannot tell"}
    assert told["MSC"] == "16 of 16"
    verdict, sentence = answer(inputs, SUBTYPES)
    assert verdict == "open"
    assert sentence.startswith("Cannot tell, because these data do not tell a marker that MSC CD146+CD271+")
