"""Gates of populations that a run cannot find."""

from collections.abc import Sequence

from cytoclust import keys
from cytoclust.errors import InputError, ParameterError, nearest
from cytoclust.pipeline.export import CLUSTER_NAME
from cytoclust.rules import RuleSet

__all__ = ["refuse_divided", "refuse_gates"]


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


def refuse_divided(method: str, gates: Sequence[str]) -> None:
    """Refuse gates for a sorter from a run whose signals were divided by gains.

    Raises
    ------
    InputError
        It says why.
    """
    if gates and method != "none":
        raise InputError(
            f"normalize.method={method} and gates for a sorter exclude one another: a sorter sees signals as they are, "
            "and gates would be drawn on others."
        )
