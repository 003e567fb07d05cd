"""The version, which the package, its distribution and every record tell."""

from typing import Final

__all__ = ["VERSION"]

VERSION: Final = "0.1.0"
