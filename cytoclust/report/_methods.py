"""The methods paragraph, ready to paste: only what is known to have been done."""

import json
from collections.abc import Sequence
from typing import Any

from cytoclust import keys
from cytoclust.positivity import source_kind
from cytoclust.registry import METHODS, TRANSFORMS
from cytoclust.report._checks import quality_sentences
from cytoclust.report._gather import Inputs
from cytoclust.words import count, listed, plural

__all__ = ["compensation_sentence", "methods"]

SOURCES = {"given": "given by hand", "FMO": "FMO control", "unstained": "unstained control"}
REPOSITORY = "The FCS files are available from [repository] under [accession]."


def methods(inputs: Inputs) -> str:
    """Sentences for the sections of parameters that the run records, in the order of the work."""
    sections = inputs.run.parameters
    sentences = [_files(inputs)]
    for section, write in WRITERS.items():
        if section in sections:
            sentences.append(write(inputs, dict(sections[section])))
    return " ".join(filter(None, [*sentences, REPOSITORY if inputs.run.inputs else ""]))


def _files(inputs: Inputs) -> str:
    run = inputs.run
    with_what = f" with cytoclust {run.cytoclust}" if run.cytoclust else ""
    with_what += f" (Python {run.python}, seed {run.seed})" if run.python else ""
    if not run.inputs:
        return f"{count(inputs.adata.n_obs)} events were analysed{with_what}." if with_what else ""
    kinds = ", ".join(sorted({row.version for row in run.inputs if row.version}))
    machines = ", ".join(sorted({row.cytometer for row in run.inputs if row.cytometer}))
    total = sum(row.n_events for row in run.inputs)
    several = len(run.inputs) != 1
    files = (plural(len(run.inputs), "FCS file") if several else "One FCS file") + (f" ({kinds})" if kinds else "")
    acquired = f", acquired on {machines}," if machines else ""
    return f"{files}{acquired} with {count(total)} events {'were' if several else 'was'} analysed{with_what}."


def compensation_sentence(inputs: Inputs, given: dict[str, Any]) -> str:
    """How spill-over was dealt with, by the parameters ``compensate`` and what is known of each file."""
    described = [row.compensated for row in inputs.run.inputs if row.compensated is not None]
    if dict(inputs.run.parameters.get("transform", {})).get("method") == "none":
        return "The data were taken as compensated before."
    if not given.get("enabled", True):
        return "No compensation was applied."
    before = _before(inputs)
    if described and not any(described):
        return _not_compensated(inputs, before)
    matrix = given.get("matrix", "file")
    source = ("of each file" if len(described) != 1 else "of the file") if matrix == "file" else f"in {matrix}"
    some = "" if all(described) else f" in {sum(described)} of {len(described)} files; {_others(described, before)}"
    return f"Spectral overlap was compensated by solving the linear system of the spillover matrix {source}{some}."


def _before(inputs: Inputs) -> list[str]:
    """Of each file that was compensated before it was read, the channel that says so."""
    notes = [note for row in inputs.run.inputs for note in row.notes if note.code == "compensated at acquisition"]
    return [str(note.data["channel"]) for note in notes]


def _not_compensated(inputs: Inputs, before: Sequence[str]) -> str:
    if before:
        whose = "" if len(before) == len(inputs.run.inputs) else f" in {len(before)} of {len(inputs.run.inputs)} files"
        others = "" if not whose else "; the others had no matrix to apply"
        return (
            f"Signals were compensated before they were read{whose} (channels called {before[0]}), not again{others}."
        )
    kinds = {column.signal_type for column in inputs.run.panel}
    if "mass" in kinds and "fluorescence" not in kinds:
        return "No compensation was applied: the files have no spillover matrix, as usual for mass cytometry."
    return "No compensation was applied."


def _others(described: Sequence[bool], before: Sequence[str]) -> str:
    if not before:
        return "the others had none to apply"
    rest = len(described) - sum(described) - len(before)
    return f"{len(before)} compensated before" + (f", and {rest} had none to apply" if rest else "")


def _transform(_: Inputs, given: dict[str, Any]) -> str:
    method, cofactor = given.get("method", "arcsinh"), given.get("cofactor", "auto")
    how = "with a cofactor for each channel from the data" if cofactor == "auto" else f"with cofactor {cofactor}"
    return TRANSFORMS[method].sentence.format(cofactor=how)


def _cluster(inputs: Inputs, given: dict[str, Any]) -> str:
    used = [column.name for column in inputs.run.panel if column.role == "clustering"]
    markers = f" on {plural(len(used), 'marker')} ({', '.join(used)})" if used else ""
    resolution = given.get("resolution", "auto")
    at = "resolution 1 (the default)" if resolution == "auto" else f"resolution {resolution}"
    found = f", which gave {plural(len(inputs.clusters), 'cluster')}" if len(inputs.clusters) else ""
    several = len(inputs.run.inputs) != 1
    together = f"The events of all samples were clustered together{markers}, without knowledge of sample groups"
    together = together if several else f"The events were clustered{markers}"
    how = METHODS[given.get("method", "prototypes")].sentence
    return f"{together}{how}, at {at}{found}."


def _annotate(inputs: Inputs, given: dict[str, Any]) -> str:
    rules = (inputs.run.rules and inputs.run.rules.name) or given.get("rules")
    if not rules:
        return "" if keys.POPULATION in inputs.adata.obs and len(inputs.populations) else "Clusters were not named."
    least = given.get("min_probability")
    unknown = f"; those whose best rule had a probability below {least:g} stay unknown" if least is not None else ""
    return f"Clusters were named by the marker rules {rules}, with {_thresholds(inputs, given)}{unknown}."


def _thresholds(inputs: Inputs, given: dict[str, Any]) -> str:
    """Where the thresholds come from: of each marker, as the table of thresholds has it, else as was asked for."""
    table = inputs.table("thresholds")
    known = {"marker", "source"} <= set(table)
    rows = table[["marker", "source"]].to_dict("records") if known else []
    asked = given.get("thresholds") or {}
    asked = json.loads(asked) if isinstance(asked, str) else asked  # as tl.annotate records it
    rows = rows or [{"marker": name, "source": "given"} for name in asked]
    others: dict[str, list[str]] = {}
    for row in rows:
        source = SOURCES.get(source_kind(str(row["source"])), "")
        if source and row["marker"] not in others.setdefault(source, []):
            others[source].append(str(row["marker"]))
    described = listed([f"{listed(markers)} ({source})" for source, markers in others.items()])
    if described and known and not (table["source"].astype(str) == "data").any():
        return f"the thresholds of positivity of {described}"
    return "thresholds of positivity learnt from the data" + (f", but for {described}" if described else "")


def _detect(inputs: Inputs, given: dict[str, Any]) -> str:
    if inputs.populations.empty:
        return ""
    sure = f"{100 * given.get('confidence', 0.95):g} %"
    return (
        f"Fractions are given with exact {sure} counting intervals (Clopper and Pearson). A population is called"
        " a trace in a sample that has more events of it than misassigned events would make in 99 of 100 samples, "
        f"detected from {given.get('lod_events')} and quantified from {given.get('loq_events')} such events; else not"
        " detected, with an upper limit, or not evaluable where the sample's least detectable level (CLSI EP17)"
        " misses the target."
    )


LEVELS = (
    " Medians of markers that the clusters were not made by were compared in the same way within each population, as"
    " differences on the transformed scale."
)


def _contrasts(inputs: Inputs, given: dict[str, Any]) -> str:
    if inputs.contrasts.empty and inputs.discoveries.empty:
        return ""
    return (
        "Groups and time points were compared in every population and cluster with the patient as the unit: each"
        " patient's log rate under a common negative binomial dispersion entered a weighted regression with an effect"
        " of each batch, and its moderated t (Smyth 2004) was held against those of all arrangements of the labels"
        " within batches (within patients over time; random ones beyond"
        f" {given.get('permutations', 9999):,}), by the step-down maximum over all populations and clusters (Westfall"
        " and Young 1993) and Holm's method over the comparisons that could reach significance; the chance of any"
        f" false claim was held to {100 * given.get('alpha', 0.05):g} %."
        + (LEVELS if len(inputs.table("marker_levels")) else "")
    )


def _embed(inputs: Inputs, given: dict[str, Any]) -> str:
    if "X_umap" not in inputs.adata.obsm:
        return ""
    near = f", {given['n_neighbors']} neighbours" if "n_neighbors" in given else ""
    return f"A UMAP (McInnes et al. 2018{near}) shows {count(inputs.adata.n_obs)} events."


WRITERS = {
    "compensate": compensation_sentence,
    "quality": quality_sentences,
    "transform": _transform,
    "cluster": _cluster,
    "annotate": _annotate,
    "detect": _detect,
    "contrasts": _contrasts,
    "embed": _embed,
}
