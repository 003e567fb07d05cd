"""Quality control of AnnData."""

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

from cytoclust import keys, params
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.params import D
from cytoclust.pp._judge_sample import judge_sample
from cytoclust.pp._slots import AdataRows, panel_of, refuse_transformed, samples_of, writable
from cytoclust.pp._unlike_samples import COMPARED_EVENTS, JudgedEvents, find_unlike_samples
from cytoclust.progress import watched
from cytoclust.slots import write_findings, write_quality

if TYPE_CHECKING:
    from anndata import AnnData


def quality(
    adata: "AnnData",
    *,
    viability: str = D.panel.viability,
    copy: bool = False,
    **checks: bool,
) -> "AnnData | None":
    """Say of each event whether it is fit to be clustered, or why not; nothing is removed.

    Parameters
    ----------
    adata
        Events × channels on the linear scale, compensated.
    viability
        The viability dye: a marker, ``none`` or ``auto``.
    copy
        Return a copy instead of writing to ``adata``.
    checks
        Switches of the checks, all on unless said otherwise: ``margin``, ``time``, ``debris``, ``doublets``, ``dead``.

    Returns
    -------
    None, or the copy. Written are ``obs["qc"]`` (categorical: ok, margin, time, debris, doublet, dead),
    ``uns["quality"]``: ``params``, and for each of ``samples`` the ``counts``, thresholds and ``notes``; and rows of
    ``uns["findings"]``.

    Raises
    ------
    InputError
        The data are transformed, ``viability`` names no column, or there is no such check.
    """
    switches = params.check("quality", **checks)
    params.check("panel", viability=viability)
    refuse_transformed(adata, "quality")
    adata = writable(adata, copy)
    panel, numbers = panel_of(adata), _numbers(adata)
    codes = np.zeros(adata.n_obs, dtype=np.uint8)
    samples: dict[str, dict[str, Any]] = {}
    found: list[tuple[str, Finding]] = []
    some: list[JudgedEvents] = []
    with watched("quality control", adata.n_obs) as tick:
        for sample, where in samples_of(adata):
            linear = AdataRows(adata, where)
            judged = judge_sample(
                linear, numbers[where], panel=panel, quality=switches, viability=viability, tick=tick
            )  # fmt: skip
            codes[where] = judged.codes
            samples[sample or "file"] = judged.summary()
            found += [(sample, note) for note in judged.findings()]
            rows = judged.lots.drawn[:COMPARED_EVENTS]
            some.append(
                JudgedEvents(
                    sample, _batch(adata, where), linear[rows], numbers[where[rows]], judged.codes[rows], judged.model
                )
            )
    found += [("", note) for note in find_unlike_samples(some)]
    write_quality(adata, codes, samples, switches.model_dump() | {"viability": viability})
    write_findings(adata, keys.QUALITY, found)
    return adata if copy else None


def _batch(adata: "AnnData", where: np.ndarray) -> str:
    """The batch of a sample, "" where there is none."""
    if keys.BATCH not in adata.obs or not len(where):
        return ""
    return str(adata.obs[keys.BATCH].iloc[int(where[0])])


def _numbers(adata: "AnnData") -> np.ndarray:
    """Number of each event in its file, int64."""
    if keys.EVENT not in adata.obs:
        raise InputError(f"obs must have the column {keys.EVENT!r}, as ct.io.read_fcs writes it. Got none.")
    return adata.obs[keys.EVENT].to_numpy(dtype=np.int64)


def _with_switches() -> inspect.Signature:
    """The signature with a switch for each check, as the parameter table has them: for completion and help."""
    own = inspect.signature(quality)
    before = [each for each in own.parameters.values() if each.kind is not each.VAR_KEYWORD]
    switches = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=bool)
        for name, field in params.Quality.model_fields.items()
        if name != "enabled"
    ]
    return own.replace(parameters=[before[0], *switches, *before[1:]])


quality.__signature__ = _with_switches()  # type: ignore[attr-defined]
