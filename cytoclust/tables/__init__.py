"""The output tables: each column is declared once, for writing, reading, checking and the documentation."""

from cytoclust.tables._check import check
from cytoclust.tables._column import Column, Kind, Table
from cytoclust.tables._declared import TABLES
from cytoclust.tables._formulas import as_text
from cytoclust.tables._read_csv import read_csv
from cytoclust.tables._write_csv import write_csv

__all__ = ["TABLES", "Column", "Kind", "Table", "as_text", "check", "read_csv", "write_csv"]
