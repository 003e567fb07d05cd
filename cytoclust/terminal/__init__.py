"""What the command line shows: progress and notes on stderr, files and cohorts described on stdout."""

from cytoclust.terminal._describe_cohort import describe_cohort
from cytoclust.terminal._describe_file import describe_file
from cytoclust.terminal._group_notes import group_notes
from cytoclust.terminal._json_log import JsonLog
from cytoclust.terminal._page import Page
from cytoclust.terminal._printable import printable
from cytoclust.terminal._progress import LogProgress, TerminalProgress

__all__ = [
    "JsonLog",
    "LogProgress",
    "Page",
    "TerminalProgress",
    "describe_cohort",
    "describe_file",
    "group_notes",
    "printable",
]
