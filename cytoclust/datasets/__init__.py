"""Simulated data with known truth."""

from cytoclust.datasets._bone_marrow import bone_marrow
from cytoclust.datasets._demo_design import demo_design
from cytoclust.datasets._design import SampleDesign
from cytoclust.datasets._load_truth import load_truth
from cytoclust.datasets._populations import Planted
from cytoclust.datasets._simulate import simulate

__all__ = ["Planted", "SampleDesign", "bone_marrow", "demo_design", "load_truth", "simulate"]
