"""Findings about the panel that files share."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind
from cytoclust.words import listed, some

__all__ = ["PANEL"]

_CALLED: Final = {
    "dna": "DNA",
    "bead": "beads",
    "barcode": "barcodes",
    "blank": "without a stain",
    "autofluorescence": "autofluorescence",
    "raw detector": "raw detectors",
}
_NAMED: Final = 4
"""Panels, or markers of one, that are named; of more, that there are some."""


def _no_common_stain(data: Mapping[str, Any]) -> str:
    known = [f"{each['file']}: {some(each['markers'], _NAMED) or 'none'}" for each in data["panels"][:_NAMED]]
    more = ["…"] if len(data["panels"]) > _NAMED else []
    return (
        f"the {data['files']} files share no stained channel: they are of {len(data['panels'])} panels "
        f"({'; '.join([*known, *more])}). Run the files of one panel at a time."
    )


def _no_markers(data: Mapping[str, Any]) -> str:
    told = [f"{_CALLED[role]} {some(names, _NAMED)}" for role, names in data["roles"].items()]
    return f"Not clustered on: {'; '.join(told)}. Name one in cluster.markers, or its marker in panel.names, to use it."


def _several(data: Mapping[str, Any]) -> str:
    told = [f"{marker} on {listed(channels)}" for marker, channels in data["channels"].items()]
    return f"A marker is on several channels: {'; '.join(told)}."


PANEL: Final = {
    "no common stain": Kind(_no_common_stain),
    "channel left out": Kind("{name} was left out: {having} of {files} files have it."),
    "channels left out": Kind(
        lambda data: (
            f"{len(data['names'])} channels were left out, as not all files have them: {', '.join(data['names'])}."
        )
    ),
    "marker by channel": Kind("{marker} was taken from channel {channel} in {files:some 1}, without a marker there."),
    "marker on different channels": Kind("{marker} is on different channels: {channels:all}."),
    "markers taken as one": Kind("{markers:and} were taken as one marker."),
    "roles differ": Kind("{name} is {roles:and} in different files, and was taken as {taken}."),
    "stains without cells": Kind(_no_markers),
    "marker on several channels": Kind(_several),
}
