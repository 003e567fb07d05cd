"""Blood in twelve colours, by other assumptions than those of ``cytoclust simulate``.

Antigens are gamma-distributed and rise with the size of the cell, detectors count photoelectrons, each dye has a
spectrum whose overlap falls with the distance of detectors and has a few far neighbours, autofluorescence has a
spectrum of its own and grows with the square of the size. Nothing is normal on the arcsinh scale.
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["DYES", "KINDS", "MARKERS", "RULES", "Blood", "blood", "spillover"]

MARKERS = ("CD3", "CD4", "CD8", "CD19", "CD56", "CD14", "CD16", "CD45RA", "CCR7", "HLA-DR", "CD25", "CD127")
DYES = (
    "FITC", "PE", "PE-TxRed", "PerCP-Cy5.5", "PE-Cy7", "APC", "AF700", "APC-Cy7", "BV421", "BV510", "BV605", "BV785",
)  # fmt: skip
BRIGHT = np.array([9_000, 25_000, 14_000, 8_000, 20_000, 30_000, 9_000, 12_000, 5_000, 20_000, 4_000, 3_000.0])
"""Signal of a positive cell of medium size, in each marker."""
KINDS = {
    "CD4 naive": (0.20, "CD3 CD4 CD45RA CCR7 CD127"),
    "CD4 memory": (0.17, "CD3 CD4 CCR7 CD127"),
    "CD4 effector": (0.06, "CD3 CD4 CD127"),
    "Treg": (0.03, "CD3 CD4 CD25 CCR7"),
    "CD8 naive": (0.12, "CD3 CD8 CD45RA CCR7 CD127"),
    "CD8 effector": (0.10, "CD3 CD8 CD45RA"),
    "B": (0.10, "CD19 HLA-DR CD45RA CCR7"),
    "NK": (0.08, "CD56 CD16 CD45RA"),
    "NK bright": (0.01, "CD56 CD127"),
    "monocyte": (0.10, "CD14 HLA-DR"),
    "monocyte CD16+": (0.02, "CD16 HLA-DR CD45RA"),
    "basophil": (0.01, "CD25"),
}
"""Share, and what each kind carries."""
DIM = {("monocyte", "CD4"): 0.08, ("CD8 effector", "CD56"): 0.05, ("NK", "CD8"): 0.1, ("B", "CD25"): 0.1}
"""What some kinds carry a little of, as a part of a positive cell's."""

RULES = """
name: twelve
populations:
  T cell: {markers: {CD3: +, CD19: -, CD14: -}}
  T cell CD4+: {parent: T cell, markers: {CD4: +, CD8: -}}
  T cell CD8+: {parent: T cell, markers: {CD8: +, CD4: -}}
  B cell: {markers: {CD19: +, CD3: -, HLA-DR: +}}
  NK cell: {markers: {CD56: +, CD3: -, CD19: -, CD14: -}}
  monocyte: {markers: {CD14: +, CD3: -, CD19: -}}
  monocyte CD16+: {markers: {CD16: +, HLA-DR: +, CD14: low, CD3: -, CD19: -, CD56: -}}
"""


@dataclass(frozen=True)
class Blood:
    """Events: what cells emit ``true (n, 12)``, what detectors read ``raw (n, 12)``, and the kind of each ``(n,)``."""

    true: np.ndarray
    raw: np.ndarray
    kind: np.ndarray


def spillover(seed: int = 0) -> np.ndarray:
    """``(12, 12)`` a row for each dye; rows have 1 on the diagonal."""
    rng = np.random.default_rng(seed)
    laser = np.array([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2])
    place = np.array([0, 1, 2, 4, 6, 3.3, 4.5, 6, -1, 0.3, 2, 6])
    matrix = np.eye(len(DYES))
    for i in range(len(DYES)):
        for j in range(len(DYES)):
            if i != j:
                towards = place[j] - place[i]
                near = np.exp(-abs(towards) / (1.6 if towards > 0 else 0.7))
                same = 0.35 if laser[i] == laser[j] else 0.08
                matrix[i, j] = np.round(same * near * rng.uniform(0.5, 1.2), 4)
    return matrix


def blood(n: int, matrix: np.ndarray, seed: int = 0, *, shares: dict[str, float] | None = None) -> Blood:
    """Events of one sample; ``shares`` replace those of ``KINDS``."""
    rng = np.random.default_rng(seed)
    names = list(KINDS)
    share = np.array([(shares or {}).get(name, KINDS[name][0]) for name in names])
    kind = rng.choice(len(names), n, p=share / share.sum())
    size = rng.gamma(20, 1 / 20, n) * np.where(np.char.startswith(np.array(names), "mono"), 1.5, 1.0)[kind]
    level = np.zeros((len(names), len(MARKERS)))
    for row, name in enumerate(names):
        for marker in KINDS[name][1].split():
            level[row, MARKERS.index(marker)] = 1
    for (name, marker), part in DIM.items():
        level[names.index(name), MARKERS.index(marker)] = part
    antigen = level[kind] * BRIGHT * size[:, None] * rng.gamma(6, 1 / 6, (n, len(MARKERS)))
    unspecific = 15 * size[:, None] * rng.gamma(4, 1 / 4, (n, len(MARKERS)))
    true = antigen + unspecific
    glow = np.array([60, 35, 25, 20, 10, 12, 8, 8, 80, 90, 40, 15.0]) * size[:, None] ** 2 * rng.gamma(9, 1 / 9, (n, 1))
    light = true @ matrix + glow
    gain = np.array([4, 3, 4, 8, 6, 5, 12, 9, 3, 5, 6, 10.0])  # signal of one photoelectron
    raw = rng.poisson(np.maximum(light / gain, 0)) * gain + rng.normal(0, 25, light.shape)
    return Blood(true, raw, np.array(names)[kind])
