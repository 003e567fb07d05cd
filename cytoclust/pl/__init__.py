"""Figures: each function draws in ``ax`` (or in a figure of its own), saves it with ``save``, and returns axes."""

from cytoclust.pl._abundance import abundance
from cytoclust.pl._acquisition import acquisition
from cytoclust.pl._biplot import biplot
from cytoclust.pl._cleaning import cleaning
from cytoclust.pl._cluster_tree import cluster_tree
from cytoclust.pl._composition import composition
from cytoclust.pl._contrasts import contrasts
from cytoclust.pl._control_chart import control_chart
from cytoclust.pl._detection import detection
from cytoclust.pl._dotplot import dotplot
from cytoclust.pl._events import events
from cytoclust.pl._evidence import evidence
from cytoclust.pl._heatmap import heatmap
from cytoclust.pl._histograms import histograms
from cytoclust.pl._layout import layout
from cytoclust.pl._nxn import nxn
from cytoclust.pl._overlay import overlay
from cytoclust.pl._patient import patient
from cytoclust.pl._purity import purity
from cytoclust.pl._ridges import ridges
from cytoclust.pl._river import river
from cytoclust.pl._samples import samples
from cytoclust.pl._sort_gates import sort_gates
from cytoclust.pl._spillover import spillover
from cytoclust.pl._umap import umap
from cytoclust.pl._volcano import volcano

__all__ = [
    "abundance",
    "acquisition",
    "biplot",
    "cleaning",
    "cluster_tree",
    "composition",
    "contrasts",
    "control_chart",
    "detection",
    "dotplot",
    "events",
    "evidence",
    "heatmap",
    "histograms",
    "layout",
    "nxn",
    "overlay",
    "patient",
    "purity",
    "ridges",
    "river",
    "samples",
    "sort_gates",
    "spillover",
    "umap",
    "volcano",
]
