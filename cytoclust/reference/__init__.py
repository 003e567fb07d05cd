"""References: a finished run frozen, so that new samples get the same clusters and names (``ct.apply``)."""

from cytoclust.frozen import Reference
from cytoclust.frozen import open_reference as show
from cytoclust.pipeline import build_reference as build
from cytoclust.pipeline import check_reference as check

__all__ = ["Reference", "build", "check", "show"]
