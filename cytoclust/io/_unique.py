"""Making names unique."""

from collections.abc import Sequence

__all__ = ["unique_names"]


def unique_names(names: Sequence[str]) -> list[str]:
    """The names, each later repetition with `` (2)``, `` (3)`` … after it; a name already taken is passed over."""
    taken, result = set(names), []
    seen: dict[str, int] = {}
    for name in names:
        count = seen.get(name, 0) + 1
        fresh = name if count == 1 else f"{name} ({count})"
        while count > 1 and fresh in taken:
            count += 1
            fresh = f"{name} ({count})"
        seen[name] = count
        taken.add(fresh)
        result.append(fresh)
    return result
