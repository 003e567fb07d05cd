"""A finished run frozen: what a reference holds, its file, and what new samples are held against."""

from cytoclust.frozen._channel_facts import ChannelFacts
from cytoclust.frozen._count_samples import count_sample, reference_populations
from cytoclust.frozen._crowds import OF_PLACES, Places, find_crowds, learn_places
from cytoclust.frozen._drift_landmarks import drift_landmarks
from cytoclust.frozen._expected import Distances, expected_range, far_when_left_out
from cytoclust.frozen._file_key import file_key
from cytoclust.frozen._haze import BESIDE, Haze, draw_haze, find_clumps
from cytoclust.frozen._judge_events import Judged, judge_events
from cytoclust.frozen._landmarks import QUANTILES, Landmarks, Measured, SampleMedians, measure_clusters, put_together
from cytoclust.frozen._limits import far_limits
from cytoclust.frozen._open_reference import open_reference, write_reference
from cytoclust.frozen._outside import outside_samples
from cytoclust.frozen._range_table import FILE, range_table
from cytoclust.frozen._reference import Reference
from cytoclust.frozen._refuse import channel_facts, compare_file, instrument_of, refuse_compensation
from cytoclust.frozen._strays import find_strays
from cytoclust.frozen._unlike_table import FarCounts, mostly_unlike, unlike_table

__all__ = [
    "BESIDE",
    "FILE",
    "OF_PLACES",
    "QUANTILES",
    "ChannelFacts",
    "Distances",
    "FarCounts",
    "Haze",
    "Judged",
    "Landmarks",
    "Measured",
    "Places",
    "Reference",
    "SampleMedians",
    "channel_facts",
    "compare_file",
    "count_sample",
    "draw_haze",
    "drift_landmarks",
    "expected_range",
    "far_limits",
    "far_when_left_out",
    "file_key",
    "find_clumps",
    "find_crowds",
    "find_strays",
    "instrument_of",
    "judge_events",
    "learn_places",
    "measure_clusters",
    "mostly_unlike",
    "open_reference",
    "outside_samples",
    "put_together",
    "range_table",
    "reference_populations",
    "refuse_compensation",
    "unlike_table",
    "write_reference",
]
