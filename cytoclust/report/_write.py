"""One self-contained HTML page."""

import base64
import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import anndata as ad
import matplotlib as mpl
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cytoclust.io import atomic_path
from cytoclust.params import D
from cytoclust.pl.style import STYLE
from cytoclust.record import Record
from cytoclust.report._abundance_section import abundance_section
from cytoclust.report._amounts import base_of
from cytoclust.report._answer_section import answer_section
from cytoclust.report._blocks import signal
from cytoclust.report._cluster_section import clusters
from cytoclust.report._data_block import csv_rows, data_block
from cytoclust.report._found_section import found
from cytoclust.report._gather import gather
from cytoclust.report._manual_gates_section import manual_gates_section
from cytoclust.report._methods_section import made
from cytoclust.report._patient_section import patient_pages
from cytoclust.report._patients import patients
from cytoclust.report._quality_section import quality
from cytoclust.report._sort_gates_section import sort_gates_section
from cytoclust.report._validation_section import validation
from cytoclust.report._warnings import doubts, unusable
from cytoclust.words import percent

__all__ = ["write"]

TEMPLATES = Path(__file__).parent / "templates"
SCRIPTS = ("tables.js", "umap.js", "page.js")


def write(
    adata: ad.AnnData,
    path: str | Path,
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    run: Mapping[str, Any] | Record | None = None,
    title: str = D.report.title,
) -> Path:
    """Write the report of a cohort: what was found, how much of it, the clusters, the data, the method.

    The page needs no network and no other file. The same inputs give the same bytes: the only date in it is that of
    ``run``.

    Parameters
    ----------
    adata
        Events with whatever there is of ``obs`` (sample, cluster, population, qc), ``obsm["X_umap"]`` and ``uns``.
    path
        The HTML file; written whole or not at all.
    tables
        The tables of ``OUT/tables`` by name: ``clusters``, ``populations``, ``contrasts``, ``discoveries``,
        ``thresholds`` and so on; by default those of ``uns["tables"]``. Clusters and populations that are not given
        are counted from ``adata``.
    run
        The record of the run, or the mapping of ``OUT/run.json``. By default what ``adata`` tells.
    title
        Heading of the page.

    Returns
    -------
    The path.

    Raises
    ------
    InputError
        The file cannot be written, or ``run`` or a cell of codes is not as cytoclust writes it.
    """
    path = Path(path)
    with mpl.rc_context(STYLE):
        page = _render(adata, tables, run, title)
    with atomic_path(path) as temporary:
        temporary.write_bytes(page.encode("utf-8", errors="replace"))
    return path


def _render(
    adata: ad.AnnData, tables: Mapping[str, pd.DataFrame] | None, run: Mapping[str, Any] | Record | None, title: str
) -> str:
    inputs = gather(adata, tables, run)
    known = found(inputs)
    environment = Environment(
        loader=PackageLoader("cytoclust.report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {
        "data_block": data_block, "csv_rows": csv_rows, "percent": percent, "million": million,
        "base": partial(base_of, inputs),
    }  # fmt: skip
    parts = ((TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    script = "\n".join(['"use strict";', *parts])
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template("report.html.j2").render(
        title=title,
        run=inputs.run,
        css=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),  # noqa: S704 (files of ours)
        script=Markup(script),  # noqa: S704
        script_hash=digest,
        answer=answer_section(inputs, known["discoveries"]["cards"]),
        found=known,
        pages=patient_pages(inputs),
        alone=False,
        abundance=abundance_section(inputs),
        sort_gates=sort_gates_section(inputs, adata),
        clusters=clusters(inputs),
        manual_gates=manual_gates_section(inputs),
        quality=quality(inputs),
        patients=patients(inputs),
        validation=validation(inputs),
        made=made(inputs),
        alarms=unusable(inputs),
        n_doubts=len(doubts(inputs)),
    )


def million(value: float) -> str:
    """A number per million to three digits."""
    return signal(value).text
