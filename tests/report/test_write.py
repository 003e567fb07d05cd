"""The page says what the tables say, stands alone, and runs nothing that came from a file."""

import base64
import hashlib
import io
import json
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import anndata as ad
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

import cytoclust as ct
from cytoclust import keys, pl
from cytoclust.errors import InputError
from cytoclust.findings import Finding, to_cell
from cytoclust.pl.style import STYLE
from cytoclust.record import Record
from cytoclust.report import _map_section
from cytoclust.report._blocks import embed
from cytoclust.report._data_block import data_block
from cytoclust.report._gather import findings_in, gather
from cytoclust.report._map_section import map_data, map_events, map_rows
from cytoclust.report._methods import methods
from cytoclust.slots import write_findings
from cytoclust.words import percent
from tests.report.cohort import MARKERS, Cohort, notes
from tests.report.page import Element, read, table

HOSTILE = "<img src=x onerror=alert(1)>\"'&$x_"


def write(cohort: Cohort, path: Path) -> Element:
    ct.report.write(cohort.adata, path, tables=cohort.tables, run=cohort.run)
    return read(path)


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return Cohort()


@pytest.fixture(scope="module")
def page(cohort: Cohort, tmp_path_factory: pytest.TempPathFactory) -> Element:
    return write(cohort, tmp_path_factory.mktemp("report") / "report.html")


def number(cell: Element) -> float:
    return float(cell.attributes["data-sort"])


def shown_percent(cell: Element) -> float:
    return float(cell.text().strip("●▽× %")) / 100


def scripts(page: Element) -> list[Element]:
    """Those that run: others hold data."""
    return [part for part in page.all("script") if part.attributes.get("type") != "application/json"]


def data(page: Element, slug: str) -> dict:
    """What the CSV file of a table is made of."""
    (holder,) = (part for part in page.all("div") if part.attributes.get("id") == f"table-{slug}")
    return json.loads("".join(map(str, holder.all("script")[0].children)))


# --- structure --------------------------------------------------------------------------------


def test_sections_stand_in_order_and_the_navigation_leads_to_them(page: Element) -> None:
    sections = [section.attributes["id"] for section in page.all("section")]
    assert sections == ["answer", "found", "amounts", "samples", "clusters", "quality", "made"]
    assert [link.attributes["href"] for link in page.all("nav")[0].all("a")] == [f"#{name}" for name in sections]


def test_headings_do_not_skip_a_level(page: Element) -> None:
    levels = [int(e.tag[1]) for e in page.all("*") if re.fullmatch("h[1-6]", e.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_scopes_and_scroll_in_their_own_box(page: Element) -> None:
    boxes = [box for box in page.all("div") if box.attributes.get("class", "").startswith("box")]
    assert all(box.attributes["role"] == "region" for box in boxes)
    inside = [t for box in boxes for t in box.all("table")]
    assert len(inside) == len(page.all("table")) >= 9
    assert all(t.all("caption")[0].text() for t in page.all("table"))
    assert all(cell.attributes.get("scope") in ("col", "row", "rowgroup") for cell in page.all("th"))
    assert all(box.attributes["tabindex"] == "0" and box.attributes["aria-label"] for box in boxes)


def test_figures_are_images_with_alternatives(page: Element) -> None:
    images = page.all("img")
    assert len(images) == 7  # abundance, detection, the still map, heatmap, events, histograms, pairs of detectors
    assert len(page.all("noscript")[0].all("img")) == 1
    assert all(len(image.attributes["alt"]) > 20 for image in images)
    for image in images:
        assert min(int(image.attributes[side]) for side in ("width", "height")) > 50
        kind, data = image.attributes["src"].split(",", 1)
        if kind == "data:image/svg+xml;base64":
            assert ET.fromstring(base64.b64decode(data)).tag.endswith("svg")  # noqa: S314 (ours)
        else:
            assert kind == "data:image/png;base64"
            assert base64.b64decode(data).startswith(b"\x89PNG")


def test_page_asks_for_nothing_outside_itself(page: Element) -> None:
    for element in page.all("*"):
        for name in ("src", "href", "action", "data", "srcset", "poster"):
            assert element.attributes.get(name, "#").startswith(
                ("#", "data:image/svg+xml;base64,", "data:image/png;base64,")
            )
        assert not any(name.startswith("on") for name in element.attributes)
    assert "url(" not in page.all("style")[0].text()
    assert "@import" not in page.all("style")[0].text()
    policy = next(m for m in page.all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy")
    (script,) = ("".join(map(str, part.children)) for part in scripts(page))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.attributes["content"].startswith("default-src 'none';")
    assert f"'sha256-{digest}'" in policy.attributes["content"]


@pytest.mark.slow
@pytest.mark.usefixtures("drawn")
def test_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(Cohort(2, 6, n_events=400), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


# --- numbers ----------------------------------------------------------------------------------


def test_amounts_are_those_of_the_table(cohort: Cohort, page: Element) -> None:
    rows = table(page, "Events and fraction of each population")
    expected = cohort.tables["populations"].set_index(["sample_id", "population"])
    assert len(rows) == len(expected)
    for row in rows:
        true = expected.loc[(row["Sample"].text(), row["Population"].text())]
        assert row["Status"].text().split(maxsplit=1)[1] == true["status"]
        assert row["Events"].text() == f"{true['n_events']:,}"
        assert row["Parent events"].text() == f"{true['n_parent']:,}"
        assert number(row["Fraction"]) == true["fraction"]
        assert number(row["95 % counting interval"]) == true["ci_high"]
        assert number(row["Least detectable"]) == pytest.approx(1e6 * true["lod95"])
        assert number(row["At most"]) == pytest.approx(1e6 * true["upper"])
        if true["status"] == "not evaluable":
            assert row["Fraction"].text() == "cannot tell"
        else:
            assert shown_percent(row["Fraction"]) == pytest.approx(true["fraction"], rel=0.05)


def test_in_how_many_samples_each_was_found(cohort: Cohort, page: Element) -> None:
    populations = cohort.tables["populations"]
    rows = {row["Population"].text(): row for row in table(page, "Populations: samples in which")}
    assert list(rows) == list(cohort.names)  # parents before their children, as the rules have them
    for name, row in rows.items():
        one = populations[populations["population"] == name]
        for column, part in {"Found in": one, **dict(iter(one.groupby("group")))}.items():
            assert row[column].text() == f"{part['status'].isin(keys.SHOWN).sum()} of {len(part)}"
        assert row["Trace"].text() == str((one["status"] == "trace").sum())
        assert row["Not evaluable"].text() == str((one["status"] == "not evaluable").sum())
        assert number(row["Median"]) == one[one["status"].isin(keys.SHOWN)]["fraction"].median()


def test_matrix_has_each_sample_and_population(cohort: Cohort, page: Element) -> None:
    status = cohort.tables["populations"].set_index(["sample_id", "population"])["status"]
    for row in table(page, "Fraction of its parent"):
        for name in cohort.names:
            classes = dict(zip(keys.STATUSES, ["detected", "detected", "trace", "absent", "unsure"], strict=True))
            assert row[name].attributes["class"] == classes[status[row["Sample"].text(), name]]


def test_clusters_quality_and_panel_are_those_given(cohort: Cohort, page: Element) -> None:
    for row, true in zip(table(page, "Clusters, with"), cohort.clusters.to_dict("records"), strict=True):
        assert row["Cluster"].text() == true["cluster"]
        assert row["Events"].text() == f"{true['n_events']:,}"
        assert [number(row[marker]) for marker in MARKERS] == [true[marker] for marker in MARKERS]
    for row, true in zip(table(page, "Events of each sample"), cohort.run["events"], strict=True):
        assert [number(row[c]) for c in ("Events", "Ok", "Dead")] == [true[c] for c in ("total", "ok", "dead")]
    assert [row["Name"].text() for row in table(page, "Panel")] == [row["name"] for row in cohort.run["panel"]]
    assert [row["SHA-256"].text() for row in table(page, "Input files")] == [f"{i:064x}" for i in range(8)]


def test_headline_words_and_notes(cohort: Cohort, page: Element) -> None:
    text = page.text()
    total = sum(row["total"] for row in cohort.run["events"])
    (tiles,) = (part for part in page.all("dl") if part.attributes.get("class") == "tiles")
    tiles = {tile.all("dt")[0].text(): tile.all("dd")[0].text() for tile in tiles.all("div")}
    assert (tiles["events"], tiles["samples"], tiles["clusters"]) == (f"{total:,}", "8", "25")
    for words in ("each side needs two patients or more", "MSC and pericytes cannot be told", "no spillover keyword",
                  "CD3 was left out", "no Time channel", "Peak memory: 812 MB"):  # fmt: skip
        assert words in text
    assert len(table(page, "Clusters without a name")) == (cohort.clusters["population"] == "unknown").sum()


def test_only_parameters_that_differ_are_set_apart(page: Element) -> None:
    rows = table(page, "Parameters that")
    changed = {row["Parameter"].text(): (row["Value"].text(), row["Default"].text()) for row in rows}
    assert changed == {"cluster.resolution": ("1.5", "auto")}
    assert "resolution 1.5" in page.all("blockquote")[0].text()


def test_marker_levels_are_shown_when_there_are_any(tmp_path: Path) -> None:
    cohort = Cohort(4, 6, n_events=300)
    row = {
        "population": "MSC", "cluster": "", "marker": "Ki67", "contrast": "a vs b", "timepoint": "", "n_a": 6, "n_b": 6,
        "level_a": 3.0, "level_b": 1.0, "difference": 2.0, "difference_low": 1.5, "difference_high": 2.5, "p": 0.002,
        "q": 0.01, "basis": "within strata", "note": 'too few events {"n": 2, "least": 20}',
    }  # fmt: skip
    untold = dict.fromkeys(("difference", "difference_low", "difference_high", "p", "q"), np.nan)
    cohort.tables["marker_levels"] = pd.DataFrame([row, row | untold | {"marker": "HLA-DR"}])
    page = write(cohort, tmp_path / "report.html")
    (shown,) = table(page, "Levels of markers that differ")
    assert (shown["Marker"].text(), shown["Difference"].text()) == ("Ki67", "+2.00 (+1.50 – +2.50)")
    assert shown["Note"].text() == "patients with fewer than 20 events of it (2) are left out"
    assert [each["Difference"].text() for each in table(page, "All comparisons of marker levels")][1] == "–"
    assert "made without Ki67 and HLA-DR; of these" in page.text()


def test_discoveries_and_contrasts_are_shown_when_there_are_any(tmp_path: Path) -> None:
    cohort = Cohort(4, 6, n_events=300)
    sentence = "MSC was found in 3 of 4 patients. Supported."
    told = {"population": "MSC", "claim": "only in metastatic", "group": "metastatic", "sentence": sentence}
    told |= COUNTS | {"phenotype": "CD90+"}
    rows = [
        told | {"cluster": None, "verdict": "supported", "p": 0.012, "q": 0.03, "flags": None},
        told
        | {
            "population": "unknown",
            "cluster": "7",
            "verdict": "artefact",
            "p": 0.01,
            "q": 0.04,
            "flags": 'doublets {"of": ["1+2"]}',
        },
        told | {"population": "unknown", "cluster": "9", "verdict": "not supported", "p": 0.3, "q": 1.0, "flags": None},
    ]
    cohort.tables["discoveries"] = pd.DataFrame(rows)
    cohort.tables["contrasts"] = pd.DataFrame([{"population": "MSC", "contrast": "a vs b", "p": 0.0123456}])
    page = write(cohort, tmp_path / "report.html")
    first, beside, second = (card.text() for card in page.all("article"))
    assert "MSC: only in metastatic" in first
    assert sentence in first
    assert "Cluster 9: only in metastatic" in beside
    assert "Cluster 7: only in metastatic" in second
    assert "What speaks against it doublets of 1+2: it looks like" in second.replace("itdoublets", "it doublets")
    verdicts = [card.attributes["data-verdict"] for card in page.all("article")]
    assert verdicts == ["supported", "not supported", "artefact"]
    folded = [each.text() for each in page.all("details") if each.all("article")]
    assert ["Cluster 9" in each for each in folded] == [True]
    *_, rest = table(page, "All that the counts suggested")
    assert (rest["Found in"].text(), rest["Others"].text(), rest["Verdict"].text()) == (
        "3 of 4",
        "0 of 5",
        "not supported",
    )
    assert rest["Objections"].text() == "chance is not ruled out"
    assert rest["Times as much"].text() == "at least 74"
    assert "1 claim is supported, of 3" in page.text()
    assert number(table(page, "Amounts compared")[0]["p"]) == 0.0123456
    assert "No comparison" not in page.text()


def test_confounding_is_told(tmp_path: Path) -> None:
    cohort = Cohort(4, 6, n_events=300)
    told = {"population": "MSC", "cluster": None, "claim": "only in a", "group": "a", "p": None, "q": None}
    told |= COUNTS | {"verdict": "not supported", "flags": "confounded with batch"}
    cohort.tables["discoveries"] = pd.DataFrame([told])
    text = write(cohort, tmp_path / "report.html").text()
    assert "No claim is supported" in text
    assert "Group and batch cannot be told apart for a" in text


COUNTS = {"n_in": 3, "of_in": 4, "n_out": 0, "of_out": 5, "ratio": np.inf, "ratio_low": 74.0, "ratio_high": np.inf}


def population(name: str, *, primary: bool = False) -> dict:
    """A population of the rules, as run.json has it."""
    rest: dict = {"parent": "cells", "markers": {}, "optional": {}, "unless": [], "malignant": False}
    return {"name": name, "primary": primary} | rest


def claim(**given: object) -> dict:
    """A row of the table of discoveries."""
    counts = {"n_in": 2, "of_in": 2, "n_out": 0, "of_out": 4, "p": 0.07, "q": 0.4}
    counts |= {"ratio": 12.3, "ratio_low": 0.81, "ratio_high": 2e5}
    told = {"population": "MSC", "cluster": None, "claim": "only in a", "group": "a", "flags": None, "timepoint": None}
    against = {"against": "other groups", "verdict": "not supported", "sentence": "Found."}
    return told | counts | against | given


def cards_of(cohort: Cohort, claims: list[dict], path: Path) -> list[Element]:
    cohort.tables["discoveries"] = pd.DataFrame(claims)
    return write(cohort, path / "report.html").all("article")


@pytest.mark.slow
def test_what_the_study_asks_about_has_its_card_though_it_is_not_supported(tmp_path: Path) -> None:
    cohort = Cohort(4, 20, n_events=400)
    cohort.run["rules"]["populations"] = [population("MSC", primary=True), population("T cell")]
    likelier = [claim(population="T cell", q=0.1), claim(population="T cell", claim="more in b")]
    found = cards_of(cohort, [*likelier, claim(flags="one patient"), claim(population="B cell")], tmp_path)
    assert [card.all("h4")[0].text().split(":")[0] for card in found] == ["MSC", "T cell", "B cell"]
    folded = [part for part in read(tmp_path / "report.html").all("details") if part.all("article")]
    assert [part.all("summary")[0].text().split(" – ") for part in folded] == [
        [f"{name}: only in a, compared with other groups", "not supported"] for name in ("T cell", "B cell")
    ]
    assert {card.attributes["data-verdict"] for card in found} == {"not supported"}
    assert all(len(card.all("figure")) == 2 for card in found)
    assert "suggested by the counts only" in found[0].text()
    assert "one patient: a case, not a group" in found[0].text()
    (supported, asked) = cards_of(cohort, [claim(population="B cell", verdict="supported", q=0.01), claim()], tmp_path)
    assert [card.attributes["data-verdict"] for card in (supported, asked)] == ["supported", "not supported"]


def test_a_suggestion_that_no_test_could_decide_has_a_row_and_no_card(tmp_path: Path) -> None:
    cohort = Cohort(4, 20, n_events=400)
    cohort.run["rules"]["populations"] = [population("MSC", primary=True)]
    none = claim(p=None, q=None, ratio=None)
    (card,) = cards_of(cohort, [none, claim(population="B cell")], tmp_path)
    assert card.all("h4")[0].text().startswith("B cell")
    assert [row["p"].text() for row in table(read(tmp_path / "report.html"), "All that the counts")] == ["–", "0.07"]


def test_a_suggestive_claim_has_its_word_and_its_card_and_an_unknown_batch_is_told_once(tmp_path: Path) -> None:
    hint = claim(verdict="suggestive", q=0.1, p=0.05, flags="batch unknown", sentence="Suggestive.")
    (card,) = cards_of(Cohort(4, 20, n_events=400), [hint], tmp_path)
    assert card.attributes["data-verdict"] == "suggestive"
    assert "too few for a verdict" in card.text()
    assert "What speaks against it" not in card.text()
    page = read(tmp_path / "report.html")
    (row,) = table(page, "All that the counts suggested")
    assert row["Objections"].text() == ""
    assert "1 is suggestive" in page.text()


def test_a_claim_on_a_cluster_stands_with_that_on_its_population(tmp_path: Path) -> None:
    sure = {"verdict": "supported", "q": 0.01}
    claims = [claim(cluster="7", **sure), claim(**sure), claim(population="T cell", cluster="3", **sure)]
    first, second = cards_of(Cohort(4, 20, n_events=400), claims, tmp_path)
    assert [card.all("h4")[0].text().split(":")[0] for card in (first, second)] == ["MSC", "T cell, cluster 3"]
    assert "Also: MSC, cluster 7: only in a" in first.text()


def test_what_was_not_detected_has_its_upper_limit_at_hand(cohort: Cohort, page: Element) -> None:
    populations = cohort.tables["populations"].set_index(["sample_id", "population"])
    cells = {
        (row["Sample"].text(), name): row[name]
        for row in table(page, "Fraction of its parent")
        for name in cohort.names
    }
    absent = populations[~populations["status"].isin(keys.SHOWN)]
    assert len(absent)
    for place, row in absent.iterrows():
        assert cells[place].attributes["title"].endswith(f"at most {percent(row['upper'])} of cells")


@pytest.mark.slow
def test_claims_on_one_population_share_a_card(tmp_path: Path) -> None:
    over_time = {"against": "other times of the same patients", "timepoint": "relapse", "claim": "more in a at relapse"}
    over_time |= {"question": "time", "only": False}
    claims = [claim(verdict="supported", q=0.01), claim(verdict="supported", q=0.02, **over_time)]
    (card,) = cards_of(Cohort(4, 20, n_events=400), claims, tmp_path)
    assert card.all("h4")[0].text() == "MSC: only in a, compared with other groups"
    assert "Also: more at relapse in a, compared with other times of the same patients (q = 0.02)." in card.text()


@pytest.mark.slow
def test_at_most_eight_cards_have_figures(tmp_path: Path) -> None:
    cohort = Cohort(4, 20, n_events=400)
    claims = [claim(population=name, verdict="supported", q=0.01) for name in cohort.names]
    found = cards_of(cohort, claims, tmp_path)
    assert len(found) == 8 < len(claims)
    page = read(tmp_path / "report.html")
    assert len(table(page, "All that the counts suggested")) == len(claims)


def test_what_is_asked_about_is_shown_where_nothing_was_compared(tmp_path: Path) -> None:
    cohort = Cohort(1, 20, groups=False, n_events=900)
    cohort.run["rules"]["populations"] = [population("MSC", primary=True)]
    cohort.tables["populations"]["status"] = "trace"
    (card,) = write(cohort, tmp_path / "report.html").all("article")
    assert card.attributes["data-verdict"] == "not compared"
    assert card.all("h4")[0].text() == "MSC: found"
    assert len(card.all("figure")) == 1  # one sample: no amounts to compare


def test_comparisons_that_no_test_could_decide_are_one_sentence(tmp_path: Path) -> None:
    cohort = Cohort(4, 6, n_events=300)
    row = {
        "population": "MSC",
        "contrast": "a vs b",
        "timepoint": "diagnosis",
        "denominator": "cells",
        "n_a": 2,
        "n_b": 3,
    }
    few = row | {"ratio": 2.0, "ratio_low": 1e-6, "ratio_high": 4e6, "p": 1.0, "q": 1.0}
    few |= {"note": 'seen on both sides {"n": 1}; too few patients {"least_p": 0.2}'}
    rare = row | {"p": np.nan, "note": to_cell([Finding("no p", paired=False)])}
    cohort.tables["contrasts"] = pd.DataFrame([few, few | {"population": "T cell"}, rare | {"population": "B cell"}])
    page = write(cohort, tmp_path / "report.html")
    told = next(item.text() for item in page.all("li") if "a vs b" in item.text())
    assert told.startswith("a vs b at diagnosis (2 against 3 patients): none of 3 comparisons could be tested:")
    assert "no p can be small enough (2);" in told
    assert not any(t.attributes.get("id") == "table-comparisons" for t in page.all("div"))
    rows = table(page, "All comparisons")
    assert [r["Times as much"].text() for r in rows] == ["2 (< 0.001 to > 1000)"] * 2 + ["–"]
    assert rows[0]["Note"].text().endswith("too few patients: p cannot be below 0.2")
    assert data(page, "contrasts")["rows"][0][:4] == ["MSC", "a vs b", "diagnosis", "cells"]


@pytest.mark.slow
@pytest.mark.parametrize("rules", [True, False])
def test_what_the_sheet_leaves_open_is_told_with_and_without_rules(tmp_path: Path, rules: bool) -> None:
    cohort = Cohort(4, 6, n_events=300, rules=rules)
    told = {"population": "MSC", "cluster": None, "claim": "only in a", "group": "a", "p": None, "q": None}
    cohort.tables["discoveries"] = pd.DataFrame([told | COUNTS | {"verdict": "not supported", "flags": None}])
    assert "The sheet gives no" not in write(cohort, tmp_path / "report.html").text()
    cohort.tables["samples"] = cohort.sheet.assign(batch=["B1", "", None, "B1"], patient_id="")
    text = write(cohort, tmp_path / "report.html").text()
    assert "The sheet gives no batches for 2 of 4 samples: they are taken for one batch." in text
    assert "The sheet gives no patients: every sample" in text


def test_why_nothing_was_compared(tmp_path: Path) -> None:
    cohort = Cohort(2, 6, n_events=300)
    cohort.tables["samples"] = cohort.sheet.assign(group="a", timepoint="")
    assert "the sheet gives only one group or time point." in write(cohort, tmp_path / "report.html").text()


def test_what_only_one_batch_has_is_pointed_out(tmp_path: Path) -> None:
    cohort = Cohort(4, 6, n_events=300)
    cohort.tables["samples"] = cohort.sheet.assign(batch=["B1", "B1", "B2", "B2"], group=["a", "b", "c", "c"])
    rows = [(name, cluster, 500 if cluster != "2" or name in ("BM003", "BM004") else 1)
            for name in cohort.sheet["sample_id"] for cluster in map(str, range(6))]  # fmt: skip
    cohort.tables["cluster_counts"] = pd.DataFrame(rows, columns=["sample_id", "cluster", "n_events"])
    page = write(cohort, tmp_path / "report.html")
    (found,) = table(page, "Clusters of one batch only")
    assert (found["Cluster"].text(), found["Batch"].text(), found["Events"].text()) == ("2", "B2", "1,002")
    assert "Group and batch cannot be told apart for c: no batch of it holds another group." in page.text()
    assert [row["Samples"].text() for row in table(page, "Samples of each batch")] == ["BM001, BM002", "BM003, BM004"]


def test_items_of_the_standard_come_from_keywords_without_names_of_persons(tmp_path: Path) -> None:
    cohort = Cohort(2, 6, n_events=300)
    file = {"$DATE": "01-JAN-2026", "$CYTSN": "V123", "$OP": "Ann Other", "$SRC": "John Doe", "$PAR": "1"}
    file |= {"$P1N": "FL0-A", "$P1V": "450"}
    cohort.adata.uns["meta"] = {"BM001": file, "BM002": file}
    page = write(cohort, tmp_path / "report.html")
    told = {row["Item"].text(): row["What is known"].text() for row in table(page, "MIFlowCyt items")}
    assert told["1.6 Date"] == "01-JAN-2026"
    assert told["3.2 Serial number"] == "V123"
    assert told["3.3 Detectors: voltage"] == "FL0-A 450"
    assert all(told.values())
    assert "1.1 Purpose" not in told
    assert "for the author to fill in: 1.1 Purpose;" in page.text()
    assert not any(name in page.text() for name in ("Ann Other", "John Doe"))


def test_leftovers_of_quality_control_are_not_called_new(tmp_path: Path) -> None:
    cohort = Cohort(2, 6, n_events=300)
    clusters = cohort.tables["clusters"] = cohort.clusters.assign(population="unknown", leftover="")
    clusters.loc[0, "leftover"] = "dead"
    page = write(cohort, tmp_path / "report.html")
    shown = {row["Cluster"].text(): row["Novelty"].text() for row in table(page, "Clusters without a name")}
    assert [name for name, novelty in shown.items() if novelty == "–"] == ["0"]
    assert "1 of them is likely no population: quality control set aside most events that look alike" in page.text()


# --- data for the script ----------------------------------------------------------------------


def test_files_of_tables_are_the_tables_to_the_bit(cohort: Cohort, page: Element) -> None:
    for name in ("populations", "clusters"):
        told, true = data(page, name), cohort.tables[name]
        assert told["columns"] == list(true)
        again = pd.DataFrame(told["rows"], columns=told["columns"])
        by = (
            ["sample_id", "population"] if name == "populations" else ["cluster"]
        )  # the page has children after parents
        again, true = (rows.sort_values(by, ignore_index=True) for rows in (again, true))
        for column in true.select_dtypes("number"):
            assert again[column].astype(float).tolist() == true[column].astype(float).tolist()
        assert again[name.removesuffix("s")].tolist() == true[name.removesuffix("s")].astype(str).tolist()


def test_the_map_has_every_event_in_its_place_and_colour(cohort: Cohort, page: Element) -> None:
    (data_block,) = (s for s in page.all("script") if s.attributes.get("id") == "umap-data")
    told = json.loads("".join(map(str, data_block.children)))
    x, y = (np.frombuffer(base64.b64decode(told[axis]), "<u2") / 65535 for axis in "xy")
    points = cohort.adata.obsm["X_umap"].astype(float)
    span = np.ptp(points, axis=0).max()
    np.testing.assert_allclose(np.column_stack([x, y]) * span + points.min(axis=0), points, atol=span / 65535)
    kinds = {kind["value"]: kind for kind in told["kinds"]}
    assert list(kinds) == ["cluster", "population", "group", "timepoint", "batch", "patient", "sample"]
    for kind, column in {"cluster": "cluster", "sample": "sample_id", "population": "population"}.items():
        codes = np.frombuffer(base64.b64decode(kinds[kind]["codes"]), {1: "u1", 2: "<u2"}[kinds[kind]["bytes"]])
        assert np.array(kinds[kind]["names"])[codes].tolist() == cohort.adata.obs[column].astype(str).tolist()
    assert [marker["name"] for marker in told["markers"]] == MARKERS
    marker, true = told["markers"][3], np.asarray(cohort.adata[:, MARKERS[3]].X).ravel()
    levels = np.frombuffer(base64.b64decode(marker["values"]), "u1") / 255 * (marker["high"] - marker["low"])
    clipped = np.clip(true, marker["low"], marker["high"]) - marker["low"]
    np.testing.assert_allclose(levels, clipped, atol=(marker["high"] - marker["low"]) / 255)


def test_a_large_map_is_thinned_but_for_rare_clusters() -> None:
    rng = np.random.default_rng(0)
    cluster = np.concatenate([np.zeros(50_000, int), np.ones(40_000, int), np.full(37, 2)]).astype(str)
    adata = ad.AnnData(
        np.zeros((len(cluster), 1), np.float32),
        obs=pd.DataFrame({"cluster": cluster}, index=np.arange(len(cluster)).astype(str)),
    )
    adata.obsm["X_umap"] = rng.normal(size=(len(cluster), 2))
    adata.obsm["X_umap"][5] = np.nan
    rows = map_rows(adata)
    counts = pd.Series(cluster[rows]).value_counts()
    assert len(rows) <= 30_000
    assert counts["2"] == 37
    assert counts["0"] == counts["1"]
    assert 5 not in rows
    assert np.array_equal(rows, map_rows(adata))


def test_islands_cannot_end_early() -> None:
    hostile = "</script><!--<script>\u2028\ud800"
    assert "<" not in data_block({hostile: [hostile]})
    assert json.loads(data_block({hostile: [hostile]})) == {hostile: [hostile]}


# --- hostile and missing things ---------------------------------------------------------------


@pytest.mark.usefixtures("drawn")
def test_names_from_files_are_inert(tmp_path: Path) -> None:
    names = {f"P{HOSTILE}": "cells", f"C{HOSTILE}": f"P{HOSTILE}"}
    cohort = Cohort(2, 6, n_events=400, sample_names=[f"S{HOSTILE}", "b"], names=names, markers=[f"M{HOSTILE}", "CD45"])
    cohort.run["inputs"][0] |= {"path": HOSTILE, "cytometer": HOSTILE, "notes": notes(HOSTILE)}
    for key in ("panel_notes", "notes"):
        cohort.run[key] = notes(f"{key} {HOSTILE}")
    cohort.run["rules"]["limits"] = notes(HOSTILE)
    for slot in ("group", "patient_id"):
        cohort.tables["populations"][slot] = f"{slot} {HOSTILE}"
    ct.report.write(
        cohort.adata, tmp_path / "r.html", tables=cohort.tables, run=cohort.run, title=f"T{HOSTILE}</title>"
    )
    page = read(tmp_path / "r.html")
    assert all(image.attributes["src"].startswith("data:") for image in page.all("img"))
    assert not any(name.startswith("on") for element in page.all("*") for name in element.attributes)
    assert len(scripts(page)) == 1
    assert page.all("h1")[0].text() == f"T{HOSTILE}</title>"
    assert table(page, "Events of each sample")[0]["Sample"].text() == f"S{HOSTILE}"
    assert f"M{HOSTILE}" in table(page, "Clusters, with")[0]
    assert {f"P{HOSTILE}", f"C{HOSTILE}"} == {row["Population"].text() for row in table(page, "Populations: samples")}
    assert f"group {HOSTILE}" in page.text()


@pytest.mark.usefixtures("drawn")
def test_one_file_without_groups_rules_or_map(tmp_path: Path) -> None:
    cohort = Cohort(1, 6, groups=False, rules=False, n_events=400)
    del cohort.adata.obsm["X_umap"]
    page = write(cohort, tmp_path / "report.html")
    assert len(page.all("img")) == 4  # heatmap, events, histograms, pairs of detectors
    for words in (
        "No rules were given",
        "No UMAP was computed",
        "No population was named",
        "the sheet gives no group or time point",
    ):
        assert words in page.text()


@pytest.mark.parametrize("run", [None, {}])
def test_events_alone_that_nothing_is_known_of(tmp_path: Path, run: dict | None) -> None:
    ct.report.write(ad.AnnData(np.ones((5, 2), np.float32)), tmp_path / "report.html", run=run)
    assert "The data given have no clusters" in read(tmp_path / "report.html").text()


@pytest.mark.slow
def test_adata_alone_is_counted(cohort: Cohort, tmp_path: Path) -> None:
    adata = cohort.adata.copy()
    adata.obs["event"] = adata.obs.groupby("sample_id", observed=True).cumcount()
    adata.obs["qc"] = pd.Categorical(np.where(np.arange(adata.n_obs) % 10 == 0, "dead", "ok"))
    adata.uns["cluster"] = {"params": {"resolution": 1.5}}
    adata.uns["population"] = {"params": {"rules": "msc", "min_probability": 0.5}}
    write_findings(adata, "limits", [("", Finding("note", text="No CD3."))])
    ct.report.write(adata, tmp_path / "report.html")
    page = read(tmp_path / "report.html")
    obs = adata.obs[adata.obs["qc"] == "ok"]
    rows = table(page, "Events and fraction")
    assert len(rows) == obs["population"].nunique() * obs["sample_id"].nunique()
    for row in rows:
        here = obs[obs["sample_id"] == row["Sample"].text()]
        n = int((here["population"] == row["Population"].text()).sum())
        assert (number(row["Events"]), number(row["Parent events"])) == (n, len(here))
        interval = binomtest(n, len(here)).proportion_ci(0.95, "exact")
        assert number(row["95 % counting interval"]) == pytest.approx(interval.high, rel=1e-9)
        word = "● quantified" if n >= 50 else "○ detected" if n >= 20 else "◇ trace" if n else "× not evaluable"
        assert row["Status"].text() == word
    assert "No CD3." in page.text()
    assert "of at least" not in page.text()
    assert table(page, "Parameters that")[0]["Value"].text() == "1.5"


def event_sample(cohort: Cohort) -> ad.AnnData:
    """Of whose events a tenth was set aside, and each other stands for its share of its cluster."""
    adata = cohort.adata.copy()
    aside = np.arange(adata.n_obs) % 10 == 0
    adata.obs["qc"] = pd.Categorical(np.where(aside, "debris", "ok"), categories=list(keys.QC))
    adata.obs.loc[aside, "cluster"] = np.nan
    adata.obs["population"] = pd.Categorical(np.where(aside, keys.UNASSIGNED, adata.obs["population"].astype(str)))
    cluster = adata.obs["cluster"].astype(str)
    sizes = cohort.clusters.set_index("cluster")["n_events"].astype(float)
    weight = (sizes.reindex(cluster) / cluster.value_counts()[cluster].to_numpy()).to_numpy()
    adata.obs["weight"] = np.where(aside, 1e6, weight)
    adata.X[aside] = 50.0  # seen at once in whatever is drawn or averaged
    adata.obsm["X_umap"][aside] = np.nan
    return adata


def test_tables_without_tables_are_of_what_events_stand_for(cohort: Cohort) -> None:
    """As many in each cluster and population as the run's table says, and none of those set aside."""
    inputs = gather(event_sample(cohort), None, None)
    sizes = cohort.clusters.set_index("cluster")["n_events"]
    mine = inputs.clusters.set_index("cluster")
    assert inputs.weighted
    np.testing.assert_allclose(mine["n_events"], sizes.loc[mine.index], rtol=1e-6)
    assert mine[cohort.markers].to_numpy().max() < 20
    by_name = inputs.populations.groupby("population")["n_events"].sum()
    true = cohort.clusters[cohort.clusters["cluster"].isin(mine.index)].groupby("population")["n_events"].sum()
    np.testing.assert_allclose(by_name, true.loc[by_name.index], atol=len(cohort.sheet))
    assert keys.UNASSIGNED not in by_name.index
    assert any("chosen events" in note for note in inputs.notes)
    assert not gather(cohort.adata, cohort.tables, cohort.run).weighted


@pytest.mark.usefixtures("drawn")
def test_events_set_aside_are_in_no_figure_of_cells(cohort: Cohort, tmp_path: Path) -> None:
    adata = event_sample(cohort)
    inputs = gather(adata, cohort.tables, cohort.run)
    assert set(inputs.adata.obs["qc"]) == {"ok"}
    assert inputs.adata.n_obs == (adata.obs["qc"] == "ok").sum()
    kinds = {kind["value"]: kind["names"] for kind in map_data(inputs)["kinds"]}
    assert not {"nan", ""} & set(kinds["cluster"])
    assert keys.UNASSIGNED not in kinds["population"]
    ct.report.write(adata, tmp_path / "r.html", tables=cohort.tables, run=cohort.run)
    page = read(tmp_path / "r.html")
    assert not re.search(r">\s*nan\b", (tmp_path / "r.html").read_text(), re.IGNORECASE)
    assert "each counts for as many cells of its cluster as it stands for" in page.text()


def test_a_map_of_some_events_counts_all_of_them(cohort: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_map_section, "MOST_EVENTS", 500)
    for adata in (cohort.adata, gather(event_sample(cohort), None, None).adata):
        drawn = map_events(adata)
        assert 400 < drawn.n_obs <= 500
        weight = adata.obs["weight"] if "weight" in adata.obs else pd.Series(1.0, index=adata.obs_names)
        true = weight.groupby(adata.obs["cluster"].astype(str).to_numpy()).sum()
        mine = drawn.obs.groupby(drawn.obs["cluster"].astype(str))["weight"].sum()
        np.testing.assert_allclose(mine, true.loc[mine.index])
        true = weight.groupby(adata.obs["sample_id"].astype(str).to_numpy()).sum()
        mine = drawn.obs.groupby(drawn.obs["sample_id"].astype(str))["weight"].sum()
        np.testing.assert_allclose(mine, true.loc[mine.index], rtol=1e-3)


def test_tables_in_the_events_are_used_unless_others_are_given(cohort: Cohort) -> None:
    adata = cohort.adata.copy()
    adata.uns["tables"] = {"populations": cohort.tables["populations"].iloc[:5], "samples": cohort.sheet}
    inputs = gather(adata, None, None)
    assert len(inputs.populations) == 5
    assert len(inputs.sheet) == len(cohort.sheet)
    assert len(gather(adata, cohort.tables, None).populations) == len(cohort.tables["populations"])


@pytest.mark.parametrize(
    ("run", "where"),
    [({"seed": "x"}, "seed"), ({"colour": 1}, "colour"), ({"inputs": [{"sample_id": "a"}]}, "inputs.0.path")],
)
def test_a_run_that_is_none_is_refused_by_name(cohort: Cohort, run: dict, where: str) -> None:
    with pytest.raises(InputError, match=rf"run must be a Record, or the content of run.json\. {where}:"):
        gather(cohort.adata, cohort.tables, run)


def test_a_record_is_taken_as_it_is(cohort: Cohort) -> None:
    record = Record.model_validate(cohort.run)
    assert gather(cohort.adata, cohort.tables, record).run is record
    assert gather(cohort.adata, cohort.tables, record.to_json()).run == record


@pytest.mark.parametrize("cell", ["unheard of", "One patient", 'doublets {"of": [', "doublets [1]"])
def test_a_cell_that_holds_no_codes_is_refused(cell: str) -> None:
    with pytest.raises(InputError, match="The column 'flags' must hold codes"):
        findings_in({"flags": cell}, "flags")


def test_histograms_say_what_they_are_of(cohort: Cohort, page: Element, tmp_path: Path) -> None:
    assert "Each marker over the events at hand" in page.text()
    ct.report.write(event_sample(cohort), tmp_path / "r.html")
    assert "each counts for as many cells of its cluster as it stands for" in read(tmp_path / "r.html").text()


def test_one_sample_has_a_fraction_and_no_spread(tmp_path: Path) -> None:
    cohort = Cohort(1, 20, groups=False, n_events=900)
    nameless = cohort.tables["populations"].iloc[[0]].assign(population="unknown")
    cohort.tables["populations"] = pd.concat([cohort.tables["populations"], nameless])
    cohort.tables["samples"] = cohort.sheet.assign(marrow_index=np.nan, hemodilution="not evaluable")
    page = write(cohort, tmp_path / "r.html")
    rows = table(page, "Events and fraction of each population")
    (shown,) = [part for part in page.all("div") if part.attributes.get("class") == "patient only"]
    own = {row["Population"].text(): row["Events"].text() for row in rows if row["Population"].text() != "unknown"}
    told = {row.all("th")[0].text(): row.all("td")[0].text() for row in shown.all("tbody")[0].all("tr")}
    assert {name: re.search(r"([\d,]+) events?", text)[1] for name, text in told.items()} == own
    text = page.text()
    lost = ("Populations in the sample", "Found in", "in each sample", "in each patient", "Diluted with blood")
    for words in (*lost, "1 samples", "1 clusters"):
        assert words not in text
    (tiles,) = (part for part in page.all("dl") if part.attributes.get("class") == "tiles")
    tiles = {tile.all("dt")[0].text(): tile.all("dd")[0].text() for tile in tiles.all("div")}
    assert tiles["populations counted"] == str(len(cohort.names)) == str(len(rows) - 1)


@pytest.mark.slow
def test_thresholds_stand_in_the_units_of_the_file(tmp_path: Path) -> None:
    cohort = Cohort(1, 4, n_events=200)
    channels = pd.DataFrame({"cofactor": [150.0] * cohort.adata.n_vars}, index=cohort.adata.var_names)
    cohort.adata.uns["transform"] = {"params": {"method": "arcsinh"}, "channels": channels}
    cuts = pd.DataFrame({"marker": ["CD45", "CD34"], "positive": [np.arcsinh(4321 / 150), np.nan], "source": "data"})
    cohort.tables["thresholds"] = cuts
    first, second = table(write(cohort, tmp_path / "r.html"), "Thresholds of positivity")
    assert number(first["Positive above, file units"]) == pytest.approx(4321)
    assert first["Positive above, file units"].text() == "4,320"
    assert second["Positive above, file units"].text() == "–"
    del cohort.adata.uns["transform"]
    assert "Positive above, file units" not in table(write(cohort, tmp_path / "r.html"), "Thresholds of positivity")[0]


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (["data"] * 4, "with thresholds of positivity learnt from the data;"),
        (
            ["data", "given", "FMO CD90 (a.fcs)", "unstained (b.fcs)"],
            "learnt from the data, but for CD34 (given by hand), CD90 (FMO control) and CD105 (unstained control);",
        ),
        (["given"] * 4, "with the thresholds of positivity of CD45, CD34, CD90 and CD105 (given by hand);"),
    ],
)
def test_methods_say_where_thresholds_come_from(sources: list[str], words: str) -> None:
    cohort = Cohort(1, 4, n_events=100)
    cohort.tables["thresholds"] = pd.DataFrame({"marker": MARKERS[:4], "positive": 2.0, "source": sources})
    assert words in methods(gather(cohort.adata, cohort.tables, cohort.run))


def test_methods_say_what_was_compensated_before() -> None:
    cohort = Cohort(3, 4, n_events=100)
    rows = cohort.run["inputs"]
    note = Finding("compensated at acquisition", channel="FJComp-PE-A").to_dict()

    def told(before: int) -> str:
        cohort.run["inputs"] = [
            row | {"compensated": i >= before, "notes": [note] if i < before else []} for i, row in enumerate(rows)
        ]
        return methods(gather(cohort.adata, cohort.tables, cohort.run))

    assert len(rows) > 1
    assert f"in {len(rows) - 1} of {len(rows)} files; 1 compensated before." in told(1)
    assert "Signals were compensated before they were read (channels called FJComp-PE-A), not again." in told(len(rows))
    assert "No compensation was applied" not in told(len(rows))
    for row in cohort.run["inputs"]:
        row["notes"] = []
    cohort.run["panel"] = [row | {"signal_type": "mass"} for row in cohort.run["panel"]]
    text = methods(gather(cohort.adata, cohort.tables, cohort.run))
    assert "the files have no spillover matrix, as usual for mass cytometry." in text


def test_methods_name_only_the_checks_that_were_made() -> None:
    cohort = Cohort(2, 4, n_events=100)
    names = list(cohort.sheet["sample_id"])
    made = {"margin": {}, "time": {}}
    cohort.run["quality"] = {names[0]: made | {"doublet": {}}, names[1]: dict(made)}
    dead = {"code": "dead not made", "data": {"why": "there is no viability dye"}}
    pulses = {"code": "doublet not made", "data": {"why": "that takes two of area, height and width of a detector"}}
    (nothing,) = notes("dead cells were not looked for: nothing was removed as debris")
    cohort.run["quality_notes"] = {names[0]: [nothing, dead], names[1]: [nothing, dead, pulses]}
    text = methods(gather(cohort.adata, cohort.tables, cohort.run))
    assert "doublets by the pulse shape of a detector (looked for in 1 of 2 samples)." in text
    assert "Looked for and not found: debris." in text
    assert "Dead cells were not looked for: there is no viability dye." in text
    assert "stained by the viability dye" not in text


def test_clusters_tell_of_doublets_and_what_they_are_near(tmp_path: Path) -> None:
    cohort = Cohort(2, 4, n_events=100)
    cohort.clusters["near"] = [None, "would be T cell but for CD3-", None, None]
    cohort.clusters["leftover"] = None
    tree = {"cluster": list("0123"), "joins": [None, "0", "0", "0"], "depth": [np.nan, 0.5, 0.2, 0.1]}
    cohort.tables["cluster_tree"] = pd.DataFrame(tree | {"doublet_of": [None, None, "0+1", None]})
    page = write(cohort, tmp_path / "r.html")
    rows = table(page, "Clusters, with")
    assert list(rows[0])[:5] == ["Cluster", "Population", "Phenotype", "Near", "Events"]
    assert "Leftover" not in rows[0]
    name = cohort.clusters["population"][2]
    assert rows[2]["Population"].text() == f"{name} (may be doublets of 0+1)"
    assert [row["Doublet of"].text() for row in rows] == ["", "", "0+1", ""]
    assert data(page, "clusters")["columns"][-1] == "doublet_of"
    assert "Near: what the cluster would be called but for one thing" in page.text()


@pytest.mark.usefixtures("drawn")
def test_nothing_of_a_figure_is_cut_off(cohort: Cohort) -> None:
    """As much room as matplotlib itself finds that the SVG takes."""
    ax = pl.detection(cohort.tables["populations"], show=False)
    shown = embed(ax, alt="", caption="")
    buffer = io.BytesIO()
    with mpl.rc_context(STYLE):
        ax.figure.savefig(buffer, format="svg", bbox_inches="tight", pad_inches=0.05)
    width = float(ET.fromstring(buffer.getvalue()).attrib["width"].removesuffix("pt"))  # noqa: S314 (ours)
    assert shown.width == pytest.approx(width / 72 * 110, abs=1)


def test_an_event_sample_alone_warns_that_its_fractions_are_not_the_samples(cohort: Cohort, tmp_path: Path) -> None:
    ct.report.write(cohort.adata, tmp_path / "report.html")
    assert "the fractions are not those of the samples" in read(tmp_path / "report.html").text()


@pytest.mark.slow
@pytest.mark.usefixtures("drawn")
def test_adata_read_back_from_h5ad_gives_the_same_page(tmp_path: Path) -> None:
    adata = Cohort(2, 6, n_events=300).adata
    adata.uns["population"] = {"params": {"rules": "msc", "thresholds": {}}, "limits": ["No CD3.", "No CD19."]}
    adata.uns["cluster"] = {"params": {"resolution": "auto", "n_neighbors": 10, "markers": MARKERS}}
    ct.report.write(adata, tmp_path / "a.html")
    adata.write_h5ad(tmp_path / "a.h5ad")
    ct.report.write(ad.read_h5ad(tmp_path / "a.h5ad"), tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


@pytest.mark.slow
@pytest.mark.usefixtures("drawn")
def test_tables_read_back_from_csv_give_the_same_page(tmp_path: Path) -> None:
    cohort = Cohort(3, 6, n_events=300)
    for name, given in cohort.tables.items():
        given.to_csv(tmp_path / name, index=False)
    again = {name: pd.read_csv(tmp_path / name, float_precision="round_trip") for name in cohort.tables}
    ct.report.write(cohort.adata, tmp_path / "a.html", tables=cohort.tables, run=cohort.run)
    ct.report.write(cohort.adata, tmp_path / "b.html", tables=again, run=cohort.run)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_nothing_is_left_behind_where_writing_fails(tmp_path: Path) -> None:
    cohort = Cohort(1, 3, groups=False, rules=False, n_events=100)
    with pytest.raises(InputError, match="nowhere"):
        ct.report.write(cohort.adata, tmp_path / "nowhere" / "report.html", tables=cohort.tables, run=cohort.run)
    assert list(tmp_path.iterdir()) == []
