"""What is counted of samples that are read against a reference."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.frozen import (
    FILE,
    Reference,
    count_sample,
    mostly_unlike,
    range_table,
    reference_populations,
    unlike_table,
)
from cytoclust.pipeline._apply_open import key_of
from cytoclust.pipeline._apply_sample import Applied, apply_sample
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._opened import Opened
from cytoclust.stats import ClusterCounts, cluster_table, doublet_pairs, doublet_partners, tree_table
from cytoclust.tables import TABLES

__all__ = ["apply_samples", "count_applied"]


def apply_samples(
    context: Context, *, opened: Sequence[Opened], digests: Sequence[str], reference: Reference
) -> tuple[list[Applied], float]:  # fmt: skip
    """Each sample by itself, and the seconds until all labels were there; in memory are those being worked on."""
    folder = context.output.path("labels").absolute()
    context.begin(sum(each.source.file.n_events for each in opened))
    n_kept, tick = max(1, context.whole.embed.n_events // len(opened)), context.advance

    known = reference.own

    def one(pair: tuple[Opened, str]) -> Applied:
        each, digest = pair
        path = folder / f"{each.sample.sample_id}.parquet"
        return apply_sample(each, reference, path, own=key_of(each.sample, digest) in known, n_kept=n_kept, tick=tick)

    applied = context.executor.map(one, list(zip(opened, digests, strict=True)))
    return applied, context.elapsed()


def count_applied(
    context: Context,
    *,
    applied: Sequence[Applied],
    reference: Reference,
    digests: Sequence[str],
    earlier: Sequence[pd.DataFrame],
    otherwise: Sequence[str],
) -> dict[str, pd.DataFrame]:
    """The tables of a run without comparisons, and ``reference.csv`` and ``unlike.csv``."""
    detect = context.whole.detect
    context.note(*([Finding("earlier otherwise", which=list(otherwise))] if otherwise else []))
    own, namesakes = reference.own, _namesakes(applied, digests, reference)
    context.note(*([Finding("patient of the reference", which=namesakes)] if namesakes else []))
    files = {each.sample.sample_id: key_of(each.sample, digest) for each, digest in zip(applied, digests, strict=True)}
    rows = [
        count_sample(
            reference, each.counted,
            pd.Series(each.far.unlike + each.far.stray, index=each.counted.events.columns), detect,
            own=own.get(files[each.sample.sample_id], ""),
        )
        for each in applied
    ]  # fmt: skip
    populations = pd.concat([each[0] for each in rows], ignore_index=True)
    counted = _together(applied)
    named = populations[populations[keys.POPULATION].isin(_parents(reference))]
    beside = reference_populations(reference, detect)
    beside[FILE] = beside[keys.SAMPLE].map({name: key for key, name in own.items()})
    far = {each.sample.sample_id: each.far for each in applied}
    for sample, counts in far.items():
        context.note(*mostly_unlike(counts), sample=sample)
    return _of_clusters(reference, counted) | {
        "populations": named.reset_index(drop=True),
        "samples": pd.concat([each[1] for each in rows], ignore_index=True),
        "acquisition": pd.concat([each.acquisition for each in applied], ignore_index=True),
        "cluster_counts": counted.to_long(),
        "reference": range_table(named.assign(**{FILE: named[keys.SAMPLE].map(files)}), beside, earlier),
        "unlike": unlike_table(far, reference, at_least=detect.lod_events),
        **{name: _empty(name) for name in ("contrasts", "discoveries", "backgrounds", "unknown_clusters")},
    }


def _namesakes(applied: Sequence[Applied], digests: Sequence[str], reference: Reference) -> list[str]:
    """Patients of new samples who have the name of one of the reference."""
    own, known = reference.own, set(reference.patients)
    new = [each.sample for each, digest in zip(applied, digests, strict=True) if key_of(each.sample, digest) not in own]
    return list(dict.fromkeys(each.patient_id for each in new if each.patient_id and each.patient_id in known))


def _parents(reference: Reference) -> list[str]:
    rules = reference.ruleset
    return list(rules.evaluable(reference.profile.markers)) if rules else []


def _together(applied: Sequence[Applied]) -> ClusterCounts:
    parts = [each.counted for each in applied]
    return ClusterCounts(*(
        pd.concat([getattr(each, name) for each in parts]) for name in ("events", "doubt", "quality", "sheet")
    ))  # fmt: skip


def _of_clusters(reference: Reference, counted: ClusterCounts) -> dict[str, pd.DataFrame]:
    """Clusters as the reference describes them, with the events of these samples."""
    names, profile = reference.names, reference.profile
    medians = pd.DataFrame(profile.medians, index=names.index, columns=list(profile.markers))
    known = pd.DataFrame({keys.JUNK: "", keys.JUNK_WHY: ""}, index=names.index).assign(**names)
    joins = [(int(a), int(b), float(depth)) for a, b, depth in reference.tree]
    partners = doublet_partners(profile, doublet_pairs(profile))
    return {
        "clusters": cluster_table(
            known, medians, counted.events, stability=reference.stability, parent=reference.parent,
            doubt=counted.doubt, overlaps_with=reference.overlaps_with,
        ),
        "cluster_tree": tree_table(joins, reference.parent, partners),
        "thresholds": reference.thresholds.to_frame(by_batch=True),
    }  # fmt: skip


def _empty(name: str) -> pd.DataFrame:
    columns = [each.name for each in TABLES[name].columns if not (each.several or each.optional)]
    return pd.DataFrame({each: np.empty(0, dtype=object) for each in columns})
