"""How much of a population a sample has, with the word, the count and the limit that belong to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.report._blocks import text
from cytoclust.report._gather import Inputs
from cytoclust.report._status import STYLES, SYMBOLS
from cytoclust.stats import exact_interval
from cytoclust.words import count, percent, plural

__all__ = ["Amount", "amounts_of", "base_of", "key_populations", "level_range", "malignant", "span"]

QUANTIFIED, DETECTED, TRACE, NOT_DETECTED, NOT_EVALUABLE = keys.STATUSES
MOST = 6  # populations on the first page


@dataclass(frozen=True)
class Amount:
    """A row of ``populations.csv`` as it is told.

    ``level`` is of the ``n_base`` cells (per million of the table over a million), with its counting interval ``low``
    to ``high``; ``fraction`` with ``of_low`` to ``of_high`` is of the parent.
    """

    population: str
    parent: str
    status: str
    n_events: int
    n_parent: int
    n_base: int
    level: float
    low: float
    high: float
    fraction: float
    of_low: float
    of_high: float
    per_million: float
    lob: float
    lod95: float
    upper: float
    cannot_tell: str = ""
    sample: str = ""

    @property
    def here(self) -> bool:
        """Whether the sample has it."""
        return self.status in keys.SHOWN

    @property
    def part_known(self) -> bool:
        """Whether its share of the parent can be told."""
        return not self.cannot_tell and self.status != NOT_EVALUABLE

    @property
    def nameless(self) -> bool:
        """Whether these data cannot call any cell so."""
        return self.cannot_tell == keys.UNTOLD[0]

    @property
    def word(self) -> str:
        """The status in a word."""
        return "cannot tell" if self.nameless else self.status

    @property
    def symbol(self) -> str:
        """The sign of the status."""
        return SYMBOLS.get(self.status, "")

    @property
    def style(self) -> str:
        """The class of the status."""
        return STYLES.get(self.status, "")

    @property
    def counted(self) -> str:
        """``13 events``."""
        return plural(self.n_events, "event")

    @property
    def limit(self) -> str:
        """What the count leaves open: the interval where it can be relied on, else the upper limit."""
        if self.nameless:
            return "a marker is not told"
        if self.status in (QUANTIFIED, DETECTED):
            return span(self.low, self.high)
        return f"<\u00a0{percent(self.upper)}" if self.upper < 1 else "no limit"

    @property
    def value(self) -> str:
        """The level where it can be told."""
        return percent(self.level) if self.here else ""

    @property
    def told(self) -> str:
        """``1.9 % (45 events)``, ``a trace (13 events, < 0.18 %)``, ``none seen (< 0.02 %)``."""
        if self.nameless:
            return "cannot tell: these data do not tell a marker that it needs"
        if self.status in (QUANTIFIED, DETECTED):
            return f"{self.value} ({self.counted})"
        if self.status == TRACE:
            return f"a trace ({self.counted}, {self.limit})"
        seen = f"{self.counted}, no more than background" if self.n_events else "none seen"
        return f"{seen} ({self.limit})" if self.status == NOT_DETECTED else f"not evaluable ({seen}, {self.limit})"


def span(low: float, high: float) -> str:
    """``4.3–4.4 %``."""
    return f"{percent(low).removesuffix(chr(160) + '%')}–{percent(high)}"


def amounts_of(inputs: Inputs) -> dict[tuple[str, str], Amount]:
    """Amount by sample and population."""
    table = inputs.populations
    if not {keys.SAMPLE, keys.POPULATION, keys.STATUS, keys.N_BASE, keys.PER_MILLION, keys.UPPER} <= set(table):
        return {}
    confidence = float(inputs.parameter("detect", "confidence"))
    low, high = exact_interval(table[keys.N_EVENTS], table[keys.N_BASE], confidence=confidence)
    return {
        (str(row[keys.SAMPLE]), str(row[keys.POPULATION])): _amount(row, float(below), float(above))
        for row, below, above in zip(table.to_dict("records"), low, high, strict=True)
    }


def _amount(row: Mapping[Any, Any], low: float, high: float) -> Amount:
    def number(key: str) -> float:
        value = row.get(key)
        return float("nan") if value is None or pd.isna(value) else float(value)

    return Amount(
        population=str(row[keys.POPULATION]), parent=str(row.get(keys.PARENT, keys.ROOT)),
        status=str(row[keys.STATUS]), n_events=int(row[keys.N_EVENTS]), n_parent=int(row[keys.N_PARENT]),
        n_base=int(row[keys.N_BASE]), level=number(keys.PER_MILLION) / 1e6, low=low, high=high,
        fraction=number(keys.FRACTION), of_low=number(keys.CI_LOW), of_high=number(keys.CI_HIGH),
        per_million=number(keys.PER_MILLION), lob=number(keys.LOB), lod95=number(keys.LOD95),
        upper=number(keys.UPPER), cannot_tell=text(row.get(keys.CANNOT_TELL)).text,
        sample=str(row[keys.SAMPLE]),
    )  # fmt: skip


def malignant(inputs: Inputs) -> list[str]:
    """Populations that the rules call malignant, but those under another one."""
    ill = {each.name: each.parent for each in inputs.rules if each.malignant}
    return [name for name, parent in ill.items() if parent not in ill]


def key_populations(inputs: Inputs, asked: list[str]) -> list[str]:
    """What the first page shows: tumour and what the study asks about; where it asks nothing, the lowest named."""
    known = [name for name in dict.fromkeys(inputs.populations[keys.POPULATION].astype(str))
             if name not in (keys.UNKNOWN, keys.UNASSIGNED)] if len(inputs.populations) else []  # fmt: skip
    wanted = [name for name in dict.fromkeys([*malignant(inputs), *asked]) if name in known]
    if wanted:
        return wanted[:MOST]
    above = set(inputs.populations[keys.PARENT].astype(str)) if keys.PARENT in inputs.populations else set()
    return [name for name in known if name not in above][:MOST]


def base_of(inputs: Inputs, population: str) -> str:
    """What the level of a population is a level of."""
    ill = {each.name for each in inputs.rules if each.malignant}
    return "normal cells" if ill and population not in ill else "all cells"


def level_range(amounts: Sequence[Amount]) -> str:
    """Of several samples: how many have it, and from what to what; else what is excluded in each."""
    seen = [each for each in amounts if each.here]
    if seen:
        levels = np.array([each.level for each in seen])
        ends = percent(levels.min()) if len(seen) == 1 else span(levels.min(), levels.max())
        return f"in {count(len(seen))} of {count(len(amounts))}: {ends}"
    limits = [each.upper for each in amounts if each.status == NOT_DETECTED]
    blind = sum(each.status == NOT_EVALUABLE for each in amounts)
    told = f"in none of {count(len(amounts))}"
    told += f": each <\u00a0{percent(max(limits))}" if limits else ""
    few = "too few cells to tell" if blind == len(amounts) else f"in {count(blind)} too few cells to tell"
    return told + (f" ({few})" if blind else "")
