"""Tables of gates for a sorter."""

from typing import Final

from cytoclust import keys
from cytoclust.tables._column import Column, Table, spelled

__all__ = ["GATES", "SORT_PLAN"]

MEASURED: Final = ("held out", "trained")
SHARE: Final = "0 to 1"
NO_LIMIT: Final = "fewer than two patients to measure on, or measured on those that it was learned from"
OF_GATE: Final = "no event in the gate"
RARE: Final = "the sample has none of it"

GATES: Final = Table(
    "One row a population and step of its sort, the first step first; yield and purity are after that step. They are "
    "agreement with the run's own labels, counted among all events of the files, those set aside too (but for "
    "stretches of `time`, whose events are not judged).",
    (
        Column(keys.POPULATION, "text", "", "What is sorted."),
        Column("step", "integer", "number of a step", "Number of the step, from 1."),
        Column("name", "text", "", "Name of the gate."),
        Column("x", "text", "", "Marker, or channel, of the first axis."),
        Column("y", "text", "", "Marker, or channel, of the second axis."),
        Column("x_scale", "text", "", "`linear`, or `arcsinh` or `logicle` with its parameters."),
        Column("y_scale", "text", "", "The same of the second axis."),
        Column("n_vertices", "integer", "vertices", "Corners of the polygon."),
        Column("vertices", "text", "", "Corners in the unit of the file, compensated: `x y; x y; …`."),
        Column(
            "share_of_parent", "number", SHARE, "Share of all that passed the step before which passes this one.",
            empty="none has passed",
        ),
        Column("yield_step", "number", SHARE, "Share that this step keeps, of what passed those before it."),
        Column("yield", "number", SHARE, "Share of the population that has passed so far."),
        Column("yield_low", "number", SHARE, "Lower 95 % limit, with the patient as the unit.", empty=NO_LIMIT),
        Column("yield_high", "number", SHARE, "Upper 95 % limit.", empty=NO_LIMIT),
        Column("purity", "number", SHARE, "Share of the population among all that has passed so far.", empty=OF_GATE),
        Column("purity_low", "number", SHARE, "Lower 95 % limit, with the patient as the unit.", empty=NO_LIMIT),
        Column("purity_high", "number", SHARE, "Upper 95 % limit.", empty=NO_LIMIT),
        Column(
            "measured_on", "category", "",
            f"{spelled(MEASURED)}: patients that the gates were not learned from, or the same, which flatters them.",
            words=MEASURED,
        ),
        Column("n_targets", "integer", "events", "Events of the population in the files measured on."),
        Column(keys.N_SAMPLES, "integer", "samples", "Samples measured on that have it."),
        Column("worst_sample", "text", "", "The least pure of them, of ten events in the gate.", empty="there is none"),
        Column("worst_purity", "number", SHARE, "Its purity.", empty="there is none"),
        Column("contaminants", "text", "", "What else passed: a name, or what it was set aside for.", empty="nothing"),
    ),
    optional=True,
)  # fmt: skip

SORT_PLAN: Final = Table(
    "One row a population and sample: what a sorter makes of it, at the rates of `export`. Purity mode gives up a cell "
    "with another event nearby, enrichment mode takes both.",
    (
        Column(keys.POPULATION, "text", "", "What is sorted."),
        Column(keys.SAMPLE, "text", "", "The sample."),
        Column(keys.N_EVENTS, "integer", "events", "Events of its file, all that the sorter sees."),
        Column("frequency", "number", SHARE, "Share of the population among them."),
        Column("events_per_target", "number", "events", "Events for each cell of it.", empty=RARE),
        Column("event_rate", "number", "events/s", "As in `export.event_rate`."),
        Column("drop_rate", "number", "drops/s", "As in `export.drop_rate`."),
        Column("mask", "number", "drops", "As in `export.mask`."),
        Column("recovery", "number", SHARE, "Share of the gated cells that purity mode sorts."),
        Column("recovery_enrichment", "number", SHARE, "The same of enrichment mode."),
        Column("purity", "number", SHARE, "Of the gates, and so of purity mode."),
        Column("purity_enrichment", "number", SHARE, "Of enrichment mode.", empty=RARE),
        Column("cells_per_million", "number", "cells", "To expect of a million events, in purity mode."),
        Column("cells_low", "number", "cells", "Lower 95 % limit, by the events counted."),
        Column("cells_high", "number", "cells", "Upper 95 % limit."),
        Column("cells_enrichment", "number", "cells", "To expect of a million events, in enrichment mode."),
        Column("minutes_per_1000", "number", "minutes", "For a thousand cells, in purity mode.", empty=RARE),
        Column("wanted_recovery", "number", SHARE, "As in `export.recovery`."),
        Column("max_rate_for_recovery", "number", "events/s", "The fastest at which purity mode recovers so many."),
    ),
    optional=True,
)  # fmt: skip
