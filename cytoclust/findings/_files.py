"""Findings about a file: what was assumed, mended or left out to read it."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind

__all__ = ["FILES"]

_MASS: Final = {
    "panel": "by event length and Gaussian parameters, and the lack of scatter",
    "values": "as its values are ion counts, and it has no scatter",
}

_WHY: Final = {
    "data": "where the values are signals",
    "size": "which fits the events",
    "header": "which goes first where both fit",
    "setting": "as read.data_offset says",
}


def _offsets_disagree(data: Mapping[str, Any]) -> str:
    return (
        f"{data['source']} says that DATA is bytes {data['first']} to {data['last']}; {data['followed']} "
        f"({data['followed_first']} to {data['followed_last']}) was followed, {_WHY[data['why']]}."
    )


FILES: Final = {
    "further data sets": Kind("The file holds further data sets; number {read} was read."),
    "text not utf-8": Kind("TEXT is not UTF-8; what is not was read as {encoding}."),
    "text in utf-16": Kind("TEXT is UTF-16, which FCS does not know; it was read as such."),
    "empty values": Kind("TEXT has no value for {keywords:some 4}, which FCS forbids; they were taken as empty."),
    "delimiter in value": Kind(
        "The value of {keyword} holds the delimiter {delimiter}, which is not doubled; it was read as {value}."
    ),
    "stray words in text": Kind(
        "TEXT has words or delimiters ({words}) that belong to no keyword; they were left out."
    ),
    "label may go on": Kind(
        "The value of {keyword} may go on behind the delimiter: {next} was read as a keyword of its own."
    ),
    "keywords repeated": Kind("TEXT has several values for {keywords:some 4}; the last one counts."),
    "supplement outside": Kind(
        "Supplemental TEXT is said to be bytes {first} to {last}, outside the file; it was left out."
    ),
    "supplement no text": Kind("Supplemental TEXT (bytes {first} to {last}) is no text; it was left out."),
    "no mode": Kind("$MODE is absent; list mode was assumed."),
    "no channel name": Kind("{keyword} is absent; the channel is called {name}."),
    "channels renamed": Kind("$PnN repeats; renamed: {names:all}."),
    "no channel range": Kind("{keyword} is {found}; no limit of the channel is known."),
    "no range of integers": Kind(
        "{keyword} is {found}; every bit of the channel is used, and no limit of it is known."
    ),
    "bits above the range": Kind(
        "{share:percent} of the integers have bits above {keywords:some 4}; these were masked, as the standard asks. "
        "Some instruments keep other things there, others state too low a range."
    ),
    "packed bits": Kind("Values are no whole bytes; their bits were unpacked, the {order} significant first."),
    "bits in whole bytes": Kind(
        "$PnB is no whole bytes, but DATA is as long as values in whole bytes are; they were read so."
    ),
    "float of another width": Kind(
        "{keyword} is {bits} where $DATATYPE is {datatype}; values were read with {bits} bits."
    ),
    "bytes swapped": Kind(
        "Values are signals only with their bytes in the other order than $BYTEORD says; they were read so."
    ),
    "data moved": Kind(
        "{source} says that DATA begins at byte {said}, where it cannot; it was read from byte {found} on."
    ),
    "zero of decades": Kind("$PnE gives a logarithmic channel the value 0 at zero; it was read as 1."),
    "decades of linear numbers": Kind(
        "{keyword} gives decades to {channel}, which holds linear numbers ($DATATYPE {datatype}); they were ignored."
    ),
    "no usable gain": Kind("{keyword} is {found}; a gain of 1 was used."),
    "gain of decades": Kind("{keyword} is {gain:g} on a logarithmic channel; it was ignored."),
    "no usable time step": Kind("$TIMESTEP is {found}; a time step of 1 was used."),
    "marker on another pulse": Kind("These measure a pulse whose marker stands on another channel: {names:all}."),
    "isotype tube": Kind(
        "most stains are isotype controls ({channels:all}): this looks like a control, not a sample",
        advice="leave it out of the samples: its clusters are background",
    ),
    "taken as mass cytometry": Kind(
        lambda data: f"Taken as mass cytometry, {_MASS[data['why']]}; $CYT does not say it."
    ),
    "channels that rise": Kind("{names:and} rise from event to event, and were taken as clock or numbers of events."),
    "no event count": Kind("$TOT is absent or 0; DATA has room for {events} events, which were read."),
    "bytes after events": Kind("DATA has {bytes} bytes after the last event; they were left out."),
    "events not finite": Kind("{events} events have NaN or infinity in {channel} and were set aside as margin"),
    "offsets disagree": Kind(_offsets_disagree),
}
