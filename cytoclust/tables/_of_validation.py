"""Tables of what was sorted and measured on the bench."""

from typing import Final

from cytoclust import keys
from cytoclust.tables._column import Column, Table, spelled

__all__ = ["ASSAYS", "CFU", "CLONOGENIC", "DIFFERENTIATION", "FRACTIONS", "PURITY", "QPCR", "TABLE1"]

SAMPLE: Final = Column(keys.SAMPLE, "text", "", "The sample.")
WHO: Final = tuple(
    Column(name, "text", "", f"The sample's `{name}`, from the sheet.", empty="not in the sheet", missing=True)
    for name in (keys.PATIENT, keys.GROUP, keys.TIMEPOINT)
)
FRACTION: Final = Column("fraction_id", "text", "", "The sorted fraction.")
KIND: Final = Column("kind", "category", "", "`mRNA` or `DNA`.", words=("mRNA", "DNA"))
ROLE: Final = Column("role", "category", "", "`target` or `reference`.", words=("target", "reference"))
TARGET: Final = Column("target", "text", "", "The target.")
PLATE: Final = Column("plate", "text", "", "The plate, or run.")
UNSORTED: Final = Column(keys.POPULATION, "text", "", "The sorted population.", empty="the cells were not sorted")
NOTE: Final = Column(keys.NOTE, "findings", "", "What to beware of.", empty="nothing to say")
LOG2: Final = "log2 ratio"

ASSAYS: Final = Table(
    "One row a target and plate of `cytoclust validate`.",
    (
        TARGET,
        KIND,
        ROLE,
        PLATE,
        Column("n_standards", "integer", "wells", "Wells of standards."),
        Column("slope", "number", "Cq a tenfold amount", "Slope of the standard curve.", empty="none could be fitted"),
        Column(
            "efficiency",
            "number",
            "1: a doubling a cycle",
            "Efficiency, 10^(−1/slope) − 1, or as given.",
            empty="not known",
        ),
        Column("efficiency_low", "number", "1: a doubling a cycle", "Lower 95 % limit.", empty="not known"),
        Column("efficiency_high", "number", "1: a doubling a cycle", "Upper 95 % limit.", empty="not known"),
        Column("residual_sd", "number", "Cq", "Standards about their line.", empty="no line"),
        Column(
            "replicate_sd",
            "number",
            "Cq",
            "Replicate wells of one amount, over all plates.",
            empty="there are no replicates",
        ),
        Column(
            "lod",
            "number",
            "unit of the quantity",
            "Amount that 95 % of wells show, by the single-hit model.",
            empty="no standard, or all of their wells, amplified",
        ),
        Column("lod_low", "number", "unit of the quantity", "Lower 95 % limit.", empty="not known"),
        Column("lod_high", "number", "unit of the quantity", "Upper 95 % limit.", empty="not known"),
        Column("n_ntc", "integer", "wells", "Wells without template, or without reverse transcriptase."),
        Column("n_ntc_amplified", "integer", "wells", "Those of them that amplified."),
        Column("ntc_min_cq", "number", "Cq", "Earliest of them.", empty="none amplified"),
        Column(
            "cut_cq",
            "number",
            "Cq",
            "From here on a well does not count as amplified.",
            empty="no well without template amplified",
        ),
        Column("reason", "findings", "", "Why it cannot be used, and what to beware of.", empty="nothing to say"),
        Column(keys.VERDICT, "category", "", "`usable` or `not evaluable`.", words=("usable", keys.STATUSES[-1])),
    ),
    optional=True,
    command="validate",
)

QPCR_STATUSES: Final = ("amplified", "partly amplified", "not amplified", keys.STATUSES[-1])
QPCR: Final = Table(
    "One row a sorted fraction and target.",
    (
        FRACTION,
        SAMPLE,
        WHO[0],
        Column(keys.POPULATION, "text", "", "The sorted population."),
        TARGET,
        KIND,
        ROLE,
        PLATE,
        Column("n_wells", "integer", "wells", "Wells."),
        Column("n_amplified", "integer", "wells", "Those that amplified before the cut."),
        Column("cq", "number", "Cq", "Their mean.", empty="none amplified"),
        Column("cq_sd", "number", "Cq", "Their standard deviation.", empty="fewer than two"),
        Column("reference", "text", "", "References that it is told by.", empty="none, or it is one"),
        Column("reference_cq", "number", "Cq", "Mean of the references.", empty="no reference"),
        Column(
            "input_copies",
            "number",
            "copies a well",
            "Geometric mean of the references.",
            empty="no reference, or quantities are no copies",
        ),
        Column(
            "log2_ratio",
            "number",
            LOG2,
            "Target to references, corrected for efficiencies; `-inf`: not found.",
            empty="not evaluable, or a reference",
        ),
        Column(keys.CI_LOW, "number", LOG2, "Lower 95 % limit.", empty="not evaluable, or a reference"),
        Column(
            keys.CI_HIGH,
            "number",
            LOG2,
            "Upper 95 % limit; of a target that was not found, what could be there.",
            empty="not evaluable, or a reference",
        ),
        Column(
            "limit",
            "number",
            LOG2,
            "The ratio that these wells would have shown with a chance of 95 %.",
            empty="quantities are no copies",
        ),
        NOTE,
        Column(keys.STATUS, "category", "", f"{spelled(QPCR_STATUSES)}.", words=QPCR_STATUSES),
    ),
    optional=True,
    command="validate",
)

BY: Final = ("gates", "reanalysis", "DNA", "mRNA")
PURITY_STATUSES: Final = ("promised", "measured", "upper limit")
PURITY: Final = Table(
    "One row a sorted fraction and way to tell its purity, side by side.",
    (
        FRACTION,
        Column("contaminant", "text", "", "The population that was looked for.", empty="any other cell"),
        Column("by", "category", "", f"{spelled(BY)}.", words=BY),
        Column("target", "text", "", "The targets that tell it.", empty="by gates and re-analysis"),
        Column(
            "against",
            "text",
            "",
            "The patient's own fraction that it is compared with.",
            empty="by gates and re-analysis, or by a given number of copies",
        ),
        Column(
            "estimate",
            "number",
            "0 to 1",
            "Share of the fraction that is not the contaminant; of an mRNA panel the median.",
        ),
        Column(keys.CI_LOW, "number", "0 to 1", "Lower 95 % limit."),
        Column(keys.CI_HIGH, "number", "0 to 1", "Upper 95 % limit."),
        Column(
            "n",
            "integer",
            "patients, events or copies",
            "By gates the patients they were measured on, by re-analysis its events, else copies of references a well.",
        ),
        Column(
            keys.STATUS, "category", "", f"{spelled(PURITY_STATUSES)} of what was not found.", words=PURITY_STATUSES
        ),
    ),
    optional=True,
    command="validate",
)

FRACTIONS: Final = Table(
    "One row a sorted fraction.",
    (
        FRACTION,
        SAMPLE,
        *WHO,
        Column(keys.POPULATION, "text", "", "The population that was sorted."),
        Column("n_sorted", "integer", "cells", "Cells sorted."),
        Column("expected", "text", "", "What the assays expect of it.", empty="nothing"),
        Column("reason", "findings", "", "Why the verdict is what it is.", empty="nothing to say"),
        Column(keys.SENTENCE, "text", "", "The same in words."),
        Column(keys.VERDICT, "category", "", f"{spelled(keys.VALIDATIONS)}.", words=keys.VALIDATIONS),
    ),
    optional=True,
    command="validate",
)

RATE: Final = "per million cells"
CFU: Final = Table(
    "Colonies (CFU-F): one row a sample, population and passage.",
    (
        SAMPLE,
        *WHO,
        UNSORTED,
        Column("passage", "text", "", "The passage.", empty="not told"),
        Column("n_wells", "integer", "wells", "Wells."),
        Column("n_too_full", "integer", "wells", "Those of them with too many colonies to count: at least so many."),
        Column("cells", "integer", "cells", "Cells seeded in all wells."),
        Column("colonies", "integer", "colonies", "Colonies of all wells."),
        Column(keys.PER_MILLION, "number", RATE, "Colonies per million cells seeded.", empty="all wells were too full"),
        Column(keys.CI_LOW, "number", RATE, "Lower 95 % limit (exact Poisson; wider where wells differ)."),
        Column(keys.CI_HIGH, "number", RATE, "Upper 95 % limit."),
        Column(
            "dispersion_p",
            "number",
            "probability",
            "P that wells that are alike differ as much.",
            empty="fewer than two wells, or no colony",
        ),
        Column(
            "per_msc",
            "number",
            "colonies a cell",
            "Colonies for each cell of `per_msc_of` seeded.",
            empty="its frequency is not known",
        ),
        Column("per_msc_of", "text", "", "That population.", empty="its frequency is not known"),
        NOTE,
    ),
    optional=True,
    command="validate",
)

CLONOGENIC: Final = Table(
    "Limiting dilution: one row a sample and population.",
    (
        SAMPLE,
        *WHO,
        UNSORTED,
        Column("n_doses", "integer", "doses", "Numbers of cells that were tried."),
        Column("n_wells", "integer", "wells", "Wells."),
        Column("n_positive", "integer", "wells", "Positive ones."),
        Column(
            "one_in",
            "number",
            "cells",
            "One in so many cells forms a colony; `inf`: no well was positive.",
            empty="all wells were positive",
        ),
        Column(keys.CI_LOW, "number", "cells", "Lower 95 % limit.", empty="all wells were positive"),
        Column(keys.CI_HIGH, "number", "cells", "Upper 95 % limit; `inf`: no well was positive."),
        Column(keys.PER_MILLION, "number", RATE, "The same per million cells.", empty="all wells were positive"),
        Column(
            "slope",
            "number",
            "slope",
            "On the logarithm of the dose: 1 where one cell is enough.",
            empty="it has no limit, or one dose",
        ),
        Column("slope_p", "number", "probability", "P that it is 1.", empty="it has no limit, or one dose"),
        NOTE,
    ),
    optional=True,
    command="validate",
)

DIFFERENTIATION: Final = Table(
    "One row a sample, population, lineage and read-out.",
    (
        SAMPLE,
        *WHO,
        UNSORTED,
        Column("lineage", "text", "", "The lineage."),
        Column("readout", "text", "", "What was measured."),
        Column("unit", "text", "", "Its unit.", empty="not told"),
        Column("n_plates", "integer", "plates", "Plates with induced and uninduced wells."),
        Column("n_wells", "integer", "wells", "Wells."),
        Column(
            "log2_ratio",
            "number",
            LOG2,
            "Induced to uninduced wells, by plate; mean of the plates.",
            empty="scores, or no plate has both sides",
        ),
        Column(
            "score_difference", "number", "scores", "The same of scores, as a difference of means.", empty="no scores"
        ),
        Column(keys.CI_LOW, "number", LOG2 + ", or scores", "Lower 95 % limit.", empty="one plate without replicates"),
        Column(keys.CI_HIGH, "number", LOG2 + ", or scores", "Upper 95 % limit.", empty="one plate without replicates"),
        NOTE,
    ),
    optional=True,
    command="validate",
)

TABLE1: Final = Table(
    "Who was in the study: one row a characteristic, level and group. A patient counts once, with the first sample.",
    (
        Column("characteristic", "text", "", "A column of the sheet that is carried through, or `patients`."),
        Column("level", "text", "", "One of its words; of numbers `median (range)`; `missing`.", empty="it has none"),
        Column(keys.GROUP, "text", "", "The group; `all`: every patient."),
        Column("n", "integer", "patients", "Patients of this level; of numbers, those with one."),
        Column("of", "integer", "patients", "Patients of the group."),
        Column(
            "percent",
            "number",
            "per cent",
            "Of the patients for whom it is told.",
            empty="a number, or what is missing",
        ),
        Column("median", "number", "as in the sheet", "Median.", empty="no number"),
        Column("low", "number", "as in the sheet", "Least.", empty="no number"),
        Column("high", "number", "as in the sheet", "Greatest.", empty="no number"),
    ),
    optional=True,
)
