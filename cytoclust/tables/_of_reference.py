"""Tables of samples that are read against a reference."""

from typing import Final

from cytoclust import keys
from cytoclust.tables._column import Column, Table, spelled

__all__ = ["REFERENCE", "UNLIKE"]

SAMPLE: Final = Column(keys.SAMPLE, "text", "", "The sample.")
NONE: Final = "no event of it"
CHILDLESS: Final = "it cannot be told: see `cannot_tell` in the table of populations"
OF_REFERENCE: Final = ("outside", "points only", "no reference")
FLAGS: Final = ("unlike", "denser than expected", "more far than expected")

REFERENCE: Final = Table(
    "Written by `cytoclust apply`: each population of a new sample beside the samples of the reference, one row for "
    "all of these and one a group; and beside earlier visits of the same patient.",
    (
        SAMPLE,
        Column(keys.POPULATION, "text", "", "The population, with those under it."),
        Column(keys.N_EVENTS, "integer", "events", "Its events in the sample."),
        Column(keys.FRACTION, "number", "0 to 1", "Of its parent, as in the table of populations.", empty=CHILDLESS),
        Column(keys.CI_LOW, "number", "0 to 1", "Lower limit of the counting interval.", empty=CHILDLESS),
        Column(keys.CI_HIGH, "number", "0 to 1", "Its upper limit.", empty=CHILDLESS),
        Column(
            "reference_group", "text", "",
            "The group that it is held against; `all`; or `earlier: TIMEPOINT` of the same patient.",
        ),
        Column(
            "reference_low", "number", "0 to 1",
            "The 2.5 % quantile of the reference's other patients; of fewer than 20 none is told.",
            empty="fewer than 20 patients",
        ),
        Column("reference_median", "number", "0 to 1", "Their median.", empty="no patient has the parent"),
        Column("reference_high", "number", "0 to 1", "The 97.5 % quantile.", empty="fewer than 20 patients"),
        Column("n_reference", "integer", "patients", "Patients of the reference (visits, of the same patient)."),
        Column(
            "flag", "category", "",
            f"{spelled(OF_REFERENCE)}: `outside` where the counting interval lies beyond the range.",
            empty="within the range", words=OF_REFERENCE,
        ),
        Column(
            "reference_low_ci", "text", "",
            "Exact 90 % interval of the lower quantile, by order statistics: `low to high`.",
            empty="fewer than 20 patients",
        ),
        Column("reference_high_ci", "text", "", "The same of the upper quantile.", empty="fewer than 20 patients"),
        Column(
            "reference_points", "text", "", "What the patients have, a number each, where there is no range.",
            empty="there is a range",
        ),
    ),
    optional=True,
    command="apply",
)  # fmt: skip

UNLIKE: Final = Table(
    "Written by `cytoclust apply`: events that lie far from all that the reference saw, one row a sample and "
    "population that they are nearest to.",
    (
        SAMPLE,
        Column(keys.POPULATION, "text", "", "The population that is nearest, by name."),
        Column(keys.N_EVENTS, "integer", "events", "Events whose nearest population it is."),
        Column("n_far", "integer", "events", "Those beyond the limit of their prototype: median and four MADs."),
        Column("fraction_far", "number", "0 to 1", "`n_far / n_events`.", empty=NONE),
        Column(
            "expected_low", "number", "0 to 1",
            "Lower limit of that share for one more patient, by leaving out each patient of the reference.",
        ),
        Column("expected_high", "number", "0 to 1", "Its upper limit."),
        Column(
            "phenotype_far", "text", "",
            "Phenotype of each clump of them, with its events, by the thresholds of the reference.", empty="no clump",
        ),
        Column("flag", "category", "", f"{spelled(FLAGS)}.", empty="as expected", words=FLAGS),
        Column(
            "n_unlike", "integer", "events",
            "Events that lie closer together than the reference explains, far from all that it saw or within a "
            "population; they are `unlike` in the labels.",
        ),
        Column(
            "n_stray", "integer", "events",
            "Far ones of a cluster of which the sample has next to nothing else; they are `unassigned` in the labels.",
        ),
    ),
    optional=True,
    command="apply",
)  # fmt: skip
