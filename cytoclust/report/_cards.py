"""A card for each discovery: a sentence, the verdict, the evidence, the objections and the figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from cytoclust import keys, pl
from cytoclust.pl.medians import stained
from cytoclust.pl.places import abundance_places
from cytoclust.pl.style import new_axes
from cytoclust.report._blocks import Figure, embed, number, text
from cytoclust.report._gather import Inputs, findings_in
from cytoclust.words import plural

__all__ = ["CHANCE", "TOLD_ONCE", "Card", "asked_about", "cards", "name_of", "ratio_text", "times_text", "words"]

SUPPORTED, SUGGESTIVE, UNSUPPORTED, ARTEFACT = keys.VERDICTS
NOT_COMPARED: Final = "not compared"
LARGEST = 1000.0  # a ratio beyond is not spelled out
CHANCE: Final = "chance is not ruled out"
MOST, SUGGESTED = 8, 4  # cards with figures: of claims, and where none is supported (all but the first folded)
TOLD_ONCE: Final = "batch unknown"  # a flag of every claim or of none: the summary and each sentence have it
ICONS: Final = {SUPPORTED: "✓", SUGGESTIVE: "≈", UNSUPPORTED: "?", ARTEFACT: "✕", NOT_COMPARED: "–"}
MEANINGS: Final = {
    SUPPORTED: "chance is ruled out over all that was compared, and nothing speaks against it",
    SUGGESTIVE: "as clear as so few patients can make it, but too few for a verdict",
    UNSUPPORTED: "suggested by the counts only",
    ARTEFACT: "likely no cells of a kind of their own",
    NOT_COMPARED: "there are no groups or times to compare",
}


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

    @property
    def meaning(self) -> str:
        """What the verdict says."""
        return MEANINGS.get(self.verdict, "")


def words(row: Mapping[Any, Any]) -> str:
    """A claim with what it is compared with: ``only in metastatic at diagnosis, compared with other groups …``."""
    claim, against = text(row[keys.CLAIM]).text, text(row.get(keys.AGAINST)).text
    if row.get("question") == "time":  # of one group: the group is no part of the difference
        group, extent = text(row.get(keys.GROUP)).text, "only" if row["only"] else "more"
        claim = f"{extent} at {text(row.get(keys.TIMEPOINT)).text}" + (f" in {group}" if group else "")
    return f"{claim}, compared with {against}" if against else claim


def cards(inputs: Inputs) -> list[Card]:
    """A card for each population or cluster: supported claims, suggestive ones, what the study asks about, artefacts.

    Claims on the clusters of a population stand with those on itself. What could not be tested is in the table only.
    The likeliest of what is not supported stands beside them in one line; where nothing is supported, a few do, of
    which one is open; where nothing was compared, what was there at all.
    """
    claims = inputs.discoveries
    if claims.empty:
        return list(_uncompared(inputs))
    claims = claims.assign(candidate=_candidates(claims))
    verdict, q = claims[keys.VERDICT].astype(str), pd.to_numeric(claims[keys.Q])
    supported, rest = claims[verdict == SUPPORTED], claims[verdict.isin([SUGGESTIVE, UNSUPPORTED])]
    rest = rest[pd.to_numeric(rest[keys.P]).notna() & ~rest["candidate"].isin(supported["candidate"])]
    rest = rest.drop_duplicates("candidate")
    supported = supported.iloc[
        (~supported[keys.POPULATION].isin(asked_about(inputs))).argsort(kind="stable")
    ]  # asked first
    asked = rest[keys.POPULATION].astype(str).isin(asked_about(inputs)) | (rest[keys.VERDICT].astype(str) == SUGGESTIVE)
    shown = [part for _, part in supported.groupby("candidate", sort=False)]
    shown += [part for _, part in rest[asked].groupby("candidate", sort=False)]
    likely = rest[~asked]
    n_open, n_likely = (1, max(SUGGESTED - len(shown), 0)) if supported.empty else (len(shown), 1)
    shown += [likely.iloc[[i]] for i in range(min(len(likely), n_likely))]
    full = [_card(inputs, part.to_dict("records"), figures=True) for part in shown[:MOST]]
    full = [replace(card, folded=i >= n_open) for i, card in enumerate(full)]
    artefacts = claims[(verdict == ARTEFACT) & (q <= _alpha(inputs))]
    brief = [part for _, part in artefacts.groupby("candidate", sort=False)]
    return full + [_card(inputs, part.to_dict("records"), figures=False) for part in brief[:MOST]]


def _candidates(claims: pd.DataFrame) -> list[str]:
    """Whose card a claim is on; a cluster is on that of its population, if this has a claim with the same verdict."""
    rows = claims.to_dict("records")
    own = {(row[keys.POPULATION], row[keys.VERDICT]) for row in rows if not text(row.get(keys.CLUSTER)).text}
    covered = [(row[keys.POPULATION], row[keys.VERDICT]) in own for row in rows]
    return [str(row[keys.POPULATION]) if known else name_of(row) for row, known in zip(rows, covered, strict=True)]


def name_of(row: Mapping[Any, Any]) -> str:
    """What a claim is on: ``MSC``, ``MSC, cluster 7`` or, without a name, ``Cluster 9``."""
    cluster, population = text(row.get(keys.CLUSTER)).text, str(row[keys.POPULATION])
    if not cluster:
        return population
    return f"Cluster {cluster}" if population in (keys.UNKNOWN, keys.UNASSIGNED) else f"{population}, cluster {cluster}"


def _alpha(inputs: Inputs) -> float:
    return float(inputs.parameter("contrasts", "alpha"))


def asked_about(inputs: Inputs) -> list[str]:
    """Populations that the study asks about: given by hand, else those that the rules mark."""
    given = inputs.parameter("contrasts", "primary")
    if not isinstance(given, str):
        return [str(name) for name in given]
    return [each.name for each in inputs.rules if each.primary]


def _card(inputs: Inputs, rows: list[dict[Any, Any]], *, figures: bool) -> Card:
    """Of the claims on one population or cluster: the first in full, of the others what they say."""
    rows = sorted(rows, key=lambda each: bool(text(each.get(keys.CLUSTER)).text))
    row = rows[0]
    cluster, population = text(row.get(keys.CLUSTER)).text, str(row[keys.POPULATION])
    chance = pd.notna(row[keys.Q]) and row[keys.Q] > _alpha(inputs) and row[keys.VERDICT] != SUGGESTIVE
    objections = [(CHANCE, "over all that was compared, as much would be seen by chance too often")] if chance else []
    objections += [(flag.label, flag.meaning) for flag in findings_in(row, "flags") if flag.code != TOLD_ONCE]
    return Card(
        verdict=str(row[keys.VERDICT]),
        candidate=name_of(row),
        claim=words(row),
        sentence=text(row.get(keys.SENTENCE)).text,
        also=[
            (f"{name_of(each)}: " if name_of(each) != name_of(row) else "")
            + words(each)
            + (f" (q\u00a0=\u00a0{number(each[keys.Q], 2).text})" if pd.notna(each[keys.Q]) else "")
            for each in rows[1:]
        ],
        phenotype=text(row.get(keys.PHENOTYPE)).text,
        numbers=_numbers(row),
        objections=objections,
        amount=_amount(inputs, population, cluster) if figures else None,
        evidence=_evidence(inputs, population, cluster) if figures else None,
    )


def _numbers(row: Mapping[Any, Any]) -> list[tuple[str, str]]:
    others = "have it at other times" if row.get("question") == "time" else "others have it"
    known = [
        (f"{row[keys.N_IN]:g} of {row[keys.OF_IN]:g}", "patients have it"),
        (f"{row[keys.N_OUT]:g} of {row[keys.OF_OUT]:g}", others),
    ]
    if pd.isna(row[keys.P]):
        return [*known, ("–", "no test was possible")]
    if pd.notna(row.get(keys.RATIO)):
        known.append(times_as_much(row))
    return [*known, (number(row[keys.Q], 2).text, "q: p over all comparisons")]


def times_as_much(row: Mapping[Any, Any]) -> tuple[str, str]:
    """The ratio and what it is; where the others have none, what it is at least."""
    low, high = (ratio_text(row[key]) for key in (keys.RATIO_LOW, keys.RATIO_HIGH))
    if np.isinf(row[keys.RATIO]):
        least = low if low.startswith(">") else f"≥\u00a0{low}"
        return f"{least}×", "as much (others: none)"
    return f"{ratio_text(row[keys.RATIO])}×", f"as much ({low} to {high})"


def times_text(row: Mapping[Any, Any]) -> str:
    """``2.9 (2.2 to 3.7)``; where one side has none, what the ratio is at least or at most."""
    ratio, low, high = (row.get(key) for key in (keys.RATIO, keys.RATIO_LOW, keys.RATIO_HIGH))
    if ratio is not None and np.isinf(ratio):
        return f"at least {ratio_text(low).removeprefix('>').strip()}"
    if ratio == 0:
        return f"at most {ratio_text(high).removeprefix('<').strip()}"
    return f"{ratio_text(ratio)} ({ratio_text(low)} to {ratio_text(high)})"


def ratio_text(ratio: Any) -> str:
    """A ratio as people read it; beyond a thousandfold nobody measures."""
    if ratio is None or pd.isna(ratio):
        return "?"
    if np.isinf(ratio):
        return "∞"
    if ratio > LARGEST:
        return f"> {LARGEST:g}"
    if 0 < ratio < 1 / LARGEST:
        return f"< {1 / LARGEST:g}"
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2g}"


def _uncompared(inputs: Inputs) -> Iterator[Card]:
    """The populations that the study asks about, where nothing was compared."""
    table = inputs.populations
    for name in asked_about(inputs)[:MOST]:
        rows = table[table[keys.POPULATION].astype(str) == name] if len(table) else table
        seen = rows[rows[keys.STATUS].astype(str).isin(keys.SHOWN)] if len(rows) else rows
        if len(seen):
            n = len(rows)
            known = [(f"{len(seen)} of {n}", "samples have it")] if n > 1 else []
            claim = f"found in {len(seen)} of {plural(n, 'sample')}" if n > 1 else "found"
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
    return inputs.drawings.draw(
        pl.evidence,
        adata,
        **given,
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
    drawn = pl.abundance(table, names=[candidate], palette=inputs.adata, ax=ax, show=False)
    return embed(
        drawn,
        places=abundance_places(drawn, table),
        alt=f"Fraction of {candidate} in {len(table)} samples, by group and time point. The numbers are under"
        " “How much of each population”.",
        caption="Fraction of its parent in each sample, with counting intervals. Filled circles: quantified; open"
        " ones: detected; diamonds: a trace; triangles: not detected, at the upper limit; crosses at the top: not"
        " evaluable.",
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
