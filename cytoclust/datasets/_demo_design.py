"""The design of the demo cohort."""

from typing import Final

from cytoclust.datasets._design import SampleDesign

__all__ = ["demo_design"]

_ROWS: Final = (
    ("P01", "metastatic", "diagnosis", "B1"),
    ("P02", "control", "diagnosis", "B1"),
    ("P03", "localised", "diagnosis", "B1"),
    ("P04", "metastatic", "diagnosis", "B2"),
    ("P05", "control", "diagnosis", "B2"),
    ("P06", "localised", "diagnosis", "B2"),
    ("P01", "metastatic", "therapy", "B1"),
    ("P01", "metastatic", "relapse", "B2"),
    ("P07", "metastatic", "diagnosis", "B3"),
    ("P08", "control", "diagnosis", "B3"),
    ("P09", "localised", "diagnosis", "B3"),
    ("P10", "metastatic", "diagnosis", "B1"),
    ("P11", "control", "diagnosis", "B1"),
    ("P12", "localised", "diagnosis", "B2"),
    ("P13", "metastatic", "diagnosis", "B2"),
    ("P14", "metastatic", "diagnosis", "B3"),
    ("P04", "metastatic", "therapy", "B3"),
    ("P04", "metastatic", "relapse", "B1"),
    ("P07", "metastatic", "therapy", "B2"),
    ("P07", "metastatic", "relapse", "B3"),
)


def demo_design(n_events: int = 5_000) -> list[SampleDesign]:
    """Six patients with metastatic, four with localised disease and four controls, for :func:`simulate`.

    All at diagnosis, three of the metastatic ones again under therapy and at relapse; three batches, each of which
    holds every group: few patients, but enough for what only one group has.

    Parameters
    ----------
    n_events
        Events a sample, junk included.
    """
    return [SampleDesign(*row, n_events=n_events) for row in _ROWS]
