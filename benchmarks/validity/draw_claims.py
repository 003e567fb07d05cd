"""Two figures: false claims over kinds of null cohorts, and power over designs."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

__all__ = ["draw_claims"]

COLOURS = {"log-normal": "#0072b2", "gamma": "#d55e00", "rough": "#888888"}
MARKS = {"log-normal": "o", "gamma": "s", "rough": "^"}


def draw_claims(table: pd.DataFrame, out: Path) -> None:
    """Write ``error.png`` and ``power.png``.

    Parameters
    ----------
    table
        ``cohort, simulator, asked, seen, low, high``.
    out
        A folder.
    """
    false = table["asked"].str.endswith("false")
    found = table["asked"].str.endswith(("supported", "suggestive")) & ~table["asked"].str.startswith("never")
    _draw(table[false], "null cohorts with a false claim", (0.0, 0.2), 0.05, out / "error.png")
    _draw(table[found], "planted cohorts, supported (3 v 3: suggestive)", (0.0, 1.02), None,
          out / "power.png")  # fmt: skip


def _draw(table: pd.DataFrame, label: str, reach: tuple[float, float], line: float | None, path: Path) -> None:
    names = list(dict.fromkeys(table["cohort"]))
    simulators = list(dict.fromkeys(table["simulator"]))
    figure, axes = plt.subplots(figsize=(8.6, 0.34 * len(names) + 1.0), layout="constrained")
    for place, simulator in enumerate(simulators):
        mine = table[table["simulator"] == simulator].set_index("cohort").reindex(names)
        at = [i + 0.22 * (place - (len(simulators) - 1) / 2) for i in range(len(names))]
        error = [mine["seen"] - mine["low"], mine["high"] - mine["seen"]]
        axes.errorbar(mine["seen"], at, xerr=error, fmt=MARKS[simulator], ms=4, lw=1, color=COLOURS[simulator],
                      label=simulator)  # fmt: skip
    if line is None:
        asked = table.drop_duplicates("cohort").set_index("cohort")["asked"]
        limits = asked.str.extract(r"(\d+)%", expand=False).astype(float) / 100
        axes.plot(
            [limits[name] for name in names], range(len(names)), "|", color="black", ms=14, label="asked, at least"
        )
    else:
        axes.axvline(line, color="black", lw=0.8)
    axes.set_yticks(range(len(names)), names, fontsize="small")
    axes.invert_yaxis()
    axes.set(xlabel=label, xlim=reach)
    axes.legend(frameon=False, fontsize="small", loc="lower right" if line else "lower left")
    figure.savefig(path, dpi=90, metadata={"Software": None})
    plt.close(figure)
