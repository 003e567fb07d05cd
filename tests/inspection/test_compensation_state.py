"""The first lines of ``inspect`` say how it stands with compensation."""

import numpy as np
import pytest

from cytoclust import terminal
from cytoclust.inspection import inspect
from tests.inspection.test_kinds_of_channels import SCATTER, cells, codes, inspected  # noqa: F401


def second_line(tmp_path):
    return terminal.describe_file(inspect(tmp_path / "x.fcs")).plain().split("\n")[1]


@pytest.mark.parametrize("name", ["FJComp-{}", "Comp-{}", "<{}>"])
def test_compensated_before(inspected, tmp_path, name):  # noqa: F811
    names = [name.format(dye) for dye in ("FITC-A", "PE-A", "APC-A")]
    found = inspected(cells(300, 3), [*SCATTER, *names], ["", "", "", "CD3", "CD4", "CD8"])
    assert found["compensation"] == f"compensated before ({names[0]}), not again"
    assert second_line(tmp_path) == found["compensation"]
    assert "compensated at acquisition" not in {code for code in codes(found) if "matrix" in code}


def test_mass_has_no_matrix_as_usual(inspected, tmp_path):  # noqa: F811
    ions = np.random.default_rng(1).poisson(3, (300, 3))
    inspected(ions, ["Nd142Di", "Sm149Di", "Yb174Di"], ["CD19", "CD4", "CD8"], CYT="Helios")
    assert second_line(tmp_path) == "not compensated: no spillover matrix, as usual for mass cytometry"


def test_raw_detectors_are_to_be_unmixed(inspected, tmp_path):  # noqa: F811
    raw = [f"{laser}{i}-A" for laser in ("V", "B") for i in range(1, 15)]
    inspected(cells(300, 28), [*SCATTER, *raw], CYT="Aurora")
    assert second_line(tmp_path) == "not unmixed: raw detectors of a spectral cytometer"


@pytest.mark.parametrize("cytometer", ["FACSCalibur", "FACScan", "FACSort", "Cytomics FC 500", "EPICS XL-MCL", "ALTRA"])
def test_an_analog_instrument_may_have_compensated_in_hardware(inspected, tmp_path, cytometer):  # noqa: F811
    labels = ["", "", "", "CD3", "CD4", "CD8"]
    found = inspected(cells(300, 3), [*SCATTER, "FL1-H", "FL2-H", "FL3-H"], labels, CYT=cytometer)
    (step,) = [each for each in found["advice"] if each["code"] == "no matrix of an analog instrument"]
    assert cytometer in step["found"]
    assert step["do"].startswith("if it was compensated in hardware")
    assert second_line(tmp_path).startswith("not compensated: no spillover matrix in the file")


@pytest.mark.parametrize("cytometer", ["LSRII", "FACSCanto II", "Gallios", "FACSAria", "CytoFLEX"])
def test_others_are_asked_for_a_matrix(inspected, cytometer):  # noqa: F811
    labels = ["", "", "", "CD3", "CD4", "CD8"]
    found = inspected(cells(300, 3), [*SCATTER, "FL1-H", "FL2-H", "FL3-H"], labels, CYT=cytometer)
    assert "no spillover matrix" in codes(found)


def test_what_was_asked_for_is_said(inspected):  # noqa: F811
    events, names = cells(300, 2), [*SCATTER, "FITC-A", "PE-A"]
    off = inspected(events, names, settings=["compensate.enabled=false"])
    assert off["compensation"] == "not compensated, as compensate.enabled=false says"
    none = inspected(events, names, settings=["transform.method=none"])
    assert none["compensation"] == "taken as compensated already, as transform.method=none says"
