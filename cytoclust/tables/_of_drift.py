"""Tables of what controls measured."""

from typing import Final

from cytoclust import keys
from cytoclust.tables._column import Column, Table, spelled

__all__ = ["CLAIMS_BOTH", "CONTROL_CHART", "DRIFT", "NORMALIZE", "SPIKE_TEST"]

SOURCES: Final = ("control", "beads", "landmark")
STATUSES: Final = ("ok", "drift", "no gain", "not evaluable")
DIVIDED: Final = ("reference", "ok", "not evaluable")
LANDED: Final = ("ok", "moved", "not evaluable")
LOG: Final = "natural logarithm of a ratio"
UNMEASURED: Final = "nothing could be measured"
ARCSINH: Final = "arcsinh of signal over cofactor"
TOO_FEW: Final = "there are fewer than 20 runs"

DRIFT: Final = Table(
    "One row a control file (or bead file) and marker; a batch and marker by landmark populations where none tells "
    "anything. Not there with one batch and without controls.",
    (
        Column(keys.SAMPLE, "text", "", "The control, as the sheet calls it.", empty="of landmarks"),
        Column(keys.BATCH, "text", "", "Its batch.", empty="the sheet has none"),
        Column(keys.MARKER, "text", "", "The marker."),
        Column("source", "category", "", f"What tells: {spelled(SOURCES)}; landmarks warn and never correct.",
               words=SOURCES),
        Column("log_gain", "number", LOG, "Signals over those of the reference.", empty=UNMEASURED),
        Column("ci_low", "number", LOG, "Lower 95 % limit.", empty=UNMEASURED),
        Column("ci_high", "number", LOG, "Upper 95 % limit.", empty=UNMEASURED),
        Column("limit", "number", LOG, "Beyond which it is drift; of landmarks, what patients alone exceed once in 200 "
               "times.", empty=UNMEASURED),
        Column(keys.STATUS, "category", "", f"{spelled(STATUSES)}; `no gain`: an offset, or a change of some cells.",
               words=STATUSES),
        Column("residual", "number", ARCSINH, "What is left between the two after the gain.",
               empty="of landmarks, and where nothing could be measured"),
        Column(keys.NOTE, "findings", "", "Why nothing could be measured, or what to beware of.",
               empty="nothing to say"),
    ),
    optional=True,
)  # fmt: skip

CONTROL_CHART: Final = Table(
    "One row a run, control, channel and statistic, in the order of dates; those of earlier runs first. Not there "
    "without a process control or beads.",
    (
        Column("date", "text", "", "Of the sheet, else of the file ($DATE), as 2026-11-29.", empty="neither says"),
        Column("run", "text", "", "The control file, as the sheet calls it."),
        Column("instrument", "text", "", "Of the sheet, else of the file ($CYT).", empty="neither says"),
        Column("control", "text", "", "`process` or `beads`."),
        Column("channel", "text", "", "The marker."),
        Column("statistic", "text", "", "`median`, `upper` (middle of the .90 to .995 quantiles); of beads `peak 1 "
               "median`, `peak 1 rCV` and so on."),
        Column("value", "number", "signal, or percent", "What was measured."),
        Column("mean", "number", "signal, or percent", "Of the first 20 runs.", empty=TOO_FEW),
        Column("sd", "number", "signal, or percent", "Their standard deviation.", empty=TOO_FEW),
        Column("z", "number", "standard deviations", "Of the value.", empty=TOO_FEW),
        Column("rules_broken", "text", "", "Westgard rules 1-3s, 2-2s, R-4s, 10-x; or `too few runs`, of the first 20.",
               empty="none"),
    ),
    optional=True,
)  # fmt: skip

NORMALIZE: Final = Table(
    "One row a batch and marker. Not there unless `normalize.method=gain`.",
    (
        Column(keys.BATCH, "text", "", "The batch."),
        Column(keys.MARKER, "text", "", "The marker."),
        Column("log_gain", "number", LOG, "Signals of the batch were divided by its exponential.",
               empty="left as it is"),
        Column("ci_low", "number", LOG, "Lower 95 % limit.", empty=UNMEASURED),
        Column("ci_high", "number", LOG, "Upper 95 % limit.", empty=UNMEASURED),
        Column("residual", "number", ARCSINH, "What is left between the controls after the gain.", empty=UNMEASURED),
        Column(keys.N_EVENTS, "integer", "events", "Events of the control that passed quality control."),
        Column(keys.STATUS, "category", "", f"{spelled(DIVIDED)}; the last has too few cells in the control.",
               words=DIVIDED),
    ),
    optional=True,
)  # fmt: skip

CLAIMS_BOTH: Final = Table(
    "One row a claim, by a run with and one without normalisation. Not there unless `normalize.method=gain`.",
    (
        Column(keys.POPULATION, "text", "", "The population; of a cluster, the name it has and its number."),
        Column(keys.CONTRAST, "text", "", "Where it is claimed, and against whom."),
        Column("p_raw", "number", "probability", "Without normalisation.", empty="not listed there"),
        Column("p_normalised", "number", "probability", "With it.", empty="not listed there"),
        Column("verdict_raw", "text", "", "Without normalisation: a verdict, or `not listed`."),
        Column("verdict_normalised", "text", "", "With it."),
    ),
    optional=True,
)  # fmt: skip

SPIKE_TEST: Final = Table(
    "One row a rare population, marker of its rule and ordered pair of batches: its cells carried through the other "
    "batch's correction. Not there unless `normalize.method=gain`, and without rules.",
    (
        Column(keys.POPULATION, "text", "", "The population."),
        Column("batch_from", "text", "", "The batch of the cells."),
        Column("batch_to", "text", "", "The batch whose correction they went through."),
        Column(keys.MARKER, "text", "", "The marker."),
        Column(keys.N_EVENTS, "integer", "events", "Cells of it in the batch."),
        Column("moved", "number", ARCSINH, "By how much the median cell missed itself.",
               empty="the control has no cells as bright or as dim"),
        Column("limit", "number", ARCSINH, "What is allowed."),
        Column(keys.STATUS, "category", "", f"{spelled(LANDED)}.", words=LANDED),
    ),
    optional=True,
)  # fmt: skip
