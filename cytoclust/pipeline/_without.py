"""The claims of a normalised run without normalisation: clustered, named and counted once more."""

from collections.abc import Sequence
from dataclasses import replace

from cytoclust.io import Panel, Sample
from cytoclust.pipeline._cluster import cluster, describe_clusters, name, scale, stain
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._controls import use_controls
from cytoclust.pipeline._count import count_tables
from cytoclust.pipeline._drift import Plain
from cytoclust.pipeline._normalise import Gains
from cytoclust.pipeline._open import Request
from cytoclust.pipeline._prepare import Part, Prepared
from cytoclust.rules import RuleSet

__all__ = ["count_without"]


def count_without(
    context: Context,
    *,
    request: Request,
    samples: Sequence[Sample],
    parts: Sequence[Part],
    prepared: Sequence[Prepared],
    panel: Panel,
    rules: RuleSet | None,
    gains: Gains | None,
) -> Plain | None:
    """Discoveries and labels with signals as they are; None where they are so anyway.

    Both runs cluster: a model that was made of divided signals would misname the others and make the difference look
    larger than it is.
    """
    if context.config.normalize.method == "none" or gains is None:
        return None
    context.begin(0)
    alone = replace(context, found=[])  # what is noted there would be said of these results
    alone.step, alone.config = context.step, context.whole  # type: ignore[assignment]
    transform, spreading, pooled = scale(alone, parts=parts, corrected=prepared, panel=panel)
    stained, preparations, source = stain(
        alone, corrected=prepared, panel=panel, transform=transform, spreading=spreading
    )
    controls, _ = use_controls(
        alone, request=request, samples=samples, prepared=prepared, panel=panel, stained=stained, transform=transform,
        gains=None,
    )  # fmt: skip
    clustering = cluster(alone, source=source)
    profile, aside = describe_clusters(
        alone, parts=parts, source=source, clustering=clustering, panel=panel, stained=stained, pooled=pooled
    )
    naming = name(alone, panel=panel, profile=profile, aside=aside, controls=controls, transform=transform, rules=rules)
    _, tables = count_tables(
        alone, samples=samples, preparations=preparations, panel=panel, source=source, clustering=clustering,
        profile=profile, naming=naming, aside=aside, rules=rules,
    )  # fmt: skip
    return Plain(tables["discoveries"], clustering.labels)
