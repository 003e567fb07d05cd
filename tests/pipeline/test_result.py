"""What a run says of itself."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cytoclust.pipeline import Result


def made(claims: list[tuple[str, str, str]], *, groups: bool = True) -> Result:
    discoveries = pd.DataFrame(claims, columns=["population", "cluster", "verdict"]).assign(
        claim="only in sick", n_in=3, of_in=4, n_out=0, of_out=np.int64(5)
    )
    clusters = pd.DataFrame({"population": ["B cell", "<img onerror>", "unknown", "unknown"]})
    record = {
        "events": [{"total": 1000, "ok": 900}, {"total": 500, "ok": 400}],
        "inputs": [{"group": "sick" if groups else None, "timepoint": None, "notes": ["odd"] * i} for i in range(2)],
        "notes": ["a"], "panel_notes": ["b", "c"], "quality_notes": {"S1": ["d"], "S2": []},
        "rules": {"limits": ["e"]},
    }  # fmt: skip
    return Result(Path("out"), {"clusters": clusters, "discoveries": discoveries}, None, record)  # type: ignore[arg-type]


CLAIMS = [("MSC", "", "supported"), ("unknown", "7", "not supported"), ("x", "", "artefact"), ("y", "", "artefact")]


def test_text_tells_size_discoveries_and_doubts() -> None:
    assert repr(made(CLAIMS)).splitlines() == [
        "2 samples, 1,500 events (1,300 ok), 4 clusters, 2 populations: <img onerror>, B cell",
        "discoveries: 1 supported, 0 suggestive, 1 not supported, 2 artefact",
        "look first at: MSC, only in sick (found in 3 of 4 patients, 0 of 5 others): supported",
        "unknown: 2 clusters that no rule fits",
        "to check: 3 notes on the cohort, 1 file with notes, 1 sample with notes on quality, 1 limit of the panel"
        " (in the report)",
        f"report: {Path('out/report.html')}",
    ]


def test_without_rules_and_with_many_events_set_aside_it_says_what_to_do_and_why() -> None:
    assert not {"set aside", "names"} & {line.split(":")[0] for line in repr(made(CLAIMS)).splitlines()}
    told = made([])
    told.record["rules"] = None
    told.record["events"] = [{"sample_id": "S1", "total": 200, "ok": 100, "dead": 80, "debris": 0, "doublet": 20}]
    lines = repr(told).replace("\u00a0", " ").splitlines()
    assert "set aside: dead 40.0 %, doublet 10.0 %" in lines
    assert any(line.startswith("names: none: choose rules") for line in lines)


def test_an_artefact_is_nothing_to_look_at_first() -> None:
    assert "look first at" not in repr(made(CLAIMS[2:]))
    assert "look first at: unknown cluster 7, only" in repr(made(CLAIMS[1:]))


@pytest.mark.parametrize(("groups", "said"), [(True, "none: nothing is more"), (False, "not asked for: the samples")])
def test_no_discoveries_and_no_question_are_kept_apart(groups: bool, said: str) -> None:
    assert f"discoveries: {said}" in repr(made([], groups=groups))


def test_html_is_escaped_and_links_to_the_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html = made(CLAIMS)._repr_html_()
    assert "<img" not in html
    assert "&lt;img onerror&gt;" in html
    assert 'href="out/report.html"' in html
    monkeypatch.chdir(tmp_path)
    elsewhere = Result(Path("/else where/OUT"), made(CLAIMS).tables, None, made(CLAIMS).record)  # type: ignore[arg-type]
    assert 'href="file:///else%20where/OUT/report.html"' in elsewhere._repr_html_()
