"""Names for the clusters of an AnnData."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cytoclust import keys, params
from cytoclust.errors import InputError, warn
from cytoclust.params import D
from cytoclust.positivity import cuts_on_scale
from cytoclust.pp import panel_of, transform_of
from cytoclust.rules import RuleSet, load, name_clusters
from cytoclust.slots import write_findings
from cytoclust.tl._describe_adata import describe_adata
from cytoclust.tl._naming_params import naming_params
from cytoclust.tl._write_names import read_cuts, write_names

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["annotate"]


def annotate(
    adata: "AnnData",
    *,
    rules: str | Path | RuleSet | None = None,
    key: str = keys.CLUSTER,
    key_added: str = keys.POPULATION,
    thresholds: Mapping[str, float | str] = D.annotate.thresholds,
    min_probability: float = D.annotate.min_probability,
    viability: str = D.panel.viability,
    copy: bool = False,
) -> "AnnData | None":
    """Name clusters by marker rules, and learn where each marker turns positive.

    Every stained marker is used, whether it was clustered on or not, but the viability dye only if it was; of events
    only those with ``obs["qc"] == "ok"``, if there is such a column. With a column ``obs["batch"]`` each batch has
    thresholds of its own where batches differ.

    Parameters
    ----------
    adata
        Events × markers on the transformed scale, with clusters in ``obs[key]``.
    rules
        A rule set, its name in the library, or the path of a YAML file; None describes clusters without naming them.
    key
        Column of ``obs`` with the clusters; an event without one (missing or ``-1``) is ``unassigned``.
    key_added
        Name of the column of populations.
    thresholds
        Cuts for markers that are known otherwise, on the scale of ``X``; or in units of the file, as ``"1200 file"``.
    min_probability
        A cluster whose best rule is less probable is ``unknown``.
    viability
        The viability dye, which names nothing: a marker, ``none`` or ``auto``.
    copy
        Return a copy instead of writing into ``adata``.

    Returns
    -------
    None, or the copy. Writes ``obs[key_added]`` (categorical) and its colours, ``uns[key_added]`` (``params``, the
    ``rules`` as JSON, ``limits``, ``table`` with population, phenotype, probability and near misses of each cluster,
    and ``thresholds``, by batch where batches differ), ``uns["thresholds"]`` (one row a marker) and rows of
    ``uns["findings"]``. Cuts of control files are used where :func:`cytoclust.tl.controls` has read them.

    Raises
    ------
    InputError
        No such column, no clusters, no stained marker, or rules that cannot be read.

    Warns
    -----
    CytoclustWarning
        A threshold that is given parts no clusters.
    """
    chosen = params.check("annotate", min_probability=min_probability, thresholds=dict(thresholds or {}))
    if key not in adata.obs:
        raise InputError(f"obs has no column {key!r}. Cluster first, or name the column with `key`.")
    adata = adata.copy() if copy else adata
    ruleset = load(rules) if isinstance(rules, str | Path) else rules
    panel = panel_of(adata, strict=False)
    cuts = cuts_on_scale(chosen.thresholds, panel, transform_of(adata, panel))
    described = describe_adata(adata, key, viability)
    naming = name_clusters(
        described.profile, described.aside(), ruleset,
        annotate=chosen.model_copy(update={"thresholds": cuts}), controls=read_cuts(adata), viability=described.dye,
        channels=described.channels,
    )  # fmt: skip
    for finding in naming.findings:
        warn(str(finding), by="cytoclust.tl.annotate")
    write_names(
        adata, described.codes, naming, rules=ruleset,
        params=naming_params(chosen, rules=ruleset.name if ruleset else "", key=key), key=key_added,
    )  # fmt: skip
    write_findings(adata, f"{key_added}", [("", finding) for finding in naming.findings])
    return adata if copy else None
