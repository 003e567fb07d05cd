"""A card for each discovery: a sentence, the verdict, the evidence, the objections and the figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pandas as pd

from cytoclust import keys, pl
from cytoclust.pl.medians import stained
from cytoclust.pl.style import new_axes
from cytoclust.report._blocks import Figure, embed, number, text
from cytoclust.report._gather import Inputs, findings_in
from cytoclust.words import plural

__all__ = ["CHANCE", "Card", "cards", "words"]

SUPPORTED, UNSUPPORTED, ARTEFACT = keys.VERDICTS
NOT_COMPARED: Final = "not compared"
CHANCE: Final = "chance is not ruled out"
MOST, SUGGESTED = 8, 4  # cards with figures: of claims, and where none is supported (all but the first folded)
ICONS: Final = {SUPPORTED: "✓", UNSUPPORTED: "?", ARTEFACT: "✕", NOT_COMPARED: "–"}


@dataclass(frozen=True)
class Card:
    """What one card shows.

    ``numbers`` are values and what they are, ``objections`` flags and what they mean, ``also`` other claims on the
    same.
    """

    verdict: str
    candidate: str
    claim: str
    sentence: str = ""
    also: list[str] = field(default_factory=list)
    phenotype: str = ""
    numbers: list[tuple[str, str]] = field(default_factory=list)
    objections: list[tuple[str, str]] = field(default_factory=list)
    amount: Figure | None = None
    evidence: Figure | None = None
    folded: bool = False  # one line, until it is opened

    @property
    def icon(self) -> str:
        """A sign beside the word, which alone would tell."""
        return ICONS.get(self.verdict, "")


def words(row: Mapping[Any, Any]) -> str:
    """A claim with what it is compared with: ``only in metastatic at diagnosis, compared with other groups …``."""
    claim, against = text(row[keys.CLAIM]).text, text(row.get(keys.AGAINST)).text
    if row.get("question") == "time":  # of one group: the group is no part of the difference
        group, extent = text(row.get(keys.GROUP)).text, "only" if row["only"] else "more"
        claim = f"{extent} at {text(row.get(keys.TIMEPOINT)).text}" + (f" in {group}" if group else "")
    return f"{claim}, compared with {against}" if against else claim


def cards(inputs: Inputs) -> list[Card]:
    """A card for each population or cluster: supported claims, then what the study asks about, then artefacts.

    What could not be tested is in the table only. Where nothing is supported, the likeliest suggestions fill up, of
    which one is open; where nothing was compared, what was there at all.
    """
    claims = inputs.discoveries
    if claims.empty:
        return list(_uncompared(inputs))
    claims = claims.assign(candidate=[_candidate(row) for row in claims.to_dict("records")])
    verdict, q = claims[keys.VERDICT].astype(str), pd.to_numeric(claims[keys.Q])
    supported, rest = claims[verdict == SUPPORTED], claims[verdict == UNSUPPORTED]
    rest = rest[pd.to_numeric(rest[keys.P]).notna() & ~rest["candidate"].isin(supported["candidate"])]
    rest = rest.drop_duplicates("candidate")
    supported = supported.iloc[(~supported[keys.POPULATION].isin(_asked(inputs))).argsort(kind="stable")]  # asked first
    asked = rest[keys.POPULATION].astype(str).isin(_asked(inputs))
    shown = [part for _, part in supported.groupby("candidate", sort=False)]
    shown += [part for _, part in rest[asked].groupby("candidate", sort=False)]
    if supported.empty:
        likely = rest[~asked]
        shown += [likely.iloc[[i]] for i in range(min(len(likely), max(SUGGESTED - len(shown), 0)))]
    full = [_card(inputs, part.to_dict("records"), figures=True) for part in shown[:MOST]]
    if supported.empty:
        full = [replace(card, folded=i > 0) for i, card in enumerate(full)]
    artefacts = claims[(verdict == ARTEFACT) & (q <= _alpha(inputs))]
    brief = [part for _, part in artefacts.groupby("candidate", sort=False)]
    return full + [_card(inputs, part.to_dict("records"), figures=False) for part in brief[:MOST]]


def _candidate(row: Mapping[Any, Any]) -> str:
    cluster = text(row.get(keys.CLUSTER)).text
    return f"Cluster {cluster}" if cluster else str(row[keys.POPULATION])


def _alpha(inputs: Inputs) -> float:
    return float(inputs.parameter("contrasts", "alpha"))


def _asked(inputs: Inputs) -> list[str]:
    """Populations that the study asks about: given by hand, else those that the rules mark."""
    given = inputs.parameter("contrasts", "primary")
    if not isinstance(given, str):
        return [str(name) for name in given]
    return [each.name for each in inputs.rules if each.primary]


def _card(inputs: Inputs, rows: list[dict[Any, Any]], *, figures: bool) -> Card:
    """Of the claims on one population or cluster: the first in full, of the others what they say."""
    row = rows[0]
    cluster, population = text(row.get(keys.CLUSTER)).text, str(row[keys.POPULATION])
    chance = pd.notna(row[keys.Q]) and row[keys.Q] > _alpha(inputs)
    objections = [(CHANCE, "over all claims, as much would be seen by chance too often")] if chance else []
    objections += [(flag.label, flag.meaning) for flag in findings_in(row, "flags")]
    return Card(
        verdict=str(row[keys.VERDICT]),
        candidate=_candidate(row),
        claim=words(row),
        sentence=text(row.get(keys.SENTENCE)).text,
        also=[
            words(each) + (f" (q\u00a0=\u00a0{number(each[keys.Q], 2).text})" if pd.notna(each[keys.Q]) else "")
            for each in rows[1:]
        ],
        phenotype=text(row.get(keys.PHENOTYPE)).text,
        numbers=_numbers(row),
        objections=objections,
        amount=_amount(inputs, population, cluster) if figures else None,
        evidence=_evidence(inputs, population, cluster) if figures else None,
    )


def _numbers(row: Mapping[Any, Any]) -> list[tuple[str, str]]:
    if not row[keys.N_EVALUABLE] and not row[keys.N_EVALUABLE_OTHER]:
        return [("0", "patients who would have shown it, had they had it")]
    known = [
        (f"{row[keys.N_DETECTED]:g} of {row[keys.N_EVALUABLE]:g}", "patients who would have shown it have it"),
        (f"{row[keys.N_DETECTED_OTHER]:g} of {row[keys.N_EVALUABLE_OTHER]:g}", "of those compared with"),
    ]
    if pd.isna(row[keys.P]):
        return [*known, ("–", "no test was possible")]
    return [*known, (number(row[keys.P], 2).text, "p"), (number(row[keys.Q], 2).text, "q, corrected over all claims")]


def _uncompared(inputs: Inputs) -> Iterator[Card]:
    """The populations that the study asks about, where nothing was compared."""
    table = inputs.populations
    for name in _asked(inputs)[:MOST]:
        rows = table[table[keys.POPULATION].astype(str) == name] if len(table) else table
        seen = rows[rows[keys.STATUS].astype(str) == keys.STATUSES[0]] if len(rows) else rows
        if len(seen):
            n = int((rows[keys.STATUS].astype(str) != keys.STATUSES[2]).sum())
            known = [(f"{len(seen)} of {n}", "samples that would have shown it have it")]
            claim = f"detected in {len(seen)} of {plural(n, 'sample')}"
            yield Card(
                NOT_COMPARED, name, claim, numbers=known,
                amount=_amount(inputs, name, ""), evidence=_evidence(inputs, name, ""),
            )  # fmt: skip


def _evidence(inputs: Inputs, population: str, cluster: str) -> Figure | None:
    """Markers against all other cells and beside look-alikes; none where no event is at hand."""
    adata, names = inputs.adata, inputs.named(population)
    column, wanted = (keys.CLUSTER, [cluster]) if cluster else (keys.POPULATION, names)
    if column not in adata.obs or len(stained(adata)) < 2 or not adata.obs[column].astype(str).isin(wanted).any():
        return None
    candidate = f"cluster {cluster}" if cluster else population
    given: dict[str, Any] = {"cluster": cluster} if cluster else {"population": names}
    return embed(
        pl.evidence(adata, show=False, **given),
        alt=f"Histograms of each marker of {candidate} against all other events; the density of all events over its two"
        " most telling markers, with it on top; and its look-alikes in the same axes and in those that part them.",
        caption=f"{candidate} (orange) against all other events (grey), and what could be mistaken for it (blue)."
        " Dashed lines are thresholds."
        + (
            " Rare events are enriched in this picture; curves, densities and numbers are weighted to all events."
            if inputs.weighted
            else ""
        ),
    )


def _amount(inputs: Inputs, population: str, cluster: str) -> Figure | None:
    """The amount in each sample; none of a single one."""
    table = _amounts(inputs, population, cluster)
    if len(table) < 2:
        return None
    candidate = str(table[keys.POPULATION].iloc[0])
    ax = new_axes(3.3 if len(table) <= 30 else 4.2, 1.9, margins=(0.8, 0.2, 1.3, 0.4))
    return embed(
        pl.abundance(table, names=[candidate], ax=ax, show=False),
        alt=f"Fraction of {candidate} in {len(table)} samples, by group and time point. The numbers are in section 2.",
        caption="Fraction of its parent in each sample, with exact intervals. Open triangles: not detected;"
        " crosses at the top: not evaluable.",
    )


def _amounts(inputs: Inputs, population: str, cluster: str) -> pd.DataFrame:
    if not cluster:
        table = inputs.populations
        return table[table[keys.POPULATION].astype(str) == population] if len(table) else table
    table = inputs.table("unknown_clusters")
    if table.empty:
        return table
    mine = table[table[keys.CLUSTER].astype(str) == cluster]
    return mine.assign(**{keys.POPULATION: f"cluster {cluster}"})
