"""The parts that can be added to: readers, quality checks, transforms, clustering methods, exporters; a row each."""

from cytoclust.registry._kinds import Check, Exporter, Method, OfMass, Reader, Registry, Row, Transform
from cytoclust.registry._rows import CHECKS, EXPORTERS, METHODS, READERS, TRANSFORMS

__all__ = [
    "CHECKS",
    "EXPORTERS",
    "METHODS",
    "READERS",
    "TRANSFORMS",
    "Check",
    "Exporter",
    "Method",
    "OfMass",
    "Reader",
    "Registry",
    "Row",
    "Transform",
]
