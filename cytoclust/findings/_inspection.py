"""Findings about files and cohorts before a run, with what to do about them."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind
from cytoclust.words import plural, some

__all__ = ["INSPECTION"]

_NAMED: Final = 4
"""Samples, or values, that are named; of more, the number."""
_POPULATIONS: Final = 6
_ALIKE: Final = "all events have the same values in every marker to cluster on"


def _name_markers(data: Mapping[str, Any]) -> str:
    names = ", ".join(f"{channel}: MARKER" for channel in data["channels"][:2])
    return (
        "name them, so that rules can speak of them: fill in what `inspect --panel panel.yaml` writes, or "
        f'--set "panel.names={{{names}}}"'
    )


def _say_dye(data: Mapping[str, Any]) -> str:
    channel = data["channels"][0]
    return (
        f"if it holds the dye, --set 'panel.viability={channel}'; if a marker, "
        f"--set 'panel.names={{{channel}: MARKER}}'. Dead cells stay in otherwise"
    )


def _few_events(data: Mapping[str, Any]) -> str:
    events, lod = data["events"], data["lod"]
    rare = (
        f"a population below {100 * lod / events:.2g} % of the cells cannot"
        if events > lod
        else "no population can"
    )  # fmt: skip
    return f"{rare} be detected, which takes {lod} events: acquire more if you can"


def _rules_fit(data: Mapping[str, Any]) -> str:
    more = ", …" if data["possible"] > _POPULATIONS else ""
    return (
        f"the rules {data['rules']} can name {data['possible']} of their {data['of']} populations "
        f"({', '.join(data['populations'][:_POPULATIONS])}{more})"
    )


def _use_rules(data: Mapping[str, Any]) -> str:
    more = [f"And {data['more']} more such limits."] if data["more"] else []
    whose = [_whose(data)] if "species" in data else []
    use = f"use them with --rules {data['rules']} if the question is theirs."
    return " ".join([use, *whose, *data["limits"], *more])


def _whose(data: Mapping[str, Any]) -> str:
    """The species that rules were proposed for, and by what."""
    why = f"the panel has {', '.join(data['by'])}" if data["by"] else "taken for granted: no marker tells the species"
    return f"They are for {data['species']} cells ({why})."


def _same_values(data: Mapping[str, Any]) -> str:
    if data["in_cohort"]:
        return "a run would stop here; --on-error skip leaves such files out"
    return "it cannot be run: export the events again"


def _unread(data: Mapping[str, Any]) -> str:
    out = "leave them out with --on-error skip" if data["sheet"] else "take them out of the folder, or list the others"
    return f"export again, or {out}"


def _values(data: Mapping[str, Any]) -> str:
    """``x in 5 files, y in 1 file (S03)``, the commonest first."""
    most, *others = [
        f"{value} in {plural(len(samples), 'file')}" + (f" ({some(samples, _NAMED)})" if i else "")
        for i, (value, samples) in enumerate(data["values"])
    ]
    more = [f"{len(others) - _NAMED} more"] if len(others) > _NAMED else []
    return ", ".join([most, *others[:_NAMED], *more])


INSPECTION: Final = {
    "no marker to cluster on": Kind(
        "{why}", advice="a run needs at least one stained channel; is this a file of samples?"
    ),
    "markers not usable": Kind("{why}"),
    "no marker named": Kind(
        "no channel names a marker ($PnS, $PnN): every detector would be clustered on", advice=_name_markers
    ),
    "no viability dye": Kind(
        "no viability dye was found",
        advice="if a channel holds one (in cells that were not fixed, a DNA stain such as Hoechst or DAPI is one), "
        "name it with --set panel.viability=CHANNEL; dead cells stay in otherwise",
    ),
    "dye by its detector alone": Kind(
        "{channels:or} may hold a viability dye, as the detector's name ($PnN) says, or any other stain: no label "
        "($PnS) tells",
        advice=_say_dye,
    ),
    "raw detectors": Kind(
        lambda data: (
            f"{plural(data['n'], 'channel')} ({data['first']} to {data['last']}) are raw detectors of a spectral "
            "cytometer: the file has not been unmixed"
        ),
        advice="unmix it in the cytometer's software and give the file that comes out: clusters, names and "
        "compensation mean nothing before",
    ),
    "events alike": Kind(_ALIKE, advice="a run would be refused: export the events again"),
    "events of a file alike": Kind("{file}: " + _ALIKE, advice=_same_values),
    "constant channels": Kind(
        "every event has the same value in {channels:all}",
        advice="leave them out with --set cluster.markers=[…], or export the events again",
    ),
    "channels without ions": Kind(
        "{channels:some 8} have no label and hardly an ion: they may be empty",
        advice="if nothing is on them, name the others in cluster.markers, or in panel.names, so that these are not "
        "clustered on",
    ),
    "no time": Kind(
        "there is no Time channel", advice="clogs and drift cannot be found; export it with the events if you can"
    ),
    "no scatter": Kind(
        "there is no scatter channel",
        advice="debris and doublets cannot be found; export FSC and SSC if you can",
    ),
    "no dna": Kind(
        "there is no DNA channel",
        advice="debris and doublets cannot be found; export the intercalator (Ir191, Ir193) with the events if you can",
    ),
    "doublets cannot be told": Kind(
        "doublets cannot be told", advice="export height or width of FSC or SSC beside the area if you can"
    ),
    "few events": Kind(
        lambda data: (
            f"few events ({data['events']:,.0f} would pass quality control)"
            if data["checked"]
            else f"few events ({data['events']:,.0f} in the smallest file, before quality control)"
        ),
        advice=_few_events,
    ),
    "no rules fit": Kind(
        "no rules of the library fit the panel ({rules:all})",
        advice="clusters are found and described all the same; to have them named, write rules of your own: "
        "`cytoclust rules show t_cells` is an example",
    ),
    "rules fit": Kind(_rules_fit, advice=_use_rules),
    "rules fit partly": Kind(
        lambda data: f"{_rules_fit(data)}, by {data['markers']} of the panel's {data['n_markers']} markers",
        advice="too few to propose (less than half of either, or none that the rules were made to ask about): most "
        "clusters would stay unknown. If you ask about these, add --rules {rules}; or write rules of your own",
    ),
    "several panels": Kind(
        "{files} files, {panels} panels, no common marker: they cannot be run together",
        advice="run the files of one panel at a time",
    ),
    "panels in one file": Kind(
        "the files of panel {panel} hold data sets of other panels too",
        advice="to run it, write a sheet with a row for each of its samples, and in the column dataset the number of "
        "the data set",
    ),
    "files not read": Kind("{files:plural file} cannot be read", advice=_unread),
    "run would stop": Kind("{why}", advice="a run would stop here; --on-error skip leaves such files out"),
    "instruments differ": Kind(lambda data: f"instrument: {_values(data)}"),
    "matrices differ": Kind(lambda data: f"spillover matrix: {_values(data)}"),
    "detectors differ": Kind(lambda data: f"detector of {', '.join(data['channels'])}: {_values(data)}"),
    "matrix in some files": Kind(
        "some files have a spillover matrix and some have none",
        advice="give one for all with --set compensate.matrix=FILE.csv, unless they are known to be compensated",
    ),
    "settings differ": Kind(
        "instruments or detector settings differ between files",
        advice="give each setting a name of its own in the column batch of the sheet: thresholds are then taken by "
        "batch, and differences between batches are not mistaken for differences between groups",
    ),
    "no sheet": Kind(
        "nothing is known of patients, groups and time points",
        advice="to compare them, have a sheet written with `inspect --sheet samples.csv`, and fill in patient_id, "
        "group, timepoint and batch as far as you have them",
    ),
    "no groups": Kind(
        "the sheet has no groups or time points",
        advice="nothing is compared without them: add the column group or timepoint",
    ),
}
