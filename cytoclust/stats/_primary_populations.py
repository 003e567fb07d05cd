"""What the study asks about."""

from collections.abc import Sequence

from cytoclust import params
from cytoclust.errors import InputError, nearest
from cytoclust.rules import RuleSet

__all__ = ["primary_populations"]


def primary_populations(contrasts: params.Contrasts, rules: RuleSet | None, markers: Sequence[str]) -> tuple[str, ...]:
    """Populations that ``contrasts.primary`` names, or those that the rules mark.

    Raises
    ------
    InputError
        A population that these rules cannot name with this panel.
    """
    chosen = contrasts.primary
    if chosen == "auto":
        return rules.primary if rules else ()
    possible = rules.evaluable(markers) if rules else {}
    for name in chosen:
        if name not in possible:
            raise InputError(
                f"The contrasts.primary parameter names {name!r}, which is no population that the rules can name with "
                f"this panel.{nearest(name, possible)} It can name {', '.join(possible) or 'none'}."
            )
    return tuple(chosen)
