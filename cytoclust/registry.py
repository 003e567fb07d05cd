"""The parts that can be added to: readers, quality checks, transforms, clustering methods, exporters; a row each.

A row is plain data, so that choosing and describing a part imports nothing of it: what its entry point names is
imported when the part is used. Other packages add rows by entry points of the group ``cytoclust.<kind>``, each of
which names a row; they come after ours. ``READERS.add(row)`` adds one while Python runs.
"""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from cytoclust.errors import nearest

__all__ = [
    "CHECKS",
    "EXPORTERS",
    "METHODS",
    "READERS",
    "TRANSFORMS",
    "Check",
    "Exporter",
    "Method",
    "Reader",
    "Registry",
    "Row",
    "Transform",
]


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
    """

    label: str
    suffixes: tuple[str, ...]
    sniff: str

    def knows(self, path: Path) -> bool:
        """Whether the file is one, by what it holds."""
        return bool(pkgutil.resolve_name(self.sniff)(path))


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
    switch: str = ""
    code: int = 255
    colour: str = "#994477"


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
    returns a ``Clustering`` (``engine/_clustering.py``).

    Attributes
    ----------
    sentence
        How, after "The events were clustered".
    tree
        Whether it finds a tree of clusters.
    """

    sentence: str
    tree: bool = False


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
    """

    title: str
    path: str
    needs: tuple[str, ...]
    makes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


READERS: Final = Registry(
    "readers",
    Reader(
        name="fcs",
        what="FCS 2.0 to 3.2, gzipped or not",
        entry="cytoclust.io._open_fcs:open_fcs",
        label="FCS",
        suffixes=(".fcs", ".lmd", ".fcs.gz", ".lmd.gz"),
        sniff="cytoclust.io._is_fcs:is_fcs",
    ),
)

CHECKS: Final = Registry(
    "checks",
    Check(
        name="margin",
        what="at the limit of a detector's range",
        are="at the limits of a detector's range",
        sought="margin events",
        entry="cytoclust.pp._quality_margin:fit_margin",
        switch="margin",
        code=1,
        colour="#223388",
    ),
    Check(
        name="time",
        what="during a clog or drift of the flow",
        are="in unstable stretches of acquisition time",
        sought="unstable acquisition",
        verb="was",
        entry="cytoclust.pp._quality_time:fit_time",
        switch="time",
        code=2,
        colour="#e69f00",
    ),
    Check(
        name="debris",
        what="too small to be an intact cell",
        are="too small to be intact cells",
        sought="debris",
        verb="was",
        entry="cytoclust.pp._quality_debris:fit_debris",
        switch="debris",
        code=3,
        colour="#b9bec4",
    ),
    Check(
        name="dead",
        what="stained by the viability dye",
        are="stained by the viability dye",
        sought="dead cells",
        entry="cytoclust.pp._quality_dead:fit_dead",
        switch="dead",
        code=5,
        colour="#4a4f55",
    ),
    Check(
        name="doublet",
        what="two or more cells measured as one",
        are="doublets by the pulse shape of a detector",
        sought="doublets",
        entry="cytoclust.pp._quality_doublet:fit_doublet",
        switch="doublets",
        code=4,
        colour="#cc79a7",
    ),
)

TRANSFORMS: Final = Registry(
    "transforms",
    Transform(
        name="arcsinh",
        what="arcsinh of the signal over a cofactor",
        entry="cytoclust.pp._transform_arcsinh",
        sentence="Signals were transformed by arcsinh(x / cofactor), {cofactor}.",
        columns=("cofactor",),
    ),
    Transform(
        name="logicle",
        what="the logicle scale",
        entry="cytoclust.pp._transform_logicle",
        sentence="Signals were transformed by logicle (Parks et al. 2006).",
        columns=("T", "W"),
    ),
    Transform(
        name="none",
        what="data that are transformed already (and so compensated)",
        entry="cytoclust.pp._transform_none",
        sentence="Values were used as they stand in the files, without a transform.",
    ),
)

METHODS: Final = Registry(
    "methods",
    Method(
        name="prototypes",
        what="prototypes, parted at valleys of density: for any number of events",
        entry="cytoclust.engine._cluster_prototypes:cluster_prototypes",
        sentence=": the shared-neighbour graph of events that represent some thousand prototypes, all events of rare"
        " ones, was finely divided by the Leiden algorithm (Traag et al. 2019), and neighbouring parts without a valley"
        " of density between them were joined",
        tree=True,
    ),
    Method(
        name="knn",
        what="scanpy's neighbours graph with Leiden: for small data",
        entry="cytoclust.engine._knn_leiden:knn_leiden",
        sentence=", by the Leiden algorithm (Traag et al. 2019) on their neighbour graph",
    ),
)

EXPORTERS: Final = Registry(
    "exporters",
    Exporter(
        name="labels",
        title="writing labels",
        what="a label for every event",
        entry="cytoclust.pipeline.export._labels:export_labels",
        path="labels",
        needs=("samples", "preparations", "clustering", "naming"),
        makes=("labels_after",),
    ),
    Exporter(
        name="tables",
        title="writing tables",
        what="the tables of counts",
        entry="cytoclust.pipeline.export._tables:export_tables",
        path="tables",
        needs=("tables",),
    ),
    Exporter(
        name="cohort",
        title="writing the event sample",
        what="the event sample with all that is known of it",
        entry="cytoclust.pipeline.export._cohort:export_cohort",
        path="cohort.h5ad",
        needs=("adata",),
    ),
    Exporter(
        name="report",
        title="drawing the report",
        what="the report",
        entry="cytoclust.pipeline.export._report:export_report",
        path="report.html",
        needs=("adata", "tables", "record"),
        reads=("report",),
    ),
    Exporter(
        name="run.json",
        title="writing the record",
        what="the record",
        entry="cytoclust.pipeline.export._record:export_record",
        path="run.json",
        needs=("record",),
        makes=("done",),
    ),
)
"""Labels come first, tables and the event sample when they are made, then rows of others, the report and the record."""
