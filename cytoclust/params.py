"""THE parameter table: each parameter is declared here once, with its type, default, bounds and help.

Python keyword defaults (``D.cluster.resolution``), the YAML config and ``--set section.key=value`` all
read this table; :func:`check` gives one form of message for all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cytoclust.allowed import Words, allowed_words, space_hint
from cytoclust.config_file import parse_setting, read_sections
from cytoclust.errors import ParameterError, nearest
from cytoclust.registry import METHODS, TRANSFORMS

__all__ = ["Config", "D", "check", "load_config", "parameters", "update"]

_SCHEDULER: Final = r"^(threads|local:[1-9][0-9]{0,2}|(tcp|tls|ws|wss)://[^@?/\s]+:[0-9]+)$"
_IN_FILE: Final = r"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)? file$"


class _Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class Run(_Section):
    """How the work is done; nothing here but ``seed`` changes a result, and it changes no label."""

    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0
    "Seed of the map, the event sample and of permutations. Clusters depend on the events alone."
    workers: Annotated[int, Field(ge=1, le=256)] = 2
    "Threads that work on blocks of events."
    scheduler: Annotated[str, Field(pattern=_SCHEDULER), Words("threads, local:N or tcp://host:port")] = "threads"
    "Who passes over events: `threads` here, `local:N` processes here, or the workers of a Dask scheduler, `tcp://…`."
    chunk_events: Annotated[int, Field(ge=1)] = 32_768
    "Events that a thread holds at once."
    store: Literal["auto", "memory", "disk"] = "auto"
    "Where events are: `disk` is OUT/.store, `auto` is memory too up to half a gigabyte, `memory` keeps nothing."
    scratch: str = ""
    "Folder for work in progress where OUT is a URL, which all workers see; by default one of the system's."


class Read(_Section):
    """How event files are read."""

    data_offset: Literal["auto", "header", "text"] = "auto"
    "Where the events of an FCS file begin: as `header` or `text` says, or `auto`, what fits the file and its values."


def _filled(names: Any) -> Any:
    """Names without those that a form still has empty; a word like ``FITC:CD4`` is a fault, and stays."""
    if not isinstance(names, dict):
        return names
    return {key: value for key, value in names.items() if value is not None or space_hint({key: value})}


class Panel(_Section):
    """Which channel carries which marker."""

    names: Annotated[dict[str, str], BeforeValidator(_filled)] = {}
    "Marker of a channel ($PnN), where the file says none or a wrong one; one left empty is as the file says."
    viability: str = "auto"
    "The viability dye: a marker, `none`, or `auto` to know it by its usual names."


class Compensate(_Section):
    """Spectral overlap."""

    enabled: bool = True
    "Compensate with the spillover matrix."
    matrix: str = "file"
    "`file` for the matrix in each FCS file, or a CSV file (square, channels as header and first column)."


class Quality(_Section):
    """Which events are set aside before clustering; a check that lacks its channel is said and skipped."""

    enabled: bool = True
    "Check the quality of events."
    margin: bool = True
    "Set aside events at the limits of a detector's range."
    time: bool = True
    "Set aside stretches of time with clogs or drift."
    debris: bool = True
    "Set aside events too small to be intact cells."
    doublets: bool = True
    "Set aside events whose pulse area and height disagree."
    dead: bool = True
    "Set aside cells that took up the viability dye."


class Transform(_Section):
    """From linear signal to the scale on which events are compared."""

    method: Annotated[str, TRANSFORMS] = "arcsinh"
    "`arcsinh`, `logicle`, or `none` for data that are transformed already (and so compensated)."
    cofactor: Literal["auto"] | Annotated[float, Field(gt=0)] | dict[str, Annotated[float, Field(gt=0)]] = "auto"
    "Divisor before arcsinh: `auto` from the data, one number, or a number for each marker (or scatter channel)."


class Normalize(_Section):
    """Signals of batches brought to one scale."""

    method: Literal["none", "gain"] = "none"
    "`gain` divides by one gain for each batch and marker, measured on the process control that every batch then needs."
    control: Literal["process"] = "process"
    "What the sheet's column `control` calls the control; nothing is ever measured on the samples."


class Drift(_Section):
    """What controls measure from run to run."""

    earlier: list[str] = []
    "Folders of earlier runs, whose tables/control_chart.csv goes on in this one's."


class Cluster(_Section):
    """Clustering of events."""

    method: Annotated[str, METHODS] = "prototypes"
    "`prototypes` for any number of events; `knn` is scanpy's neighbours graph with Leiden, for small data."
    resolution: Literal["auto"] | Annotated[float, Field(gt=0)] = "auto"
    "`auto` is 1: how deep a valley parts two clusters; more gives more clusters, less gives fewer."
    markers: list[str] | None = None
    "Markers (and scatter, such as SSC-A) to cluster on; by default every stained marker but the viability dye."
    n_prototypes: Literal["auto"] | Annotated[int, Field(ge=16, le=65_536)] = "auto"
    "Number of prototypes that stand for the events."
    n_redraws: Annotated[int, Field(ge=0, le=100)] = 5
    "Of `prototypes`: further draws that tell the stability of clusters; 0 leaves it out. They move no label."
    n_neighbors: Annotated[int, Field(ge=2, le=1000)] = 15
    "Neighbours of each event in the graph of `knn`."


class Annotate(_Section):
    """Naming of clusters by rules."""

    min_probability: Annotated[float, Field(ge=0, le=1)] = 0.5
    "A cluster whose best rule is less probable than this is `unknown`."
    thresholds: dict[str, float | Annotated[str, Field(pattern=_IN_FILE), Words("such as '1200 file'")]] = {}
    "Cuts between negative and positive set by hand, for each marker: on the transformed scale, or as `1200 file`."


class Detect(_Section):
    """Limits of detection and quantification, in events."""

    lod_events: Annotated[int, Field(ge=1)] = 20
    "A population with fewer events in a sample is `trace` at most."
    loq_events: Annotated[int, Field(ge=1)] = 50
    "A population with fewer events in a sample is not quantified."
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.95
    "Confidence of intervals and limits."
    reference: Literal["auto"] | Annotated[float, Field(gt=0, lt=1)] = "auto"
    "Fraction of cells that a sample must be able to show; `auto`: the frequency in the rules, else 0.0001."


class Contrasts(_Section):
    """Comparisons between groups of patients, and between time points within patients."""

    groups: Literal["auto"] | list[str] = "auto"
    "Pairs of groups, each as `metastatic vs control`; `auto` compares each two groups at each time point."
    timepoints: Literal["auto"] | list[str] = "auto"
    "Pairs of time points, each as `relapse vs diagnosis`; `auto` compares each two that share a group."
    covariates: list[str] = []
    "Further columns of the sheet to take into account: words (sex) divide batches, numbers (age) enter the regression."
    primary: Literal["auto"] | list[str] = "auto"
    "Populations the study asks about: the report tells them first; `auto` takes those that the rules mark."
    alpha: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    "Error allowed: the chance of any false claim in a table."
    permutations: Annotated[int, Field(ge=99, le=1_000_000)] = 9_999
    "Arrangements of labels in a test; all of them if there are fewer."


class Embed(_Section):
    """The event sample that is kept, and its UMAP."""

    enabled: bool = True
    "Compute a UMAP of the event sample."
    n_events: Annotated[int, Field(ge=100)] = 20_000
    "Size of the event sample; events of rare clusters are all kept."
    n_neighbors: Annotated[int, Field(ge=2, le=1000)] = 15
    "Neighbours in the graph of the UMAP."
    min_dist: Annotated[float, Field(ge=0, le=10)] = 0.3
    "Least distance between points in the UMAP."


class Report(_Section):
    """The HTML report."""

    title: str = "Cytometry report"
    "Title of the page."


class Export(_Section):
    """What is written for other programs, beside tables and labels."""

    fcs: bool = False
    "Write OUT/fcs: each file as FCS, with cluster, population, quality and probability as columns."
    gates: list[str] = []
    "Populations to write gates for a sorter of, in OUT/gates."
    flowjo: bool = False
    "Write OUT/flowjo: a workspace, and labels as FlowJo imports them; OUT/fcs with it."
    zarr: bool = False
    "Write OUT/cohort.zarr beside cohort.h5ad: the same as Zarr, which is read by parts from object storage."
    min_yield: Annotated[float, Field(ge=0.5, le=0.99)] = 0.8
    "Least share of a population that all its gates together keep, as learned."
    event_rate: Annotated[float, Field(gt=0, le=1e6)] = 10_000.0
    "Events a second at the sorter, of all that it sees."
    drop_rate: Annotated[float, Field(gt=0, le=1e6)] = 30_000.0
    "Drops a second of the sorter."
    mask: Annotated[float, Field(gt=0, le=16)] = 1.0
    "Drops around a cell in which purity mode allows no other event."
    recovery: Annotated[float, Field(gt=0, lt=1)] = 0.8
    "Share of the gated cells wanted in the tube, for the rate at which the sorter may run."


class Config(_Section):
    """Every section."""

    run: Run = Run()
    read: Read = Read()
    panel: Panel = Panel()
    compensate: Compensate = Compensate()
    quality: Quality = Quality()
    transform: Transform = Transform()
    normalize: Normalize = Normalize()
    drift: Drift = Drift()
    cluster: Cluster = Cluster()
    annotate: Annotate = Annotate()
    detect: Detect = Detect()
    contrasts: Contrasts = Contrasts()
    embed: Embed = Embed()
    report: Report = Report()
    export: Export = Export()


D: Final = Config()
"""The defaults, for keyword arguments: ``def cluster(adata, *, resolution=D.cluster.resolution)``."""


def parameters() -> list[tuple[str, Any, str]]:
    """Every parameter as (dotted key, field declaration, help), in the table's order."""
    return [
        (f"{section}.{name}", field, field.description or "")
        for section, model in _sections().items()
        for name, field in model.model_fields.items()
    ]


def check(section: str, **values: Any) -> Any:
    """The section's parameters with ``values`` in place of defaults.

    Raises
    ------
    ParameterError
        A name that is not declared, or a value outside its type or bounds.
    """
    model = _sections()[section]
    for name in values:
        if name not in model.model_fields:
            raise ParameterError(_unknown(f"{section}.{name}", _keys()))
    try:
        return model.model_validate({name: _plain(value) for name, value in values.items()})
    except ValidationError as error:
        raise ParameterError(_message(section, values, error)) from None


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's, and tuples as lists: what is meant is plain."""
    if isinstance(value, tuple):
        return list(value)
    return value.item() if hasattr(value, "item") and not getattr(value, "shape", ()) else value


def update(config: Config, changes: Mapping[str, Any]) -> Config:
    """A configuration with ``{"section.key": value}`` applied."""
    keys = _keys()
    by_section: dict[str, dict[str, Any]] = {}
    for key, value in changes.items():
        if key not in keys:
            raise ParameterError(_unknown(key, keys))
        section, name = key.split(".")
        by_section.setdefault(section, {})[name] = value
    sections = {
        section: check(section, **(getattr(config, section).model_dump() | values))
        for section, values in by_section.items()
    }
    return config.model_copy(update=sections)


def load_config(path: str | Path | Sequence[str | Path] | None = None, settings: Iterable[str] = ()) -> Config:
    """The defaults, changed by files, then by ``section.key=value`` strings (values are YAML).

    A later file goes before an earlier one; of mappings, such as ``panel.names``, key by key. The ``run.json`` of a run
    stands for its parameters.
    """
    config = D
    for each in [] if path is None else [path] if isinstance(path, str | Path) else path:
        try:
            config = update(config, _over(config, _read(Path(each))))
        except ParameterError as error:
            raise ParameterError(f"In {each}: {error}") from None
    return update(config, dict(parse_setting(setting) for setting in settings))


def _over(config: Config, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes with what a mapping held before and they do not speak of."""
    found = dict(changes)
    for key, value in changes.items():
        section, _, name = key.partition(".")
        before = getattr(getattr(config, section), name, None)
        if isinstance(value, dict) and isinstance(before, dict):
            found[key] = before | value
    return found


def _sections() -> dict[str, type[BaseModel]]:
    return {name: type(getattr(D, name)) for name in Config.model_fields}


def _keys() -> list[str]:
    return [key for key, _, _ in parameters()]


def _read(path: Path) -> dict[str, Any]:
    tree = read_sections(path, sections=", ".join(_sections()))
    for section in tree:
        if section not in _sections():
            raise ParameterError(_unknown(str(section), list(_sections())))
    return {f"{section}.{name}": value for section, values in tree.items() for name, value in values.items()}


def _unknown(key: str, allowed: list[str]) -> str:
    sections = f" There are sections {', '.join(_sections())}, as in {allowed[0]}."
    return f"There is no parameter {key!r}.{nearest(key, allowed) or sections}"


def _message(section: str, values: Mapping[str, Any], error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0])
    allowed = allowed_words(_sections()[section].model_fields[name])
    value = values.get(name)
    hint = space_hint(value) if "a mapping" in allowed else ""
    return f"The {section}.{name} parameter must be {allowed}. Got {value!r:.200} instead.{hint}"
