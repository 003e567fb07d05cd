"""What the program found worth saying: codes with data, from which sentences are made at the edge."""

from cytoclust.findings._finding import KINDS, Finding
from cytoclust.findings._in_tables import from_cell, to_cell
from cytoclust.findings._kind import Kind
from cytoclust.findings._limits import BY_NAME, as_marker

__all__ = ["BY_NAME", "KINDS", "Finding", "Kind", "as_marker", "from_cell", "to_cell"]
