"""What has to be known of a comparison."""

from collections.abc import Sequence

from cytoclust.findings import Finding
from cytoclust.stats._questions import Question

__all__ = ["question_notes"]


def question_notes(
    question: Question, least: float | None, *, alpha: float = 1.0, lacking: Sequence[Finding] = ()
) -> list[Finding]:
    """Notes of a row that answers a question.

    Parameters
    ----------
    question
        What was asked.
    least
        The least p that the row could have over all comparisons; None where nothing was tested, NaN where it is known
        later.
    alpha
        The error allowed; by default no row has too few patients for it.
    lacking
        What the row itself lacks; told after the patients who were left out.
    """
    notes = []
    if question.left_out:
        notes.append(Finding("seen on one side" if question.paired else "seen on both sides", n=question.left_out))
    notes += lacking
    if question.adjusted:
        notes.append(Finding("adjusted", columns=question.adjusted))
    if question.separated and not question.confounded:
        notes.append(Finding("no p for covariate", column=question.separated))
    elif least is None:
        notes.append(Finding("no p", paired=question.paired))
    elif least > alpha:
        notes.append(Finding("too few patients", least_p=float(f"{least:.4g}")))
    return notes
