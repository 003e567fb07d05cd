"""The HTML report."""

from cytoclust.report._print_pdf import print_pdf
from cytoclust.report._write import write
from cytoclust.report._write_patient import write_patient

__all__ = ["print_pdf", "write", "write_patient"]
