"""Findings about candidates and the claims on them: the flags of ``discoveries.csv``."""

from typing import Final

from cytoclust.findings._kind import Kind
from cytoclust.words import listed

__all__ = ["CLAIMS"]

CLAIMS: Final = {
    # of a candidate: what it may be instead
    "mimic not excluded": Kind(
        "mimic not excluded: {mimics:and}",
        meaning="the panel lacks a marker that would tell it from a look-alike",
    ),
    "doublets": Kind(
        "doublets of {of:and}",
        meaning="it looks like cells of two clusters stuck together, and comes as often as these meet",
    ),
    "positive for nearly every marker": Kind(
        "it is positive for nearly every marker",
        meaning="dead cells, clumps or autofluorescence look like this",
    ),
    "leftover": Kind(
        "most such events were set aside as {reason}",
        meaning="quality control set aside most of what looks like it: this is what it missed",
    ),
    "multiplet": Kind(
        lambda data: (
            f"doublets of {listed(data['of'])}: every marker is the sum of both, they come as often as these "
            + f"meet, and forward scatter is {data['forward']:.3g} times that of the larger"
            + (f", the pulse {data['pulse']:.3g} times as wide" if "pulse" in data else "")
        ),
        meaning="markers, counts, scatter and pulse all say that two cells passed the laser as one",
    ),
    "debris": Kind(
        lambda data: (
            f"debris: forward scatter is {data['forward']:.2g} of that of the smallest kind of cell, and "
            + (
                "most of its like was set aside as debris"
                if data["aside"]
                else "it is broad in scatter, and dim in every marker"
            )
        ),
        meaning="scatter and markers both say that it is pieces of cells",
    ),
    "dead": Kind(
        "dead cells: most of its like was set aside as dead, and its dye lies {dye:.0%} of the way from living cells "
        "to these",
        meaning="markers and dye both say that quality control missed some of the dead cells",
    ),
    "uneven quality control": Kind(
        "quality control set aside up to {share:.0%} of it as {reason}, and less of the others",
        meaning="quality control took more of it than of other cells, in a tenth of the samples: see set_aside.csv",
    ),
    "name uncertain": Kind(
        "name {probability:.0%} probable",
        meaning="the rule fits, but not surely: look at the markers near their threshold",
    ),
    "name doubtful": Kind(
        "the name is hardly more likely than not",
        meaning="the rule hardly fits better than not",
    ),
    # of a claim: what speaks against it, beside its p
    "confounded with batch": Kind(
        "group and batch cannot be told apart in this cohort",
        meaning="no batch holds both sides: group and batch cannot be told apart in this cohort",
    ),
    "confounded with covariate": Kind(
        "{column} separates the two sides",
        meaning="no level of it holds both sides, or its numbers do not overlap: it may be the difference",
    ),
    "batch unknown": Kind(
        "batch unknown",
        meaning="the sheet has no batch: other days or machines for one side may be the difference",
    ),
    "one patient": Kind("only one patient shows it", meaning="a case, not a group"),
    "one batch": Kind(
        "all patients that show it were measured in one batch",
        meaning="all patients that have it were measured in one batch: suspect its reagents or its machine",
    ),
    "background of samples differs": Kind(
        "the background of {markers:and} differs between the samples compared",
        meaning="it rests on a marker for which cells without it lie elsewhere on one side: another setting of the "
        "instrument, another lot, or another time from staining to measuring looks like this",
    ),
    "hemodilution": Kind(
        "half or more of the samples of one side look diluted with blood",
        meaning="half or more of one side's samples look diluted with blood",
    ),
    "less than twofold": Kind(
        "there is less than twice as much of it, which is too little for a discovery",
        meaning="both sides have it, and not twice as much of it: see the comparisons",
    ),
}
