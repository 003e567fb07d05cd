"""What the assays of a plate are for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from cytoclust.errors import InputError, nearest
from cytoclust.unique_yaml import load_unique_yaml

__all__ = ["ABSENT", "DNA", "MRNA", "PRESENT", "Assay", "read_assays"]

MRNA: Final = "mRNA"
DNA: Final = "DNA"
PRESENT: Final = "present"
ABSENT: Final = "absent"
_ROLES: Final = ("target", "reference")
_MOST_CONTAMINATION: Final = 0.05
"""Share of other cells. Chosen: what a sort in purity mode promises; a hundred cells can just show it."""
_MARGIN: Final = 3.0
"""Cycles. Chosen: an eighth of what the earliest well without template holds."""
_EFFICIENCIES: Final = (0.5, 1.2)
"""Least and greatest share of strands copied in a cycle. Chosen: none in use is beyond; 95 for 95 % is."""


@dataclass(frozen=True)
class Assay:
    """One target, as ``assays.yaml`` describes it.

    Attributes
    ----------
    kind, role
        ``mRNA`` or ``DNA``; ``target`` or ``reference``.
    of
        The population that it is a mark of; by default the one that must have it.
    efficiency
        Given by hand, 1 for a doubling a cycle; None: by the standards.
    expect
        ``present`` or ``absent`` by population.
    max_contamination
        Share of the population that it marks, which a fraction without it may have at most.
    ntc_margin
        Cycles before the earliest well without template, from which on a well does not count.
    copies_per_unit
        Copies in one unit of the standards' quantity.
    per_reference
        Copies for each copy of the reference in a pure cell that has it; None: by the patient's own fraction.
    """

    target: str
    kind: str
    role: str = "target"
    of: str = ""
    efficiency: float | None = None
    expect: Mapping[str, str] = field(default_factory=dict, hash=False)
    max_contamination: float = _MOST_CONTAMINATION
    ntc_margin: float = _MARGIN
    copies_per_unit: float = 1.0
    per_reference: float | None = None


_KEYS: Final = (
    "kind",
    "role",
    "of",
    "efficiency",
    "expect",
    "max_contamination",
    "ntc_margin",
    "copies_per_unit",
    "per_reference",
)
_BOUNDS: Final = {
    "efficiency": _EFFICIENCIES,
    "max_contamination": (0.0001, 0.5),
    "ntc_margin": (0.0, 20.0),
    "copies_per_unit": (1e-6, 1e12),
    "per_reference": (1e-6, 1e6),
}


def read_assays(path: str | Path) -> dict[str, Assay]:
    """The assays of a YAML file by target.

    Raises
    ------
    InputError
        The file is no YAML, or a key or value is not allowed; it names file, target and key.
    """
    file = Path(path)
    try:
        told = load_unique_yaml(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{file} is not YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(told, dict) or not told:
        raise InputError(f"{file} must have a key for each target. Got {_shown(told)} instead.")
    found = {str(target): _assay(file, str(target), values) for target, values in told.items()}
    if not any(each.role == "target" for each in found.values()):
        raise InputError(f"{file} has no assay with the role target, only {', '.join(found)}.")
    return found


def _assay(file: Path, target: str, values: Any) -> Assay:
    where = f"{file}, {target}"
    if not isinstance(values, dict):
        raise InputError(f"{where}: it must have keys such as kind and role. Got {_shown(values)} instead.")
    for key in values:
        if key not in _KEYS:
            raise InputError(f"{where}: {key!r} is no key; allowed are {', '.join(_KEYS)}.{nearest(str(key), _KEYS)}")
    given = {key: value for key, value in values.items() if value is not None and value != "auto"}
    kind = {"mrna": MRNA, "rna": MRNA, "cdna": MRNA, "dna": DNA, "gdna": DNA}.get(str(given.get("kind", "")).casefold())
    if kind is None:
        raise InputError(f"{where}, kind: it must be mRNA or DNA. Got {_shown(given.get('kind'))} instead.")
    role = given.get("role", "target")
    if role not in _ROLES:
        raise InputError(f"{where}, role: it must be {' or '.join(_ROLES)}. Got {_shown(role)} instead.")
    expect = given.get("expect", {})
    if not isinstance(expect, dict) or not all(word in (PRESENT, ABSENT) for word in expect.values()):
        raise InputError(
            f"{where}, expect: it must give {PRESENT} or {ABSENT} for each population. Got {_shown(expect)} instead."
        )
    if expect and role == "reference":
        raise InputError(f"{where}, expect: a reference is expected in every cell; leave the key out.")
    numbers = {key: _number(f"{where}, {key}", given[key], *_BOUNDS[key]) for key in _BOUNDS if key in given}
    has = [str(name) for name, word in expect.items() if word == PRESENT]
    of = str(given.get("of", has[0] if has else ""))
    return Assay(target, kind, role, of, expect={str(name): word for name, word in expect.items()}, **numbers)


def _number(where: str, value: Any, low: float, high: float) -> float:
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not plain or not low <= value <= high:
        hint = " Write 0.95 for 95 %." if where.endswith("efficiency") else ""
        raise InputError(f"{where}: it must be a number >= {low:g} and <= {high:g}.{hint} Got {_shown(value)} instead.")
    return float(value)


def _shown(value: Any) -> str:
    return "nothing" if value is None else f"{value!r:.60}"
