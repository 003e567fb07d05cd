"""One self-contained HTML page."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import anndata as ad
import matplotlib as mpl
import pandas as pd

from cytoclust.executor import Beside
from cytoclust.io import atomic_path
from cytoclust.params import D
from cytoclust.pl.style import STYLE
from cytoclust.record import Record
from cytoclust.report._abundance_section import abundance_section
from cytoclust.report._answer_section import answer_section
from cytoclust.report._cluster_section import clusters
from cytoclust.report._drawings import Drawings
from cytoclust.report._found_section import found
from cytoclust.report._gather import gather
from cytoclust.report._manual_gates_section import manual_gates_section
from cytoclust.report._methods_section import made
from cytoclust.report._patient_section import patient_pages
from cytoclust.report._patients import patients
from cytoclust.report._quality_section import quality
from cytoclust.report._reference_section import reference_section
from cytoclust.report._render import render
from cytoclust.report._samples_section import samples_section
from cytoclust.report._sort_gates_section import sort_gates_section
from cytoclust.report._validation_section import validation
from cytoclust.report._warnings import doubts, unusable

__all__ = ["write"]


def write(
    adata: ad.AnnData,
    path: str | Path,
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    run: Mapping[str, Any] | Record | None = None,
    title: str = D.report.title,
    beside: Beside | None = None,
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
    beside
        A process that draws some of the figures meanwhile; the page is the same.

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
        page = _render(adata, tables, run, title, beside)
    with atomic_path(path) as temporary:
        temporary.write_bytes(page.encode("utf-8", errors="replace"))
    return path


def _render(
    adata: ad.AnnData,
    tables: Mapping[str, pd.DataFrame] | None,
    run: Mapping[str, Any] | Record | None,
    title: str,
    beside: Beside | None,
) -> str:
    inputs = gather(adata, tables, run)
    with Drawings(beside, shared=inputs.adata) as drawings:
        inputs = replace(inputs, drawings=drawings)
        known = found(inputs)
        shown = answer_section(inputs, known["discoveries"]["cards"])
        sections: dict[str, Any] = {
            "answer": shown,
            "reference": reference_section(inputs),
            "simulated": shown["simulated"],
            "limits": known["limits"],
            "found": known,
            "pages": patient_pages(inputs),
            "abundance": abundance_section(inputs),
            "samples": samples_section(inputs),
            "sort_gates": sort_gates_section(inputs, adata),
            "clusters": clusters(inputs),
            "manual_gates": manual_gates_section(inputs),
            "quality": quality(inputs),
            "patients": patients(inputs),
            "validation": validation(inputs),
            "made": made(inputs),
            "alarms": unusable(inputs),
            "n_doubts": len(doubts(inputs)),
        }
        drawings.finish()
        return render("report.html.j2", inputs, title=title, **sections)
