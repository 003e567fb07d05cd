"""Findings that a run makes on its way: samples left out, no map, controls that fit nothing."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind
from cytoclust.words import listed, plural, some

__all__ = ["RUN"]

_NAMED: Final = 4


def _slope(data: Mapping[str, Any]) -> str:
    much = "much" if data["slope"] < 0 else "little"
    way = "lower" if data["slope"] < 0 else "higher"
    size = abs(data["slope"])
    return (
        f"{data['source']} into {data['target']}: about {100 * size:.2g} points too {much} is taken off (± "
        f"{100 * data['error']:.1g}): the coefficient of the matrix should be {size:.2g} {way}. Names and thresholds "
        "were found with that set right; clusters and figures show the events as they are."
    )


def _background(data: Mapping[str, Any]) -> str:
    signal = "" if data["signal"] is None else f"{data['signal']:+g} in the units of the file, "
    return (
        f"{data['marker']}: cells without it lie elsewhere in {plural(len(data['samples']), 'sample')} "
        f"({some(data['samples'], _NAMED)}): {signal}{data['shift']:+g} spreads. Names were found with that set right; "
        "claims that rest on the marker are objected to where compared samples differ."
    )


def _batches(data: Mapping[str, Any]) -> str:
    counts = data["counts"]
    told = listed([f"{value} ({plural(n, 'sample')})" for value, n in counts])
    return (
        f"the sheet has no batches, and the files are of {len(counts)} {data['what']} ({data['keyword']}): {told}. If"
        " something was changed between them, name them in the column batch: labels are then exchanged within batches"
    )


def _of(data: Mapping[str, Any]) -> str:
    samples = data["samples"]
    return f"{data['step']}{f' of {some(samples, _NAMED)}' if samples else ''} is made again"


def _another(data: Mapping[str, Any]) -> str:
    what, was, now = data["what"], data["was"], data["now"]
    if what.startswith(("the ", "data set")):
        return f"{_of(data)}: {what} is another than the kept one is of"
    return f"{_of(data)}: {what} was {was}, and is {now}"


RUN: Final = {
    "made with another": Kind(_another),
    "rests on another": Kind(lambda data: f"{_of(data)}: it rests on {data['needs']}, which is made again or another"),
    "kept is damaged": Kind(lambda data: f"{_of(data)}: what was kept of it is damaged"),
    "events decoded again": Kind(
        "events of {samples:some 4} are decoded again: they are needed, and a run that is whole does not keep them"
    ),
    "kept for later": Kind("{size} are kept in {out}/.store for --resume: `cytoclust clean {out}` removes them"),
    "not kept": Kind("not all could be kept for --resume: {why}"),
    "no lock": Kind("the disk of {out} has no locks: see to it that no other run writes there"),
    "store left by stopped": Kind(
        "{out}/.store has what a run had done that was stopped; it is not used: --resume goes on from it"
    ),
    "store left by finished": Kind(
        "{out}/.store has what the earlier run kept; it is not used: --resume makes only what is another now"
    ),
    "expected population absent": Kind(
        "Hardly a cell was named {population}, which the rules {rules} expect in every sample: either they are not "
        "meant for such cells (sorted, or of another tissue), or a marker that tells them is taken wrongly. Do not "
        "rely on the other names before you know which: see the thresholds, and the limits of the panel."
    ),
    "compensated too much": Kind(_slope),
    "compensated too little": Kind(_slope),
    "background differs": Kind(_background),
    "clusters below zero": Kind(
        "{marker}: {events:count} events ({share:.1%}) in {clusters:plural cluster} lie far below zero: too much was "
        "compensated there, or they are no signals of cells. They count as negative, and no cut was learnt from them."
    ),
    "scale below zero": Kind(
        "{marker}: most events ({share:.0%}) lie far below zero: background that was taken off, or the matrix, does "
        "not fit. Zero was taken as the lowest cut there can be."
    ),
    "batches proposed": Kind(_batches),
    "mostly unlike": Kind(
        "{share:.0%} of its events are unlike the reference: its columns have wrong names, it is of another instrument "
        "or setting, or of other cells. Compare its columns with those of the reference."
    ),
    "voltages beyond reference": Kind(
        "the files of the reference had other voltages of {names:some 4}; they are no reason not to read the file"
    ),
    "channels beyond reference": Kind("channels that the reference does not have are not read: {channels:some 4}"),
    "earlier otherwise": Kind(
        "earlier visits in {which:some 4} were not read against this reference: their populations were learnt anew, or "
        "from other patients, and may be others of the same name"
    ),
    "patient of the reference": Kind(
        "{which:some 4}: the reference has a patient of that name, who is among those that the sample is held against"
    ),
    "another cytometer": Kind(
        "measured on {found}, the reference on {known:some 2}: detectors of two instruments differ, and only a process "
        "control or beads tell by how much"
    ),
    "markers by channel": Kind("the file names no marker for {markers:some 4}: taken by the channels of the reference"),
    "sample left out": Kind("left out: {why}"),
    "no map of one marker": Kind("there is no map (UMAP): it takes at least {least} markers to cluster on"),
    "no map": Kind("there is no map (UMAP): {why}"),
    "taken as compensated": Kind("transform.method is none, so the data are taken to be compensated already"),
    "transformed before": Kind("ion counts are transformed already (none above {top:.3g}): they were left as they are"),
    "transformed again": Kind(
        "ion counts look transformed already (none above {top:.3g}), and {names:some 4} were transformed again, as "
        "transform says"
    ),
    "no sort gates": Kind("gates were not made. {why}"),
    "too few for gates": Kind(
        "{population} has {n:plural event} in the files: gates to sort it by need at least {least}."
    ),
    "gates not measured": Kind(
        "{population}: fewer than two patients have at least {least:plural event} of it, so the yield and purity of "
        "its gates are those of the events that they were drawn around, which flatters them. What they are in another "
        "patient is not known."
    ),
    "gates measured on one": Kind(
        "{population}: the yield and purity of its gates were measured on one patient that they were not drawn around: "
        "how much patients differ is not known, so there are no intervals."
    ),
    "gates lack": Kind(
        "{population}: its gates have none against {gates:and}: the files have no two axes for it, or nothing "
        "that was set aside for it."
    ),
    "cut above all": Kind(
        "{marker}: no cluster reaches the cut of {source}: no cell has it, or the file is not what the sheet says"
    ),
    "doubles written": Kind(
        "{samples:some 4}: the files hold doubles ($DATATYPE D), and so do the exported ones, bit for bit; some "
        "programs (FCS Express) read only floats"
    ),
    "tables written as FCS": Kind(
        "{samples:some 4}: the files are tables of numbers; the exported ones hold them as 32-bit floats, as the run "
        "read them"
    ),
}
