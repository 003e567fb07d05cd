"""What each column of a panel would be used for, and why."""

from typing import Final

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import Panel, fold_marker, measure_of
from cytoclust.params import Config
from cytoclust.pp import choose_markers, find_mass, find_uses, find_viability, is_mass, tells_quality, unsaid_dyes

__all__ = ["find_roles"]


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
    uses = find_uses(panel, clustered=clustered, dye=dye, chosen=config.cluster.markers is not None)
    return [(use, _why(i, use, panel, config)) for i, use in enumerate(uses)], faults


def _why(column: int, use: str, panel: Panel, config: Config) -> str:
    if use == "viability":
        named = config.panel.viability != "auto"
        return "named in panel.viability" if named else "called as a viability dye: dead cells take it up"
    if use == "clustering":
        return _why_clustered(column, panel, config)
    if use == "naming":
        return "stained, and not in cluster.markers: it names clusters"
    role, tells = panel.roles[column], tells_quality(panel).get(column, "")
    if role not in WHY or (tells and role == "index"):
        return tells or _why_left_out(column, panel)
    what, instead = WHY[role]
    reason = panel.reasons[column]
    by = f", by its {reason}" if reason in _OWN else ""
    if role == "bead" and not tells and is_mass(panel) and find_mass(panel).beads:
        by += ": beads are told by other isotopes of theirs"
    return what + by + (f": {tells}" if tells else "") + instead


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
