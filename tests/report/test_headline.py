"""What the page says first."""

import re

import pytest

import cytoclust as ct
from tests.report.study import study


@pytest.mark.slow
def test_first_is_what_the_study_asks_about_then_the_likeliest(tmp_path):
    cohort = study(24, 18, n_events=600)
    claims = cohort.tables["discoveries"]
    supported = claims[claims["verdict"] == "supported"]
    primary = "MSC CD146+CD271-"
    assert primary in set(supported["population"])
    others = supported[supported["population"] != primary]
    cohort.tables["discoveries"] = claims.loc[[*others.index, *claims.index.difference(others.index)]]  # primary last
    page = ct.report.write(cohort.adata, tmp_path / "r.html", tables=cohort.tables, run=cohort.run).read_text("utf-8")
    (lead,) = re.findall(r'<p class="lead"><strong>(.*?)</strong>', page)
    assert re.match(rf"Supported: {re.escape(primary)}[^;]* only in metastatic", lead)
    candidates = re.findall(r'data-verdict="supported".*?<h4>(.*?):', page, re.DOTALL)
    assert candidates[0] == primary
    first = others.iloc[0]
    assert candidates[1] == (f"Cluster {first['cluster']}" if first["cluster"] else first["population"])


@pytest.mark.slow
def test_samples_that_were_left_out_are_said_first(tmp_path):
    cohort = study(8, 12, n_events=600)
    left = {"sample_id": "S<99>", "path": "bad.fcs", "step": "opening files", "why": "bad.fcs is cut short."}
    run = cohort.run | {"left_out": [left]}
    page = ct.report.write(cohort.adata, tmp_path / "r.html", tables=cohort.tables, run=run).read_text("utf-8")
    first = page[page.index('id="found"') : page.index("<h3", page.index('id="found"'))]
    assert "S&lt;99&gt;: bad.fcs is cut short." in first
