"""Findings about spillover matrices and compensation."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind

__all__ = ["SPILLOVER"]

_GIVE: Final = (
    "give one with --set compensate.matrix=FILE.csv; if the data are compensated already, or the dyes do not overlap, "
    "say so with --set compensate.enabled=false"
)


def _not_applied(data: Mapping[str, Any]) -> str:
    first, *others = data["samples"]
    whose = f"the spillover matrix of {first}" if first else "the file's spillover matrix"
    more = f" and {len(others)} more" if others else ""
    return (
        f"{whose}{more} was not applied: run ct.pp.compensate first, or, if the values are compensated already, say "
        f"so: adata.uns[{data['slot']!r}] = {{'params': {{'enabled': False}}}}."
    )


SPILLOVER: Final = {
    "spillover not read": Kind("Compensation in $DFCiTOj (FCS 2.0) is not read: give a matrix."),
    "spillover without numbers": Kind("{keyword} names {channels} channels and gives no numbers; it was left out."),
    "spillover not used": Kind("{keyword} was used, not {unused:all}."),
    "spillover of absent channels": Kind("{keyword} names channels that the file lacks: {channels:all}."),
    "inverse matrix": Kind("{keyword} looks like the inverse of a spillover matrix; it was left out."),
    "source in rows": Kind("{keyword} was taken as a spillover matrix, a row for each source."),
    "identity matrix": Kind("the spillover matrix ({keyword}) is the identity: nothing to compensate", advice=_GIVE),
    "no spillover matrix": Kind("no spillover matrix in the file: signals were left as they are", advice=_GIVE),
    "matrix given": Kind("matrix from {file}"),
    "compensated at acquisition": Kind("compensated at acquisition ({channel}): left as it is"),
    "matrix not applied": Kind(_not_applied),
    "clusters before a step": Kind(
        "the clusters in obs[{key!r}] were found before pp.{step}, on values that it changes: run ct.tl.cluster again."
    ),
}
