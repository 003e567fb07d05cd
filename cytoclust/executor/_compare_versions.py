"""Whether workers have what this process has, and see what it sees."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from cytoclust.errors import InputError
from cytoclust.words import listed

__all__ = ["PACKAGES", "compare_versions", "teller_of_versions"]

PACKAGES: Final = (
    "cytoclust", "cloudpickle", "dask", "distributed", "fcsparser", "numba", "numpy", "pandas", "pyarrow",
    "scikit-learn", "scipy",
)  # fmt: skip
"""What bears on results, or on what is sent."""


def teller_of_versions(packages: tuple[str, ...] = PACKAGES) -> Callable[[], dict[str, str]]:
    """A function that tells the versions where it runs; sent as it is, it needs nothing of ours there."""

    def versions() -> dict[str, str]:
        import importlib.metadata
        import platform

        found = {"python": platform.python_version()}
        for name in packages:
            try:
                found[name] = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                found[name] = "none"
        try:
            from cytoclust.version import VERSION

            found["cytoclust"] = VERSION
        except ImportError:
            found["cytoclust"] = "none"
        return found

    return versions


def compare_versions(here: Mapping[str, str], there: Mapping[str, Mapping[str, Any]], address: str) -> None:
    """Refuse workers with other versions than here.

    Raises
    ------
    InputError
        Which package of which worker differs, in one line.
    """
    differing: dict[str, list[str]] = {}
    for worker, versions in there.items():
        for name, version in here.items():
            if versions.get(name, "none") != version:
                told = f"{name} {versions.get(name, 'none')} (here {version})"
                differing.setdefault(told, []).append(worker)
    if differing:
        words = listed([f"{told} on {_workers(names, len(there))}" for told, names in differing.items()])
        raise InputError(
            f"The workers of {address} have other versions than this process: {words}. Install the same on all."
        )


def _workers(names: list[str], all_of_them: int) -> str:
    return "all" if len(names) == all_of_them else names[0] + (f" and {len(names) - 1} more" if names[1:] else "")
