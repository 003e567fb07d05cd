"""Reading the truth of a simulated cohort."""

from pathlib import Path

import pandas as pd

from cytoclust.errors import InputError

__all__ = ["load_truth"]


def load_truth(out: str | Path) -> pd.DataFrame:
    """What each event of a cohort written by ``simulate`` is.

    Parameters
    ----------
    out
        The folder given to ``simulate``.

    Returns
    -------
    DataFrame
        One row per event, samples in the order of the sheet, events in file order: ``sample_id``, ``event``,
        ``kind``, ``kind2`` (second cell of a doublet, else empty), ``state``.

    Raises
    ------
    InputError
        A folder that ``simulate`` has not written.
    """
    out = Path(out)
    try:
        samples = pd.read_csv(out / "samples.csv", dtype=str)["sample_id"]
        tables = [pd.read_parquet(out / "truth" / f"{sample}.parquet") for sample in samples]
    except (OSError, KeyError) as error:
        raise InputError(f"The folder {out} must be one that cytoclust simulate wrote. Got: {error}.") from None
    truth = pd.concat(tables, ignore_index=True)  # all have the same categories
    ids = samples.repeat([len(table) for table in tables]).to_numpy()
    truth.insert(0, "sample_id", pd.Series(pd.Categorical(ids, categories=list(samples))))
    return truth
