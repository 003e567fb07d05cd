"""Files that are not what a reference was made of."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.frozen._channel_facts import ChannelFacts
from cytoclust.frozen._expected import one_more
from cytoclust.frozen._reference import Reference
from cytoclust.io import EventFile, Panel, channel_key, fluorochrome_in, match_channels
from cytoclust.pp import Compensated

__all__ = ["channel_facts", "compare_file", "instrument_of", "refuse_compensation"]

VOLTAGE: Final = 0.01
"""Of the voltage, that it may lie beyond those seen. Chosen: daily set-up moves it by so much, which is a gain of some
7 % on a photomultiplier."""
FILES: Final = 3
"""Voltages seen, from which on a further one is expected to be another. Chosen: fewer do not say how they are set."""
ERROR: Final = 0.05
"""Chance that the voltage of a further file lies beyond. Chosen: with few files these intervals are wide."""
SCALE: Final = 1.5
"""Times, that the end of the scale of an instrument may be another. Chosen: other scales differ by four and more."""
UNIT: Final = 1000.0
"""Times, that the end of the scale may be another where it is the largest value of the file. Chosen: that of a stain
differs between samples by a hundred at most, and transformed values are thousands of times smaller."""


def channel_facts(files: Sequence[EventFile], panel: Panel) -> tuple[ChannelFacts, ...]:
    """What the files say of the channel of each column."""
    columns, spilled = [panel.columns(file) for file in files], [_spilled(file) for file in files]
    return tuple(
        _facts(
            [_fact(file, int(at[number])) for file, at in zip(files, columns, strict=True)],
            [int(at[number]) in of for at, of in zip(columns, spilled, strict=True)],
        )
        for number in range(len(panel.names))
    )


def instrument_of(file: EventFile) -> str:
    """What the file says of the cytometer ($CYT) and its serial number ($CYTSN); empty where it says nothing."""
    return " ".join(each for key in ("$CYT", "$CYTSN") for each in file.text.get(key, "").split())


def compare_file(file: EventFile, reference: Reference) -> list[Finding]:
    """What a file has that the reference does not read, markers that it does not name, and another cytometer.

    Raises
    ------
    InputError
        It lacks a column, or has it on another channel, with another dye or scale, or with a voltage that the files
        of the reference do not explain, if labels rest on the column.
    """
    panel = reference.panel
    columns = panel.columns(file)
    used = {*reference.columns.tolist(), *reference.stained.tolist()}
    beyond = []
    for number, (known, at) in enumerate(zip(reference.channels, columns.tolist(), strict=True)):
        ions = panel.signal_types[number] == "mass"
        if _compare(file, panel.names[number], known, _fact(file, at), used=number in used, ions=ions):
            beyond.append(panel.names[number])
    found = [Finding("voltages beyond reference", names=beyond)] if beyond else []
    further = [channel.name for i, channel in enumerate(file.channels) if i not in set(columns.tolist())]
    found += [Finding("channels beyond reference", channels=further)] if further else []
    unnamed = [
        name
        for name, marker, at in zip(panel.names, panel.markers, columns.tolist(), strict=True)
        if marker and not (file.channels[at].marker or panel.given)
    ]
    if unnamed:
        found.append(Finding("markers by channel", markers=unnamed))
    instruments = [each for each in reference.instruments if each]
    if instrument_of(file) and instruments and instrument_of(file) not in instruments:
        found.append(Finding("another cytometer", found=instrument_of(file), known=instruments))
    return found


def refuse_compensation(source: Compensated, reference: Reference) -> None:
    """Refuse a file that is compensated where those of the reference were not, or the other way round, or by a matrix
    of other channels.

    Raises
    ------
    InputError
        It names the file, what was found and what is allowed.
    """
    if (source.matrix is not None) in reference.compensated:
        if source.matrix is not None and reference.override is None:
            _compare_spilled(source.file, reference)
        return
    found = "no spillover matrix that can be used" if source.matrix is None else "a spillover matrix"
    allowed = "compensated by theirs" if source.matrix is None else "taken as they are"
    raise InputError(
        f"{source.file.path}: compensation: found {found}; the files of the reference were {allowed}.",
        path=source.file.path,
    )


def _compare_spilled(file: EventFile, reference: Reference) -> None:
    """Light that a matrix does not take off stays in the channel that it leaves out, and in the others."""
    spilled = _spilled(file)
    columns = reference.panel.columns(file).tolist()
    for name, known, at in zip(reference.panel.names, reference.channels, columns, strict=True):
        if known.spilled is not None and (at in spilled) not in known.spilled:
            words = ("a matrix with it", "a matrix without it")
            found, allowed = words if at in spilled else words[::-1]
            _refuse(file, name, "the spillover", found, allowed)


def _spilled(file: EventFile) -> set[int]:
    """Channels that the file's own matrix names."""
    if file.spill is None:
        return set()
    names, markers = [each.name for each in file.channels], [each.marker for each in file.channels]
    named = set(match_channels(file.spill.channels, names, markers=markers))
    return {at for at, name in enumerate(names) if name in named}


def _fact(file: EventFile, at: int) -> tuple[str, str, float | None, float, float]:
    """Name, dye, voltage, limit and decades of a channel of a file."""
    channel = file.channels[at]
    dye = fluorochrome_in(channel.name, channel.label) or ""
    try:
        voltage: float | None = float(file.text.get(f"$P{at + 1}V", ""))
    except ValueError:
        voltage = None
    return channel.name, dye, voltage, float(channel.limit), float(channel.decades[0])


def _facts(seen: Sequence[tuple[str, str, float | None, float, float]], spilled: Sequence[bool]) -> ChannelFacts:
    names, dyes, voltages, limits, decades = (tuple(dict.fromkeys(each)) for each in zip(*seen, strict=True))
    return ChannelFacts(
        names, tuple(each for each in dyes if each), tuple(each for each in voltages if each), limits, decades,
        tuple(dict.fromkeys(spilled)),
    )  # fmt: skip


def _compare(
    file: EventFile,
    name: str,
    known: ChannelFacts,
    found: tuple[str, str, float | None, float, float],
    *,
    used: bool,
    ions: bool,
) -> bool:
    """Whether the voltage lies beyond those seen, where that is no reason to refuse the file.

    ``used``: labels rest on the column. ``ions``: it counts ions.
    """
    channel, dye, voltage, limit, decades = found
    if channel_key(channel) not in {channel_key(each) for each in known.names}:
        _refuse(file, name, "the channel", channel, ", ".join(known.names))
    if dye and known.dyes and dye not in known.dyes:
        _refuse(file, name, "the dye", dye, ", ".join(known.dyes))
    if (decades > 0) not in {each > 0 for each in known.decades}:
        kinds = ["logarithmic" if each > 0 else "linear" for each in (decades, known.decades[0])]
        _refuse(file, name, "the scale", kinds[0], kinds[1])
    ends = [each for each in known.limits if each > 0]
    told = not ions and _of_instrument(limit) and any(_of_instrument(each) for each in ends)
    times = SCALE if told else UNIT
    if ends and limit > 0 and not min(ends) / times <= limit <= max(ends) * times:
        _refuse(file, name, "the end of the scale", f"{limit:g}", _span(ends))
    if not (voltage and known.voltages):
        return False
    low, high = min(known.voltages), max(known.voltages)
    if low * (1 - VOLTAGE) <= voltage <= high * (1 + VOLTAGE):
        return False
    least, most = _further(known.voltages)
    if used and not least <= voltage <= most:
        few = len(known.voltages) < FILES
        reach = f"{VOLTAGE:.0%} beyond" if few else f"{least:.0f} to {most:.0f} for one more file"
        _refuse(file, name, "the voltage", f"{voltage:g}", f"{_span(known.voltages)}, and {reach}")
    return True


def _of_instrument(limit: float) -> bool:
    """Whether the end of a scale is one of instruments, a power of two or ten or one less: programs that export events
    write the largest value there, and so do mass cytometers, rounded up to a power of two.
    """
    whole = {round(limit), round(limit) + 1}
    return bool(whole & {2**bits for bits in range(8, 33)} | whole & {10**decades for decades in range(3, 8)})


def _further(voltages: Sequence[float]) -> tuple[float, float]:
    """Where the voltage of one further file lies: those seen and ``VOLTAGE`` beyond, and where each file has its own a
    prediction interval of their logarithms (t distribution).
    """
    low, high = min(voltages) * (1 - VOLTAGE), max(voltages) * (1 + VOLTAGE)
    if len(voltages) < FILES:
        return low, high
    least, most = one_more(np.log(voltages), ERROR)
    return min(low, float(np.exp(least))), max(high, float(np.exp(most)))


def _span(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _refuse(file: EventFile, name: str, what: str, found: str, allowed: str) -> None:
    raise InputError(
        f"{file.path}: {name}: {what} is not the reference's: found {found}, allowed {allowed}.", path=file.path
    )
