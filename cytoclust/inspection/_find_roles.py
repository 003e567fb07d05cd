"""What each column of a panel would be used for, and why."""

from typing import Final

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import PULSE, Panel, fold_marker, is_viability
from cytoclust.params import Config
from cytoclust.pp import choose_markers, find_scatter, find_viability

__all__ = ["find_roles"]

NOT_USED = "not used"
INSTEAD: Final = "to cluster on it all the same, name it in cluster.markers"


def find_roles(panel: Panel, config: Config) -> tuple[list[tuple[str, str]], list[Finding]]:
    """Role and reason of each column, and what stands in the way of clustering or naming.

    Roles are ``clustering`` (such columns name clusters too), ``naming``, ``viability``, ``quality`` and ``not used``.
    """
    faults: list[Finding] = []
    try:
        clustered = set(choose_markers(panel, config.cluster.markers, config.panel.viability).tolist())
    except InputError as error:
        code = "markers not usable" if config.cluster.markers else "no marker to cluster on"
        clustered, faults = set(), [Finding(code, why=str(error))]
    dye = find_viability(panel, config.panel.viability)
    if clustered and not any(panel.markers[i] for i in clustered):
        channels = [panel.channels[i] for i in sorted(clustered) if i != dye]
        faults.append(Finding("no marker named", channels=channels))
    if dye < 0 and config.panel.viability == "auto":
        faults.append(Finding("no viability dye"))
        called = [panel.channels[i] for i in _called_as_dyes(panel)]
        faults += [Finding("dye by its detector alone", channels=called)] if called else []
    raw = [panel.channels[i] for i, role in enumerate(panel.roles) if role == "raw detector"]
    if raw:
        faults.append(Finding("raw detectors", n=len(raw), first=raw[0], last=raw[-1]))
    return [_role(i, panel, config, clustered, dye) for i in range(len(panel.names))], faults


def _called_as_dyes(panel: Panel) -> list[int]:
    """Signals without a marker whose detector is called after a viability dye."""
    bare = [PULSE.sub(r"\g<detector>", channel) for channel in panel.channels]
    return [i for i, role in enumerate(panel.roles) if role == "signal" and is_viability(bare[i])]


def _role(column: int, panel: Panel, config: Config, clustered: set[int], dye: int) -> tuple[str, str]:
    if column == dye:
        named = config.panel.viability != "auto"
        return "viability", "named in panel.viability" if named else "called as a viability dye: dead cells take it up"
    if column in clustered:
        return "clustering", _why_clustered(column, panel, config)
    if column in panel.stained and config.cluster.markers is not None:
        return "naming", "stained, and not in cluster.markers: it names clusters"
    role = panel.roles[column]
    if role == "clock":
        return "quality", "shows clogs and drift"
    if role == "scatter":
        sizes = column in find_scatter(panel).values()
        return "quality", "tells debris and doublets" if sizes else "a second detector of its kind: kept, not needed"
    return NOT_USED, WHY.get(role) or _why_left_out(column, panel)


WHY: Final = {
    "viability": "a second viability dye; to use it instead: --set panel.viability=CHANNEL",
    "dna": "DNA, which every cell has; " + INSTEAD,
    "event length": "length of the ion cloud, no stain",
    "gaussian": "shape of the ion cloud, no stain",
    "bead": "calibration beads; " + INSTEAD,
    "barcode": "a sample's barcode; " + INSTEAD,
    "blank": "nothing is on it; if a marker is: --set 'panel.names={CHANNEL: MARKER}'",
    "autofluorescence": "autofluorescence; " + INSTEAD,
    "raw detector": "a raw detector of a spectral cytometer: unmix the file first",
    "index": "a number that is no signal of cells; if it is a marker: --set 'panel.names={CHANNEL: MARKER}'",
}


def _why_clustered(column: int, panel: Panel, config: Config) -> str:
    if config.cluster.markers is not None:
        return "named in cluster.markers"
    if panel.channels[column] in config.panel.names:
        return "named in panel.names"
    if panel.markers[column]:
        in_name = fold_marker(panel.markers[column]) in fold_marker(panel.channels[column])
        return "its name or label names a marker" if in_name else "its label names a marker"
    return "no channel names a marker, so each detector counts"


def _why_left_out(column: int, panel: Panel) -> str:
    """Of a signal that is not clustered on."""
    pulse = PULSE.match(panel.channels[column])
    if pulse and not panel.markers[column]:
        twins = [PULSE.match(panel.channels[i]) for i in panel.stained]
        same = [twin for twin in twins if twin and twin["detector"].casefold() == pulse["detector"].casefold()]
        if same:
            return "another measure of a pulse that is used"
    return "neither label ($PnS) nor name ($PnN) is a marker; if one is on it: --set 'panel.names={CHANNEL: MARKER}'"
