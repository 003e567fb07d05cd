"""Tables of what differs between patients."""

from typing import Final

from cytoclust import keys
from cytoclust.tables._column import Column, Table, spelled

__all__ = ["CONTRASTS", "DISCOVERIES"]

TOO_FEW: Final = "too few events or patients"
FOLD: Final = "log2 ratio"
QUESTIONS: Final = ("group", "time")

CONTRASTS: Final = Table(
    "One row a population, comparison and denominator. A header only, without groups or time points to compare.",
    (
        Column(keys.POPULATION, "text", "", "The population."),
        Column(keys.CONTRAST, "text", "", "As `metastatic vs control` or `relapse vs diagnosis`."),
        Column(
            keys.TIMEPOINT, "text", "", "Time point at which groups are compared.",
            empty="time points are compared, or the sheet has none",
        ),
        Column(keys.DENOMINATOR, "category", "", f"{spelled(keys.DENOMINATORS)}.", words=keys.DENOMINATORS),
        Column("test", "text", "", "Which permutation test.", empty="not tested"),
        Column(keys.N_A, "integer", "patients", "Patients on the first side on which the test rests."),
        Column(keys.N_B, "integer", "patients", "Patients on the second side."),
        Column(
            keys.EFFECT, "number", FOLD, "Log2 of the fold change: 1 is twice as much on the first side.", empty=TOO_FEW
        ),
        Column(keys.CI_LOW, "number", FOLD, "Lower 95 % limit of the effect.", empty=TOO_FEW),
        Column(keys.CI_HIGH, "number", FOLD, "Upper 95 % limit of the effect.", empty=TOO_FEW),
        Column(keys.P, "number", "probability", "Two-sided p.", empty=f"{TOO_FEW}, or nothing can be permuted"),
        Column(keys.Q, "number", "probability", "Adjusted p, within the family.", empty="no `p`"),
        Column(keys.FAMILY, "category", "", f"{spelled(keys.FAMILIES)}.", words=keys.FAMILIES),
        Column(keys.NOTE, "findings", "", "Why it could not be tested, or what to beware of.", empty="nothing to say"),
        Column("question", "category", "", f"What is compared: {spelled(QUESTIONS)}.", words=QUESTIONS),
        Column("side_a", "text", "", "Name of the first side."),
        Column("side_b", "text", "", "Name of the second side."),
    ),
)  # fmt: skip

DISCOVERIES: Final = Table(
    "One row a claim, supported ones first. Numbers are of patients.",
    (
        Column(
            keys.POPULATION, "text", "", "The population, or `unknown` (`unassigned` without rules) for a cluster."
        ),
        Column(
            keys.CLUSTER, "text", "", "Number of the cluster, of a claim on a cluster.",
            empty="the claim is on a population",
        ),
        Column(keys.PHENOTYPE, "text", "", "Levels of the markers.", empty="no marker is sure"),
        Column(keys.CLAIM, "text", "", "As `only in metastatic at diagnosis` or `more in …`."),
        Column(keys.GROUP, "text", "", "The group asked about.", empty="time points are compared in all groups"),
        Column(keys.N_DETECTED, "integer", "patients", "Patients asked about that have it."),
        Column(keys.N_EVALUABLE, "integer", "patients", "Patients asked about that would have shown it."),
        Column(keys.N_DETECTED_OTHER, "integer", "patients", "Of the others, those that have it."),
        Column(keys.N_EVALUABLE_OTHER, "integer", "patients", "Of the others, those that would have shown it."),
        Column(
            keys.P, "number", "probability", "One-sided p, at equal depth.",
            empty="nothing to compare with, or confounded",
        ),
        Column(keys.Q, "number", "probability", "p adjusted over all claims of the table.", empty="no `p`"),
        Column(keys.FLAGS, "findings", "", "Objections and doubts.", empty="none"),
        Column(keys.VERDICT, "category", "", f"{spelled(keys.VERDICTS)}.", words=keys.VERDICTS),
        Column(keys.TIMEPOINT, "text", "", "The time point asked about.", empty="the sheet has none"),
        Column(keys.AGAINST, "text", "", "Who the others are."),
        Column(keys.SENTENCE, "text", "", "All of this in plain words."),
        Column("question", "category", "", f"What with: {spelled(QUESTIONS)}.", words=QUESTIONS),
        Column("only", "boolean", "", "Whether the claim is `only`, else `more`."),
    ),
)  # fmt: skip
