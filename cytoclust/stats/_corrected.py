"""p of several questions taken together."""

from collections.abc import Sequence

import numpy as np

from cytoclust.stats._compare import least_p
from cytoclust.stats._questions import Question

__all__ = ["alpha_of_each", "n_questions"]


def alpha_of_each(asked: Sequence[Question], alpha: float, *, two_sided: bool = False) -> float:
    """The error that each question may make: of those that could reach it with labels exchanged freely.

    Where arrangements within batches are too few for it, they are made between all patients (see ``_compare.py``), so
    that batches do not take away what the patients could show.
    """
    told = [question for question in asked if not question.confounded and not question.separated]
    strata = [each.strata if each.paired else np.zeros_like(each.strata) for each in told]
    least = [least_p(each.inside, rows, two_sided=two_sided) for each, rows in zip(told, strata, strict=True)]
    return alpha / n_questions(least, alpha)


def n_questions(least: Sequence[float], alpha: float) -> int:
    """By how many questions an adjusted p is multiplied, so that all of them together make the error once.

    Those that could not reach ``alpha`` in any case do not count (Tarone 1990): the least K so that at most K questions
    can reach alpha / K. Within a question p is adjusted for its subjects already. Holm's step from question to question
    would need every subject of a question to be claimed, so that it comes to this.

    Parameters
    ----------
    least
        The least p that each question can have.
    alpha
        The error allowed.
    """
    return next((k for k in range(1, len(least) + 1) if sum(p * k <= alpha for p in least) <= k), max(len(least), 1))
