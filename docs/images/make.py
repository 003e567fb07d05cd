"""Draw the pictures of the documentation: ``python docs/images/make.py [OUT]``; the numbered ones: ``annotate.py``.

OUT is a finished run of the demo (``make demo`` writes ``out/demo``, the default).
"""

import io
import sys
from pathlib import Path
from typing import Any

import anndata as ad
import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image
from scipy.stats import norm, poisson

import cytoclust as ct
from cytoclust.engine._merge import valley_limit
from cytoclust.engine._valley import Group, valley
from cytoclust.pl.style import DENSITY, GREY, INK, LIGHT, PALETTE, STYLE

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "data" / "demo"
BLUE, RED, GREEN = PALETTE[0], PALETTE[1], PALETTE[2]
WIDE = 7.2  # inches: the width of a page
SAMPLE, DYES = "S02", ("CD31", "CD90")


def main(out: Path) -> None:
    """Draw all of them."""
    with mpl.rc_context(STYLE):
        for draw in (compensation, cofactor, valley_depth, power):
            _save(draw(), f"{draw.__name__}.png")
        _save(threshold(out), "threshold.png")
    _save(clusters(out), "clusters.png")
    _save(msc(out), "msc.png")
    report(out)


def report(out: Path) -> None:
    """The first card of the report, in a browser."""
    from tests.browser.chromium import chromium

    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1150, "height": 4000})
        page.goto((out / "report.html").resolve().as_uri())
        picture = page.locator("article.card").first.screenshot()
    with Image.open(io.BytesIO(picture)) as drawn:
        few = drawn.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(HERE / "report.png", optimize=True)


def compensation() -> Figure:
    """One sample before and after compensation."""
    events = ct.io.read_fcs(DEMO / "fcs" / f"{SAMPLE}.fcs")
    figure, axes = _panels(2, height=2.9)
    for axis, title in zip(axes, ("as measured", "compensated"), strict=True):
        if axis is axes[1]:
            ct.pp.compensate(events)
        x, y = (np.arcsinh(events[:, dye].X[:, 0] / 150) for dye in DYES)
        axis.hist2d(x, y, bins=110, range=((-1.5, 6), (-1.5, 6)), cmap=DENSITY, norm="log", rasterized=True)
        axis.axhline(0, color=LIGHT, lw=0.7, zorder=0)
        axis.axvline(0, color=LIGHT, lw=0.7, zorder=0)
        axis.set(title=title, xlabel=f"{DYES[0]}, arcsinh(x / 150)", ylabel=DYES[1] if axis is axes[0] else "")
    return figure


def cofactor() -> Figure:
    """One marker with three cofactors."""
    events = ct.io.read_fcs(DEMO / "fcs" / f"{SAMPLE}.fcs")
    ct.pp.compensate(events)
    linear = events[:, "CD56"].X[:, 0]
    ct.pp.arcsinh(events)
    chosen = float(events.uns["transform"]["channels"].loc["CD56", "cofactor"])
    figure, axes = _panels(3, height=2.2)
    for axis, factor, said in zip(axes, (5.0, chosen, 5000.0), ("too small", "auto", "too large"), strict=True):
        values = np.arcsinh(linear / factor)
        axis.hist(values, bins=120, range=tuple(np.quantile(values, (0.001, 0.999))), color=BLUE)
        axis.set(title=f"cofactor {factor:.0f}: {said}", xlabel="CD56, transformed", yticks=[])
        axis.spines["left"].set_visible(False)
    return figure


def valley_depth() -> Figure:
    """The density between two groups and the chord, three and two standard deviations apart."""
    rng = np.random.default_rng(0)
    figure, axes = _panels(2, height=2.6)
    for axis, apart in zip(axes, (3.0, 2.0), strict=True):
        a, b = (Group(rng.normal((0, middle), 1, (20_000, 2)).astype("f4"), np.ones(20_000)) for middle in (0, apart))
        depth = valley(a, b)
        x = np.linspace(-3, apart + 3, 400)
        density = (norm.pdf(x) + norm.pdf(x, apart)) / 2
        peak = x[np.argmax(np.where(x < apart / 2 + 1e-9, density, 0))]
        ends = np.array([peak, apart - peak])
        axis.fill_between(x, density, 1e-4, color=LIGHT)
        for middle, colour in ((0.0, BLUE), (apart, GREEN)):
            axis.plot(x, norm.pdf(x, middle) / 2, color=colour, lw=1)
        axis.plot(x, density, color=INK, lw=1.6)
        axis.plot(ends, np.interp(ends, x, density), color=RED, lw=1.4, ls="--", marker="o", ms=3.5)
        verdict = "two clusters" if depth < valley_limit(1.0) else "one cluster"
        axis.set(title=f"{apart:g} standard deviations apart: {verdict}", xlabel="along the axis that parts them best")
        axis.set(yscale="log", ylim=(2e-3, 0.5), ylabel="density, log scale" if apart == 3 else "")
        told = f"depth {depth:.2f}" if depth < 1 else "no valley"
        axis.annotate(told, (apart / 2, 0.28), ha="center", color=RED, fontsize=9)
    return figure


def threshold(out: Path) -> Figure:
    """All events of a marker, and the clusters' medians with the cut between them."""
    marker = "CD271"
    clusters = pd.read_csv(out / "tables" / "clusters.csv")
    cut = pd.read_csv(out / "tables" / "thresholds.csv").query("marker == @marker").iloc[0]
    events = ct.io.read_samples(DEMO / "samples.csv")
    ct.pp.compensate(events)
    ct.pp.quality(events)
    ct.pp.arcsinh(events)
    values = events[events.obs["qc"] == "ok", marker].X[:, 0]
    figure = Figure(figsize=(WIDE, 3.2), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1.3, 1))
    above.hist(values, bins=160, range=(-2, 7), color=LIGHT)
    above.set(title=f"{marker}: {len(values):,} events of all samples", yticks=[])
    above.spines["left"].set_visible(False)
    colour = np.where(clusters[marker] > cut["positive"], RED, BLUE)
    lots = np.random.default_rng(0).uniform(-1, 1, len(clusters))
    below.scatter(clusters[marker], lots, s=14 + 4 * np.log(clusters["n_events"]), c=colour, lw=0.4, ec="white")
    below.set(title=f"{len(clusters)} clusters: medians", yticks=[], ylim=(-1.6, 1.6), xlabel=f"{marker}, transformed")
    below.spines["left"].set_visible(False)
    for axis in (above, below):
        axis.axvline(cut["positive"], color=INK, lw=1)
        reach = 2 * cut["uncertainty"]
        axis.axvspan(cut["positive"] - reach, cut["positive"] + reach, color=GREY, alpha=0.25, lw=0)
    return figure


def power() -> Figure:
    """The chance of more than the blank by the cells of a sample, without background."""
    cells = np.logspace(3, 6.5, 400)
    figure = Figure(figsize=(WIDE, 2.8), layout="constrained")
    axis = figure.subplots()
    for frequency, colour in ((1e-3, BLUE), (2e-4, GREEN), (2e-5, RED)):
        chance = poisson.sf(0, cells * frequency)
        axis.plot(cells, chance, color=colour, lw=1.8)
        at = cells[np.argmax(chance >= 0.5)]
        beside = {"xytext": (6, -3), "textcoords": "offset points", "ha": "left"}
        axis.annotate(f"{frequency * 100:g} % of cells", (at, 0.5), color=colour, **beside)
    axis.axhline(0.95, color=INK, lw=0.9, ls="--")
    axis.annotate("95 %: an absence counts", (1100, 1.0), (0, 6), textcoords="offset points")
    axis.set(xscale="log", xlabel="cells of the sample", ylabel="chance to show it", ylim=(0, 1.12), xlim=(1e3, 3e6))
    return figure


def clusters(out: Path) -> Figure:
    """The heatmap of the README."""
    return _figure_of(ct.pl.heatmap(ad.read_h5ad(out / "cohort.h5ad"), show=False))


def msc(out: Path) -> Figure:
    """The subtypes of MSC in the patients, of the README."""
    table = pd.read_csv(out / "tables" / "populations.csv")
    names = [f"MSC CD146{a}CD271{b}" for a in "+-" for b in "+-"]
    return _figure_of(ct.pl.abundance(table, names=names, show=False))


def _figure_of(drawn: Any) -> Figure:
    return (drawn[0] if isinstance(drawn, list) else drawn).figure


def _panels(n: int, *, height: float) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(WIDE, height), layout="constrained")
    return figure, list(figure.subplots(1, n))


def _save(figure: Figure, name: str) -> None:
    """As a PNG without the program's version in it: the same picture is the same file."""
    figure.savefig(HERE / name, dpi=160, bbox_inches="tight", metadata={"Software": None})


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "out" / "demo"
    if not (folder / "run.json").is_file():
        sys.exit(f"{folder} is not the folder of a finished run: make demo first. Got no run.json.")
    main(folder)
