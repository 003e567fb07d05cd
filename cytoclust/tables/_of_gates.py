"""Tables of manual gates beside clusters and names: what ``cytoclust compare`` writes."""

from typing import Final

from cytoclust import keys
from cytoclust.tables._column import Column, Table, spelled

__all__ = ["GATES_READ", "GATE_CLUSTERS", "GATE_OVERLAP", "GATE_RULES"]

COMMAND: Final = "compare"
EVENTS: Final = "events"
SHARE: Final = "0 to 1"
FOLD: Final = "log2 ratio"
SAMPLE: Final = Column(keys.SAMPLE, "text", "", "The sample.")
GATE: Final = Column(
    keys.GATE, "text", "", "Path of the gate: the names from the top one down to it, with `/` between."
)
MATCHED_BY: Final = ("given", "name", "overlap")
HALVES: Final = ("first", "second", "all")
ALONE: Final = "one patient alone, or nothing varies"

GATES_READ: Final = Table(
    "One row a sample and gate of the file that was compared. A gate whose count is not that of its author is never "
    "used.",
    (
        Column("source", "text", "", "Name of the file of gates."),
        SAMPLE,
        Column(keys.GATE, "text", "", "Name of the gate.", empty="no gate was read for the sample"),
        Column("path", "text", "", "Its path, which is unique.", empty="no gate was read for the sample"),
        Column(
            "kind", "category", "", "What it is.", empty="no gate was read for the sample",
            words=("range", "rectangle", "polygon", "ellipse", "quadrant", "and", "or", "not", "label", "gate"),
        ),
        Column(
            keys.N_EVENTS, "integer", EVENTS, "Events in it and in every gate above, counted here.",
            empty="it cannot be read",
        ),
        Column("n_stored", "integer", EVENTS, "Events that its author saw.", empty="the file has no count"),
        Column("difference", "integer", EVENTS, "`n_events` − `n_stored`.", empty="either is"),
        Column(
            keys.STATUS, "category", "",
            f"{spelled(keys.GATE_STATUSES)}. `reproduced` is within 1 % or 5 events; `not counted` has nothing to "
            "check it against.",
            words=keys.GATE_STATUSES,
        ),
        Column(keys.REASON, "findings", "", "Why it is not used, or what else is to be known.", empty="nothing is"),
    ),
    optional=True,
    command=COMMAND,
)  # fmt: skip

GATE_OVERLAP: Final = Table(
    "One row a sample, gate and population that share an event, and one for the population that the gate was matched "
    "to.",
    (
        SAMPLE,
        GATE,
        Column(keys.POPULATION, "text", "", "The population, with those under it."),
        Column("n_gate", "integer", EVENTS, "Events in the gate, whatever quality control said of them."),
        Column("n_population", "integer", EVENTS, "Events of the population."),
        Column("n_both", "integer", EVENTS, "Events of both."),
        Column("n_aside", "integer", EVENTS, "Events in the gate that quality control set aside."),
        Column("precision", "number", SHARE, "`n_both / n_population`.", empty="the population has no event"),
        Column("recall", "number", SHARE, "`n_both / n_gate`.", empty="the gate has no event"),
        Column("f1", "number", SHARE, "Harmonic mean of both.", empty="neither has an event"),
        Column(
            keys.CI_LOW, "number", SHARE, "Lower exact limit of `f1`, of counting alone.",
            empty="neither has an event",
        ),
        Column(
            keys.CI_HIGH, "number", SHARE, "Upper exact limit of `f1`, of counting alone.",
            empty="neither has an event",
        ),
    ),
    optional=True,
    command=COMMAND,
)  # fmt: skip

GATE_CLUSTERS: Final = Table(
    "The clusters that together are most like a gate: chosen by half of the patients, judged by the other. One row a "
    "gate and half, "
    "and one with the choice of all patients, which nobody is left to judge.",
    (
        GATE,
        Column(
            "half", "category", "", f"Half by whose patients clusters were chosen: {spelled(HALVES)}.",
            words=HALVES,
        ),
        Column("clusters", "text", "", "Their numbers.", empty="no cluster has an event of the gate"),
        Column("n_clusters", "integer", "clusters", "How many they are."),
        Column("n_chosen_by", "integer", "patients", "Patients by whom they were chosen."),
        Column("f1_chosen_by", "number", SHARE, "F1 in these patients, which flatters.", empty="no event"),
        Column("n_judged_by", "integer", "patients", "Patients by whom they were judged."),
        Column(
            "precision", "number", SHARE, "Of the clusters' events, in these, the share in the gate.",
            empty="nothing to judge",
        ),
        Column(
            "recall", "number", SHARE, "Of the gate's events, in these, the share in the clusters.",
            empty="nothing to judge",
        ),
        Column("f1", "number", SHARE, "Harmonic mean of both.", empty="nothing to judge"),
        Column(keys.CI_LOW, "number", SHARE, "Lower 95 % limit of `f1`; the patient is the unit.", empty=ALONE),
        Column(keys.CI_HIGH, "number", SHARE, "Upper 95 % limit of `f1`; the patient is the unit.", empty=ALONE),
        Column("n_aside", "integer", EVENTS, "Events in the gate, of all patients, that quality control set aside."),
        Column(keys.NOTE, "findings", "", "What is to be known.", empty="nothing is"),
    ),
    optional=True,
    command=COMMAND,
)  # fmt: skip

GATE_RULES: Final = Table(
    "One row a gate and the population that it was matched to: whether both give the same events and amounts.",
    (
        GATE,
        Column(keys.POPULATION, "text", "", "The population.", empty="no population shares an event with it"),
        Column("matched_by", "category", "", f"What told that: {spelled(MATCHED_BY)}.", empty="none", words=MATCHED_BY),
        Column("n_samples", "integer", "samples", "Samples in which the gate is used."),
        Column("n_patients", "integer", "patients", "Their patients."),
        Column("n_gate", "integer", EVENTS, "Events in the gate."),
        Column("n_population", "integer", EVENTS, "Events of the population in these samples."),
        Column("n_both", "integer", EVENTS, "Events of both."),
        Column("precision", "number", SHARE, "`n_both / n_population`.", empty="no event, or no population"),
        Column("recall", "number", SHARE, "`n_both / n_gate`.", empty="no event, or no population"),
        Column("f1", "number", SHARE, "Harmonic mean of both.", empty="no event, or no population"),
        Column("f1_low", "number", SHARE, "Lower 95 % limit of `f1`; the patient is the unit.", empty=ALONE),
        Column("f1_high", "number", SHARE, "Upper 95 % limit of `f1`; the patient is the unit.", empty=ALONE),
        Column(
            "bias", "number", FOLD, "Mean over patients of the population's count over the gate's (Bland–Altman).",
            empty="no match",
        ),
        Column("bias_low", "number", FOLD, "Its lower 95 % limit.", empty="one patient alone"),
        Column("bias_high", "number", FOLD, "Its upper 95 % limit.", empty="one patient alone"),
        Column("limit_low", "number", FOLD, "Lower limit of agreement: of 95 % of samples.", empty="one sample alone"),
        Column("limit_high", "number", FOLD, "Upper limit of agreement: of 95 % of samples.", empty="one sample alone"),
        Column(
            "concordance", "number", "−1 to 1", "Lin's concordance of both counts, on the logarithmic scale.",
            empty="fewer than three samples, or nothing varies",
        ),
        Column(
            "concordance_low", "number", "−1 to 1", "Its lower 95 % limit.",
            empty="fewer than three samples, or nothing varies",
        ),
        Column(
            "concordance_high", "number", "−1 to 1", "Its upper 95 % limit.",
            empty="fewer than three samples, or nothing varies",
        ),
        Column("lost", "integer", EVENTS, "Events of the gate that are not in the population."),
        Column(
            "lost_to", "text", "", "Where most of them are: another population, a nameless cluster, or set aside.",
            empty="none is lost",
        ),
        Column("n_lost_to", "integer", EVENTS, "How many of them are there."),
        Column(keys.NOTE, "findings", "", "What is to be known.", empty="nothing is"),
    ),
    optional=True,
    command=COMMAND,
)  # fmt: skip
