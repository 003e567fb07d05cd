"""A whole run: FCS files in, tables, labels and a report out."""

import importlib
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.engine import FEWEST_MARKERS, PARENTS, Clustering, Embedder, choose_events, cluster_events, level, passes
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.findings import Finding
from cytoclust.io import read_controls
from cytoclust.params import Config, load_config, update
from cytoclust.pipeline._acquisition_table import acquisition
from cytoclust.pipeline._cohort import Cohort, CohortSource, judge_events, learn_transform
from cytoclust.pipeline._controls import use_controls
from cytoclust.pipeline._event_sample import event_sample, sample_events
from cytoclust.pipeline._label import Clustered, describe, sample_counts, set_aside
from cytoclust.pipeline._listener import Progress, listener
from cytoclust.pipeline._open import OnError, open_cohort
from cytoclust.pipeline._output import Output
from cytoclust.pipeline._primary import primary_populations
from cytoclust.pipeline._record import as_notes, peak_memory_mb, record
from cytoclust.pipeline._result import Result
from cytoclust.positivity import Control, Profile, Thresholds, beyond_clusters, learn_thresholds, leftovers, withhold
from cytoclust.pp import choose_markers, find_viability, stained_columns
from cytoclust.rules import RuleSet, annotate_clusters, load

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["run"]


def run(
    samples: str | Path | Sequence[str | Path],
    *,
    out: str | Path,
    rules: str | Path | RuleSet | None = None,
    config: Config | Mapping[str, Mapping[str, Any]] | str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    seed: int | None = None,
    workers: int | None = None,
    on_error: OnError = "stop",
    progress: Progress | None = None,
) -> Result:
    """Read, prepare, cluster, name and count a cohort, and write everything to a folder.

    Parameters
    ----------
    samples
        A sheet, FCS files or a folder of them: see :func:`cytoclust.io.read_sheet`.
    out
        The folder to write to; what an earlier run left there is replaced.
    rules
        Rules that name clusters: a name in the library, a YAML file, or a rule set.
    config
        Parameters, as ``{"cluster": {"resolution": 2}}``, or a YAML file of them.
    settings
        Further parameters, as ``{"cluster.resolution": 2}``.
    seed, workers
        Short for ``run.seed`` and ``run.workers``.
    on_error
        ``skip`` leaves out a sample that cannot be read, and says so; ``stop`` does not go on.
    progress
        Hears how far the run is; without one, Jupyter shows a bar.

    Returns
    -------
    Result: the folder, the tables, the event sample (rare clusters whole, as far as ``embed.n_events`` has room), and
    the record of the run.

    Raises
    ------
    InputError
        A sheet, file, rule or parameter that cannot be used.
    """
    chosen = _config(config, settings, seed, workers)
    ruleset = load(rules) if isinstance(rules, str | Path) else rules
    with listener(progress) as heard:
        return _work(samples, Path(out), ruleset, chosen, on_error=on_error, stages=_Stages(heard))


def _work(
    samples: str | Path | Sequence[str | Path],
    out: Path,
    ruleset: RuleSet | None,
    chosen: Config,
    *,
    on_error: OnError,
    stages: "_Stages",
) -> Result:
    """The steps of a run, in order."""
    threading.Thread(target=importlib.import_module, args=("igraph",), daemon=True).start()  # while files are read
    background = Embedder() if chosen.embed.enabled else nullcontext()
    with Output(out) as output, background as embed:
        stages.stage("opening files", 0)
        files = read_controls(samples, check_files=on_error == "stop")
        cohort = open_cohort(samples, chosen, on_error)
        _check_contrasts(cohort, ruleset)
        columns = choose_markers(cohort.panel, chosen.cluster.markers, chosen.panel.viability)
        judge_events(cohort, stages)
        stages.stage("transform", 0)
        learn_transform(cohort)
        stained = np.union1d(columns, stained_columns(cohort.panel, chosen.panel.viability))
        controls = use_controls(cohort, files, stained)
        named = _name(cohort, columns, stained, controls.cuts, rules=ruleset, stages=stages)
        stages.stage("labels", 0)
        output.write_labels(cohort, named.clustered, named.naming)
        labels_after = stages.elapsed()
        stages.stage("event sample", 0)
        rows = choose_events(named.clustered.cluster, chosen.embed.n_events, seed=chosen.run.seed)
        events, numbers = sample_events(cohort, named.clustered, rows)
        if embed and not _begin_map(embed, events[:, columns], cohort):
            embed = None
        stages.stage("counting", 0)
        tables = _tables(cohort, named, ruleset)
        stages.stage("writing", 0)
        one_mode = dict(zip(named.thresholds.markers, named.thresholds.only, strict=True))
        dye = find_viability(cohort.panel, chosen.panel.viability)
        viability = (cohort.panel.channels[dye], cohort.panel.names[dye]) if dye >= 0 else None
        limits = ruleset.limits(named.profile.markers, one_mode, viability=viability) if ruleset else []
        told = record(cohort, rules=ruleset, thresholds=named.thresholds, clustered_on=columns, limits=limits)
        told["controls"] = controls.record
        told |= {"started": stages.started.isoformat(timespec="seconds"), "labels_after_seconds": labels_after}
        output.write_tables(tables)
        adata = event_sample(
            cohort, named.clustered, rows, events, numbers,
            naming=named.naming, thresholds=named.thresholds, columns=columns,
        )  # fmt: skip
        importlib.import_module("cytoclust.report")  # it brings matplotlib: after the labels, while the map is made
        if embed:
            stages.stage("UMAP", 0)
            _add_map(adata, embed, told["notes"])
        output.write_cohort(adata)
        stages.stage("report", 0)
        told["seconds"], told["peak_memory_mb"] = stages.seconds(), peak_memory_mb()
        output.write_report(adata, tables, told, chosen.report.title)
        told["seconds"], told["peak_memory_mb"] = stages.seconds(), peak_memory_mb()
        output.write_record(told)
    return Result(out, tables, adata, told)


def _begin_map(embed: Embedder, events: NDArray[np.float32], cohort: Cohort) -> bool:
    """Begin the map in its own process, while the rest goes on; of one marker there is none, but a note."""
    if events.shape[1] < FEWEST_MARKERS:
        cohort.notes.append(Finding("no map of one marker", least=FEWEST_MARKERS))
        return False
    config = cohort.config
    embed.start(events, n_neighbors=config.embed.n_neighbors, min_dist=config.embed.min_dist, seed=config.run.seed)
    return True


def _add_map(adata: "AnnData", embed: Embedder, notes: list[dict[str, Any]]) -> None:
    """The map; where making it failed, a note: labels and tables are worth more."""
    try:
        adata.obsm["X_umap"] = embed.finish()
    except RuntimeError as error:
        notes += as_notes([Finding("no map", why=str(error))])


class _Stages:
    """Hands progress on, and times the stages."""

    def __init__(self, progress: Progress):
        self._progress = progress
        self._begun: list[tuple[str, float]] = []
        self.started = datetime.now(UTC)

    def stage(self, name: str, total: int) -> None:
        self._begun.append((name, time.perf_counter()))
        self._progress.stage(name, total)

    def advance(self, events: int) -> None:
        self._progress.advance(events)

    def elapsed(self) -> float:
        """Seconds since the first stage began."""
        return round(time.perf_counter() - self._begun[0][1], 2)

    def seconds(self) -> dict[str, float]:
        ends = [begin for _, begin in self._begun[1:]] + [time.perf_counter()]
        return {name: round(end - begin, 2) for (name, begin), end in zip(self._begun, ends, strict=True)}


def _config(
    config: Config | Mapping[str, Mapping[str, Any]] | str | Path | None,
    settings: Mapping[str, Any] | None,
    seed: int | None,
    workers: int | None,
) -> Config:
    if isinstance(config, Mapping):
        start = update(Config(), _flat(config))
    else:
        start = config if isinstance(config, Config) else load_config(config)
    short = {"run.seed": seed, "run.workers": workers}
    return update(start, dict(settings or {}) | {key: value for key, value in short.items() if value is not None})


def _flat(sections: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    for section, values in sections.items():
        if not isinstance(values, Mapping):
            raise InputError(
                f"config must hold sections, as {{'cluster': {{'resolution': 2}}}}. Got {section!r}: {values!r} "
                "instead; settings takes {'section.key': value}."
            )
    return {f"{section}.{key}": value for section, values in sections.items() for key, value in values.items()}


@dataclass(frozen=True)
class _Named:
    """The clusters, what they look like and what they are called."""

    clustered: Clustered
    found: Clustering
    profile: Profile
    thresholds: Thresholds
    naming: pd.DataFrame


def _check_contrasts(cohort: Cohort, rules: RuleSet | None) -> None:
    """Refuse comparisons that cannot be made before an hour is spent on them."""
    chosen = cohort.config.contrasts
    if chosen.groups != "auto" or chosen.timepoints != "auto":
        from cytoclust.stats import comparisons  # which brings statsmodels

        comparisons(cohort.sheet(), chosen)
    primary_populations(cohort.config, rules, cohort.panel.names)


def _name(
    cohort: Cohort,
    columns: NDArray[np.int64],
    stained: NDArray[np.int64],
    controls: Sequence[Control],
    *,
    rules: RuleSet | None,
    stages: "_Stages",
) -> _Named:
    """Cluster all events, and name the clusters by all stained markers."""
    config, source = cohort.config, CohortSource(cohort, columns)
    total = int(source.sizes.sum())
    stages.stage("clustering", passes(total) * total)
    found = cluster_events(
        source, config.cluster, seed=config.run.seed, executor=Threads(config.run.workers), tick=stages.advance
    )  # fmt: skip
    starts = np.cumsum([0, *(np.count_nonzero(each.codes == keys.QC_OK) for each in cohort.prepared)])
    clustered = Clustered(found.labels, found.probability, starts, found.n_clusters)
    profile = describe(clustered, source if np.array_equal(stained, columns) else CohortSource(cohort, stained), stages)
    stages.stage("naming", 0)
    thresholds = learn_thresholds(profile, given=config.annotate.thresholds, controls=controls)
    cohort.notes += [*_unreached(thresholds), *beyond_clusters(profile, config.annotate.thresholds)]
    naming = annotate_clusters(profile, thresholds, rules, min_probability=config.annotate.min_probability)
    naming = withhold(naming, leftovers(profile, set_aside(cohort, profile, stained)))
    return _Named(clustered, found, profile, thresholds, naming)


def _unreached(thresholds: Thresholds) -> list[Finding]:
    """Controls whose cut lies above all clusters: a stained file in the place of an unstained one gives such cuts."""
    told = zip(thresholds.markers, thresholds.one_sided, thresholds.source, strict=True)
    return [
        Finding("cut above all", marker=marker, source=source)
        for marker, one_sided, source in told
        if one_sided and source not in ("data", "given")
    ]


def _tables(cohort: Cohort, named: _Named, rules: RuleSet | None) -> dict[str, pd.DataFrame]:
    from cytoclust.pipeline._tables import compare, warned  # these bring statsmodels: not before the labels are out
    from cytoclust.stats import cluster_table, doublet_partners, tree_table

    naming = named.naming
    counts, doubt = sample_counts(cohort, named.clustered)
    medians = pd.DataFrame(named.profile.medians, index=naming.index, columns=list(named.profile.markers))
    joins = named.found.joins()
    parent = level(joins, named.found.n_clusters, PARENTS)
    partners = doublet_partners(named.profile)
    told = warned(naming, named.profile, named.thresholds, partners)
    compared = compare(
        counts, doubt, naming, cohort.sheet(),
        profile=named.profile, thresholds=named.thresholds, quality=cohort.quality_counts(),
        rules=rules, config=cohort.config,
    )  # fmt: skip
    return {
        "clusters": cluster_table(told, medians, counts, stability=named.found.stability(), parent=parent),
        "cluster_tree": tree_table(joins, parent, partners),
        "cluster_counts": _long(counts),
        "thresholds": named.thresholds.to_frame(by_batch=True),
        "acquisition": acquisition(cohort),
        **compared,
    }


def _long(counts: pd.DataFrame) -> pd.DataFrame:
    """One row a sample and cluster: events, and their fraction of the sample's cells."""
    table = counts.reset_index().melt(keys.SAMPLE, var_name=keys.CLUSTER, value_name="n_events")
    cells = table.groupby(keys.SAMPLE)["n_events"].transform("sum")
    return table.assign(n_cells=cells, fraction=table["n_events"] / cells.where(cells > 0))
