"""A made-up study that hangs together: patients, counts, events, and the tables that the statistics make of them."""

from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.params import Config
from cytoclust.pipeline._record import rules_of
from cytoclust.positivity import Profile, Thresholds
from cytoclust.pp import Preparation
from cytoclust.rules import load
from cytoclust.stats import ClusterCounts, cluster_table, count_cohort, tree_table
from cytoclust.tl._count_biplots import members_of, plan_biplots, wanted_biplots
from tests.report.cohort import Cohort, notes
from tests.tl.gathered import gathered

PANEL = ["CD45", "CD34", "CD90", "CD105", "CD73", "CD146", "CD271", "CD31", "CD56", "GD2", "CD3", "CD19", "CD14",
         "CD15", "CD138", "CD235a"]  # fmt: skip
KINDS = {  # share of the clusters, share of the cells, and what it carries: d dim, + positive, b bright
    "granulocyte": (17, 0.40, "CD45+ CD15+ CD31d"),
    "T cell": (12, 0.14, "CD45b CD3+ CD31d"),
    "late erythroid": (8, 0.15, "CD235a+"),
    "monocyte": (7, 0.06, "CD45b CD14+ CD31b"),
    "B cell": (7, 0.07, "CD45b CD19+ CD31d"),
    "NK cell": (5, 0.03, "CD45b CD56+ CD31+"),
    "stem and progenitor": (4, 0.012, "CD45d CD34b CD90d CD105d CD31+"),
    "proerythroblast": (3, 0.02, "CD45d CD105b CD31d CD235ad"),
    "plasma cell": (2, 0.006, "CD45d CD31b CD138+ CD56d"),
    "neuroblastoma": (7, 0.05, "CD90d CD56b GD2b"),
    "neuroblastoma GD2low": (2, 0.004, "CD90+ CD146b CD56b"),
    "endothelial": (2, 1e-3, "CD34+ CD105+ CD73+ CD146b CD31b"),
    "MSC CD146+CD271+": (2, 1.5e-3, "CD90+ CD105b CD73b CD146b CD271b"),
    "MSC CD146+CD271-": (2, 2e-3, "CD90+ CD105b CD73b CD146b"),
    "MSC CD146-CD271+": (1, 8e-4, "CD90+ CD105b CD73b CD271b"),
    "MSC CD146-CD271-": (1, 2e-4, "CD90+ CD105b CD73b"),
    keys.UNKNOWN: (10, 0.004, ""),
}
LEVELS = {"-": 0.3, "d": 1.6, "+": 3.2, "b": 4.8}
CUT, DIM, BRIGHT = 1.0, 2.4, 4.0


def study(n_samples: int = 62, n_clusters: int = 100, *, n_events: int = 30_000, seed: int = 0) -> Cohort:
    """Children with neuroblastoma and controls, some followed over time; MSC CD146+CD271- only in metastatic disease.

    Contrasts and discoveries are what the package's own statistics make of the counts. One unknown cluster is more
    frequent in metastatic disease, one is of a single batch; two samples are too shallow for rare cells.
    """
    rng = np.random.default_rng(seed)
    cohort = Cohort(n_samples, n_clusters, n_events=50, markers=PANEL, seed=seed)
    sheet = cohort.sheet = _visits(n_samples)
    clusters = _clusters(rng, n_clusters)
    counts = _counts(rng, sheet.set_index(keys.SAMPLE), clusters)
    X, code, sample = _events(rng, clusters, counts, n_events)
    limits = _thresholds()
    naming = clusters[[keys.POPULATION, "phenotype", "probability", "leftover", "near"]].assign(junk="", junk_why="")
    profile = Profile.from_events(X, code, list(clusters.index), PANEL)
    rules, quality = load("msc"), _quality(rng, counts)
    stability, parent = rng.uniform(0.6, 1, n_clusters).round(3), np.arange(n_clusters)
    cohort.tables = count_cohort(
        ClusterCounts(counts, counts * 0.002, quality, sheet.set_index(keys.SAMPLE)), naming, profile,
        cuts=limits.to_frame(), cuts_by_batch=limits.to_frame(by_batch=True), joins=[], parent=parent,
        stability=stability, rules=rules, config=Config(),
    )  # fmt: skip
    medians = pd.DataFrame(profile.medians, columns=PANEL, index=clusters.index)
    known = cluster_table(naming, medians, counts, stability=stability, parent=parent)
    cohort.clusters = cohort.tables["clusters"] = known
    cohort.tables |= {
        "thresholds": limits.to_frame(),
        "cluster_tree": _tree(clusters),
        "acquisition": _acquisition(sheet[keys.SAMPLE], quality),
    }
    cohort.adata = _adata(rng, X, code, sample, sheet, clusters)
    cohort.tables["quadrants"], cohort.adata.uns["densities"] = _biplots(X, code, sample, sheet, naming, limits, rules)
    _tell(cohort, quality, rules_of(rules, PANEL).model_dump(mode="json"))
    return cohort


def _biplots(
    X: Any, code: Any, sample: Any, sheet: pd.DataFrame, naming: pd.DataFrame, limits: Thresholds, rules: Any
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Of the events at hand, as if they were all."""
    rows = [np.flatnonzero(sample == i) for i in range(len(sheet))]
    samples = {
        name: Preparation(X[at].astype(np.float32), np.zeros(len(at), np.uint8))
        for name, at in zip(sheet[keys.SAMPLE], rows, strict=True)
    }
    cuts, labels = limits.to_frame(), code[np.concatenate(rows)]
    biplots = wanted_biplots(rules, Config(), PANEL, cuts)
    drawn = dict.fromkeys(name for each in biplots for name in each.populations)
    counting = plan_biplots(
        samples, labels, biplots=biplots, markers=PANEL, members=members_of(rules, naming[keys.POPULATION], drawn),
        batches=sheet[keys.BATCH].tolist(), cuts=cuts, cuts_by_batch=limits.to_frame(by_batch=True),
    )  # fmt: skip
    return gathered(counting, samples, labels)


def _visits(n_samples: int) -> pd.DataFrame:
    """Every third patient is metastatic and seen three times; the others once."""
    rows: list[dict[str, str]] = []
    patient = 0
    while len(rows) < n_samples:
        group = ("metastatic", "localised", "control", "metastatic", "localised")[patient % 5]
        patient += 1
        times = ("diagnosis", "therapy", "relapse")[: 3 if group == "metastatic" else 1]
        rows += [dict(zip(keys.SHEET_COLUMNS, (f"NB{patient:03d}", group, time, ""), strict=True)) for time in times]
    sheet = pd.DataFrame(rows[:n_samples])
    sheet[keys.BATCH] = [f"2025-{1 + i % 5:02d}" for i in range(n_samples)]
    sheet.insert(0, keys.SAMPLE, sheet[keys.PATIENT] + "_" + sheet[keys.TIMEPOINT].str[:3])
    return sheet


def _clusters(rng: np.random.Generator, n_clusters: int) -> pd.DataFrame:
    """Each kind has clusters in proportion, one at least as long as there are enough."""
    share = np.array([kind[0] for kind in KINDS.values()], float)
    number = np.maximum(1, np.floor(share / share.sum() * n_clusters)).astype(int)
    number[0] += max(0, n_clusters - number.sum())
    names = np.repeat(list(KINDS), number)[:n_clusters]
    rows = []
    for name in names:
        words = KINDS[name][2] if name != keys.UNKNOWN else _strange(rng)
        states = {word[:-1]: word[-1] for word in words.split()}
        rows.append([LEVELS[states.get(marker, "-")] for marker in PANEL])
    centres = np.array(rows) + rng.normal(0, 0.22, (n_clusters, len(PANEL)))
    part = np.array([KINDS[name][1] for name in names])
    part = part * rng.lognormal(0, np.where(part < 3e-3, 0.2, 1), n_clusters)
    order = np.argsort(-part)
    table = pd.DataFrame(centres[order], columns=PANEL, index=pd.Index(map(str, range(n_clusters)), name=keys.CLUSTER))
    spelled = [
        " ".join(m + ("-" if v < CUT else "dim" if v < DIM else "+") for m, v in zip(PANEL, row, strict=True))
        for row in centres[order]
    ]
    unknown = names[order] == keys.UNKNOWN
    table = table.assign(population=names[order], phenotype=spelled, part=part[order], leftover="", near="")
    table["probability"] = np.where(unknown, rng.uniform(0.6, 1, n_clusters), rng.uniform(0.75, 1, n_clusters))
    if unknown.sum() > 1:
        table.loc[table.index[unknown][-1], "leftover"] = "dead"
        table.loc[table.index[unknown][0], "near"] = "would be T cell but for CD56"
    return table


def _strange(rng: np.random.Generator) -> str:
    """What no rule fits."""
    chosen = rng.choice(PANEL[1:], 4, replace=False)
    return " ".join(["CD45+", *(str(marker) + state for marker, state in zip(chosen, "+d+b", strict=True))])


def _counts(rng: np.random.Generator, sheet: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    depth = rng.integers(250_000, 1_200_000, len(sheet))
    depth[rng.choice(len(sheet), min(2, len(sheet) - 1), replace=False)] = 6_000
    name = clusters[keys.POPULATION].to_numpy()
    strange = np.flatnonzero(name == keys.UNKNOWN)
    ill = (sheet[keys.GROUP] == "metastatic").to_numpy()
    time = sheet[keys.TIMEPOINT].map({"diagnosis": 1.0, "therapy": 0.05, "relapse": 0.6}).to_numpy()
    part = clusters["part"].to_numpy() * rng.lognormal(0, 0.35, (len(sheet), len(clusters)))
    tumour = np.char.startswith(name.astype(str), "neuroblastoma")
    part[:, tumour] *= np.where(ill, time * 10 ** rng.uniform(-2, 1, len(sheet)), 0)[:, None]
    part[:, name == "MSC CD146+CD271-"] *= np.where(ill, time, 0)[:, None]
    if len(strange) > 2:
        part[:, strange[0]] *= np.where(ill, 8, 0.4)
        part[:, strange[1]] *= sheet[keys.BATCH].eq("2025-02").to_numpy() * 5
    part /= part.sum(axis=1, keepdims=True)
    counts = np.array([rng.multinomial(n, p) for n, p in zip(depth, part, strict=True)])
    return pd.DataFrame(counts, index=sheet.index, columns=clusters.index)


def _events(rng: np.random.Generator, clusters: pd.DataFrame, counts: pd.DataFrame, n_events: int) -> Any:
    """Rare clusters are drawn more often than they are, as in an event sample."""
    total = counts.sum().to_numpy()
    weight = np.sqrt(total) / np.sqrt(total).sum()
    take = np.minimum(total, np.maximum(12, np.round(weight * n_events))).astype(int)
    code = np.repeat(np.arange(len(clusters)), take)
    sample = np.concatenate([
        np.repeat(np.arange(len(counts)), rng.multinomial(n, counts.iloc[:, i] / max(1, total[i])))
        for i, n in enumerate(take)
    ])  # fmt: skip
    X = clusters[PANEL].to_numpy()[code] + rng.normal(0, 0.38, (len(code), len(PANEL)))
    order = rng.permutation(len(code))
    return X[order].astype(np.float32), code[order], sample[order]


def _thresholds() -> Thresholds:
    one, n = np.ones(len(PANEL)), len(PANEL)
    return Thresholds(
        tuple(PANEL), positive=CUT * one, dim=DIM * one, bright=BRIGHT * one, uncertainty=0.1 * one, negative=0.3 * one,
        spread=0.35 * one, only=("",) * n, modes=("negative, dim, positive, bright",) * n, source=("data",) * n,
    )  # fmt: skip


def _quality(rng: np.random.Generator, counts: pd.DataFrame) -> pd.DataFrame:
    limits = {"margin": (0, 0.003), "time": (0, 0.02), "debris": (0.02, 0.09), "doublet": (0.03, 0.08),
              "dead": (0.01, 0.06)}  # fmt: skip
    bad = {reason: rng.uniform(low, high, len(counts)) for reason, (low, high) in limits.items()}
    ok = counts.sum(axis=1)
    table = pd.DataFrame({reason: (share * ok).astype(int) for reason, share in bad.items()}, index=counts.index)
    table.iloc[0, 1] = int(0.4 * ok.iloc[0])  # a clog
    return table.assign(ok=ok, total=table.sum(axis=1) + ok)


def _acquisition(samples: pd.Series, quality: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for number, sample in enumerate(samples):
        told = quality.loc[sample]
        edges = np.linspace(0, told["total"], 101).astype(int)
        for i in range(100):
            size = edges[i + 1] - edges[i]
            lost = int(size * 0.8) if number == 0 and 40 <= i < 60 else 0
            parts = {reason: int((size - lost) * told[reason] / told["total"]) for reason in keys.QC[3:]}
            rest = {"ok": size - lost - sum(parts.values()), "margin": 0, "time": lost}
            start = {"first_event": edges[i], "n_events": size, "start": 3.0 * i, "stop": 3.0 * (i + 1) - 0.01}
            rows.append({keys.SAMPLE: sample, "bin": i} | start | rest | parts)
    return pd.DataFrame(rows)[[keys.SAMPLE, "bin", "first_event", "n_events", "start", "stop", *keys.QC]]


def _tree(clusters: pd.DataFrame) -> pd.DataFrame:
    """Each cluster joins the largest of its kind, and these the largest of all."""
    name = clusters[keys.POPULATION].to_numpy()
    first = {kind: int(np.flatnonzero(name == kind)[0]) for kind in dict.fromkeys(name)}
    joins = [(first[kind], i, 0.9 - 0.005 * i) for i, kind in enumerate(name) if i != first[kind]]
    joins += [(0, i, 0.3 / (1 + n)) for n, i in enumerate(first.values()) if i]
    return tree_table(joins, np.array([first[kind] for kind in name]), [""] * len(name))


def _adata(rng: Any, X: Any, code: Any, sample: Any, sheet: pd.DataFrame, clusters: pd.DataFrame) -> ad.AnnData:
    scatter = rng.uniform(2e4, 2e5, (len(X), 2)).astype(np.float32)
    channels = [f"{dye}-A" for dye in ("BUV395", "BV421", "BV510", "BV605", "BV650", "BV711", "BV786", "FITC",
                "PE", "PE-CF594", "PE-Cy5", "PE-Cy7", "APC", "AF700", "APC-H7", "BUV737")]  # fmt: skip
    var = pd.DataFrame({"channel": ["FSC-A", "SSC-A", *channels], "marker": ["", "", *PANEL]})
    var.index = pd.Index(["FSC-A", "SSC-A", *PANEL])
    var["signal_type"] = pd.Categorical(["scatter"] * 2 + ["fluorescence"] * len(PANEL))
    obs = sheet.iloc[sample].reset_index(drop=True)
    obs.index = obs.index.astype(str)
    obs[keys.EVENT] = rng.integers(0, 200_000, len(X))
    obs[keys.CLUSTER] = pd.Categorical.from_codes(code, categories=list(clusters.index))
    obs[keys.POPULATION] = pd.Categorical(clusters[keys.POPULATION].to_numpy()[code])
    for column in (keys.SAMPLE, *keys.SHEET_COLUMNS):
        obs[column] = pd.Categorical(obs[column])
    adata = ad.AnnData(np.hstack([scatter, X]), obs=obs, var=var)
    adata.obsm["X_umap"] = _map(rng, clusters, code)
    adata.uns["thresholds"] = _thresholds().to_frame()
    spill = np.eye(len(channels)) + np.triu(rng.uniform(0, 0.15, (len(channels),) * 2), 1) * 0.5
    matrix = pd.DataFrame(spill, index=channels, columns=channels)
    adata.uns["meta"] = {name: {"$CYT": "Aria", "spill": matrix} for name in sheet[keys.SAMPLE]}
    return adata


def _map(rng: Any, clusters: pd.DataFrame, code: Any) -> Any:
    """Kinds lie on a sunflower, their clusters around, each an island of a slant of its own."""
    kinds = list(KINDS)
    number = clusters[keys.POPULATION].map(kinds.index).to_numpy()
    angle, radius = number * 2.39996, 4.2 * np.sqrt(number + 0.5)
    spread = np.sqrt(np.bincount(number, minlength=len(kinds)))[number] * 0.55
    place = np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
    place += rng.normal(0, 1, place.shape) * spread[:, None]
    slant = rng.normal(0, 0.15, (len(clusters), 2, 2)) + 0.5 * np.eye(2)
    return (place[code] + np.einsum("nij,nj->ni", slant[code], rng.normal(0, 1, (len(code), 2)))).astype(np.float32)


def _tell(cohort: Cohort, quality: pd.DataFrame, rules: dict[str, Any]) -> None:
    """The record of the run, with these samples."""
    run, rows = cohort.run, cohort.sheet.to_dict("records")
    run["rules"] = rules | {"limits": notes("MSC and pericytes cannot be told apart: the panel has no CD140b.")}
    run["panel"] = [
        {"name": name, "channel": channel, "marker": marker, "signal_type": kind, "role": "clustering" if marker else
         "quality", "transform": "arcsinh, cofactor 150" if marker else "none", "threshold": CUT if marker else None}
        for name, channel, marker, kind in cohort.adata.var.itertuples()
    ]  # fmt: skip
    run["events"] = [
        {keys.SAMPLE: name} | {key: int(told[key]) for key in ("total", *keys.QC)} for name, told in quality.iterrows()
    ]
    run["inputs"] = [
        old | row | {"path": f"{row[keys.SAMPLE]}.fcs", "n_events": told["total"], "compensated": True}
        for old, row, told in zip(run["inputs"], rows, run["events"], strict=True)
    ]
    run["quality_notes"] = {rows[0][keys.SAMPLE]: [Finding("no debris").to_dict()]}
