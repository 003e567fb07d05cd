"""Moved cuts as parameters of a run."""

from typing import Any

import yaml

from cytoclust.errors import InputError
from cytoclust.exploration._explorer import Explorer

__all__ = ["thresholds_yaml"]


def thresholds_yaml(explorer: Explorer) -> str:
    """``annotate.thresholds`` of the cuts that were moved, with the scale that they hold for.

    The numbers are on the scale of the run, as a run reads them; beside each stands the signal in the unit of the file.

    Raises
    ------
    InputError
        No cut was moved.
    """
    signals = explorer.thresholds
    if not signals:
        raise InputError("No cut was moved: drag one first.")
    axes = {name: explorer.events.axes[explorer.events.at(name)] for name in signals}
    cofactors = {name: axis.parameters[0] for name, axis in axes.items() if axis.scale == "arcsinh"}
    lines = [
        "# Cuts drawn in the explorer: cytoclust run SAMPLES -o OUT --config this file",
        "annotate:",
        "  thresholds:",
    ]
    for name, signal in signals.items():
        place = float(axes[name].coordinates(signal))
        lines.append(f"    {_scalar(name)}: {place:.9g}  # {signal:g} in the unit of the file")
    if cofactors:
        lines += ["transform:", "  cofactor:"]
        lines += [f"    {_scalar(name)}: {cofactor!r}" for name, cofactor in cofactors.items()]
    return "\n".join(lines) + "\n"


def _scalar(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, width=1000).removesuffix("\n...\n").strip()
