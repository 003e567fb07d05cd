"""Findings about what a panel cannot show, and about rules and thresholds."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind
from cytoclust.words import listed, plural

__all__ = ["BY_NAME", "LIMITS", "as_marker"]

_FEW: Final = 3  # populations listed within a sentence; of more, the number stands first
_SET_ASIDE: Final = "dead cells are set aside by it, and rules cannot use it"
BY_NAME: Final = f"is called as a viability dye is: {_SET_ASIDE}"


def as_marker(channel: str = "CHANNEL", marker: str = "MARKER") -> str:
    """How a viability dye's channel becomes that of a marker."""
    return f"To use it as a marker: --set panel.viability=none and --set 'panel.names={{{channel}: {marker}}}'."


def _lost(data: Mapping[str, Any]) -> str:
    return f", so that {listed(data['populations'])} cannot be named" if data["populations"] else ""


def _dye_by_name(data: Mapping[str, Any]) -> str:
    held = listed(data["markers"])
    return f"{held} {BY_NAME}{_lost(data)}. {as_marker(marker=data['marker'])}"


def _dye_channel(data: Mapping[str, Any]) -> str:
    channel, label = data["channel"], data["label"]
    shown = channel if label in ("", channel) else f"{channel} ({label})"
    return f"{shown} serves as viability dye: {_SET_ASIDE}{_lost(data)}. {as_marker(channel, data['marker'])}"


def _dye_threshold(data: Mapping[str, Any]) -> str:
    return f"A threshold is given for {data['name']!r}, which {BY_NAME}. {as_marker()}"


def _which(data: Mapping[str, Any]) -> str:
    names = data["populations"]
    which = listed(names) if len(names) <= _FEW else f"{plural(len(names), 'population')} ({', '.join(names)})"
    if data["with_descendants"]:
        which += f" and what belongs to {'it' if len(names) == 1 else 'them'}"
    return which


def _not_nameable(data: Mapping[str, Any]) -> str:
    return f"Without {listed(data['markers'])}, {_which(data)} cannot be named; such cells are {data['instead']}."


def _several_not_nameable(data: Mapping[str, Any]) -> str:
    each = [f"{_which(one)} (without {listed(one['markers'])})" for one in data["each"]]
    return f"{listed(each)} cannot be named; such cells are {data['each'][0]['instead']}."


def _one_mode(data: Mapping[str, Any]) -> str:
    rest = "rests" if len(data["resting"]) == 1 else "rest"
    says = ((data["resting"], f"{rest} on that"), (data["lost"], "cannot be named"))
    consequence = "; ".join(f"{listed(names)} {what}" for names, what in says if names)
    if data["state"] == "?":
        return (
            f"{data['marker']} shows one mode only, and nothing tells whether all cells have it or none: "
            f"{listed(data['lost'])} cannot be named. An unstained or FMO control, a threshold of your own, or cells "
            "without it (or with it) in the cohort would tell."
        )
    state = "negative" if data["state"] == "-" else "positive"
    return f"{data['marker']} shows one mode only and is taken as {state}: {consequence}."


def _beyond(data: Mapping[str, Any]) -> str:
    where = "no cluster reaches it" if data["threshold"] > data["high"] else "every cluster lies above it"
    return (
        f"The threshold given for {data['marker']}, {data['threshold']:g}, parts nothing: {where}. Medians of clusters "
        f"go from {data['low']:.3g} to {data['high']:.3g}, on the transformed scale: is the threshold on that scale?"
    )


LIMITS: Final = {
    "marker is a viability dye": Kind(_dye_by_name),
    "channel of the viability dye": Kind(_dye_channel),
    "threshold of a viability dye": Kind(_dye_threshold),
    "populations not nameable": Kind(_not_nameable),
    "several not nameable": Kind(_several_not_nameable),
    "marker mirrored": Kind(
        "The panel has {has}, which most T cells with little {marker} carry: rules of your own can ask for {has}- "
        "instead of {marker}+, and {has}+ instead of {marker}-."
    ),
    "mimic without marker": Kind("Without {markers:and}, {mimic} cannot be excluded from {population}."),
    "one mode": Kind(_one_mode),
    "never named": Kind("{name} can never be named: its {marker} is none that {above}, to which it belongs, may have."),
    "rules overlap": Kind(
        "The rules of {first} and {second} can both be met by the same cells; such a cluster gets the name of what "
        "both belong to, or is unknown."
    ),
    "threshold beyond clusters": Kind(_beyond),
}
