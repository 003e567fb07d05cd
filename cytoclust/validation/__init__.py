"""Whether what was sorted is what was meant, and what it can do: pure functions on tables from the bench."""

from cytoclust.validation._assay_contrasts import assay_contrasts
from cytoclust.validation._assay_table import Calibrated, assay_table
from cytoclust.validation._clonogenic_table import clonogenic_table
from cytoclust.validation._colonies import Colonies, colonies
from cytoclust.validation._colony_table import colony_table
from cytoclust.validation._copies import Copies, Scale, copies
from cytoclust.validation._differentiation_table import differentiation_table
from cytoclust.validation._limiting_dilution import Dilution, limiting_dilution
from cytoclust.validation._no_template_cut import no_template_cut
from cytoclust.validation._qpcr_table import qpcr_table
from cytoclust.validation._read_assays import Assay, read_assays
from cytoclust.validation._read_bench import (
    read_cfu,
    read_differentiation,
    read_dilution,
    read_fractions,
    read_qpcr,
)
from cytoclust.validation._standard_curve import StandardCurve, standard_curve
from cytoclust.validation._validate_fractions import Validated, validate_fractions

__all__ = [
    "Assay",
    "Calibrated",
    "Colonies",
    "Copies",
    "Dilution",
    "Scale",
    "StandardCurve",
    "Validated",
    "assay_contrasts",
    "assay_table",
    "clonogenic_table",
    "colonies",
    "colony_table",
    "copies",
    "differentiation_table",
    "limiting_dilution",
    "no_template_cut",
    "qpcr_table",
    "read_assays",
    "read_cfu",
    "read_differentiation",
    "read_dilution",
    "read_fractions",
    "read_qpcr",
    "standard_curve",
    "validate_fractions",
]
