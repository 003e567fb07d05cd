"""Tables of what differs between patients."""

from typing import Final

from cytoclust import keys
from cytoclust.tables._column import Column, Table, spelled

__all__ = ["CONTRASTS", "DISCOVERIES", "MARKER_LEVELS"]

QUESTIONS: Final = ("group", "time")
PER_MILLION: Final = "per million"
CONFOUNDED: Final = "batch and side cannot be told apart"
NOTHING: Final = f"nothing was counted on either side, or {CONFOUNDED}"

CONTRASTS: Final = Table(
    "One row a population or cluster, and comparison. A header only, without groups or time points to compare.",
    (
        Column(keys.POPULATION, "text", "", "The population; of a cluster, the name it has."),
        Column(keys.CLUSTER, "text", "", "Number of the cluster.", empty="the row is of a population"),
        Column(keys.CONTRAST, "text", "", "As `metastatic vs control` or `relapse vs diagnosis`."),
        Column(
            keys.TIMEPOINT, "text", "", "Time point at which groups are compared, or the two that are compared.",
            empty="the sheet has none",
        ),
        Column(
            keys.DENOMINATOR, "category", "",
            f"What levels are a part of: {spelled(keys.DENOMINATORS)}, which has a unit of its own.",
            words=keys.DENOMINATORS,
        ),
        Column(
            keys.ASSAY, "text", "", "What was measured on the bench, of rows of `cytoclust validate`.",
            empty="events were counted", optional=True,
        ),
        Column(keys.N_A, "integer", "patients", "Patients on the first side."),
        Column(keys.N_B, "integer", "patients", "Patients on the second side."),
        Column(keys.LEVEL_A, "number", PER_MILLION, "Median level of the patients on the first side."),
        Column(keys.LEVEL_B, "number", PER_MILLION, "Median level of the patients on the second side."),
        Column(
            keys.RATIO, "number", "ratio", "How many times as much the first side has; `inf`: the second has none.",
            empty=NOTHING,
        ),
        Column(keys.RATIO_LOW, "number", "ratio", "Lower 95 % limit of the ratio.", empty=NOTHING),
        Column(keys.RATIO_HIGH, "number", "ratio", "Upper 95 % limit of the ratio.", empty=NOTHING),
        Column(
            keys.P, "number", "probability", "Two-sided p: the share of all arrangements of labels that give as much.",
            empty=CONFOUNDED,
        ),
        Column(
            keys.Q, "number", "probability", "p adjusted for every population, cluster and comparison.",
            empty=CONFOUNDED,
        ),
        Column(keys.BASIS, "text", "", "Among whom labels were exchanged.", empty=CONFOUNDED),
        Column(keys.NOTE, "findings", "", "Who was left out, and what to beware of.", empty="nothing to say"),
        Column("question", "category", "", f"What is compared: {spelled(QUESTIONS)}.", words=QUESTIONS),
        Column("side_a", "text", "", "Name of the first side."),
        Column("side_b", "text", "", "Name of the second side."),
    ),
)  # fmt: skip

SCALE: Final = "transformed scale"
UNTOLD: Final = f"too few patients have events enough of it, or {CONFOUNDED}"

MARKER_LEVELS: Final = Table(
    "One row a population or a cluster without a name, marker that the clusters were not made by, and comparison. Not "
    "there if all stained markers made the clusters, or there is nothing to compare.",
    (
        Column(keys.POPULATION, "text", "", "The population; of a cluster, the name it has."),
        Column(keys.CLUSTER, "text", "", "Number of the cluster.", empty="the row is of a population"),
        Column(keys.MARKER, "text", "", "The marker."),
        Column(keys.CONTRAST, "text", "", "As in the table contrasts."),
        Column(keys.TIMEPOINT, "text", "", "As in the table contrasts.", empty="the sheet has none"),
        Column(keys.N_A, "integer", "patients", "Patients on the first side with 20 events of it or more."),
        Column(keys.N_B, "integer", "patients", "Such patients on the second side."),
        Column(
            keys.LEVEL_A, "number", SCALE, "Median over the patients on the first side of the median of its cells.",
            empty="no patient has events enough of it",
        ),
        Column(
            keys.LEVEL_B, "number", SCALE, "The same of the second side.", empty="no patient has events enough of it"
        ),
        Column(
            keys.DIFFERENCE, "number", SCALE,
            "How much higher the first side is, in the mean, with effects of batches and covariates taken off.",
            empty=UNTOLD,
        ),
        Column(keys.DIFFERENCE_LOW, "number", SCALE, "Lower 95 % limit of the difference.", empty=UNTOLD),
        Column(keys.DIFFERENCE_HIGH, "number", SCALE, "Upper 95 % limit of the difference.", empty=UNTOLD),
        Column(
            keys.P, "number", "probability", "Two-sided p: the share of all arrangements of labels that give as much.",
            empty=UNTOLD,
        ),
        Column(
            keys.Q, "number", "probability", "p adjusted for every population, cluster, marker and comparison.",
            empty=UNTOLD,
        ),
        Column(keys.BASIS, "text", "", "Among whom labels were exchanged.", empty=UNTOLD),
        Column(keys.NOTE, "findings", "", "Who was left out, and what to beware of.", empty="nothing to say"),
    ),
    optional=True,
)  # fmt: skip

DISCOVERIES: Final = Table(
    "One row a claim, supported ones first. What nothing suggests is not listed.",
    (
        Column(keys.POPULATION, "text", "", "The population; of a cluster, the name it has."),
        Column(
            keys.CLUSTER, "text", "", "Number of the cluster, of a claim on a cluster.",
            empty="the claim is on a population",
        ),
        Column(keys.PHENOTYPE, "text", "", "Levels of the markers.", empty="no marker is sure"),
        Column(keys.CLAIM, "text", "", "As `only in metastatic at diagnosis` or `more in …`."),
        Column(keys.GROUP, "text", "", "The group asked about.", empty="time points are compared in all groups"),
        Column(keys.TIMEPOINT, "text", "", "The time point asked about.", empty="the sheet has none"),
        Column(keys.AGAINST, "text", "", "Who the others are."),
        Column(keys.N_IN, "integer", "patients", "Patients asked about with more of it than background makes."),
        Column(keys.OF_IN, "integer", "patients", "Patients asked about."),
        Column(keys.N_OUT, "integer", "patients", "Of the others, those with more of it than background makes."),
        Column(keys.OF_OUT, "integer", "patients", "The others."),
        Column(keys.EVENTS_IN, "integer", "events", "Its events in the patients asked about."),
        Column(keys.CELLS_IN, "integer", "events", "Their cells: those that are not malignant (of a tumour: all)."),
        Column(keys.EVENTS_OUT, "integer", "events", "Its events in the others."),
        Column(keys.CELLS_OUT, "integer", "events", "Their cells."),
        Column(keys.LEVEL_IN, "number", PER_MILLION, "Median level of the patients asked about."),
        Column(keys.UPPER_OUT, "number", PER_MILLION, "Upper 95 % limit of the others' level, taken together."),
        Column(
            keys.RATIO, "number", "ratio", "How many times as much the patients asked about have; `inf`: others none.",
            empty=CONFOUNDED,
        ),
        Column(keys.RATIO_LOW, "number", "ratio", "Lower 95 % limit of the ratio.", empty=CONFOUNDED),
        Column(keys.RATIO_HIGH, "number", "ratio", "Upper 95 % limit of the ratio.", empty=CONFOUNDED),
        Column(
            keys.P, "number", "probability", "One-sided p: the share of all arrangements of labels that give as much.",
            empty=CONFOUNDED,
        ),
        Column(
            keys.LEAST_P, "number", "probability", "The least p that so many patients can give.", empty=CONFOUNDED
        ),
        Column(
            keys.Q, "number", "probability", "p adjusted for every population, cluster and question.",
            empty=CONFOUNDED,
        ),
        Column(keys.BASIS, "text", "", "Among whom labels were exchanged.", empty=CONFOUNDED),
        Column(keys.LEFT_OUT, "integer", "patients", "Patients seen at one time only, or on both sides: not counted."),
        Column(keys.FLAGS, "findings", "", "Objections and doubts.", empty="none"),
        Column(keys.VERDICT, "category", "", f"{spelled(keys.VERDICTS)}.", words=keys.VERDICTS),
        Column(keys.SENTENCE, "text", "", "All of this in plain words."),
        Column("question", "category", "", f"What with: {spelled(QUESTIONS)}.", words=QUESTIONS),
        Column("only", "boolean", "", "Whether the claim is `only`, else `more`."),
    ),
)  # fmt: skip
