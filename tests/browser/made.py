"""The cohorts whose reports are opened."""

from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding, to_cell
from tests.report.cohort import Cohort, notes
from tests.report.study import study

__all__ = ["HOSTILE", "SIDE", "hostile", "islands", "large", "single", "small", "weighted"]

IMAGE, BREAK, END = "<img src=x onerror=alert(1)>", '"><script>alert(1)</script>', "</script><b id=bold>x</b>"
FORMULA, TEMPLATE, RTL, LONG = '=HYPERLINK("http://x")', "{{7*7}}", "\u202egnp.exe", "W" * 200
HOSTILE = [
    IMAGE,
    FORMULA,
    LONG,
    BREAK,
    RTL,
    END,
    TEMPLATE,
    "__proto__",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "a\\'b`${1}",
]
SIDE = 3  # islands in a row


def large() -> Cohort:
    """The size that the page is to open fast at."""
    return study(62, 60, n_events=20_000)


def small() -> Cohort:
    """A few patients of a study."""
    return study(9, 24, n_events=3000, seed=1)


def single() -> Cohort:
    """One file, no groups, no rules."""
    return Cohort(1, 12, groups=False, rules=False, n_events=2000)


def weighted() -> Cohort:
    """An event sample of few patients: each event stands for so many cells that a cluster of a sample has its count."""
    cohort = study(6, 24, n_events=2500, seed=4)
    obs = cohort.adata.obs
    stratum = obs[keys.SAMPLE].astype(str) + " " + obs[keys.CLUSTER].astype(str)
    number = stratum.map(stratum.value_counts())
    cells = stratum.map({name: 40 + 17 * i for i, name in enumerate(sorted(set(stratum)))})
    obs[keys.WEIGHT] = (cells / number).to_numpy(float)
    return cohort


def islands() -> Cohort:
    """Nine clusters far apart: cluster ``i`` in column ``i % 3`` and row ``i // 3`` from below."""
    cohort = Cohort(6, SIDE**2, n_events=1800, seed=3)
    code = cohort.adata.obs[keys.CLUSTER].astype(int).to_numpy()
    each = np.concatenate([np.resize(np.flatnonzero(code == i), 200) for i in range(SIDE**2)])
    old = cohort.adata
    obs = old.obs.iloc[each].set_axis([str(i) for i in range(len(each))])
    cohort.adata = ad.AnnData(old.X[each], obs=obs, var=old.var, uns=old.uns)
    around = np.random.default_rng(0).normal(0, 0.7, (len(each), 2))
    code = code[each]
    cohort.adata.obsm["X_umap"] = (10.0 * np.column_stack([code % SIDE, code // SIDE]) + around).astype(np.float32)
    return cohort


def hostile() -> Cohort:
    """Names that a spreadsheet, a browser or a template might run, wherever a file can bring a name."""
    cohort = study(len(HOSTILE), 34, n_events=3000, seed=2)
    new: dict[str, str] = {}
    for column in (keys.SAMPLE, *keys.SHEET_COLUMNS):
        new |= _named(cohort.sheet[column].unique(), column[0] if column != keys.SAMPLE else "")
    new |= _named(
        [name for name in cohort.tables["populations"][keys.POPULATION].unique() if name != keys.UNKNOWN], "p"
    )
    markers = _named(["CD45", "CD3", "CD146", "CD271", "CD31"], "m")
    claims = cohort.tables["discoveries"]
    flag = to_cell([Finding("mimic not excluded", mimics=[BREAK])])
    for verdict, row in {
        "supported": claims["cluster"].eq("").idxmax(),
        "artefact": claims["cluster"].ne("").idxmax(),
    }.items():
        claims.loc[row, ["verdict", "q", "flags"]] = [verdict, 0.01, flag]
    cohort.tables["discoveries"] = claims[claims["flags"].eq(flag) | (claims.index < 12)]  # figures take long
    cohort.sheet = _renamed(cohort.sheet, new, markers)
    cohort.tables = {name: _renamed(table, new, markers) for name, table in cohort.tables.items()}
    cohort.clusters = cohort.tables["clusters"]
    cohort.run = _renamed(cohort.run, new, markers)
    cohort.run["inputs"][0] |= {"path": IMAGE, "cytometer": BREAK, "notes": notes(END)}
    cohort.run |= {"notes": notes(IMAGE), "panel_notes": notes(BREAK), "command": END, "started": IMAGE}
    cohort.run["rules"]["limits"] = notes(TEMPLATE, BREAK)
    adata = cohort.adata
    adata.obs = _renamed(adata.obs.astype(dict.fromkeys(adata.obs.select_dtypes("category"), str)), new, markers)
    adata.var.index = pd.Index([markers.get(name, name) for name in adata.var_names])
    adata.var["marker"] = [markers.get(name, name) for name in adata.var["marker"]]
    adata.uns["meta"] = _renamed(adata.uns["meta"], new, markers)
    adata.uns["thresholds"] = cohort.tables["thresholds"]
    drawn = adata.uns["densities"]
    cells = drawn["cells"].astype(dict.fromkeys(("sample_id", "x", "y", "population"), str))
    adata.uns["densities"] = drawn | {
        "axes": drawn["axes"].rename(index=markers),
        "cells": _renamed(cells, new, markers),
    }
    cohort.title = IMAGE + END
    return cohort


def _named(old: Any, kind: str) -> dict[str, str]:
    """Hostile names, numbered where there are more; the kind goes last, since what comes first does the harm."""
    rest = [f"{HOSTILE[i % 2]}{i}" for i in range(len(old))]
    return {str(name): (HOSTILE[i] if i < len(HOSTILE) else rest[i]) + kind for i, name in enumerate(old)}


def _renamed(value: Any, new: dict[str, str], markers: dict[str, str]) -> Any:
    """The same with other names, whole names only but for markers in a phenotype and names in a sentence."""
    if isinstance(value, pd.DataFrame):
        table = value.rename(columns=markers)
        for column in table.columns[[not pd.api.types.is_numeric_dtype(dtype) for dtype in table.dtypes]]:
            table[column] = [_renamed(cell, new, markers) for cell in table[column]]
        return table
    if isinstance(value, dict):
        return {_renamed(key, new, markers): _renamed(each, new, markers) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, new, markers) for each in value]
    if not isinstance(value, str):
        return value
    if value in new or value in markers:
        return new.get(value, markers.get(value))
    return " ".join(
        next(
            (
                markers[m] + word[len(m) :]
                for m in markers
                if word[len(m) :] in ("+", "-", "dim") and word.startswith(m)
            ),
            word,
        )
        for word in value.split(" ")
    )
