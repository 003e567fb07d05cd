"""The axes that a sorter has, and the pairs of them on which gates are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from cytoclust import keys
from cytoclust.gating import PreGate
from cytoclust.io import Panel
from cytoclust.pp import find_pulses, find_viability, stained_columns

__all__ = ["GatePairs", "gate_pairs"]

_PULSES: Final = (
    ("FSC-A", "FSC-H"), ("FSC-A", "FSC-W"), ("FSC-H", "FSC-W"), ("SSC-A", "SSC-H"), ("SSC-A", "SSC-W"),
)  # fmt: skip
_DOUBLET: Final = ("doublet",)
_DEAD: Final = ("dead", "debris")


@dataclass(frozen=True)
class GatePairs:
    """Columns of the panel that gates may be on, and pairs of these by their place among them."""

    columns: tuple[int, ...]
    pre_gates: tuple[PreGate, ...]
    pairs: tuple[tuple[int, int], ...]


def gate_pairs(panel: Panel, *, viability: str) -> GatePairs:
    """Singlet gate on two parts of one pulse, viability gate on the dye and a scatter, others on markers and scatter.

    Without a dye, the second gate is on both scatters, against debris and what else shows there that a cell is dead.
    """
    pulses, dye = find_pulses(panel), find_viability(panel, viability)
    sizes = [
        column for kind in ("FSC", "SSC") if (column := pulses.get(f"{kind}-A", pulses.get(f"{kind}-H"))) is not None
    ]
    stained = [int(column) for column in stained_columns(panel, viability)]
    used = sorted({*sizes, *pulses.values(), *stained, *([dye] if dye >= 0 else [])})
    place = {column: at for at, column in enumerate(used)}

    def pairs(of: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        return tuple((place[x], place[y]) for x, y in of)

    singlets = [(pulses[x], pulses[y]) for x, y in _PULSES if x in pulses and y in pulses]
    viable = [(size, dye) for size in sizes] if dye >= 0 else list(combinations(sizes, 2))
    return GatePairs(
        tuple(used),
        (
            PreGate("singlets", pairs(singlets), _codes(_DOUBLET)),
            PreGate("viable" if dye >= 0 else "cells", pairs(viable), _codes(_DEAD)),
        ),
        pairs(list(combinations(sorted({*sizes, *stained}), 2))),
    )


def _codes(checks: Sequence[str]) -> frozenset[int]:
    """Of the categories of quality control."""
    return frozenset(keys.QC.index(name) for name in checks if name in keys.QC)
