"""Which colour a category has, by the palette that was given, the AnnData's own, or ours."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import anndata as ad
import pandas as pd
from matplotlib import colormaps
from matplotlib.colors import is_color_like, to_hex

from cytoclust import keys
from cytoclust.colours import NO_NAME, PALETTE, colours_of
from cytoclust.errors import InputError, nearest
from cytoclust.pl.style import categories
from cytoclust.words import some

__all__ = ["Palette", "hues", "one_hue", "population_hues"]

Palette: TypeAlias = str | Sequence[str] | Mapping[str, str] | ad.AnnData
SHOWN = 8  # names that a message lists


def hues(
    names: Iterable[str],
    *,
    key: str = keys.POPULATION,
    palette: Palette | None = None,
    adata: ad.AnnData | None = None,
) -> dict[str, str]:
    """A colour for each name.

    Parameters
    ----------
    names
        In the order in which they take colours that are not told.
    key
        Column of ``obs`` that they are from.
    palette
        A colour a name, colours in order, a colour map of matplotlib by name, or an AnnData that has them.
    adata
        Where ``uns["<key>_colors"]`` is looked for if no palette is given, as scanpy keeps it.

    Raises
    ------
    InputError
        No palette, or too few colours.
    """
    named = list(dict.fromkeys(map(str, names)))
    own = [name for name in named if name not in NO_NAME]
    if isinstance(palette, ad.AnnData):
        adata, palette = palette, None
    if palette is None:
        return _ours(named, own, key, {} if adata is None else _stored(adata, key))
    if isinstance(palette, Mapping):
        _check(palette.values())
        if named and not set(palette) & set(named):
            wrong = str(next(iter(palette), ""))
            raise InputError(f"palette has no name of {key}.{nearest(wrong, named)} There are {some(named, SHOWN)}.")
        return _ours(named, own, key, {}) | {str(name): to_hex(colour) for name, colour in palette.items()}
    chosen = _colour_map(palette, len(own)) if isinstance(palette, str) else list(palette)
    _check(chosen)
    if len(chosen) < len(own):
        raise InputError(f"palette must have {len(own)} colours, one a name. Got {len(chosen)} instead.")
    return NO_NAME | {name: to_hex(colour) for name, colour in zip(own, chosen, strict=False)}


def population_hues(
    table: pd.DataFrame, *, palette: Palette | None = None, adata: ad.AnnData | None = None
) -> dict[str, str]:
    """Colours of the populations of a table; none where neither palette nor AnnData tells them.

    Those of ``obs["population"]`` go first, so that a population has its colour of the map.
    """
    if isinstance(palette, ad.AnnData):
        adata, palette = palette, None
    if adata is None and palette is None:
        return {}
    known = [] if adata is None or keys.POPULATION not in adata.obs else categories(adata.obs[keys.POPULATION])
    return hues([*known, *table[keys.POPULATION].astype(str)], palette=palette, adata=adata)


def one_hue(
    name: str, default: str, *, palette: Palette | None = None, adata: ad.AnnData | None = None, key: str
) -> str:
    """The colour of one name of ``obs[key]`` among all of its names; ``default`` where none is told."""
    known = [] if adata is None or key not in adata.obs else categories(adata.obs[key])
    if palette is None and name not in known:
        return default
    return hues([*known, name], key=key, palette=palette, adata=adata).get(name, default)


def _ours(named: list[str], own: list[str], key: str, stored: Mapping[str, str]) -> dict[str, str]:
    """Stored colours, and for other names those of the law that follow."""
    if not stored:
        return colours_of(key, named)
    rest = [name for name in own if name not in stored]
    n = sum(name not in NO_NAME for name in stored)
    return NO_NAME | {name: PALETTE[(n + i) % len(PALETTE)] for i, name in enumerate(rest)} | dict(stored)


def _stored(adata: ad.AnnData, key: str) -> dict[str, str]:
    """``uns["<key>_colors"]`` by category; none where it does not fit the categories."""
    found: Any = adata.uns.get(f"{key}_colors")
    if found is None or key not in adata.obs or not isinstance(adata.obs[key].dtype, pd.CategoricalDtype):
        return {}
    names = [str(name) for name in adata.obs[key].cat.categories]
    shades = [str(colour) for colour in found]
    if len(shades) != len(names) or not all(map(is_color_like, shades)):
        return {}
    return {name: to_hex(shade) for name, shade in zip(names, shades, strict=True)}


def _colour_map(name: str, number: int) -> list[str]:
    if name not in colormaps:
        raise InputError(
            f"palette must be a colour map of matplotlib, colours, or a colour a name.{nearest(name, list(colormaps))}"
            f" Got {name!r} instead."
        )
    chosen = colormaps[name]
    listed = getattr(chosen, "colors", None)
    if listed is not None and len(listed) <= 64:  # made for categories
        return [to_hex(listed[i % len(listed)]) for i in range(number)]
    return [to_hex(chosen(i / max(number - 1, 1))) for i in range(number)]


def _check(colours: Iterable[Any]) -> None:
    wrong = next((colour for colour in colours if not is_color_like(colour)), None)
    if wrong is not None:
        raise InputError(f"palette must hold colours. Got {wrong!r} instead.")
