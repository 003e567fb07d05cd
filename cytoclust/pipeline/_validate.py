"""What was sorted and measured on the bench, beside a finished run."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from cytoclust import keys, params
from cytoclust.errors import InputError, nearest
from cytoclust.findings import Finding
from cytoclust.io import atomic_path, sha256
from cytoclust.pipeline._finished import read_finished, read_written, write_table
from cytoclust.pipeline._held import held
from cytoclust.pipeline._put_in_place import VALIDATION
from cytoclust.pipeline._redraw import redraw
from cytoclust.record import Record
from cytoclust.tables import TABLES
from cytoclust.version import VERSION
from cytoclust.words import listed

__all__ = ["Validation", "validate"]

_ORDER: Final = ("fractions", "purity", "qpcr", "assays", "cfu", "clonogenic", "differentiation")
_NONE: Final = pd.DataFrame()


@dataclass(frozen=True)
class Validation:
    """What was made of bench data.

    Attributes
    ----------
    out
        The folder of the run.
    tables
        ``fractions, purity, qpcr, assays, cfu, clonogenic, differentiation``, as far as made, and ``contrasts`` of what
        was measured.
    notes
        What was assumed or left out.
    """

    out: Path
    tables: dict[str, pd.DataFrame]
    notes: list[Finding] = field(default_factory=list)

    def __repr__(self) -> str:
        fractions = self.tables.get("fractions", _NONE)
        lines = [
            f"{row['fraction_id']} ({row[keys.POPULATION]}): {row[keys.VERDICT]}. {row[keys.SENTENCE]}"
            for row in fractions.to_dict("records")
        ]
        lines += [
            f"tables/{name}.csv: {len(table)} row{'' if len(table) == 1 else 's'}"
            for name, table in self.tables.items()
            if name != "contrasts"
        ]
        return "\n".join([*lines, f"report: {self.out / 'report.html'}"])


def validate(
    out: str | Path, *, fractions: str | Path | None = None, qpcr: str | Path | None = None,
    assays: str | Path | None = None, cfu: str | Path | None = None, dilution: str | Path | None = None,
    differentiation: str | Path | None = None,
) -> Validation:  # fmt: skip
    """Sorted fractions, colonies and differentiation beside the run that they belong to.

    Writes ``OUT/tables/`` ``fractions.csv, purity.csv, qpcr.csv, assays.csv`` (of fractions, a plate and assays),
    ``cfu.csv``, ``clonogenic.csv`` (of the dilution) and ``differentiation.csv``, as far as files are given; rows of
    ``contrasts.csv`` with the denominator ``assay``; ``OUT/validation.json`` with the files used and notes; and the
    report again. What an earlier call wrote of the same files is replaced, the rest stays.

    Parameters
    ----------
    out
        Folder of a finished run.
    fractions
        Sheet ``fraction_id, sample_id, population, n_sorted`` and optionally ``reanalysis`` (the sample of the run that
        the sorted tube is), or ``n_reanalysed, n_in_gate``.
    qpcr
        Sheet ``plate, well, fraction_id, target, sample_type, cq, quantity``, an instrument's export, or RDML.
    assays
        YAML: for each target ``kind, role, of, efficiency, expect``.
    cfu
        Sheet ``sample_id, population, well, cells_seeded, colonies, day, passage``; population empty: unsorted.
    dilution
        Sheet ``sample_id, population, dose, tested, positive``.
    differentiation
        Sheet ``sample_id, population, lineage, readout, plate, induced, value, unit, blank, per``.

    Raises
    ------
    InputError
        A folder of no finished run, files that do not belong together, or a cell that cannot be used; one line.
    """
    given = {
        "fractions": fractions,
        "qpcr": qpcr,
        "assays": assays,
        "cfu": cfu,
        "dilution": dilution,
        "differentiation": differentiation,
    }
    files = {name: Path(path) for name, path in given.items() if path is not None}
    if not files:
        raise InputError(f"There is nothing to validate: give at least one of {', '.join(given)}.")
    if bool(qpcr) != bool(assays):
        raise InputError(f"A plate needs its assays and they a plate: {'assays' if qpcr else 'qpcr'} is not given.")
    if qpcr and not fractions:
        raise InputError("A plate needs its fractions: give fractions too.")
    with held(out) as folder:
        return _validate(folder, files)


def _validate(folder: Path, files: dict[str, Path]) -> Validation:
    run = read_finished(folder)
    bench = _Bench(folder, run.tables, run.record)
    made = bench.fractions(files) if "fractions" in files else {}
    made |= bench.assays_of_cells(files)
    made = {name: made[name] for name in _ORDER if name in made and len(made[name])}
    contrasts = bench.contrasts(made)
    for name, table in made.items():
        _write(folder, name, table)
    if {"cfu", "clonogenic", "differentiation"} & set(made):
        _write(folder, "contrasts", contrasts)
    _write_record(folder, files, bench.notes)
    redraw(folder)
    mine = contrasts[contrasts[keys.DENOMINATOR] == keys.DENOMINATORS[2]] if len(contrasts) else contrasts
    return Validation(folder, {**made, "contrasts": mine.reset_index(drop=True)}, bench.notes)


class _Bench:
    """The tables of one call, with the run that they belong to."""

    def __init__(self, folder: Path, tables: dict[str, pd.DataFrame], record: Record):
        self._folder, self._tables, self._record = folder, tables, record
        self.notes: list[Finding] = []
        rows = [
            {name: getattr(each, name) for name in (keys.SAMPLE, *keys.SHEET_COLUMNS)} | dict(each.further)
            for each in record.inputs
        ]
        self._sheet = pd.DataFrame(rows).set_index(keys.SAMPLE)
        self._sheet[keys.PATIENT] = self._sheet[keys.PATIENT].fillna(self._sheet.index.to_series())
        self._confidence = float(record.parameters.get("detect", {}).get("confidence", params.D.detect.confidence))
        parents = tables["populations"].drop_duplicates(keys.POPULATION)
        self._parents = dict(zip(parents[keys.POPULATION], parents[keys.PARENT], strict=True))

    def fractions(self, files: dict[str, Path]) -> dict[str, pd.DataFrame]:
        """``fractions, purity, qpcr, assays``."""
        from cytoclust import validation

        path = files["fractions"]
        table = validation.read_fractions(path)
        self._known(path, table)
        self._named(path, table)
        table = self._with_sheet(table)
        wells, assays = _NONE, {}
        if "qpcr" in files:
            assays = validation.read_assays(files["assays"])
            wells, notes = validation.read_qpcr(files["qpcr"])
            self.notes += notes
            wells = self._of_fractions(files["qpcr"], wells, table)
            wells = self._of_assays(files["qpcr"], wells, list(assays))
            self._expected_of(files["assays"], assays, table)
        found = validation.validate_fractions(
            table,
            wells,
            assays,
            parents=self._parents,
            gates=self._tables.get("gates"),
            reanalysed=self._reanalysed(table),
            confidence=self._confidence,
        )
        return {"fractions": found.fractions, "purity": found.purity, "qpcr": found.qpcr, "assays": found.assays}

    def assays_of_cells(self, files: dict[str, Path]) -> dict[str, pd.DataFrame]:
        """``cfu, clonogenic, differentiation``."""
        from cytoclust import validation

        made: dict[str, pd.DataFrame] = {}
        if "cfu" in files:
            wells, notes = validation.read_cfu(files["cfu"])
            self.notes += notes
            self._known(files["cfu"], wells)
            populations = self._tables["populations"]
            level = dict(
                zip(
                    zip(populations[keys.SAMPLE], populations[keys.POPULATION], strict=True),
                    populations[keys.PER_MILLION],
                    strict=True,
                )
            )
            made["cfu"] = validation.colony_table(
                wells,
                self._sheet,
                frequencies=level,
                of=self._clonogenic(),
                lineages={name: [name, *self._above(name)] for name in self._parents},
                confidence=self._confidence,
            )
        if "dilution" in files:
            doses = validation.read_dilution(files["dilution"])
            self._known(files["dilution"], doses)
            made["clonogenic"] = validation.clonogenic_table(doses, self._sheet, confidence=self._confidence)
        if "differentiation" in files:
            values = validation.read_differentiation(files["differentiation"])
            self._known(files["differentiation"], values)
            made["differentiation"] = validation.differentiation_table(values, self._sheet, confidence=self._confidence)
        return made

    def contrasts(self, made: dict[str, pd.DataFrame]) -> pd.DataFrame:
        """The run's contrasts, with those of what was measured in place of an earlier call's."""
        from cytoclust import validation

        asked = params.Contrasts(**self._record.parameters.get("contrasts", {}))
        new = validation.assay_contrasts(
            made, self._sheet, contrasts=asked, confidence=self._confidence, seed=self._record.seed or 0
        )
        old = self._tables["contrasts"]
        replaced = {name for name, table in (("colonies", "cfu"), ("clonogenic", "clonogenic")) if table in made}
        if keys.ASSAY in old:
            first = old[keys.ASSAY].str.partition(",")[0].str.partition(" ")[0]
            mine = old[keys.DENOMINATOR] == keys.DENOMINATORS[2]
            of_cells = first.isin(["colonies", "clonogenic"])
            gone = mine & (first.isin(list(replaced)) | (~of_cells & ("differentiation" in made)))
            old = old[~gone]
        parts = [part for part in (old, new) if len(part)]
        together = pd.concat(parts, ignore_index=True) if parts else old
        return together.assign(**{keys.ASSAY: together[keys.ASSAY].fillna("")}) if keys.ASSAY in together else together

    def _with_sheet(self, table: pd.DataFrame) -> pd.DataFrame:
        told = self._sheet[[keys.PATIENT, keys.GROUP, keys.TIMEPOINT]]
        return table.join(told, on=keys.SAMPLE).astype({"n_sorted": int})

    def _known(self, path: Path, table: pd.DataFrame) -> None:
        """Refuse a sample that the run has not; note populations that it has not, which may be misspelt."""
        names = list(self._sheet.index)
        for name, row in zip(table[keys.SAMPLE], table["row"], strict=True):
            if name not in names:
                raise InputError(
                    f"{path}, row {row}, column {keys.SAMPLE}: the run has no sample {name!r}, only "
                    f"{_some(names)}.{nearest(name, names)}"
                )
        others = [name for name in dict.fromkeys(table[keys.POPULATION]) if name and name not in self._parents]
        if others and self._parents:
            self.notes.append(Finding("populations not of the run", file=path.name, names=others))

    def _named(self, path: Path, table: pd.DataFrame) -> None:
        """Refuse a population that the run did not count; a run without rules has none."""
        names = list(self._parents)
        for name, row in zip(table[keys.POPULATION], table["row"], strict=True):
            if names and name not in names:
                raise InputError(
                    f"{path}, row {row}, column {keys.POPULATION}: the run has no population {name!r}, only "
                    f"{_some(names)}.{nearest(name, names)}"
                )

    def _expected_of(self, path: Path, assays: dict[str, Any], table: pd.DataFrame) -> None:
        """Refuse an expectation of a population that neither the run nor a fraction has: it would never be used."""
        names = list(dict.fromkeys([*self._parents, *table[keys.POPULATION]]))
        for target, assay in assays.items():
            for name in assay.expect:
                if name not in names:
                    raise InputError(
                        f"{path}, {target}, expect: the run has no population {name!r}, only "
                        f"{_some(names)}.{nearest(name, names)}"
                    )

    def _of_fractions(self, path: Path, wells: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
        names = set(table["fraction_id"])
        other = (wells["sample_type"] == "unknown") & ~wells["fraction_id"].isin(names)
        strangers = list(dict.fromkeys(wells["fraction_id"][other]))
        if other.sum() == (wells["sample_type"] == "unknown").sum():
            raise InputError(
                f"{path} has no well of a fraction: its samples are {_some(strangers) or 'none'}, and those of the "
                f"fractions are {_some(sorted(names))}."
            )
        if strangers:
            self.notes.append(Finding("wells of no fraction", file=path.name, n=int(other.sum()), names=strangers))
        return wells[~other]

    def _of_assays(self, path: Path, wells: pd.DataFrame, targets: Sequence[str]) -> pd.DataFrame:
        known = wells["target"].isin(targets)
        strangers = list(dict.fromkeys(wells["target"][~known]))
        if not known.any():
            raise InputError(f"{path} has no target of the assays: it has {_some(strangers)}, they {_some(targets)}.")
        if strangers:
            self.notes.append(Finding("targets without assay", file=path.name, targets=strangers))
        return wells[known]

    def _reanalysed(self, table: pd.DataFrame) -> dict[str, tuple[int, int]]:
        """Events in the gate and all events, by numbers given or by the sample of the run that the tube is."""
        found = {}
        populations = self._tables["populations"].set_index([keys.SAMPLE, keys.POPULATION])[keys.N_EVENTS]
        ok = self._tables["samples"].set_index(keys.SAMPLE)[keys.N_OK]
        for row in table.to_dict("records"):
            name = row["fraction_id"]
            if pd.notna(row["n_reanalysed"]) and row["n_reanalysed"] > 0:
                found[name] = int(row["n_in_gate"]), int(row["n_reanalysed"])
            elif row["reanalysis"] and (sample := _sample_of(row["reanalysis"], self._record)) is not None:
                found[name] = int(populations.get((sample, row[keys.POPULATION]), 0)), int(ok[sample])
            elif row["reanalysis"]:
                self.notes.append(Finding("reanalysis not found", fraction=name, name=row["reanalysis"]))
        return found

    def _above(self, name: str) -> list[str]:
        found: list[str] = []
        while (above := self._parents.get(found[-1] if found else name, "")) and above not in found:
            found.append(above)
        return [each for each in found if each in self._parents]

    def _clonogenic(self) -> str:
        """The top population above the first that the rules say the study asks about."""
        asked = [each.name for each in self._record.rules.populations if each.primary] if self._record.rules else []
        return next(([name, *self._above(name)][-1] for name in asked if name in self._parents), "")


def _sample_of(name: str, record: Record) -> str | None:
    """The sample that a name or path of a file means; None if the run has none."""
    for each in record.inputs:
        if name in (each.sample_id, each.path) or Path(name).name == Path(each.path).name:
            return each.sample_id
    return None


def _some(names: Sequence[str]) -> str:
    shown = [repr(name) for name in names[:6]]
    return listed(shown) if len(names) <= len(shown) else f"{', '.join(shown)} and {len(names) - len(shown)} more"


def _write(folder: Path, name: str, table: pd.DataFrame) -> None:
    names = [column.name for column in TABLES[name].columns]
    write_table(folder, name, table[[column for column in names if column in table]])


def _write_record(folder: Path, files: dict[str, Path], notes: Sequence[Finding]) -> None:
    """``validation.json``: what each file was, by its SHA-256."""
    path = folder / VALIDATION
    old = read_written(path, lambda file: dict(json.loads(file.read_text("utf-8")))) if path.is_file() else {}
    used = {name: {"path": str(file), "sha256": sha256(file)} for name, file in files.items()}
    told = {
        "cytoclust": VERSION,
        "inputs": {**old.get("inputs", {}), **used},
        "notes": [each.to_dict() for each in notes],
    }
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
