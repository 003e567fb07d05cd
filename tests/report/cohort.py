"""Made-up inputs of a report: an event sample, its tables and its run, of any size."""

from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from scipy.stats import beta, chi2

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.params import D
from cytoclust.tables import TABLES

MARKERS = ["CD45", "CD34", "CD90", "CD105", "CD73", "CD146", "CD271", "CD31", "CD56", "GD2", "CD235a", "HLA-DR"]
NAMED = {  # population: parent
    "haematopoietic": "cells", "T cell": "haematopoietic", "B cell": "haematopoietic", "NK cell": "haematopoietic",
    "monocyte": "haematopoietic", "granulocyte": "haematopoietic", "endothelial": "cells", "neuroblastoma": "cells",
    "MSC": "cells", "MSC CD146+CD271+": "MSC", "MSC CD146+CD271-": "MSC", "MSC CD146-CD271+": "MSC",
}  # fmt: skip
LOB, LOD, LOQ, CONFIDENCE = 3, 20, 50, 0.95


def notes(*texts: str) -> list[dict[str, Any]]:
    """Findings as run.json holds them."""
    return [Finding("note", text=text).to_dict() for text in texts]


class Cohort:
    """``adata``, ``tables`` and ``run``, as the pipeline hands them to the report."""

    def __init__(
        self,
        n_samples: int = 8,
        n_clusters: int = 25,
        *,
        groups: bool = True,
        rules: bool = True,
        n_events: int = 6000,
        seed: int = 0,
        sample_names: list[str] | None = None,
        names: dict[str, str] = NAMED,
        markers: list[str] = MARKERS,
    ) -> None:
        rng = np.random.default_rng(seed)
        self.markers, self.names = markers, names if rules else {}
        self.sheet = _sheet(n_samples, sample_names, groups)
        self.clusters = _clusters(rng, n_clusters, len(self.sheet), markers, self.names)
        self.adata = _adata(rng, n_events, self.sheet, self.clusters, markers)
        populations = _populations(rng, self.sheet, self.names)
        empty = {"contrasts": ["population", "contrast", "p"], "discoveries": ["population", "claim", "verdict"]}
        self.tables = {"clusters": self.clusters, "populations": populations}
        self.tables |= {name: pd.DataFrame(columns=columns) for name, columns in empty.items()}
        self.run = _run(rng, self.sheet, markers, rules)


def _sheet(n_samples: int, names: list[str] | None, groups: bool) -> pd.DataFrame:
    sheet = pd.DataFrame({keys.SAMPLE: names or [f"BM{i + 1:03d}" for i in range(n_samples)]})
    number = np.arange(len(sheet))
    sheet[keys.PATIENT] = [f"P{i // 2 + 1:02d}" for i in number] if groups else None
    sheet[keys.GROUP] = np.array(["metastatic", "localised", "control"])[number // 2 % 3] if groups else None
    sheet[keys.TIMEPOINT] = np.array(["diagnosis", "therapy"])[number % 2] if groups else None
    sheet[keys.BATCH] = [f"batch {i // 4 + 1}" for i in number] if groups else None
    return sheet


def _clusters(rng: Any, n_clusters: int, n_samples: int, markers: list[str], names: dict[str, str]) -> pd.DataFrame:
    size = np.sort(10 ** rng.uniform(1.2, 6, n_clusters))[::-1].astype(int)
    leaves = [name for name in names if name not in names.values()] + [keys.UNKNOWN]
    population = [leaves[i % len(leaves)] if names else keys.UNKNOWN for i in range(n_clusters)]
    medians = np.where(rng.random((n_clusters, len(markers))) < 0.35, 4, 0.3) + rng.normal(
        0, 0.3, (n_clusters, len(markers))
    )
    phenotype = [" ".join(m + ("+" if v > 2 else "-") for m, v in zip(markers, row, strict=True)) for row in medians]
    table = pd.DataFrame({keys.CLUSTER: [str(i) for i in range(n_clusters)], keys.POPULATION: population})
    table["phenotype"], table["n_events"], table["fraction"] = phenotype, size, size / size.sum()
    table["n_samples"] = rng.integers(1, n_samples + 1, n_clusters)
    table["stability"], table["novelty"] = (
        rng.uniform(0.6, 1, n_clusters).round(3),
        rng.uniform(0, 1, n_clusters).round(3),
    )
    return pd.concat([table, pd.DataFrame(medians, columns=markers)], axis=1)


def _adata(rng: Any, n_events: int, sheet: pd.DataFrame, clusters: pd.DataFrame, markers: list[str]) -> ad.AnnData:
    weight = np.sqrt(clusters["n_events"].to_numpy(float))
    code = rng.choice(len(clusters), n_events, p=weight / weight.sum())
    stained = clusters[markers].to_numpy()[code] + rng.normal(0, 0.5, (n_events, len(markers)))
    scatter = rng.uniform(2e4, 2e5, (n_events, 2))
    var = pd.DataFrame(
        {"channel": ["FSC-A", "SSC-A", *(f"FL{i}-A" for i in range(len(markers)))], "marker": ["", "", *markers]},
        index=["FSC-A", "SSC-A", *markers],
    )
    var["signal_type"] = pd.Categorical(["scatter"] * 2 + ["fluorescence"] * len(markers))
    sample = rng.integers(0, len(sheet), n_events)
    obs = sheet.iloc[sample].reset_index(drop=True).dropna(axis=1)
    obs.index = obs.index.astype(str)
    obs[keys.EVENT] = rng.integers(0, 2_000_000, n_events)
    obs[keys.CLUSTER] = pd.Categorical(code.astype(str), categories=clusters[keys.CLUSTER])
    obs[keys.POPULATION] = pd.Categorical(clusters[keys.POPULATION].to_numpy()[code])
    adata = ad.AnnData(np.hstack([scatter, stained]).astype(np.float32), obs=obs, var=var)
    angle = rng.uniform(0, 2 * np.pi, len(clusters))
    place = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(2, 14, (len(clusters), 1))
    adata.obsm["X_umap"] = (place[code] + rng.normal(0, 0.6, (n_events, 2))).astype(np.float32)
    adata.uns["thresholds"] = pd.DataFrame({"marker": markers, "positive": [2.0] * (len(markers) - 1) + [np.nan]})
    return adata


def _populations(rng: Any, sheet: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    rows = []
    for i, sample in enumerate(sheet.to_dict("records")):
        total = 900 if i == 1 else int(rng.integers(150_000, 1_500_000))
        for j, (population, parent) in enumerate(names.items()):
            n_events = int(rng.poisson(total * min(0.6, 10.0 ** -(0.3 + 0.42 * j)) * rng.lognormal(0, 0.6)))
            n_events = min(n_events, total)
            words = [(LOQ, "quantified"), (LOD, "detected"), (LOB + 1, "trace"), (0, "not detected")]
            status = next(word for least, word in words if n_events >= least)
            status = "not evaluable" if status == "not detected" and total < 1e4 else status
            upper = min(chi2.ppf(CONFIDENCE, 2 * (n_events + 1)) / 2 / total, 1)
            interval = beta.ppf([0.025, 0.975], [n_events, n_events + 1], [total - n_events + 1, total - n_events])
            low, high = np.nan_to_num(interval[0], nan=0.0), np.nan_to_num(interval[1], nan=1.0)
            counts = {
                "n_events": n_events,
                "n_parent": total,
                "fraction": n_events / total,
                "ci_low": low,
                "ci_high": high,
            }
            counts |= {"n_base": total, "per_million": 1e6 * n_events / total, "background": 0.5, "lob": LOB}
            limits = {"lod95": 8.0 / total, "lod": LOD / total, "loq": LOQ / total, "upper": upper, "status": status}
            limits |= {"cannot_tell": ""}
            rows.append(sample | {"population": population, "parent": parent} | counts | limits)
    columns = [*sheet, *(column.name for column in TABLES["populations"].columns if column.name not in sheet)]
    return pd.DataFrame(rows, columns=columns)


def _run(rng: Any, sheet: pd.DataFrame, markers: list[str], rules: bool) -> dict[str, Any]:
    events = []
    for name in sheet[keys.SAMPLE]:
        share = rng.multinomial(int(rng.integers(2e5, 2e6)), [0.86, 0.01, 0.01, 0.05, 0.05, 0.02])
        events.append({keys.SAMPLE: name, "total": int(share.sum())} | dict(zip(keys.QC, share.tolist(), strict=True)))
    known = sheet.astype(object).where(sheet.notna(), None).to_dict("records")
    inputs = [
        row | {"path": f"{row[keys.SAMPLE]}.fcs", "sha256": f"{i:064x}", "version": "FCS3.1", "cytometer": "Aria",
               "n_events": event["total"], "notes": notes("no spillover keyword") if i == 0 else []}
        for i, (row, event) in enumerate(zip(known, events, strict=True))
    ]  # fmt: skip
    parameters = D.model_dump()
    parameters["detect"]["lod_events"] = LOD
    parameters["cluster"]["resolution"] = 1.5
    panel = [{"name": "FSC-A", "channel": "FSC-A", "marker": "", "signal_type": "scatter", "role": "quality",
              "transform": "none", "threshold": None}]  # fmt: skip
    panel += [
        {"name": name, "channel": f"FL{i}-A", "marker": name, "signal_type": "fluorescence", "role": "clustering",
         "transform": "arcsinh, cofactor 150", "threshold": 2.0 if i else None}
        for i, name in enumerate(markers)
    ]  # fmt: skip
    limits = notes("MSC and pericytes cannot be told apart: the panel has no CD140b.")
    return {
        "cytoclust": "0.1.0", "python": "3.11.7", "packages": {"numpy": "2.4.0", "anndata": "0.12.0"},
        "started": "2026-01-05T09:30:00+00:00", "command": "cytoclust run samples.csv -o OUT --rules msc", "seed": 0,
        "parameters": parameters, "rules": {"name": "msc", "limits": limits} if rules else None, "inputs": inputs,
        "panel": panel, "panel_notes": notes("CD3 was left out: only 5 of 8 files have it."), "events": events,
        "quality_notes": {sheet[keys.SAMPLE][0]: [Finding("no time channel").to_dict()]},
        "notes": notes("The group of no sample was used in clustering."),
        "seconds": {"read": 3.2, "quality": 2.1, "cluster": 12.5, "umap": 20.25}, "peak_memory_mb": 812.4,
    }  # fmt: skip
