"""Wells from RDML, the exchange format of qPCR: a zip with XML."""

import zipfile
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import pandas as pd
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cytoclust.errors import InputError
from cytoclust.validation._bench_sheet import ROW

__all__ = ["is_rdml", "read_rdml"]

_MOST: Final = 64 * 1024**2
"""Bytes of XML that are read. Bears on no result: a plate with its curves has some megabytes,
and XML that is elements alone takes thirty times its size in memory."""
_ELEMENTS: Final = 2_000_000
"""Elements that are read. Bears on no result: a plate of 384 wells with its curves has some 100,000."""
_CHUNK: Final = 2**20  # bytes read at once; bears on no result


def is_rdml(path: Path) -> bool:
    """Whether a file is called as RDML, or is a zip with its document."""
    if path.suffix.casefold() in (".rdml", ".rdm"):
        return True
    return path.suffix.casefold() not in (".xlsx", ".xlsm", ".xltx") and path.is_file() and zipfile.is_zipfile(path)


def read_rdml(path: Path) -> pd.DataFrame:
    """``plate, well, fraction_id, target, sample_type, cq, quantity``: one row a reaction and target of every run.

    Raises
    ------
    InputError
        The file is no RDML, holds entities, is larger than can be meant, or has no reaction with a Cq.
    """
    if not path.is_file():
        raise InputError(f"{path} does not exist.")
    try:
        root = fromstring(_document(path), forbid_dtd=True)
    except DefusedXmlException:
        raise InputError(f"{path} declares a document type or entities, which RDML has not: it is not read.") from None
    except (ParseError, zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise InputError(f"{path} is not whole RDML: {error}.") from None
    samples = {each.get("id", ""): each for each in _all(root, "sample")}
    targets = {each.get("id", ""): _said(each, "description") for each in _all(root, "target")}
    rows = [
        {"plate": _plate(experiment, run), **row}
        for experiment in _all(root, "experiment")
        for run in _all(experiment, "run")
        for react in _all(run, "react")
        for row in _reaction(path, run, react, samples)
    ]
    if not rows:
        known = f"{len(samples)} samples and {len(targets)} targets, but " if samples or targets else ""
        raise InputError(f"{path} has {known}no reaction with a target; export it with its results.")
    table = pd.DataFrame(rows)
    table.insert(0, ROW, range(1, len(table) + 1))
    return table


def _document(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.casefold().endswith(".xml")]
        name = next((each for each in names if each.endswith("rdml_data.xml")), names[0] if len(names) == 1 else "")
        if not name:
            raise InputError(f"{path} is no RDML: it holds no rdml_data.xml.")
        parts, size = [], 0
        with archive.open(name) as handle:
            while part := handle.read(_CHUNK):
                size += len(part)
                if size > _MOST:
                    raise InputError(f"{path}: its XML is larger than {_MOST // 1024**2} MB, and is not read.")
                parts.append(part)
    xml = b"".join(parts)
    if xml.count(b"<") > 2 * _ELEMENTS:  # each begins and ends
        raise InputError(f"{path}: its XML has more than {_ELEMENTS} elements, and is not read.")
    return xml


def _all(parent: Element, name: str) -> list[Element]:
    """Children by name, in any version's namespace."""
    return [each for each in parent if each.tag.rpartition("}")[2] == name]


def _said(parent: Element, name: str) -> str:
    found = _all(parent, name)
    return (found[0].text or "").strip() if found else ""


def _reference(parent: Element, name: str) -> str:
    found = _all(parent, name)
    return found[0].get("id", "") if found else ""


def _plate(experiment: Element, run: Element) -> str:
    return " ".join(dict.fromkeys(each for each in (experiment.get("id", ""), run.get("id", "")) if each))


def _reaction(path: Path, run: Element, react: Element, samples: dict[str, Element]) -> list[dict[str, object]]:
    """A row for each target of a reaction; one that was excluded is left out."""
    sample = _reference(react, "sample")
    entry = samples.get(sample)
    rows = []
    for data in _all(react, "data"):
        target = _reference(data, "tar")
        if not target or _all(data, "excl"):
            continue
        kind, quantity = _kind(entry, target)
        cq = _cq(_said(data, "cq"), f"{path}, reaction {react.get('id', '')}, {target}")
        rows.append(
            {
                "well": _well(run, react.get("id", "")),
                "fraction_id": sample,
                "target": target,
                "sample_type": kind,
                "cq": cq if cq > 0 else np.nan,
                "quantity": quantity,
            }
        )
    return rows


def _kind(entry: Element | None, target: str) -> tuple[str, float]:
    """Type and quantity of a sample, which may differ by target."""
    if entry is None:
        return "", np.nan

    def own(name: str) -> Element | None:
        found = _all(entry, name)
        mine = [each for each in found if each.get("targetId") == target]
        plain = [each for each in found if not each.get("targetId")]
        return next(iter([*mine, *plain]), None)

    kind, quantity = own("type"), own("quantity")
    return (kind.text or "") if kind is not None else "", np.nan if quantity is None else _number(
        _said(quantity, "value")
    )


def _well(run: Element, number: str) -> str:
    """``A1``, by the number of a reaction and the columns of its plate."""
    form = _all(run, "pcrFormat")
    columns = _said(form[0], "columns") if form else ""
    if not (number.isdigit() and columns.isdigit() and int(columns) > 1 and 0 < int(number) <= 26 * int(columns)):
        return number
    row, column = divmod(int(number) - 1, int(columns))
    return f"{chr(ord('A') + row)}{column + 1}"


def _cq(text: str, where: str) -> float:
    """A decimal comma is read; NaN and −1 are how programs say that nothing amplified."""
    cq = _number(text.replace(",", "."))
    if np.isnan(cq) and text.casefold() not in ("", "nan"):
        raise InputError(f"{where}: its Cq must be a number, or empty. Got {text!r:.60} instead.")
    return cq


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan
