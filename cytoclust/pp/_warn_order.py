"""Steps that were left out, or are taken too late."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cytoclust import keys
from cytoclust.errors import InputError, warn
from cytoclust.findings import Finding
from cytoclust.pp._choose_matrix import choose_matrix
from cytoclust.pp._event_lots import find_event_lots
from cytoclust.pp._matrix_of import channels_of, described, fault_of, matrix_of, meta_of
from cytoclust.pp._scale_hints import find_scale_hints, hinted
from cytoclust.pp._slots import events_of, panel_of, samples_of

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["warn_late", "warn_transformed", "warn_uncompensated"]


def warn_uncompensated(adata: "AnnData", step: str) -> None:
    """Warn that files have a matrix, and nothing is recorded of its having been applied."""
    if keys.COMPENSATE in adata.uns or not (having := [name for name, _ in samples_of(adata) if _apt(adata, name)]):
        return
    warn(str(Finding("matrix not applied", samples=having, slot=keys.COMPENSATE)), by=f"cytoclust.pp.{step}")


def _apt(adata: "AnnData", sample: str) -> bool:
    """Whether ct.pp.compensate would change the sample."""
    panel, meta = panel_of(adata), meta_of(adata, sample)
    try:
        matrix, _ = choose_matrix(
            matrix_of(meta), channels_of(meta, panel), markers=panel.markers, fault=fault_of(adata, sample)
        )
    except InputError:  # it cannot be applied, or not any more, where its channels were taken out
        return False
    return matrix is not None


def warn_transformed(adata: "AnnData", step: str) -> list[Finding]:
    """Warn of samples whose values look transformed already, as a run does; the findings."""
    panel, events = panel_of(adata), events_of(adata)
    hints = {}
    for sample, where in samples_of(adata):
        rows = where[find_event_lots(events[where]).drawn]
        hints[sample or "file"] = find_scale_hints(events[rows], described(meta_of(adata, sample), panel), None)
    found = hinted(hints, transforms=True)
    for each in found:
        warn(str(each), by=f"cytoclust.pp.{step}")
    return found


def warn_late(adata: "AnnData", step: str) -> None:
    """Warn that clusters were found on values that the step is about to change."""
    found = [
        str(key)
        for key, record in adata.uns.items()
        if isinstance(record, Mapping) and "stability" in record and key in adata.obs
    ]
    if found:
        warn(str(Finding("clusters before a step", key=found[0], step=step)), by=f"cytoclust.pp.{step}")
