"""Each file of events as FCS, with the labels of its events as columns."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.io import FCSFile, FurtherColumn, unique_names, write_labelled_fcs
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._labelled import LabelledCohort, LabelledSample
from cytoclust.pipeline.export._codes import Codes
from cytoclust.pipeline.export._work import Work
from cytoclust.version import VERSION

__all__ = ["column_names", "export_fcs", "fcs_name", "write_fcs_files"]

JITTER: Final = 0.3
"""Greatest distance of ``cluster_jitter`` from the code of the cluster. Chosen: below half, so that none meet."""
_PROBABILITY_PLACES: Final = 4
_JITTER_PLACES: Final = 2
COLUMNS: Final = (keys.CLUSTER, keys.POPULATION, keys.QC_COLUMN, keys.PROBABILITY, "cluster_jitter")
_OURS: Final = "cytoclust "


def export_fcs(context: Context, *, labelled: LabelledCohort) -> None:
    """Write ``fcs``."""
    context.begin(sum(sample.n_events for sample in labelled.samples))
    context.note(*write_fcs_files(context, labelled, context.output.path("fcs")))


def write_fcs_files(work: Work, cohort: LabelledCohort, folder: Path) -> list[Finding]:
    """Write ``<sample_id>.fcs`` of each sample, and ``legend.csv``; what has to be known of them."""
    codes, names = Codes(cohort.counts), column_names(cohort)
    added = [
        FurtherColumn(names[0], "cluster number + 1; 0 set aside", codes.clusters),
        FurtherColumn(names[1], "population; 0 none", len(codes.populations)),
        FurtherColumn(names[2], "quality; 0 ok", len(keys.QC) - 1),
        FurtherColumn(names[3], "probability of the cluster", 1, _PROBABILITY_PLACES),
        FurtherColumn(names[4], "cluster, for plots alone", codes.clusters + JITTER, _JITTER_PLACES),
    ]
    text, tick, folder = _legend(codes), work.advance, folder.absolute()

    def one(sample: LabelledSample) -> None:
        path = folder / fcs_name(sample)
        mine = {"$FIL": path.name, "CYTOCLUST SAMPLE": sample.sample_id}
        values = _values(sample, codes, tick)
        write_labelled_fcs(path, sample.source.file, added=added, values=values, text=text | mine)

    codes.write(folder)
    work.executor.map(one, cohort.samples)
    return _findings(cohort)


def fcs_name(sample: LabelledSample) -> str:
    """Name of the file of a sample; its id is safe as a name, which is checked where samples are read."""
    return f"{sample.sample_id}.fcs"


def column_names(cohort: LabelledCohort) -> list[str]:
    """$PnN of the columns that are added, the same in each file: none that a file has already."""
    taken = {channel.name.casefold() for sample in cohort.samples for channel in sample.source.file.channels}
    return [name if name not in taken else unique_names([*taken, _OURS + name])[-1] for name in COLUMNS]


def _values(sample: LabelledSample, codes: Codes, tick: Callable[[int], None]) -> Iterator[NDArray[np.float64]]:
    for block in sample.labels():
        cluster = codes.cluster(block)
        number = np.arange(block.start, block.stop, dtype=np.uint64)
        yield np.column_stack(
            [
                cluster,
                codes.population(block),
                block.qc,
                np.nan_to_num(block.probability, nan=0.0),
                np.abs(cluster + JITTER * _between_minus_one_and_one(number)),
            ]
        )
        tick(len(cluster))


def _between_minus_one_and_one(number: NDArray[np.uint64]) -> NDArray[np.float64]:
    """A number that looks random, fixed by the event's own (n,): the finaliser of SplitMix64 (Steele et al. 2014)."""
    mixed = (number + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed ^ (mixed >> np.uint64(31))).astype(np.float64) / 2.0**63 - 1.0


def _legend(codes: Codes) -> dict[str, str]:
    """Keywords that say what the numbers mean."""
    words = {"CYTOCLUST VERSION": VERSION, "$ORIGINALITY": "DataModified", "$LAST_MODIFIER": f"cytoclust {VERSION}"}
    for code, name in enumerate(codes.populations, start=1):
        words[f"CYTOCLUST POPULATION {code}"] = "".join(each if each.isprintable() else "_" for each in name) or "_"
    return words | {f"CYTOCLUST QC {code}": name for code, name in enumerate(keys.QC)}


def _findings(cohort: LabelledCohort) -> list[Finding]:
    doubles, tables = [], []
    for sample in cohort.samples:
        file = sample.source.file
        if not isinstance(file, FCSFile):
            tables.append(sample.sample_id)
        elif any(field.kind == "D" for field in file.layout.fields):
            doubles.append(sample.sample_id)
    found = [Finding("doubles written", samples=doubles)] if doubles else []
    return found + ([Finding("tables written as FCS", samples=tables)] if tables else [])
