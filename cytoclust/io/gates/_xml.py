"""What the writers of XML share."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import numpy as np

from cytoclust.io._atomic_path import atomic_path

__all__ = ["NAMESPACES", "add", "coordinate", "safe_ids", "words", "write_xml"]

_ISAC: Final = "http://www.isac-net.org/std/Gating-ML/v2.0/"
NAMESPACES: Final = {
    "xmlns:gating": f"{_ISAC}gating",
    "xmlns:transforms": f"{_ISAC}transformations",
    "xmlns:data-type": f"{_ISAC}datatypes",
}
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Source: XML 1.0, 2.2."""
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST: Final = 60


def add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    """A child; ``gating__id`` is the attribute ``gating:id``, ``data_type__name`` is ``data-type:name``."""
    named = {key.replace("__", ":").replace("data_type", "data-type"): words(text) for key, text in attributes.items()}
    return ET.SubElement(parent, tag, named)


def words(text: str) -> str:
    """Text with an underscore for each character that XML cannot hold."""
    return _FORBIDDEN.sub("_", text)


def coordinate(value: float) -> str:
    """A number in full precision."""
    return repr(float(np.float64(value)))


def safe_ids(names: Iterable[str]) -> dict[str, str]:
    """An id for each name that XML can take for one (xsd:ID): unique, of ASCII letters, digits, ``_``, ``.``, ``-``."""
    return {
        name: f"gate_{number}_{_UNSAFE.sub('_', name)[:_LONGEST]}".rstrip("_")
        for number, name in enumerate(names, start=1)
    }


def write_xml(root: ET.Element, path: Path) -> None:
    """Write a document; atomically."""
    ET.indent(root)
    with atomic_path(path) as temporary:
        ET.ElementTree(root).write(temporary, encoding="utf-8", xml_declaration=True)
