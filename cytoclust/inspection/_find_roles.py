"""What each column of a panel would be used for, and why."""

from typing import Final

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import Panel, fold_marker, measure_of
from cytoclust.params import Config
from cytoclust.pp import choose_markers, find_mass, find_scatter, find_viability, is_mass, unsaid_dyes

__all__ = ["find_roles"]

NOT_USED = "not used"


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
    raw = [panel.channels[i] for i, role in enumerate(panel.roles) if role == "raw detector"]
    if raw:
        told = Finding("raw detectors", n=len(raw), first=raw[0], last=raw[-1])
        faults = [told] if not clustered and not config.cluster.markers else [told, *faults]
    if dye < 0 and config.panel.viability == "auto" and clustered:
        faults.append(Finding("no viability dye"))
        faults += unsaid_dyes(panel, config.panel.viability)
    return [_role(i, panel, config, clustered, dye) for i in range(len(panel.names))], faults


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
    if role not in WHY:
        return NOT_USED, _why_left_out(column, panel)
    what, instead = WHY[role]
    reason = panel.reasons[column]
    by = f", by its {reason}" if reason in _OWN else ""
    tells = _told_by_ion_cloud(column, panel)
    return ("quality" if tells else NOT_USED), what + by + tells + instead


def _told_by_ion_cloud(column: int, panel: Panel) -> str:
    """What a column of a mass cytometer tells of the quality of an event; empty if it tells nothing."""
    mass = find_mass(panel) if is_mass(panel) else None
    if mass is None or column not in (*mass.dna, *mass.shape, *mass.beads):
        return ""
    if column in mass.dna:
        return ": tells debris and doublets"
    return ": tells doublets" if column in mass.shape else ": tells beads"


_INSTEAD: Final = "; to cluster on it all the same, name it in cluster.markers"
_NAME_IT: Final = "; if a marker is on it: --set 'panel.names={CHANNEL: MARKER}'"
WHY: Final = {
    "viability": ("a second viability dye", "; to use it instead: --set panel.viability=CHANNEL"),
    "dna": ("DNA, which every cell has", _INSTEAD),
    "event length": ("length of the ion cloud", ""),
    "gaussian": ("shape of the ion cloud", ""),
    "bead": ("calibration beads", _INSTEAD),
    "barcode": ("a sample's barcode", _INSTEAD),
    "blank": ("nothing is on it", _NAME_IT),
    "autofluorescence": ("autofluorescence", _INSTEAD),
    "raw detector": ("a raw detector of a spectral cytometer", ": unmix the file first"),
    "index": ("a number that is no signal of cells", _NAME_IT),
}
"""What roles that are not used hold, and how to say otherwise."""
_OWN: Final = ("name", "label", "isotope", "values")


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
    detectors = [measure_of(panel.channels[i])[0] for i in panel.stained]
    if not panel.markers[column] and measure_of(panel.channels[column])[0] in detectors:
        return "another measure of a pulse that is used"
    return "neither label ($PnS) nor name ($PnN) is a marker; if one is: --set 'panel.names={CHANNEL: MARKER}'"
