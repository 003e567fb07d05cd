"""Figures: each function draws in ``ax`` (or in a figure of its own) and returns axes."""

from cytoclust.pl._abundance import abundance
from cytoclust.pl._biplot import biplot
from cytoclust.pl._events import events
from cytoclust.pl._heatmap import heatmap
from cytoclust.pl._histograms import histograms
from cytoclust.pl._umap import umap

__all__ = ["abundance", "biplot", "events", "heatmap", "histograms", "umap"]
