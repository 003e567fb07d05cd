"""Findings about what controls measured, and what was made of it."""

from typing import Final

from cytoclust.findings._kind import Kind

__all__ = ["DRIFT"]

DRIFT: Final = {
    "few control events": Kind(
        "the control has {events:plural event} that passed quality control; it takes {least} to measure a gain"
    ),
    "marker not in control": Kind(
        "{marker}: {events:plural event} of the control carry it, too few to measure a gain by"
    ),
    "gain too uncertain": Kind("{marker}: the gain lies between {low:.2f} and {high:.2f}, which says too little"),
    "drift is no gain": Kind(
        "after the gain {residual:.2f} units of arcsinh are left ({limit:g} are allowed): an offset, or a change of "
        "some cells alone, which no gain sets right"
    ),
    "bead peaks not matched": Kind("{peaks:plural peak} of beads, where the reference has {of}: none can be matched"),
    "no landmark": Kind("{marker}: no population that clearly carries it is in every sample"),
    "few reference samples": Kind(
        "{samples:plural sample} of the reference: how patients differ is known from {least} on"
    ),
    "drift found": Kind(
        "signals drifted between batches: {which:some 6} (tables/drift.csv)",
        advice="look at the settings and lots of these batches before you believe a difference between them",
    ),
    "outside by drift": Kind(
        "measured otherwise than the reference, by their control or beads: {which:some 6} (tables/drift.csv)",
        advice="do not use their numbers before the settings and lots were looked at",
    ),
    "controls not compared": Kind(
        "the reference has no control of this kind to compare with: {which:some 2}; it only goes into the chart"
    ),
    "control of another batch": Kind(
        "no sample of the sheet is of the batch of {which:some 4}, which tells of none: samples are of {batches:some 4}"
    ),
    "control tells nothing": Kind(
        "no gain can be told by {which:some 4}: whether detectors measured as the reference's is not known by it "
        "(tables/drift.csv says why)"
    ),
    "controls not read": Kind(
        "the sheet's unstained and FMO controls are not read ({which:some 4}): cuts are the reference's"
    ),
    "few events passed": Kind("hardly an event passed quality control, so that nothing can be told: {which:some 4}"),
    "control chart broken": Kind("controls break rules of their chart: {which:some 6} (tables/control_chart.csv)"),
    "normalised": Kind(
        "signals were divided by one gain for each batch and marker, measured on the process control of the batch, so "
        "that they are those of batch {reference} (tables/normalize.csv). Every claim was made without that too: "
        "{differ:plural verdict} of {claims} differ (tables/claims_both.csv)."
    ),
    "not normalised": Kind(
        "{marker}: left as it is in {batches:plural batch} ({which:some 4}): the process control has too few cells "
        "with it to measure a gain"
    ),
    "spike test failed": Kind(
        "{population}: its cells would not land on themselves through the correction of another batch ({which:some 4}):"
        " do not rely on its counts between batches (tables/spike_test.csv)"
    ),
    "normalisation": Kind(
        "without normalisation the verdict is another: {without}",
        meaning="the claim hangs on the correction by the process control: see claims_both.csv",
    ),
}
