"""An explorer of the events of an AnnData."""

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.exploration._described import Described
from cytoclust.exploration._events import Events, Map
from cytoclust.exploration._explorer import Explorer
from cytoclust.io import Panel
from cytoclust.params import D
from cytoclust.positivity import Control, cuts_on_scale
from cytoclust.pp import gate_axes, panel_of, qc_codes, samples_of, transform_of
from cytoclust.rules import RuleSet
from cytoclust.tl import choose_biplots, describe_adata, read_cuts

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["first_pairs", "from_adata", "map_of", "rules_of"]


def from_adata(adata: "AnnData", *, key: str = keys.CLUSTER, viability: str = D.panel.viability) -> Explorer:
    """Look at the events of an AnnData: its clusters, cuts and rules, as ``ct.tl.annotate`` left them.

    Raises
    ------
    InputError
        There are no clusters in ``obs[key]``, or no stained marker.
    """
    from cytoclust.exploration._matrices import mark_compensated

    described = describe_adata(adata, key, viability)
    panel = panel_of(adata, strict=False)
    axes = mark_compensated(adata, gate_axes(panel, transform_of(adata, panel), []))
    sample, sheet = _samples(adata)
    x: Any = adata.X
    x = x.toarray() if hasattr(x, "toarray") else x
    weight = adata.obs[keys.WEIGHT].to_numpy(np.float32) if keys.WEIGHT in adata.obs else np.empty(0, np.float32)
    events = Events(
        np.ascontiguousarray(np.asarray(x, dtype=np.float32).T), panel.names, axes,
        described.codes.astype(np.int32), tuple(described.clusters), sample, sheet, qc_codes(adata),
        weight=np.nan_to_num(weight), map=map_of(adata),
    )  # fmt: skip
    known = Described(
        described.profile, described.aside(), rules_of(adata), _annotate(adata, panel), _cuts(adata),
        described.dye, described.channels, _names(adata),
    )  # fmt: skip
    return Explorer(events, known, pairs=first_pairs(known))


def rules_of(adata: "AnnData") -> RuleSet | None:
    """The rules that populations were named by, as ``uns`` has them."""
    text = str(adata.uns.get(keys.POPULATION, {}).get("rules", ""))
    return RuleSet.from_json(text) if text else None


def map_of(adata: "AnnData") -> Map | None:
    """The UMAP, if there is one."""
    if "X_umap" not in adata.obsm:
        return None
    places = np.asarray(adata.obsm["X_umap"], dtype=np.float32)[:, :2]
    rows = np.flatnonzero(np.isfinite(places).all(axis=1))
    return Map(rows, places[rows]) if len(rows) else None


def first_pairs(described: Described) -> list[tuple[str, str]]:
    """Markers by which the rules' first populations are best seen."""
    naming, rules = described.name({}), described.rules
    thresholds = naming.thresholds
    cut = {name for name, at in zip(thresholds.markers, thresholds.positive, strict=True) if np.isfinite(at)}
    primary = rules.primary if rules else ()
    found = choose_biplots(rules, list(thresholds.markers), cut, primary=primary)
    last = [(each.x, each.y) for each in found if set(each.populations) & set(primary)]
    return list(dict.fromkeys([*last, *((each.x, each.y) for each in found)]))


def _cuts(adata: "AnnData") -> tuple[Control, ...]:
    """Cuts that are known: of an event sample those of its run, since few of the common events would move them."""
    table = adata.uns.get(keys.POPULATION, {}).get(keys.THRESHOLDS)
    if keys.WEIGHT not in adata.obs or table is None:
        return tuple(read_cuts(adata))
    return tuple(
        Control(str(row.marker), str(row.batch) or None, float(row.positive), float(row.uncertainty), "the run")
        for row in table.itertuples(index=False)
        if np.isfinite(row.positive)
    )


def _names(adata: "AnnData") -> pd.DataFrame | None:
    """Names that the run of an event sample gave."""
    table = adata.uns.get(keys.POPULATION, {}).get("table")
    if keys.WEIGHT not in adata.obs or table is None:
        return None
    texts = {keys.POPULATION: str, keys.PHENOTYPE: str}
    return table.astype(texts).set_axis(table.index.astype(str))


def _annotate(adata: "AnnData", panel: Panel) -> params.Annotate:
    """What the names were found with, cuts on the scale of X."""
    told = adata.uns.get(keys.POPULATION, {}).get("params", {})
    given = {
        "thresholds": json.loads(told.get("thresholds", "{}")),
        "min_probability": float(told.get("min_probability", D.annotate.min_probability)),
    }
    chosen = params.check("annotate", **given)
    cuts = cuts_on_scale(chosen.thresholds, panel, transform_of(adata, panel))
    return chosen.model_copy(update={"thresholds": cuts})


def _samples(adata: "AnnData") -> tuple[NDArray[np.int32], pd.DataFrame]:
    """Sample of each event, and what is said of the samples: the first event's word counts."""
    sample = np.zeros(adata.n_obs, dtype=np.int32)
    rows, names = [], []
    columns = [name for name in keys.SHEET_COLUMNS if name in adata.obs]
    for number, (name, where) in enumerate(samples_of(adata)):
        sample[where] = number
        names.append(name or "all")
        first = adata.obs.iloc[where[:1]]
        rows.append({column: first[column].astype(object).iloc[0] if len(first) else None for column in columns})
    return sample, pd.DataFrame(rows, index=pd.Index(names, name=keys.SAMPLE), columns=columns, dtype=object)
