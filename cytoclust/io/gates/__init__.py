"""Gates: what they are, which events lie in them, and their files."""

from cytoclust.io.gates._axis import Axis, Scale
from cytoclust.io.gates._gate import Gate
from cytoclust.io.gates._inside import chain, inside

__all__ = ["Axis", "Gate", "Scale", "chain", "inside"]
