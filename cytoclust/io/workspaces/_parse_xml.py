"""XML of strangers: parsed without entities, document types or the network."""

import re
from pathlib import Path
from typing import Any, Final

from cytoclust.errors import InputError
from cytoclust.io._unreadable import unreadable
from cytoclust.io.workspaces._needed import needed

__all__ = ["attribute", "child", "children", "local_name", "parse_xml", "real"]

_LARGEST: Final = 512 * 2**20
"""Bytes of an XML file that is read. Bears on no result: a workspace of a thousand samples has some 100 MB."""
_ATTRIBUTES: Final = 5_000
"""Of an element: a parser compares each with all. Bears on no result."""
_DECLARED: Final = re.compile(rb"<\s*!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def parse_xml(path: Path) -> Any:
    """The root element of an XML file.

    Raises
    ------
    InputError
        The file cannot be read, is no XML, or declares a document type or entities, which no gate file needs and
        which can name other files or grow without end.
    """
    etree = needed("lxml.etree", path)
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"{path} has {path.stat().st_size} bytes; XML of at most {_LARGEST} is read.")
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from None
    refused = f"{path} declares a document type or entities, which is refused in XML: save it without."
    if _DECLARED.search(data.replace(b"\0", b"")):  # UTF-16 has a NUL beside each letter
        raise InputError(refused)
    if any(part.count(b"=") > _ATTRIBUTES for part in data.split(b"<")):
        raise InputError(f"{path} has an element of more than {_ATTRIBUTES} attributes, as no gate file has.")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, dtd_validation=False, no_network=True, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{path} is no XML that can be read: {' '.join(str(error).split())}.") from None
    if root.getroottree().docinfo.doctype:
        raise InputError(refused)
    return root


def local_name(element: Any) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Any, *names: str) -> list[Any]:
    """Elements right under one, by their names without namespace; all, where none is named."""
    return [] if element is None else [each for each in element if not names or local_name(each) in names]


def child(element: Any, *names: str) -> Any:
    """The first element of these names, or None."""
    return next(iter(children(element, *names)), None)


def attribute(element: Any, name: str) -> str | None:
    """An attribute by its name, whatever namespace its writer put it into; None where there is none."""
    if element is None:
        return None
    return next((str(text) for key, text in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def real(element: Any, name: str) -> float | None:
    """An attribute as a number; None where there is none.

    Raises
    ------
    ValueError
        It is no finite number.
    """
    text = attribute(element, name)
    if text is None or not text.strip():
        return None
    number = float(text)
    if number - number != 0:  # infinite or NaN
        raise ValueError(f"{name} is {text!r}, which is no finite number")
    return number
