"""Our rows: what is there without any other package."""

from typing import Final

from cytoclust.registry._kinds import Check, Exporter, Method, OfMass, Reader, Registry, Transform

__all__ = ["CHECKS", "EXPORTERS", "METHODS", "READERS", "TRANSFORMS"]

READERS: Final = Registry(
    "readers",
    Reader(
        name="fcs",
        what="FCS 2.0 to 3.2, gzipped or not",
        entry="cytoclust.io._open_fcs:open_fcs",
        label="FCS",
        suffixes=(".fcs", ".lmd", ".fcs.gz", ".lmd.gz"),
        sniff="cytoclust.io._is_fcs:is_fcs",
        several=True,
    ),
    Reader(
        name="text",
        what="a table of events as CSV, TSV or other text, gzipped or not",
        entry="cytoclust.io._open_table:open_text",
        label="CSV",
        suffixes=(".csv", ".tsv", ".txt", ".tab", ".csv.gz", ".tsv.gz", ".txt.gz"),
        sniff="cytoclust.io._is_table:is_text_of_events",
        by_name=False,
    ),
    Reader(
        name="parquet",
        what="a table of events as Parquet",
        entry="cytoclust.io._open_table:open_parquet",
        label="Parquet",
        suffixes=(".parquet", ".pq"),
        sniff="cytoclust.io._is_table:is_parquet_of_events",
        by_name=False,
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
        mass=OfMass(
            entry="cytoclust.pp._quality_mass_debris:fit_mass_debris",
            what="a calibration bead, or without the DNA of a cell",
            are="calibration beads or without the DNA of a cell",
        ),
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
        mass=OfMass(
            entry="cytoclust.pp._quality_mass_dead:fit_mass_dead",
            what="stained by the viability dye",
            are="stained by the viability dye",
        ),
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
        mass=OfMass(
            entry="cytoclust.pp._quality_mass_doublet:fit_mass_doublet",
            what="two or more cells measured as one",
            are="doublets by their DNA and the shape of the ion cloud",
        ),
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
        columns=("cofactor", "factor"),
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
        name="zarr",
        title="writing the event sample",
        what="the event sample as Zarr",
        entry="cytoclust.pipeline.export._zarr:export_zarr",
        path="cohort.zarr",
        needs=("adata",),
        when=("export.zarr",),
    ),
    Exporter(
        name="gates",
        title="learning gates",
        what="gates for a sorter, with pages to draw from",
        entry="cytoclust.pipeline.export._gates:export_gates",
        path="gates",
        needs=("labelled", "adata", "tables"),
        reads=("export",),
        when=("export.gates",),
    ),
    Exporter(
        name="fcs",
        title="writing FCS files",
        what="each file as FCS with its labels",
        entry="cytoclust.pipeline.export._fcs:export_fcs",
        path="fcs",
        needs=("labelled",),
        when=("export.fcs", "export.flowjo"),
    ),
    Exporter(
        name="flowjo",
        title="writing a workspace",
        what="a workspace for FlowJo",
        entry="cytoclust.pipeline.export._flowjo:export_flowjo",
        path="flowjo",
        needs=("labelled",),
        reads=("export",),
        when=("export.flowjo",),
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
