"""What a run writes: one file each, and a row in the table of steps."""

from cytoclust.pipeline.export._cohort import export_cohort
from cytoclust.pipeline.export._labels import export_labels
from cytoclust.pipeline.export._record import export_record
from cytoclust.pipeline.export._report import export_report
from cytoclust.pipeline.export._tables import export_tables

__all__ = ["export_cohort", "export_labels", "export_record", "export_report", "export_tables"]
