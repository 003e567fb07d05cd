"""Findings about manual gates: what could not be read, and what is not as their author saw it."""

from typing import Final

from cytoclust.findings._kind import Kind

__all__ = ["GATES"]

GATES: Final = {
    "gate not read": Kind("not read: {why}"),
    "gate joins unknown": Kind("it rests on gates that are not there: {names:and}"),
    "gate circular": Kind("it rests on itself"),
    "gate channel absent": Kind("the file of events has no channel {names:and}"),
    "gate of another file": Kind("it was drawn for the file {file}"),
    "gate rests on another": Kind("it rests on {gate}, which could not be read"),
    "gate extended": Kind(
        "its sides at zero were taken to reach the lowest event: only so its count is that of the workspace"
    ),
    "gate counts differ": Kind("{here:count} events were counted where its author had {there:count}: it is not used"),
    "gate in another not reproduced": Kind(
        "it lies in {gate}, which is not reproduced, and has too few events to tell by its own count: it is not used"
    ),
    "gates of other events": Kind(
        "its gates are of other events: {sample} has {there} events in the workspace and {here} here"
    ),
    "gates of several samples": Kind("more than one sample of the workspace may be it: {samples:some 6}"),
    "gates of no sample": Kind("no sample of the gate file is it; there are {samples:some 6}"),
    "gates compensated otherwise": Kind(
        "the gates are compensated by another matrix than that of the file: a coefficient differs by {most:.3g}"
    ),
    "events not found": Kind("its file of events, {path}, is not there: give the folder it is in with --fcs"),
    "events changed": Kind("{path} is no longer the file that the run read"),
    "sample without gates": Kind("{sample} was not compared: {why}"),
    "gate not used": Kind("the gate {gate} is not used in {samples:some 6}: {why}"),
    "gate empty": Kind("no event of these patients lies in it"),
    "gate one patient": Kind("one patient has it: there is nobody to judge the choice by"),
    "gate matched by overlap": Kind(
        "no population is called so: the one that shares most events with it was taken, which flatters their agreement"
    ),
    "gate unmatched": Kind("no population shares an event with it"),
    "labels missing": Kind("{sample}: {n:plural event} without a row in the labels were taken to lie in no gate"),
}
