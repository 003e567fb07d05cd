"""Detectors called after a viability dye, of which their labels say nothing."""

from cytoclust.findings import Finding
from cytoclust.io import Panel, is_viability, measure_of
from cytoclust.pp._fit_quality import find_viability

__all__ = ["unsaid_dyes"]


def unsaid_dyes(panel: Panel, viability: str) -> list[Finding]:
    """What to tell of signals without a marker whose detector is called after a viability dye (``7-AAD-A``).

    Any stain may be on such a detector, so it is not taken for the dye. Nothing is told where a dye is known, or where
    the user has said what is.
    """
    if viability != "auto" or find_viability(panel, viability) >= 0:
        return []
    detectors = [measure_of(channel)[0] for channel in panel.channels]
    called = [
        panel.channels[i] for i, role in enumerate(panel.roles) if role == "signal" and is_viability(detectors[i])
    ]  # fmt: skip
    return [Finding("dye by its detector alone", channels=called)] if called else []
