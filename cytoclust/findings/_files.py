"""Findings about a file: what was assumed, mended or left out to read it."""

from typing import Final

from cytoclust.findings._kind import Kind

__all__ = ["FILES"]

_MASS: Final = {
    "panel": "by event length and Gaussian parameters, and the lack of scatter",
    "values": "as its values are ion counts, and it has no scatter",
}

FILES: Final = {
    "further data sets": Kind("The file holds further data sets; number {read} (from 0) was read."),
    "text not utf-8": Kind("TEXT is not UTF-8 and was read as Latin-1."),
    "empty values": Kind("TEXT has empty values, which FCS forbids; doubled delimiters were read as such."),
    "supplement outside": Kind(
        "Supplemental TEXT is said to be bytes {first} to {last}, outside the file; it was left out."
    ),
    "no mode": Kind("$MODE is absent; list mode was assumed."),
    "no channel name": Kind("{keyword} is absent; the channel is called {name}."),
    "channels renamed": Kind("$PnN repeats; renamed: {names:all}."),
    "no channel range": Kind("{keyword} is 0; every bit of the channel is used."),
    "zero of decades": Kind("$PnE gives a logarithmic channel the value 0 at zero; it was read as 1."),
    "decades of linear numbers": Kind(
        "{keyword} gives decades to {channel}, which holds linear numbers ($DATATYPE {datatype}); they were ignored."
    ),
    "no usable gain": Kind("{keyword} is {found}; a gain of 1 was used."),
    "gain of decades": Kind("{keyword} is {gain:g} on a logarithmic channel; it was ignored."),
    "no usable time step": Kind("$TIMESTEP is {found}; a time step of 1 was used."),
    "marker on another pulse": Kind("These measure a pulse whose marker stands on another channel: {names:all}."),
    "taken as mass cytometry": Kind(
        lambda data: f"Taken as mass cytometry, {_MASS[data['why']]}; $CYT does not say it."
    ),
    "channels that rise": Kind("{names:and} rise from event to event, and were taken as clock or numbers of events."),
    "no event count": Kind("$TOT is absent or 0; DATA has room for {events} events, which were read."),
    "bytes after events": Kind("DATA has {bytes} bytes after the last event; they were left out."),
    "events not finite": Kind("{events} events have NaN or infinity in {channel} and were set aside as margin"),
    "offsets disagree": Kind(
        "{source} says that DATA is bytes {first} to {last}, which does not fit the events; "
        "{followed} ({followed_first} to {followed_last}) was followed."
    ),
}
