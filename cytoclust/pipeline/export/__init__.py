"""What a run writes: one file each, and a row in the table of steps."""

from cytoclust.pipeline.export._cohort import export_cohort
from cytoclust.pipeline.export._fcs import export_fcs, write_fcs_files
from cytoclust.pipeline.export._flowjo import export_flowjo, write_flowjo
from cytoclust.pipeline.export._gate_files import called_here, matrix_of, read_gates, write_gates
from cytoclust.pipeline.export._gate_targets import CLUSTER_NAME
from cytoclust.pipeline.export._gates import export_gates, joined, write_sort_gates
from cytoclust.pipeline.export._labels import export_labels
from cytoclust.pipeline.export._record import export_record
from cytoclust.pipeline.export._report import export_report
from cytoclust.pipeline.export._tables import export_tables

__all__ = [
    "CLUSTER_NAME",
    "called_here",
    "export_cohort",
    "export_fcs",
    "export_flowjo",
    "export_gates",
    "export_labels",
    "export_record",
    "export_report",
    "export_tables",
    "joined",
    "matrix_of",
    "read_gates",
    "write_fcs_files",
    "write_flowjo",
    "write_gates",
    "write_sort_gates",
]
