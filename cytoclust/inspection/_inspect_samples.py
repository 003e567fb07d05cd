"""What is in the files of a cohort, and how they differ."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.inspection._advice import advise, as_advice, command, rules_that_fit
from cytoclust.inspection._cohort_advice import cohort_advice
from cytoclust.inspection._differences import differences, has_matrix
from cytoclust.inspection._find_empty import find_empty
from cytoclust.inspection._find_roles import find_roles
from cytoclust.inspection._inspect_file import channel_rows, quantiles
from cytoclust.io import (
    EventFile,
    Panel,
    Sample,
    as_path,
    holds_several,
    is_event_file,
    list_samples,
    named_as_events,
    no_common_stain,
    open_events,
    reconcile_panel,
    same_events,
    stains,
)
from cytoclust.params import Config, D
from cytoclust.pp import (
    DEAD_EVENTS,
    FIT_EVENTS,
    Compensated,
    Compensation,
    find_dead_markers,
    find_scale_hints,
    hinted,
    is_constant,
    look_at,
    pooled_rows,
    pooled_share,
)
from cytoclust.record import finite

__all__ = ["inspect_samples", "is_single"]

_GRAVE: Final = ("same events", "marker without signal")
"""Notes that ask for something to be done."""
_OF_FILES: Final = ("spillover not read",)
"""Notes of a file that advice takes up."""
Opened = Sequence[tuple[Sample, EventFile]]


def inspect_samples(samples: str | Path | Sequence[str | Path], *, config: Config = D) -> dict[str, Any]:
    """The files of a cohort, what the panel that they share would be used for, how they differ, and what to do next.

    Parameters
    ----------
    samples
        A sheet, FCS files or a folder: see :func:`cytoclust.io.read_sheet`.
    config
        Parameters that a run would have.

    Returns
    -------
    ``path``; ``sheet`` (whether that is one); ``files`` (a mapping each: sample_id, path, dataset: from 1, of a file
    that holds several, what the sheet says, version, cytometer, serial, date, n_events, n_channels, compensated, panel:
    a letter, the same for the same markers, notes); ``unread`` (path and fault);
    ``panels`` (the markers of each, the commonest first); ``channels`` (of the panel that most files share, as
    :func:`inspect` gives them, ranges of events pooled evenly over files); ``differences`` (between files), ``notes``,
    ``rules`` and ``advice``, in the form that :func:`inspect` has; ``next`` (a command; empty if no run is possible).
    ``apart`` tells whether the files share no stained channel: then there are no channels, and ``by_panel`` has a
    command for each panel.

    Raises
    ------
    InputError
        No file can be read, or a sheet is at fault.
    """
    given = [as_path(samples)] if isinstance(samples, str | Path) else [as_path(path) for path in samples]
    listed, notes = list_samples(given[0] if len(given) == 1 else given, check_files=False)
    opened, unread = _open(listed, config)
    notes += same_events([sample for sample, _ in opened], [file for _, file in opened])
    panels = _panels([file for _, file in opened], config)
    sheet = len(given) == 1 and given[0].is_file() and not holds_events(given[0])
    if config.cluster.markers is None and no_common_stain([file for _, file in opened], config.panel.names):
        return finite(_several_panels(opened, panels, unread, config, path=_path(given), notes=notes, sheet=sheet))
    common = [pair for pair, letter in zip(opened, panels, strict=True) if letter == "A"]
    panel, faults = _panel(opened, common, config)
    roles, missing = find_roles(panel, config)
    _, file = common[0]
    columns = panel.columns(file)
    values, smallest = _pooled(common, panel)
    channels = [file.channels[i] for i in columns]
    prepared = {sample.sample_id: _prepared(each, panel, config) for sample, each in common}
    looks = {name: look_at(each) for name, each in prepared.items()}
    undecided = _undecided(opened, config)
    faults += undecided
    alike = [file.path for _, file in common if is_constant(file, panel.columns(file)[_clustered(roles)])]
    known = list(looks.values())
    hints = replace(
        find_scale_hints(values, channels, None),
        transformed=all(each.transformed for each in known),
        told=known[0].told,
        top=max(each.top for each in known),
        compensated=all(each.compensated for each in looks.values()),
        transposed=all(each.transposed for each in looks.values()),
        alike=len(alike) == len(opened) or len(undecided) == len(opened),
    )
    faults += [Finding("events of a file alike", file=path.name, in_cohort=True) for path in alike]
    some = [] if hints.transformed or hints.compensated or hints.transposed else hinted(looks, transforms=True)
    notes += [*panel.notes, *next(iter(prepared.values())).notes, *missing, *some]
    fits = rules_that_fit(panel, roles)
    files = [_row(sample, file, letter) for (sample, file), letter in zip(opened, panels, strict=True)]
    differ = differences(opened, panels)
    own = [note for _, file in common for note in file.notes if note.code in _OF_FILES]
    notes += [*_dead(common, panel), *find_empty(values, panel, _clustered(roles).tolist())]
    first = cohort_advice(
        files, unread, [*faults, *(note for note in notes if note.code in _GRAVE)], differ, sheet=sheet
    )
    return finite(
        {
            "path": _path(given),
            "sheet": sheet,
            "apart": False,
            "files": files,
            "unread": unread,
            "panels": _spelt(opened, panels, config),
            "channels": channel_rows(file, roles, quantiles(values), columns.tolist(), given=config.panel.names),
            "differences": [each.to_dict() for each in differ],
            "notes": [note.to_dict() for note in notes],
            "rules": fits,
            "advice": as_advice([*first, *advise(panel, [*notes, *own], hints, n_read=smallest, fits=fits)]),
            "next": command(given, hints, fits, skip=bool(faults) or (bool(unread) and sheet))
            if len(_clustered(roles))
            else "",
            "by_panel": {},
        }
    )


def _dead(common: Opened, panel: Panel) -> list[Finding]:
    """Markers without a signal in some files."""
    columns = list(panel.stained)
    some = [
        file.take(pooled_rows(file.n_events, DEAD_EVENTS), columns=panel.columns(file)[columns]) for _, file in common
    ]
    return find_dead_markers([sample.sample_id for sample, _ in common], some, [panel.names[i] for i in columns])


def _path(given: Sequence[Path]) -> str:
    return " ".join(str(path) for path in given)


def _clustered(roles: Sequence[tuple[str, str]]) -> np.ndarray:
    """Columns that would be clustered on."""
    return np.flatnonzero([role == "clustering" for role, _ in roles])


def _several_panels(
    opened: Opened,
    panels: Sequence[str],
    unread: Sequence[dict[str, str]],
    config: Config,
    *,
    path: str,
    notes: list[Finding],
    sheet: bool,
) -> dict[str, Any]:
    """Of files that share no stained channel: the panels, and a run for the files of each."""
    spelt = _spelt(opened, panels, config)
    files = [_row(sample, file, letter) for (sample, file), letter in zip(opened, panels, strict=True)]
    steps = [Finding("several panels", files=len(files), panels=len(spelt))]
    runs = {}
    for letter in spelt:
        mine = [pair for pair, each in zip(opened, panels, strict=True) if each == letter]
        runs[letter], alike = _run_of(mine, config, out=f"OUT_{letter}")
        steps += [Finding("events of a file alike", file=name, in_cohort=False) for name in alike]
        if len(alike) < len(mine) and _reads_others([pair for pair in mine if pair[1].path.name not in alike]):
            runs[letter] = ""
            steps.append(Finding("panels in one file", panel=letter))
    return {
        "path": path,
        "sheet": sheet,
        "apart": True,
        "files": files,
        "unread": unread,
        "panels": spelt,
        "channels": [],
        "differences": [],
        "notes": [note.to_dict() for note in notes],
        "rules": [],
        "advice": as_advice([*steps, *cohort_advice(files, unread, [], [], sheet=sheet)]),
        "next": "",
        "by_panel": {letter: run for letter, run in runs.items() if run},
    }


def _run_of(mine: Opened, config: Config, *, out: str) -> tuple[str, list[str]]:
    """The run of the files of one panel, and those in which all events are alike."""
    panel = reconcile_panel([file for _, file in mine], names=config.panel.names)
    roles, _ = find_roles(panel, config)
    alike = [file.path for _, file in mine if is_constant(file, panel.columns(file)[_clustered(roles)])]
    _, file = mine[0]
    values, _ = _pooled(mine, panel)
    hints = find_scale_hints(values, [file.channels[i] for i in panel.columns(file)], None)
    used = list(dict.fromkeys(file.path for _, file in mine if file.path not in alike))
    hints = replace(hints, alike=not used or not len(_clustered(roles)))
    return command(used, hints, rules_that_fit(panel, roles), out=out), [path.name for path in alike]


def _reads_others(mine: Opened) -> bool:
    """Whether a run of these files, by their paths, would read other data sets of them."""
    wanted = {(sample.path.resolve(), sample.dataset or 0) for sample, _ in mine}
    listed, _ = list_samples(sorted({sample.path for sample, _ in mine}), check_files=False)
    return {(sample.path.resolve(), sample.dataset or 0) for sample in listed} != wanted


def holds_events(path: Path) -> bool:
    """Whether a path is that of one file of events, by its name or by what it holds, and not of a sheet or a folder."""
    return not path.is_dir() and (named_as_events(path) or (path.is_file() and is_event_file(path)))


def is_single(path: Path) -> bool:
    """Whether a path is that of the events of one sample."""
    return holds_events(path) and not holds_several(path)


def _open(listed: Sequence[Sample], config: Config) -> tuple[list[tuple[Sample, EventFile]], list[dict[str, str]]]:
    opened, unread = [], []
    for sample in listed:
        try:
            file = open_events(sample.path, dataset=sample.dataset, data_offset=config.read.data_offset)
            if file.n_events == 0:
                raise InputError(f"{file.path} holds no events; leave it out.")
            opened.append((sample, file))
        except InputError as error:
            unread.append({keys.SAMPLE: sample.sample_id, "path": str(sample.path), "fault": str(error)})
    if not opened:
        raise InputError(f"None of the {len(listed)} files can be read. {unread[0]['fault']}")
    return opened, unread


def _panels(files: Sequence[EventFile], config: Config) -> list[str]:
    """A letter for the panel of each file; A is the commonest."""
    sets = [frozenset(stains(file, config.panel.names)) for file in files]
    order = [each for each, _ in Counter(sets).most_common()]
    return [_letter(order.index(each)) for each in sets]


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else f"{number + 1}"


def _panel(opened: Opened, common: Opened, config: Config) -> tuple[Panel, list[Finding]]:
    """The panel that all files share, or, where one lacks what most have, that of the commonest panel."""
    chosen, names = config.cluster.markers, config.panel.names
    try:
        return reconcile_panel([file for _, file in opened], markers=chosen, names=names), []
    except InputError as error:
        return reconcile_panel([file for _, file in common], markers=chosen, names=names), [
            Finding("run would stop", why=str(error))
        ]


def _prepared(file: EventFile, panel: Panel, config: Config) -> Compensated:
    """A file with the matrix that a run would use."""
    return Compensation.of(config).open(file, panel, strict=False)


def _undecided(opened: Opened, config: Config) -> list[Finding]:
    """Files whose matrix a run would want, and cannot use."""
    found = []
    for _, file in opened:
        notes = _prepared(file, reconcile_panel([file], names=_own(file, config)), config).notes
        found += [
            Finding("run would stop", why=note.data["why"]) for note in notes if note.code == "compensation undecided"
        ]
    return found


def _own(file: EventFile, config: Config) -> dict[str, str]:
    """The names given to channels that a file has."""
    return {
        channel.name: config.panel.names[channel.name]
        for channel in file.channels
        if channel.name in config.panel.names
    }


def _pooled(common: Opened, panel: Panel) -> tuple[np.ndarray, float]:
    """Events of the panel, evenly over files, as read; and the number of events of the smallest file."""
    share = max(200, min(pooled_share(len(common)), FIT_EVENTS // len(common)))
    parts = [file.take(pooled_rows(file.n_events, share), columns=panel.columns(file)) for _, file in common]
    return np.concatenate(parts), float(min(file.n_events for _, file in common))


def _row(sample: Sample, file: EventFile, letter: str) -> dict[str, Any]:
    return {
        **{name: getattr(sample, name) for name in (keys.SAMPLE, *keys.SHEET_COLUMNS)},
        "path": str(sample.path),
        keys.DATASET: None if sample.dataset is None else sample.dataset + 1,
        "version": file.version,
        "cytometer": file.text.get("$CYT", ""),
        "serial": file.text.get("$CYTSN", ""),
        "date": file.text.get("$DATE", ""),
        "n_events": file.n_events,
        "n_channels": len(file.channels),
        "compensated": has_matrix(file),
        "panel": letter,
        "notes": [note.to_dict() for note in file.notes],
    }


def _spelt(opened: Opened, panels: Sequence[str], config: Config) -> dict[str, list[str]]:
    """Markers of each panel as its first file writes them."""
    found: dict[str, list[str]] = {}
    for (_, file), letter in zip(opened, panels, strict=True):
        found.setdefault(letter, list(stains(file, config.panel.names).values()))
    return dict(sorted(found.items()))
