"""The samples behind a comparison, with what each has."""

from collections.abc import Mapping, Sequence
from typing import Any

from cytoclust import keys
from cytoclust.report._amounts import Amount, amounts_of
from cytoclust.report._blocks import Cell, text
from cytoclust.report._gather import Inputs
from cytoclust.report._visits import patients_of
from cytoclust.words import count, plural

__all__ = ["Behind"]

Side = Sequence[str]


class Behind:
    """Samples by group and time point, and how much of each population or cluster each has."""

    def __init__(self, inputs: Inputs):
        self._amounts = amounts_of(inputs)
        self._visits = [(patient, visit) for patient in patients_of(inputs) for visit in patient.visits]
        self._slugs = {visit.sample: patient.slug for patient, visit in self._visits}
        self._groups = {visit.sample: patient.group for patient, visit in self._visits}
        rows = inputs.sheet.to_dict("records") if keys.SAMPLE in inputs.sheet else []
        self._times = {str(row[keys.SAMPLE]): text(row.get(keys.TIMEPOINT)).text for row in rows}
        counts = inputs.table("cluster_counts")
        known = {keys.SAMPLE, keys.CLUSTER, keys.N_EVENTS} <= set(counts)
        self._events: dict[tuple[str, str], int] = (
            {
                (str(sample), text(cluster).text): int(n)
                for sample, cluster, n in zip(
                    counts[keys.SAMPLE], counts[keys.CLUSTER], counts[keys.N_EVENTS], strict=True
                )
            }
            if known
            else {}
        )

    def of_contrast(self, row: Mapping[Any, Any]) -> tuple[Side, Side]:
        """Samples of either side of a row of ``contrasts``."""
        a, b, time = (text(row.get(name)).text for name in ("side_a", "side_b", keys.TIMEPOINT))
        if not (a and b):
            return [], []
        if row.get("question") == "time":
            contrast = str(row[keys.CONTRAST])
            groups = [group for group in dict.fromkeys(self._groups.values()) if contrast == f"{group}: {a} vs {b}"]
            of = groups[0] if groups else None
            return self._where(group=of, time=a), self._where(group=of, time=b)
        at = time if time in self._times.values() else None
        return self._where(group=a, time=at), self._where(group=b, time=at)

    def of_claim(self, row: Mapping[Any, Any]) -> tuple[Side, Side]:
        """Samples that a row of ``discoveries`` is about, and those that they are compared with."""
        group, time = text(row.get(keys.GROUP)).text or None, text(row.get(keys.TIMEPOINT)).text or None
        inside = self._where(group=group, time=time)
        if row.get("question") == "time":
            return inside, [sample for sample in self._where(group=group, time=None) if sample not in inside]
        return inside, [sample for sample in self._where(group=None, time=time) if sample not in inside]

    def found_in(self, row: Mapping[Any, Any], side: Side) -> str:
        """``5 of 6``: patients of whom a sample has it; empty where that is not known."""
        amounts = [self._amount(row, sample) for sample in side]
        if not amounts or any(each is None for each in amounts):
            return ""
        who = [self._slugs[sample] for sample in side]
        having = {name for name, each in zip(who, amounts, strict=True) if each and each.here}
        return f"{len(having)} of {len(set(who))}"

    def cell(self, row: Mapping[Any, Any], sides: tuple[Side, Side]) -> Cell:
        """The samples of both sides, which are shown when asked for."""
        told = [(name, self._told(row, name), self._slugs[name]) for side in sides for name in side]
        return (
            Cell(plural(len(told), "sample"), float(len(told)), style="name behind", samples=told)
            if told
            else Cell("", style="behind")
        )

    def _where(self, *, group: str | None, time: str | None) -> list[str]:
        return [
            visit.sample
            for _, visit in self._visits
            if (group is None or self._groups[visit.sample] == group)
            and (time is None or self._times.get(visit.sample, "") == time)
        ]

    def _amount(self, row: Mapping[Any, Any], sample: str) -> Amount | None:
        cluster = text(row.get(keys.CLUSTER)).text
        return None if cluster else self._amounts.get((sample, str(row[keys.POPULATION])))

    def _told(self, row: Mapping[Any, Any], sample: str) -> str:
        cluster = text(row.get(keys.CLUSTER)).text
        if cluster:
            n = self._events.get((sample, cluster))
            return f"{count(n)} events" if n is not None else ""
        amount = self._amount(row, sample)
        return amount.told if amount else ""
