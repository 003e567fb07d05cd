"""The sheets of fractions, plates, colonies, dilutions and differentiation."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.findings import Finding
from cytoclust.validation._bench_sheet import ROW, SheetColumn, read_bench_sheet
from cytoclust.validation._read_rdml import is_rdml, read_rdml

__all__ = ["EMPTY", "read_cfu", "read_differentiation", "read_dilution", "read_fractions", "read_qpcr"]

Read = tuple[pd.DataFrame, list[Finding]]

_SAMPLE: Final = SheetColumn(keys.SAMPLE, needed=True, others=("sample", "samplename"))
_POPULATION: Final = SheetColumn(keys.POPULATION, others=("subset", "fraction"))
_FRACTIONS: Final = (
    SheetColumn("fraction_id", needed=True, others=("fraction", "tube")),
    _SAMPLE,
    SheetColumn(keys.POPULATION, needed=True, others=("subset",)),
    SheetColumn("n_sorted", "whole", needed=True, least=1, others=("sorted", "cellssorted", "nsorted")),
    SheetColumn("reanalysis"),
    SheetColumn("n_reanalysed", "whole", least=0, others=("nreanalyzed",)),
    SheetColumn("n_in_gate", "whole", least=0),
)
_QPCR: Final = (
    SheetColumn("plate", others=("run", "platename", "plateid", "experimentname")),
    SheetColumn("well", others=("wellposition", "pos", "position")),
    SheetColumn("fraction_id", needed=True, others=("fraction", "sample", "samplename", "name", "sampleid")),
    SheetColumn("target", needed=True, others=("targetname", "gene", "assay", "detector", "detectorname")),
    SheetColumn("sample_type", others=("task", "content", "type")),
    SheetColumn("cq", "cq", needed=True, least=0, others=("ct", "cp", "cq", "crossingpoint")),
    SheetColumn("quantity", "number", least=0, others=("startingquantitysq", "sq", "startingquantity", "standard")),
    SheetColumn("omit", "truth", others=("excluded", "exclude", "omitted")),
)
_CFU: Final = (
    _SAMPLE,
    _POPULATION,
    SheetColumn("of"),
    SheetColumn("well", others=("dish", "plate", "replicate")),
    SheetColumn("cells_seeded", "whole", needed=True, least=1, others=("seeded", "cells", "cellsplated")),
    SheetColumn("colonies", "count", needed=True, least=0, others=("cfu", "cfuf", "ncolonies")),
    SheetColumn("day", "number", least=0),
    SheetColumn("passage"),
)
_DILUTION: Final = (
    _SAMPLE,
    _POPULATION,
    SheetColumn("dose", "number", needed=True, least=0, others=("cells", "cellsperwell")),
    SheetColumn("tested", "whole", needed=True, least=1, others=("wells", "nwells")),
    SheetColumn("positive", "whole", needed=True, least=0, others=("response", "positivewells")),
)
_DIFFERENTIATION: Final = (
    _SAMPLE,
    _POPULATION,
    SheetColumn("lineage", needed=True),
    SheetColumn("readout", needed=True, others=("assay", "stain")),
    SheetColumn("plate"),
    SheetColumn("induced", "truth", needed=True),
    SheetColumn("value", "number", needed=True, least=0),
    SheetColumn("unit"),
    SheetColumn("blank", "number", least=0),
    SheetColumn("per", "number", least=0),
)
_TYPES: Final = {
    "unknown": ("unkn", "unknown", "unk", "sample", "opt", ""),
    "standard": ("std", "standard", "standards"),
    "no template": ("ntc", "negative", "notemplate", "notemplatecontrol", "neg", "negctrl", "water", "blank", "ntp"),
    "no reverse transcriptase": ("nrt", "nac", "nort", "noreversetranscriptase", "minusrt", "rt", "noamp"),
    "positive control": ("pos", "posctrl", "positive", "positivecontrol", "ipc", "calibrator", "cal"),
}
EMPTY: Final = ("no template", "no reverse transcriptase")
_MOST_CYCLES: Final = 80.0
"""Cycles of a run. Chosen: instruments run 40 to 50, none more."""
_PLACEHOLDERS: Final = (35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 99.0, 999.0)
"""Cq that programs write where nothing amplified. Convention: the number of cycles, and what spreadsheets hold."""


def read_fractions(path: str | Path) -> pd.DataFrame:
    """``fraction_id, sample_id, population, n_sorted``, and where given ``reanalysis, n_reanalysed, n_in_gate``."""
    table = read_bench_sheet(Path(path), _FRACTIONS)
    _filled(path, table, ("fraction_id", keys.SAMPLE, keys.POPULATION))
    again = table["fraction_id"].str.casefold().duplicated()
    if again.any():
        row = table[again].iloc[0]
        raise InputError(
            f"{path}, row {row[ROW]}, column fraction_id: {row['fraction_id']!r} is there already; one is allowed."
        )
    wrong = (table["n_in_gate"] > table["n_reanalysed"]) | (table["n_in_gate"].isna() != table["n_reanalysed"].isna())
    if wrong.any():
        row = table[wrong].iloc[0]
        raise InputError(
            f"{path}, row {row[ROW]}: n_in_gate must be a part of n_reanalysed, and both given. "
            f"Got {row['n_in_gate']:g} of {row['n_reanalysed']:g}."
        )
    return table


def read_qpcr(path: str | Path) -> Read:
    """``plate, well, fraction_id, target, sample_type, cq, quantity``, one row a well, and what was assumed.

    From a table with the column names of this program or of common instruments, or from RDML. Where nothing amplified,
    ``cq`` is NaN. ``sample_type`` is ``unknown``, ``standard``, ``no template``, ``no reverse transcriptase`` or
    ``positive control``.

    Raises
    ------
    InputError
        A file that is none of these, or a cell that cannot be read.
    """
    file, notes = Path(path), []
    table = read_rdml(file) if is_rdml(file) else read_bench_sheet(file, _QPCR)
    table["sample_type"] = [
        _type_of(cell, f"{path}, row {row}") for cell, row in table[["sample_type", ROW]].to_numpy()
    ]
    table["plate"] = table["plate"].where(table["plate"] != "", file.stem)
    table = table[table["target"] != ""]
    if "omit" in table:
        if n := int(table["omit"].sum()):
            notes.append(Finding("wells omitted", file=file.name, n=n))
        table = table[~table["omit"]].drop(columns="omit")
    places = table[table["well"] != ""]
    twice = places.duplicated(["plate", "well", "target"])
    if twice.any():
        row = places[twice].iloc[0]
        raise InputError(
            f"{path}, row {row[ROW]}, column well: {row['well']} of plate {row['plate']} has {row['target']} already; "
            "a well has a target once."
        )
    for value in _PLACEHOLDERS:
        same = table["cq"] == value
        if same.sum() > (value <= _MOST_CYCLES):
            table.loc[same, "cq"] = np.nan
            notes.append(Finding("placeholder cq", file=file.name, n=int(same.sum()), cq=value))
    beyond = table["cq"] > _MOST_CYCLES
    if beyond.any():
        row = table[beyond].iloc[0]
        raise InputError(
            f"{path}, row {row[ROW]}, column cq: it must be a number of cycles <= {_MOST_CYCLES:g}. Got {row['cq']:g} "
            "instead: a decimal sign may be lost."
        )
    lacking = (table["sample_type"] == "standard") & ~(table["quantity"] > 0)
    if lacking.any():
        row = table[lacking].iloc[0]
        raise InputError(f"{path}, row {row[ROW]}, column quantity: a standard must have a quantity > 0. Got none.")
    return table.reset_index(drop=True), notes


def _type_of(cell: str, where: str) -> str:
    word = "".join(letter for letter in cell.casefold().partition("-")[0] if letter.isalpha())
    for name, words in _TYPES.items():
        if word in words:
            return name
    allowed = [words[0] for words in _TYPES.values()]
    raise InputError(
        f"{where}, column sample_type: it must be one of {', '.join(allowed)}. Got {cell!r} instead."
        f"{nearest(cell, allowed)}"
    )


def read_cfu(path: str | Path) -> Read:
    """``sample_id, population`` ("": unsorted), ``of, well, cells_seeded, colonies, colonies_at_least, passage``.

    Of wells counted on several days the last day is kept. Where a well has too many colonies to count and no number
    tells how many at least, it is as many as the fullest well that was counted.
    """
    table, notes = read_bench_sheet(Path(path), _CFU), []
    _filled(path, table, (keys.SAMPLE,))
    well = [keys.SAMPLE, keys.POPULATION, "passage", "well"]
    named = table[table["well"] != ""]
    twice = named.duplicated([*well, "day"])
    if twice.any():
        row = named[twice].iloc[0]
        raise InputError(
            f"{path}, row {row[ROW]}, column well: {row['well']!r} of sample {row[keys.SAMPLE]} is there already; "
            "each must be its own, or have a day of its own."
        )
    last = named["day"].fillna(0) >= named.groupby(well)["day"].transform("max").fillna(0)
    if not last.all():
        notes.append(Finding("colonies counted again", file=Path(path).name, n=int((~last).sum())))
        table = table.drop(index=named.index[~last])
    unknown = table["colonies"].isna()
    if unknown.any():
        most = table["colonies"].max()
        if not most >= 1:
            row = table[unknown].iloc[0]
            raise InputError(
                f"{path}, row {row[ROW]}, column colonies: no well was counted, so that nothing tells from how many on "
                "there are too many. Write the number, as >200."
            )
        table["colonies"] = table["colonies"].fillna(most)
        notes.append(Finding("colonies too many to count", file=Path(path).name, n=int(unknown.sum()), least=most))
    return table.reset_index(drop=True), notes


def read_dilution(path: str | Path) -> pd.DataFrame:
    """``sample_id, population, dose, tested, positive``, one row a dose; a dose of 0 is a control and left out."""
    table = read_bench_sheet(Path(path), _DILUTION)
    _filled(path, table, (keys.SAMPLE,))
    wrong = table["positive"] > table["tested"]
    impossible = (table["dose"] == 0) & (table["positive"] > 0)
    if wrong.any() or impossible.any():
        row = table[wrong | impossible].iloc[0]
        what = f"at most {row['tested']:g}, the wells tested" if row["dose"] else "0, as wells without cells are"
        raise InputError(
            f"{path}, row {row[ROW]}, column positive: it must be {what}. Got {row['positive']:g} instead."
        )
    return table[table["dose"] > 0].reset_index(drop=True)


def read_differentiation(path: str | Path) -> pd.DataFrame:
    """``sample_id, population, lineage, readout, plate, induced, value, unit, blank, per``, one row a well."""
    table = read_bench_sheet(Path(path), _DIFFERENTIATION)
    _filled(path, table, (keys.SAMPLE, "lineage", "readout"))
    nothing = table["per"] == 0
    if nothing.any():
        row = table[nothing].iloc[0]
        raise InputError(f"{path}, row {row[ROW]}, column per: it must be a number > 0. Got 0 instead.")
    return table


def _filled(path: str | Path, table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    for column in columns:
        empty = table[table[column] == ""]
        if len(empty):
            raise InputError(f"{path}, row {empty[ROW].iloc[0]}, column {column}: it is empty.")
