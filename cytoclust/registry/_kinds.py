"""The parts that can be added to: readers, quality checks, transforms, clustering methods, exporters; a row each.

A row is plain data, so that choosing and describing a part imports nothing of it: what its entry point names is
imported when the part is used. Other packages add rows by entry points of the group ``cytoclust.<kind>``, each of
which names a row; they come after ours. ``READERS.add(row)`` adds one while Python runs.
"""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Generic, Self, TypeVar

from cytoclust.errors import nearest

__all__ = ["Check", "Exporter", "Method", "OfMass", "Reader", "Registry", "Row", "Transform"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A part: ``name`` as a parameter or category has it, ``what`` it is, and ``entry``, its ``module:name``."""

    name: str
    what: str
    entry: str

    def load(self) -> Any:
        """What the entry point names; it is imported now."""
        return pkgutil.resolve_name(self.entry)


R = TypeVar("R", bound=Row)


class Registry(Generic[R]):
    """The rows of one kind by name, ours first. ``Annotated[str, registry]`` types a parameter that names one."""

    def __init__(self, kind: str, *rows: R):
        self.kind = kind
        self.ours: Final = rows
        self._rows = {row.name: row for row in rows}
        self._looked = False

    def __getitem__(self, name: str) -> R:
        if name not in self:
            raise KeyError(f"There is no {name!r} among {self.kind}.{nearest(name, self)}")
        return self._rows[name]

    def __contains__(self, name: object) -> bool:
        return name in self._rows or name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._all()))

    def rows(self) -> tuple[R, ...]:
        """Every row, those of installed packages too."""
        return tuple(self._all().values())

    def add(self, row: R) -> None:
        """Add a row; one of the same name is replaced."""
        self._rows = self._all() | {row.name: row}

    def remove(self, name: str) -> None:
        """Take a row out."""
        self._rows = {each: row for each, row in self._all().items() if each != name}

    def _all(self) -> dict[str, R]:
        if not self._looked:
            from importlib.metadata import entry_points

            installed = [point.load() for point in entry_points(group=f"cytoclust.{self.kind}")]
            self._rows = self._rows | {row.name: row for row in installed if row.name not in self._rows}
            self._looked = True
        return self._rows

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self._known, handler(source))

    def _known(self, name: str) -> str:
        if name not in self:
            raise ValueError(name)
        return name


@dataclass(frozen=True, kw_only=True)
class Reader(Row):
    """A kind of event file. The entry opens a path: ``open(path) -> EventFile`` (``io/_event_file.py``).

    Attributes
    ----------
    label
        What messages call such files: ``label`` file.
    suffixes
        How their names end, in lower case.
    sniff
        Entry point of ``knows(path) -> bool``: whether a file is one by what it holds.
    by_name
        Whether only such files are called so; ``.csv`` may be much else, and what it holds must tell.
    several
        Whether a file may hold several data sets; the entry is then ``open(path, dataset=i)`` too, and the finding
        ``further data sets`` says of one that others follow.
    """

    label: str
    suffixes: tuple[str, ...]
    sniff: str
    by_name: bool = True
    several: bool = False

    def knows(self, path: Path) -> bool:
        """Whether the file is one, by what it holds."""
        return bool(pkgutil.resolve_name(self.sniff)(path))


@dataclass(frozen=True, kw_only=True)
class OfMass:
    """What a check is for events of a mass cytometer: see :class:`Check`."""

    entry: str
    what: str
    are: str


@dataclass(frozen=True, kw_only=True)
class Check(Row):
    """A check of quality, whose name is the category of ``qc`` that it sets aside; rows are in the order of claiming.

    The entry fits it to a sample: ``fit(events, rows, panel=…, viability=…) -> (model or None, findings)``, where
    ``model.apply(events, rows)`` says which events to set aside: see ``pp/_quality_model.py``.

    Attributes
    ----------
    what, are
        What is true of an event that is set aside, of one and of several.
    sought, verb
        What is looked for, with ``was`` or ``were``.
    mass
        What it is where events are of a mass cytometer, if that is something else.
    switch
        Its parameter in the section ``quality``; empty of a check that cannot be switched off by itself.
    code
        Its place among the categories; those that give none come last.
    colour
        In figures.
    """

    are: str
    sought: str
    verb: str = "were"
    mass: OfMass | None = None
    switch: str = ""
    code: int = 255
    colour: str = "#994477"

    def on(self, *, mass: bool) -> Self:
        """The check as it is of a mass cytometer, or else."""
        if not mass or self.mass is None:
            return self
        return replace(self, entry=self.mass.entry, what=self.mass.what, are=self.mass.are)


@dataclass(frozen=True, kw_only=True)
class Transform(Row):
    """A transform, ``transform.method``. The entry has ``fit``, ``apply`` and ``describe`` (``pp/_transform.py``).

    Attributes
    ----------
    sentence
        Of the report; ``{cofactor}`` in it says which cofactors.
    columns
        What its parameters are called, in ``uns["transform"]["channels"]``.
    """

    sentence: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Method(Row):
    """A clustering method, ``cluster.method``. The entry is ``cluster(source, chosen, *, seed, executor, tick)``; it
    returns a ``Clustering`` (``engine/_clustering.py``). ``sentence`` follows "The events were clustered".
    """

    sentence: str


@dataclass(frozen=True, kw_only=True)
class Exporter(Row):
    """What a run writes, as a step. The entry is ``export(context, **needs)`` (``pipeline/export/``).

    Attributes
    ----------
    title
        As users see it while it lasts.
    path
        File, or folder, in the folder of the run.
    needs, makes
        Names of what it is given and of what it returns: see ``pipeline/_steps.py``.
    reads
        Sections of the parameters that bear on what it writes.
    when
        Parameters of which one must be set for the step to be taken; without any, it always is.
    """

    title: str
    path: str
    needs: tuple[str, ...]
    makes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
