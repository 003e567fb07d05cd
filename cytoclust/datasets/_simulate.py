"""A cohort with known truth, as files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from cytoclust.datasets._bench import ASSAYS, simulate_bench
from cytoclust.datasets._cohort import SampleSpec, plan_cohort, stream
from cytoclust.datasets._design import SampleDesign, default_design
from cytoclust.datasets._gated_by_hand import gated_by_hand
from cytoclust.datasets._instrument import DETECTORS, TIME_STEP, channels, spillover
from cytoclust.datasets._manual_gates import manual_gates
from cytoclust.datasets._populations import populations
from cytoclust.datasets._simulate_sample import simulate_sample
from cytoclust.errors import InputError
from cytoclust.io import Spillover, atomic_path, write_fcs
from cytoclust.io.gates import write_workspace

__all__ = ["simulate"]


def simulate(
    out: str | Path,
    *,
    n_samples: int = 10,
    n_events: int = 150_000,
    seed: int = 0,
    enrich: float = 1.0,
    design: Sequence[SampleDesign] | None = None,
) -> None:
    """Write a bone marrow cohort whose every event is known, as an instrument would have stored it.

    Files are ``samples.csv`` (sample_id, path, patient_id, group, timepoint, batch, age_months, stage, MYCN),
    ``fcs/<sample_id>.fcs`` (FCS 3.1, uncompensated, linear, with $SPILLOVER), ``truth/<sample_id>.parquet`` (one row
    per event in file order: event, kind, kind2, state) and ``truth/populations.csv`` (intact cells of each population).
    For :func:`cytoclust.validate` there are ``fractions.csv``, ``qpcr.csv``, ``assays.yaml``, ``cfu.csv``,
    ``dilution.csv`` and ``differentiation.csv``, with ``truth/bench.csv``. ``gates.wsp`` is a FlowJo workspace with the
    gates of a cytometrist and the events in each, as ``cytoclust compare`` reads it.

    Parameters
    ----------
    out
        Folder to write into; made if absent, files of the same name are replaced.
    n_samples
        Samples; ten are a round of controls, localised and metastatic disease, and three time points.
    n_events
        Events a sample, junk included.
    seed
        The same seed gives the same values.
    enrich
        Factor on the frequency of stromal cells (MSC and endothelium), as after enrichment on beads; 1 is marrow.
    design
        What each sample is to be, in place of ``n_samples`` and ``n_events``.

    Raises
    ------
    InputError
        A number outside its bounds, a design that cannot be, or a folder that cannot be written.
    """
    out = Path(out)
    specs = plan_cohort(default_design(n_samples, n_events) if design is None else design, seed, enrich)
    try:
        for folder in (out / "fcs", out / "truth"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {out} cannot be written: {error.strerror}.") from None
    counts = [_write_sample(out, spec, stream(seed, "events", number)) for spec, number in specs]
    _write_csv(out / "truth" / "populations.csv", pd.concat(counts, ignore_index=True))
    files = [out / "fcs" / f"{spec.sample_id}.fcs" for spec, _ in specs]
    write_workspace(out / "gates.wsp", [gated_by_hand(out, path, manual_gates()) for path in files])
    _write_bench(out, [spec for spec, _ in specs if not spec.control], seed)
    _write_csv(out / "samples.csv", _sheet([spec for spec, _ in specs], seed))


def _write_sample(out: Path, spec: SampleSpec, rng: np.random.Generator) -> pd.DataFrame:
    """Write the events and truth of a sample; its counts."""
    events, truth = simulate_sample(spec, rng)
    text = {"$CYT": "cytoclust simulator", "$SMNO": spec.sample_id, "$TIMESTEP": str(TIME_STEP)}
    spill = Spillover(DETECTORS, spillover(spec.gains), "$SPILLOVER")
    write_fcs(out / "fcs" / f"{spec.sample_id}.fcs", events, channels(), spill=spill, text=text)
    with atomic_path(out / "truth" / f"{spec.sample_id}.parquet") as temporary:
        truth.to_parquet(temporary, index=False, compression="zstd")
    intact = truth["kind"][truth["state"] == "intact"].value_counts().reindex(populations(spec.planted).names)
    return pd.DataFrame(
        {
            "sample_id": spec.sample_id,
            "population": intact.index,
            "n_intact": intact.to_numpy(),
            "fraction": intact.to_numpy() / intact.sum(),
        }
    )


def _write_bench(out: Path, specs: list[SampleSpec], seed: int) -> None:
    """Write what the bench brings, and its truth."""
    tables = simulate_bench(specs, stream(seed, "bench", 0))
    _write_csv(out / "truth" / "bench.csv", tables.pop("truth"))
    for name, table in tables.items():
        _write_csv(out / f"{name}.csv", table)
    with atomic_path(out / "assays.yaml") as temporary:
        temporary.write_text(ASSAYS, encoding="utf-8")


def _sheet(specs: list[SampleSpec], seed: int) -> pd.DataFrame:
    columns = ("sample_id", "patient_id", "group", "timepoint", "batch")
    sheet = pd.DataFrame([{name: getattr(spec, name) for name in columns} for spec in specs])
    sheet.insert(1, "path", "fcs/" + sheet["sample_id"] + ".fcs")
    rng = stream(seed, "bench", 1)
    told = {each.patient_id: _clinical(each.group, rng) for each in reversed(specs)}
    sheet = sheet.join(pd.DataFrame([told[patient] for patient in sheet["patient_id"]]))
    controls = [spec.control for spec in specs]
    if not any(controls):
        return sheet
    whose = [name for name in sheet if name not in ("sample_id", "path", "batch")]
    sheet.loc[[bool(control) for control in controls], whose] = ""
    return sheet.assign(control=controls)


def _clinical(group: str, rng: np.random.Generator) -> dict[str, str]:
    """Age in months, stage (INSS) and MYCN of a patient; empty where it does not apply."""
    age, amplified, stage = int(rng.integers(4, 90)), bool(rng.random() < 0.3), str(rng.choice(["1", "2", "3"]))
    stages = {"metastatic": "4", "localised": stage}
    mycn = {"metastatic": "amplified" if amplified else "not amplified", "localised": "not amplified"}
    return {"age_months": str(age), "stage": stages.get(group, ""), "MYCN": mycn.get(group, "")}


def _write_csv(path: Path, table: pd.DataFrame) -> None:
    with atomic_path(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n", float_format="%.8g")
