import pytest

from cytoclust.io import is_viability


@pytest.mark.parametrize(
    "name",
    [
        "Live/Dead",
        "LIVE DEAD Aqua",
        "Live-Dead Fixable Blue",
        "l/d",
        "LD",
        "L/D Aqua",
        "Zombie NIR",
        "Zombie_Aqua",
        "7-AAD",
        "7AAD",
        "PI",
        "PI-A",
        "Propidium iodide",
        "DAPI",
        "FVS780",
        "FVS 510",
        "FVD eFluor 780",
        "Fixable Viability Dye eFluor 780",
        "viability",
        "Viability dye",
        "VIVID / CD14",
        "Ghost Dye Violet 510",
        "SYTOX Blue",
        "TO-PRO-3",
        "DRAQ7",
        "Helix NIR",
        "195Pt_Cisplatin",
        "Aqua",
        "Aqua Amine",
        "Dead",
        "ViaKrome 808",
        "dead cells",
        "ViaDye Red",
        "Aqua LD",
        "VID",
    ],
)
def test_dyes(name):
    assert is_viability(name)


@pytest.mark.parametrize(
    "name",
    [
        "CD45",
        "PI16",
        "PI3K",
        "PIK3",
        "CD34",
        "LDLR",
        "GD2",
        "Histamine",
        "DNA1",
        "eFluor 780",
        "AmCyan-A",
        "Syto 41",
        "FVIII",
        "LDH",
        "CD271",
        "HLA-DR",
        "Delta",
        "Oliver",
        "DRAQ5",
        "",
    ],
)
def test_markers(name):
    assert not is_viability(name)
