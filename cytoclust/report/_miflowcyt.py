"""The items of MIFlowCyt 1.0 (Lee et al., Cytometry A 2008;73:926), as far as files and run know them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cytoclust import keys
from cytoclust.report._blocks import Table, text
from cytoclust.report._gather import Inputs, present
from cytoclust.report._methods import compensation_sentence
from cytoclust.slots import read_meta
from cytoclust.words import count, plural, some

__all__ = ["miflowcyt"]

LISTED = 6  # different values that are spelled out
SECTIONS = ("1 Experiment overview", "2 Flow sample", "3 Instrument", "4 Data analysis")


def miflowcyt(inputs: Inputs) -> tuple[Table, list[str]]:
    """One row an item of the standard that files or run know, in its order; and the items that they do not.

    Keywords that may name a person or patient (``$OP``, ``$SRC``, ``$SMNO``, ``$PROJ``) are left to the author: a
    report goes from desk to desk.
    """
    table = Table("miflowcyt", "MIFlowCyt items", ["Section", "Item", "What is known"])
    open_: list[str] = []
    for section, items in zip(SECTIONS, (_overview, _sample, _instrument, _analysis), strict=True):
        for item, known in items(inputs):
            if known:
                table.rows.append([text(section), text(item), text(known)])
            else:
                open_.append(item)
    return table, open_


Items = Iterable[tuple[str, str]]


def _files(inputs: Inputs) -> list[Mapping[str, Any]]:
    """Keywords of each file."""
    meta = read_meta(inputs.adata)
    return [each for each in meta.values() if isinstance(each, Mapping)] or [meta]


def _described(inputs: Inputs, *names: str) -> str:
    """The values of the first of these keywords that any file has."""
    for name in names:
        values = dict.fromkeys(str(each[name]).strip() for each in _files(inputs) if str(each.get(name, "")).strip())
        if values:
            return some(list(values), LISTED)
    return ""


def _of_channels(inputs: Inputs, letter: str) -> str:
    """``channel value`` of each channel that has the keyword ``$PnX``, from the first file."""
    for each in _files(inputs):
        channels = [
            (each.get(f"$P{n}N", str(n)), each.get(f"$P{n}{letter}")) for n in range(1, int(each.get("$PAR", 0)) + 1)
        ]
        described = [
            f"{channel} {value}" for channel, value in channels if str(value or "").strip() not in ("", "0", "NA")
        ]
        if described:
            return "; ".join(described)
    return ""


def _overview(inputs: Inputs) -> Items:
    sheet = inputs.sheet
    names = {keys.GROUP: "groups", keys.TIMEPOINT: "time points", keys.BATCH: "batches"}
    variables = [
        f"{label} {some(list(dict.fromkeys(sheet[column].dropna().astype(str))), LISTED)}"
        for column, label in names.items()
        if present(sheet, column)
    ]
    yield "1.1 Purpose", ""
    yield "1.2 Keywords", ""
    yield "1.3 Experiment variables", "; ".join(variables)
    yield "1.4 Organisation", _described(inputs, "$INST")
    yield "1.5 Primary contact", ""
    yield "1.6 Date", _described(inputs, "$DATE", "$BEGINDATETIME")
    yield "1.7 Conclusions", "“What was found” in this report"
    yield "1.8 Quality control measures", _controls(inputs)
    yield "1.9 Other relevant information", ""


def _controls(inputs: Inputs) -> str:
    controls = list(dict.fromkeys(each.control for each in inputs.run.controls))
    described = [f"controls that set thresholds: {some(controls, LISTED)}"] if controls else []
    return "; ".join(
        [*described, *(["checks on every event: “Are the data good?” in this report"] if inputs.run.events else [])]
    )


def _sample(inputs: Inputs) -> Items:
    n_patients = inputs.sheet[keys.PATIENT].nunique() if present(inputs.sheet, keys.PATIENT) else 0
    samples = plural(len(inputs.sheet), "sample")
    stains = [
        f"{column.marker}: {column.channel}"
        for column in inputs.run.panel
        if column.marker and column.signal_type in ("fluorescence", "mass")
    ]
    yield (
        "2.1 Material: source, organism, age, sex, phenotype, treatment",
        (f"{samples} of {n_patients} patients" if n_patients else ""),
    )
    yield "2.2 Sample characteristics", ""
    yield "2.3 Sample treatment", ""
    yield "2.4 Reagents: characteristic measured and detector", "; ".join(stains)
    yield "2.4 Reagents: clone, reporter, manufacturer, catalogue number", _of_channels(inputs, "ANALYTE")


def _instrument(inputs: Inputs) -> Items:
    yield "3.1 and 3.2 Manufacturer and model", _described(inputs, "$CYT")
    yield "3.2 Serial number", _described(inputs, "$CYTSN", "CYTNUM", "CYTOMETER SERIAL NUMBER")
    yield "3.3 Light sources: wavelength (nm)", _of_channels(inputs, "L")
    yield "3.3 Light sources: power (mW)", _of_channels(inputs, "O")
    yield "3.3 Optical filters", _of_channels(inputs, "F")
    yield "3.3 Detectors: type", _of_channels(inputs, "T")
    yield "3.3 Detectors: voltage", _of_channels(inputs, "V")
    yield "3.3 Flow cell and fluidics", ""
    yield "3.4 Software of acquisition", _described(inputs, "CREATOR", "$SYS", "APPLICATION")


def _analysis(inputs: Inputs) -> Items:
    run = inputs.run
    files = run.inputs
    yield (
        "4.1 List-mode files",
        (
            f"{len(files)} FCS files, {count(sum(row.n_events for row in files))} events, with SHA-256 below"
            if files
            else ""
        ),
    )
    compensate = run.parameters.get("compensate")
    yield "4.2 Compensation", "" if compensate is None else compensation_sentence(inputs, dict(compensate))
    for item, section, tell in ANALYSIS:
        yield item, tell(dict(run.parameters[section])) if section in run.parameters else ""
    named = f"; names by the rules {run.rules.name} {run.rules.version}".rstrip() if run.rules else ""
    n = len(inputs.clusters)
    yield (
        "4.4 Gating (data filtering)",
        (f"no manual gate: {n} clusters of all events that passed the checks{named}" if n else ""),
    )
    yield "4.4 Gate statistics", "“How much of each population” and “The clusters” in this report" if n else ""


ANALYSIS: list[tuple[str, str, Callable[[dict[str, Any]], str]]] = [
    (
        "4.3 Data transformation",
        "transform",
        lambda given: (
            f"{given.get('method', 'arcsinh')}, cofactor {given.get('cofactor', 'auto')}; see the panel,"
            " under “Are the data good?”"
        ),
    ),
]
