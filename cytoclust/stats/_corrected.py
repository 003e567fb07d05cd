"""p of several questions taken together."""

from collections.abc import Sequence

__all__ = ["n_questions"]


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
