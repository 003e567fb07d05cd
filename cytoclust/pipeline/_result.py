"""What a run wrote, and how it is shown."""

import html
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from cytoclust import keys
from cytoclust.words import count, percent, plural, some

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["Result"]

NAMES = 12
"""Populations that are named; of more, the number."""
MANY = 0.75
"""Share of events that passed quality control below which it is said why the others did not. Chosen; bears on no
result."""
NO_RULES = "none: choose rules (cytoclust rules list), or look at the cells and draw them (cytoclust explore OUT)"


@dataclass(frozen=True, repr=False)
class Result:
    """What a run wrote.

    Attributes
    ----------
    out
        The folder.
    tables
        As in ``OUT/tables``: ``clusters``, ``populations``, ``samples``, ``contrasts``, ``discoveries`` and others.
    adata
        The event sample of ``cohort.h5ad``.
    record
        The content of ``run.json``.
    """

    out: Path
    tables: dict[str, pd.DataFrame]
    adata: "AnnData"
    record: dict[str, Any]

    def __repr__(self) -> str:
        known = [f"{title}: {text}" for title, text in self._rows()]
        return "\n".join([self._size(), *known, f"report: {self.out / 'report.html'}"])

    def _repr_html_(self) -> str:
        report = (self.out / "report.html").absolute()
        here = Path.cwd()
        inside = report.is_relative_to(here)
        link = quote(report.relative_to(here).as_posix()) if inside else report.as_uri()
        rows = [("run", html.escape(self._size()))]
        rows += [(title, html.escape(text)) for title, text in self._rows()]
        rows += [("report", f'<a href="{html.escape(link)}" target="_blank">{html.escape(str(report))}</a>')]
        style = 'style="text-align:left;vertical-align:top"'
        cells = "".join(f"<tr><th {style}>{title}</th><td {style}>{text}</td></tr>" for title, text in rows)
        return f"<table>{cells}</table>"

    def _size(self) -> str:
        events = self.record["events"]
        total, ok = (sum(each[name] for each in events) for name in ("total", "ok"))
        clusters = self.tables["clusters"]
        text = f"{plural(len(events), 'sample')}, {plural(total, 'event')} ({count(ok)} ok)"
        text += f", {plural(len(clusters), 'cluster')}"
        named = sorted(set(clusters[keys.POPULATION]) - {keys.UNKNOWN, keys.UNASSIGNED})
        return f"{text}, {plural(len(named), 'population')}{': ' if named else ''}{some(named, NAMES)}"

    def _rows(self) -> list[tuple[str, str]]:
        """What is worth saying beyond the size, as far as there is something."""
        unknown = int((self.tables["clusters"][keys.POPULATION] == keys.UNKNOWN).sum())
        rows = [("set aside", text)] if (text := self._set_aside()) else []
        rows += [("discoveries", self._discoveries())]
        rows += [] if self.record["rules"] else [("names", NO_RULES)]
        rows += [("look first at", text)] if (text := self._first()) else []
        rows += [("unknown", f"{plural(unknown, 'cluster')} that no rule fits")] if unknown else []
        return rows + ([("to check", text)] if (text := self._doubts()) else [])

    def _set_aside(self) -> str:
        """Why events are missing, where many are."""
        events = pd.DataFrame(self.record["events"]).select_dtypes("number").sum()
        total, ok = events["total"], events["ok"]
        if ok >= MANY * total:
            return ""
        why = events.drop(["total", "ok"]).sort_values(ascending=False)
        return ", ".join(f"{name} {percent(n / total)}" for name, n in why.items() if n)

    def _discoveries(self) -> str:
        table = self.tables["discoveries"]
        if len(table):
            verdicts = table["verdict"].value_counts()
            return ", ".join(f"{verdicts.get(name, 0)} {name}" for name in keys.VERDICTS)
        if any(each[key] for each in self.record["inputs"] for key in (keys.GROUP, keys.TIMEPOINT)):
            return "none: nothing is more in one group or time than in another, or too few patients are compared"
        return "not asked for: the samples have no groups or time points"

    def _first(self) -> str:
        """The first claim that is no artefact; the table begins with the supported ones."""
        table = self.tables["discoveries"]
        claims = table[table["verdict"] != "artefact"]
        if not len(claims):
            return ""
        row = claims.iloc[0]
        name = f"{row[keys.POPULATION]} {f'cluster {row[keys.CLUSTER]}' if row[keys.CLUSTER] else ''}".strip()
        return (
            f"{name}, {row['claim']} (found in {row[keys.N_IN]} of {row[keys.OF_IN]} patients, "
            f"{row[keys.N_OUT]} of {row[keys.OF_OUT]} others): {row['verdict']}"
        )

    def _doubts(self) -> str:
        known = self.record
        quality = sum(bool(notes) for notes in known["quality_notes"].values())
        limits = len((known["rules"] or {}).get("limits", ()))
        files = sum(bool(each["notes"]) for each in known["inputs"])
        counts = [
            (len(known["notes"]) + len(known["panel_notes"]), "note on the cohort", "notes on the cohort"),
            (files, "file with notes", "files with notes"),
            (quality, "sample with notes on quality", "samples with notes on quality"),
            (limits, "limit of the panel", "limits of the panel"),
        ]
        found = [f"{n} {one if n == 1 else many}" for n, one, many in counts if n]
        return ", ".join(found) + " (in the report)" if found else ""
