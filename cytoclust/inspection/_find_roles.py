"""What each column of a panel would be used for, and why."""

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import PULSE, Panel
from cytoclust.params import Config
from cytoclust.pp import choose_markers, find_scatter, find_viability

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
    if dye < 0 and config.panel.viability == "auto":
        faults.append(Finding("no viability dye"))
    return [_role(i, panel, config, clustered, dye) for i in range(len(panel.names))], faults


def _role(column: int, panel: Panel, config: Config, clustered: set[int], dye: int) -> tuple[str, str]:
    if column == dye:
        named = config.panel.viability != "auto"
        return "viability", "named in panel.viability" if named else "called as a viability dye: dead cells take it up"
    if column in clustered:
        return "clustering", _why_clustered(column, panel, config)
    kind = panel.signal_types[column]
    if column in panel.stained and config.cluster.markers is not None:
        return "naming", "stained, and not in cluster.markers: it names clusters"
    if kind == "time":
        return "quality", "shows clogs and drift"
    if kind == "scatter":
        sizes = column in find_scatter(panel).values()
        return "quality", "tells debris and doublets" if sizes else "a second detector of its kind: kept, not needed"
    if kind == "other":
        return NOT_USED, "no signal of cells"
    return NOT_USED, _why_left_out(column, panel)


def _why_clustered(column: int, panel: Panel, config: Config) -> str:
    if config.cluster.markers is not None:
        return "named in cluster.markers"
    if panel.channels[column] in config.panel.names:
        return "named in panel.names"
    return "its label names a marker" if panel.markers[column] else "no channel names a marker, so each detector counts"


def _why_left_out(column: int, panel: Panel) -> str:
    """Of a signal that is not clustered on."""
    pulse = PULSE.match(panel.channels[column])
    if pulse and not panel.markers[column]:
        twins = [PULSE.match(panel.channels[i]) for i in panel.stained]
        same = [twin for twin in twins if twin and twin["detector"].casefold() == pulse["detector"].casefold()]
        if same:
            return "another measure of a pulse that is used"
    return "its label names no marker ($PnS)"
