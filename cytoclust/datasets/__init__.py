"""Simulated data with known truth."""

from cytoclust.datasets._bone_marrow import bone_marrow
from cytoclust.datasets._load_truth import load_truth
from cytoclust.datasets._simulate import simulate

__all__ = ["bone_marrow", "load_truth", "simulate"]
