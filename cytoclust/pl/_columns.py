"""What figures take from an AnnData: columns of X, the events of a population, thresholds."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import anndata as ad
import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.io import fold_marker, marker_forms, spell_like
from cytoclust.pl.style import categories
from cytoclust.slots import read_tables
from cytoclust.words import some

__all__ = [
    "column",
    "column_name",
    "column_names",
    "members",
    "no_such_label",
    "parts",
    "populations_under",
    "positive_limits",
    "spelled",
    "stored_table",
    "table_of",
]

SHOWN: Final = 12  # names that a message lists
MOST_PARTS: Final = 64  # panels that can be looked at


def column(adata: ad.AnnData, name: str) -> np.ndarray:
    """One column of ``X`` (n,), without a copy where X is a plain array. The name is as :func:`column_name` takes it.

    Raises
    ------
    InputError
        No such column.
    """
    name = column_name(adata, name)
    if not adata.is_view and isinstance(adata.X, np.ndarray):
        return adata.X[:, adata.var_names.get_loc(name)]
    values = adata[:, name].X
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values).ravel()


def column_names(adata: ad.AnnData, names: str | Iterable[str]) -> list[str]:
    """Names of ``var`` for some spellings, each as :func:`column_name` has it; a text alone is one name.

    Raises
    ------
    InputError
        No such column, or a spelling of several.
    """
    return [column_name(adata, name) for name in ([names] if isinstance(names, str) else names)]


def column_name(adata: ad.AnnData, name: str) -> str:
    """The name of ``var`` that ``name`` means: itself, a channel, or another spelling or synonym of a marker.

    Raises
    ------
    InputError
        No such column, or a spelling of several.
    """
    if name in adata.var_names:
        return name
    known = [str(each) for each in adata.var_names]
    ways: list[tuple[str, Callable[[str], str]]] = [("", _squash), (keys.CHANNEL, _squash), ("", fold_marker)]
    for slot, form in ways:
        words = [str(each) for each in adata.var[slot]] if slot in adata.var else known if not slot else []
        if found := [each for each, word in zip(known, words, strict=False) if form(word) == form(str(name))]:
            return _only(found, name)
    others = {fold_marker(str(name)), *map(fold_marker, spell_like(str(name)))}
    if found := [each for each in known if others.intersection(marker_forms(each))]:
        return _only(found, name)
    raise InputError(f"There is no marker {name!r}.{nearest(str(name), known)} There are {some(known, SHOWN)}.")


def _squash(name: str) -> str:
    """Without case, spaces and hyphens: a detector's FSC-A and FSC-H stay apart."""
    return re.sub(r"[\W_]", "", name.casefold()) or name.casefold()


def _only(found: list[str], name: str) -> str:
    if len(found) > 1:
        raise InputError(f"The marker {name!r} may be {' or '.join(map(repr, found))}: name one of them.")
    return found[0]


def members(adata: ad.AnnData, key: str, name: str) -> np.ndarray:
    """Which events ``obs[key]`` calls ``name``, bool (n,).

    Raises
    ------
    InputError
        No such column, or no such event.
    """
    if key not in adata.obs:
        raise InputError(f"obs has no {key!r}.{nearest(key, adata.obs)} It has {some(list(adata.obs), SHOWN)}.")
    labels = adata.obs[key]
    if isinstance(labels.dtype, pd.CategoricalDtype):  # ten million strings would take seconds to compare
        codes = np.flatnonzero(labels.cat.categories.astype(str) == str(name))
        rows = np.isin(labels.cat.codes.to_numpy(), codes)
    else:
        rows = spelled(labels) == str(name)
    if not rows.any():
        raise InputError(no_such_label(labels, key, [str(name)]))
    return rows


def parts(adata: ad.AnnData, groupby: str) -> list[str]:
    """The categories of a column of ``obs`` that figures have a panel for.

    Raises
    ------
    InputError
        No such column, one of numbers with many values, or more categories than can be looked at.
    """
    if groupby not in adata.obs:
        has = some(list(adata.obs), SHOWN)
        raise InputError(f"groupby: obs has no {groupby!r}.{nearest(groupby, adata.obs)} It has {has}.")
    found = categories(adata.obs[groupby])
    if not 1 <= len(found) <= MOST_PARTS:
        raise InputError(f"groupby must have 1 to {MOST_PARTS} categories. {groupby!r} has {len(found)}.")
    return found


def spelled(labels: pd.Series) -> np.ndarray:
    """Labels of events as texts (n,), None where there is none, as of events that quality control set aside."""
    codes, names = pd.factorize(labels)
    return np.asarray([*map(str, names), None], dtype=object)[codes]  # the last where a code is -1


def no_such_label(labels: pd.Series | np.ndarray, key: str, names: Sequence[str]) -> str:
    """That a column of ``obs`` calls no event so, with the nearest name that it has."""
    has = [str(each) for each in categories(labels)]
    near = next((hint for name in names if (hint := nearest(name, has))), "")
    return f"There is no {key} {' or '.join(map(repr, names))}.{near} There are {some(has, SHOWN)}."


def positive_limits(adata: ad.AnnData) -> pd.Series:
    """Lower limit of positivity by marker, as far as ``uns["thresholds"]`` has it."""
    table = adata.uns.get(keys.THRESHOLDS)
    if not isinstance(table, pd.DataFrame):
        return pd.Series(dtype=float)
    return table.drop_duplicates(keys.MARKER).set_index(keys.MARKER)["positive"].astype(float).dropna()


def stored_table(adata: ad.AnnData, name: str) -> pd.DataFrame:
    """A table that counting left in ``uns["tables"]``.

    Raises
    ------
    InputError
        There is none of that name.
    """
    table = read_tables(adata).get(name)
    if table is None:
        raise InputError(f"uns[{keys.TABLES!r}] has no {name!r}: run ct.tl.count, or give tables/{name}.csv.")
    return table


def table_of(data: ad.AnnData | pd.DataFrame, name: str) -> pd.DataFrame:
    """A table that was given, or that counting left in an AnnData.

    Raises
    ------
    InputError
        The AnnData has none of that name.
    """
    return stored_table(data, name) if isinstance(data, ad.AnnData) else data


def populations_under(data: pd.DataFrame | ad.AnnData, parent: str, *, needed: Sequence[str]) -> pd.DataFrame:
    """Rows of the table of populations that are under one parent.

    Raises
    ------
    InputError
        A column that is needed, or the parent, is not there.
    """
    table = table_of(data, "populations")
    missing = [name for name in needed if name not in table]
    if missing:
        raise InputError(f"The table of populations lacks the column {missing[0]!r}. It has {list(table)}.")
    under = table[table[keys.PARENT].astype(str) == parent]
    if under.empty:
        has = list(dict.fromkeys(table[keys.PARENT].astype(str)))
        raise InputError(f"No population is under {parent!r}. There are some under {some(has, SHOWN)}.")
    return under
