"""Batches that nobody named, as the files tell them."""

from collections import Counter
from collections.abc import Sequence

from cytoclust.findings import Finding
from cytoclust.io import EventFile, Sample

__all__ = ["propose_batches"]

KEYWORDS = {"$CYTSN": "instruments", "$CYT": "instruments", "$DATE": "days"}


def propose_batches(opened: Sequence[tuple[Sample, EventFile]]) -> list[Finding]:
    """What a sheet without batches could take for them: the first keyword that parts the files, and not each from all.

    They are proposed and not used: a day may be a patient's own, and only who measured knows what was changed when.
    """
    compared = any(sample.group or sample.timepoint for sample, _ in opened)
    if not compared or any(sample.batch for sample, _ in opened):
        return []
    for keyword, what in KEYWORDS.items():
        counts = Counter(file.text.get(keyword, "").strip() for _, file in opened)
        if "" not in counts and 1 < len(counts) < len(opened):
            return [Finding("batches proposed", keyword=keyword, what=what, counts=list(counts.items()))]
    return []
