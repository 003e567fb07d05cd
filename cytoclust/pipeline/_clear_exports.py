"""Exports that an earlier run left."""

from pathlib import Path
from typing import Final

from cytoclust.io import remove_folder

__all__ = ["EXPORTS", "PAGES", "PATIENTS", "TABLES_OF", "clear_exports"]

PAGES: Final = (".pdf", ".png")
"""What the page of a population's gates is written as, beside its Gating-ML."""
TABLES_OF: Final = {"gates": ("gates", "sort_plan")}
"""Tables that go with a folder."""

PATIENTS: Final = "patients"
"""Folder of the pages of single patients."""

EXPORTS: Final = ("fcs", "flowjo", "gates")
_OURS: Final = {
    "fcs": (("legend.csv", b"column,code,"), ("*.fcs", b"CYTOCLUST VERSION")),
    "flowjo": (("legend.csv", b"column,code,"), ("*.wsp", b"CYTOCLUST"), ("*.csv", b"cluster,population\n")),
    "gates": (("gates.json", b"{"), ("*.xml", b"<program>cytoclust</program>")),
}
"""First what stands in a folder that was exported to, then what was written there and what each such file holds."""
_LOOKED_AT: Final = 1_000_000
"""Bytes of a file in which it is told. Bears on no result."""


def clear_exports(folder: Path) -> None:
    """Remove what an earlier run exported to ``fcs``, ``flowjo`` and ``gates``: its labels are no longer true.

    So are the pages of its patients, its report on paper and ``cohort.zarr``. Files that are not ours stay; so does a
    folder without its list, which is written first.
    """
    patients = folder / PATIENTS
    for patient in patients.glob("*.html") if patients.is_dir() else ():
        if _holds(patient, b'content="cytoclust'):
            patient.unlink()
            patient.with_suffix(".pdf").unlink(missing_ok=True)
    if _holds(folder / "report.html", b'content="cytoclust'):
        (folder / "report.pdf").unlink(missing_ok=True)
    if any((folder / "cohort.zarr" / name).is_file() for name in (".zgroup", "zarr.json")):
        remove_folder(folder / "cohort.zarr")
    for part in EXPORTS:
        (index, told), *patterns = _OURS[part]
        if not _holds(folder / part / index, told):
            continue
        for pattern, mark in patterns:
            for path in (folder / part).glob(pattern):
                if path.name != index and _holds(path, mark):
                    path.unlink()
                    for page in PAGES:
                        path.with_suffix(page).unlink(missing_ok=True)
        (folder / part / index).unlink()
        for table in TABLES_OF.get(part, ()):
            (folder / "tables" / f"{table}.csv").unlink(missing_ok=True)


def _holds(path: Path, mark: bytes) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as handle:
        return mark in handle.read(_LOOKED_AT)
