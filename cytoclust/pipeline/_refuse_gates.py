"""Gates of populations that a run cannot find."""

from collections.abc import Sequence

from cytoclust import keys
from cytoclust.errors import ParameterError, nearest
from cytoclust.pipeline.export import CLUSTER_NAME
from cytoclust.rules import RuleSet

__all__ = ["refuse_gates"]


def refuse_gates(names: Sequence[str], rules: RuleSet | None) -> None:
    """Refuse names that the rules do not have, before an hour is spent.

    Raises
    ------
    ParameterError
        It names the first of them.
    """
    known = [*(each.name for each in rules.populations), keys.UNKNOWN] if rules else []
    for name in names:
        if name not in known and not CLUSTER_NAME.fullmatch(name):
            some = f"populations of the rules {rules.name} ({', '.join(known)})" if rules else "nothing without rules"
            raise ParameterError(
                f"The export.gates parameter must name {some}, or clusters as 'cluster 12'. Got {name!r} instead."
                f"{nearest(name, known)}"
            )
