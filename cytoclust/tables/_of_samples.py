"""Tables of samples and of what was counted in them."""

from dataclasses import replace
from typing import Final

from cytoclust import keys
from cytoclust.registry import CHECKS
from cytoclust.tables._column import Column, Table, spelled

__all__ = ["ACQUISITION", "POPULATIONS", "QUADRANTS", "SAMPLES", "SET_ASIDE", "UNKNOWN_CLUSTERS"]

SAMPLE: Final = Column(keys.SAMPLE, "text", "", "The sample.")
SHEET: Final = (
    SAMPLE,
    *(
        Column(name, "text", "", f"The sample's `{name}`, from the sheet.", empty="not in the sheet", missing=True)
        for name in keys.SHEET_COLUMNS
    ),
)
POPULATION: Final = Column(
    keys.POPULATION, "text", "", "The population; its events include those of the populations under it."
)
NO_EVENT: Final = "the parent has no event"
CANNOT: Final = "`cannot_tell` says why"
PER_MILLION: Final = "per million"

POPULATIONS: Final = Table(
    "One row a sample and population of the rules, seen or not. Without rules it has a header only.",
    (
        *SHEET,
        POPULATION,
        Column(
            keys.PARENT, "text", "",
            "What `fraction` is a fraction of; `cells`: every event that passed quality control.",
        ),
        Column(keys.N_EVENTS, "integer", "events", "Events counted."),
        Column(keys.N_PARENT, "integer", "events", "Events of the parent."),
        Column(
            keys.N_BASE, "integer", "events",
            "Cells that levels are of: those that are not malignant (of a malignant population: all).",
        ),
        Column(keys.FRACTION, "number", "0 to 1", "`n_events / n_parent`.", empty=CANNOT),
        Column(
            keys.PER_MILLION, "number", PER_MILLION, "Events per million of `n_base`.",
            empty="`n_base` is 0, or it cannot be named",
        ),
        Column(
            keys.CI_LOW, "number", "0 to 1",
            "Lower limit of the counting interval of the fraction (Clopper–Pearson): of chance in counting alone.",
            empty=CANNOT,
        ),
        Column(
            keys.CI_HIGH, "number", "0 to 1", "Its upper limit; with no event it is still above 0.",
            empty=CANNOT,
        ),
        Column(keys.BACKGROUND, "number", "events", "Events at most expected to be counted wrongly."),
        Column(keys.LOB, "integer", "events", "Limit of blank: background makes no more in 99 of 100 samples."),
        Column(
            keys.LOD95, "number", "0 to 1",
            "Least detectable level, of `n_base`: it exceeds `lob` in 95 of 100 such samples.",
        ),
        Column(
            keys.LOD, "number", "0 to 1",
            "Limit of reporting, as a fraction of the parent: `detect.lod_events` events.", empty=NO_EVENT,
        ),
        Column(
            keys.LOQ, "number", "0 to 1",
            "Limit of quantification, as a fraction of the parent: `detect.loq_events` events.", empty=NO_EVENT,
        ),
        Column(keys.UPPER, "number", "0 to 1", "Upper 95 % limit of the level, of `n_base`: what can be excluded."),
        Column(keys.STATUS, "category", "", f"{spelled(keys.STATUSES)}.", words=keys.STATUSES),
        Column(
            keys.CANNOT_TELL, "category", "",
            "Why the share is left open. `name`: the data do not tell a marker that it needs, so that no cell can be "
            "called so, and none counted says nothing. `parent`: what it is a part of was not seen above background, "
            "or cannot be told itself. `siblings`: a sibling cannot be named, whose cells are counted here. `parts`: "
            "it gathers others of which one cannot be named.",
            empty="the share is told", words=keys.UNTOLD, optional=True,
        ),
    ),
)  # fmt: skip

UNKNOWN_CLUSTERS: Final = Table(
    "As `populations.csv`, one row a sample and cluster that fits no rule.",
    tuple(
        replace(each, name=keys.CLUSTER, meaning="Number of the cluster.") if each is POPULATION else each
        for each in POPULATIONS.columns
    ),
)

SAMPLES: Final = Table(
    "One row a sample.",
    (
        *SHEET,
        Column(keys.N_EVENTS, "integer", "events", "Events of the file."),
        Column(keys.N_OK, "integer", "events", "Those that passed quality control."),
        Column(keys.N_MALIGNANT, "integer", "events", "Cells of populations that the rules call malignant."),
        Column(
            keys.MARROW_INDEX, "number", "log2 ratio",
            "Mean log2 count of populations that live in marrow, less that of those that live in blood.",
            empty="the rules name none on one side",
        ),
        Column(
            keys.HEMODILUTION, "category", "", f"Whether blood diluted the marrow: {spelled(keys.DILUTED)}.",
            words=keys.DILUTED,
        ),
    ),
)  # fmt: skip

ASIDE: Final = ("time", "debris", "doublet", "dead")
OUR_QC: Final = ("ok", *(check.name for check in sorted(CHECKS.ours, key=lambda check: check.code)))
CLOCK: Final = "no Time channel, or Time falls back or stands still"
ACQUISITION: Final = Table(
    "How a sample ran: 100 bins of equal number of events, in file order (as many as there are events, if fewer).",
    (
        SAMPLE,
        Column("bin", "integer", "number of a bin", "Number of the bin, from 0."),
        Column("first_event", "integer", "number of an event", "Number of its first event in the file."),
        Column(keys.N_EVENTS, "integer", "events", "Its events."),
        Column(keys.START, "number", "the file's unit of Time", "`Time` of its first event.", empty=CLOCK),
        Column(
            keys.STOP, "number", "the file's unit of Time",
            "`Time` of the next bin's first event (of the file's last event for the last bin).", empty=CLOCK,
        ),
        *(Column(code, "integer", "events", f"Events with `qc` `{code}`.") for code in OUR_QC),
        Column("one column a check of another package", "integer", "events", "Events with that `qc`.", several=True),
    ),
    optional=True,
)  # fmt: skip

SET_ASIDE: Final = Table(
    "What quality control took beside what stayed: one row a sample and population, or cluster without a name. An "
    "event counts for the cluster whose body it lies in.",
    (
        SAMPLE,
        Column(keys.POPULATION, "text", "", "The population."),
        Column(keys.CLUSTER, "text", "", "Number of a cluster without a name.", empty="it is a population"),
        Column(keys.N_EVENTS, "integer", "events", "Its events that stayed."),
        *(Column(code, "integer", "events", f"Events like it with `qc` `{code}`.") for code in ASIDE),
        Column("share", "number", "0 to 1", "Share of all these that was set aside."),
        Column("others", "number", "0 to 1", "The same of all other cells of the sample."),
        Column(
            "uneven", "category", "",
            "Why three times as large a share of it was set aside as of others, a third or more; by `time` a quarter.",
            empty="about as much was set aside of it as of others", words=ASIDE,
        ),
    ),
    optional=True,
)  # fmt: skip

IN_X, IN_Y = "Those positive in `x` only.", "Those positive in `y` only."
QUADRANTS: Final = Table(
    "All events of a sample over two markers, as the report's patient pages draw them: a row a sample, pair of markers "
    "and population that is drawn, and one for `cells`. Needs rules.",
    (
        SAMPLE,
        Column("x", "text", "", "Marker of the horizontal axis."),
        Column("y", "text", "", "Marker of the vertical axis."),
        Column(
            keys.POPULATION, "text", "",
            "The population with those under it; `cells`: every event that passed quality control.",
        ),
        Column("x_cut", "number", "transformed scale", "From here on positive in `x`, in this sample's batch."),
        Column("y_cut", "number", "transformed scale", "From here on positive in `y`."),
        Column(keys.N_EVENTS, "integer", "events", "Its events."),
        Column(keys.QUADRANTS[0], "integer", "events", "Those negative in both."),
        Column(keys.QUADRANTS[1], "integer", "events", IN_X),
        Column(keys.QUADRANTS[2], "integer", "events", IN_Y),
        Column(keys.QUADRANTS[3], "integer", "events", "Those positive in both."),
    ),
    optional=True,
)  # fmt: skip
