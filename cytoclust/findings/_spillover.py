"""Findings about spillover matrices and compensation."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind
from cytoclust.words import count, plural, some

__all__ = ["SPILLOVER"]

_NAMED: Final = 4
"""Samples that are named; of more, the number."""
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


def _given(data: Mapping[str, Any]) -> str:
    absent = data["absent"]
    return f"matrix from {data['file']}" + (f", without {', '.join(absent)}, which the events lack" if absent else "")


def _hardware(data: Mapping[str, Any]) -> str:
    where = f" of data set {data['dataset']}" if data["dataset"] else ""
    return (
        f"compensation in $DFCiTOj (FCS 2.0){where}, the largest {data['percent']} % ({data['keyword']}), was not "
        "applied: instruments that write it mostly compensate before they store the data"
    )


_LOOKS: Final = {
    "small": "all fluorescence values are small: they look transformed already (arcsinh, logicle or a logarithm)",
    "name": "channels are named Log, $PnE says that they are linear, and no value is above {top}: they look "
    "transformed already, numbers of channels on a logarithmic scale",
    "ceiling": "values end at {top}, the last of so many channels, and few are low: they look transformed already, "
    "numbers of channels on a logarithmic scale",
    "spread": "hardly a value is low, and positive cells are not ten times as bright as negative ones in any channel: "
    "they look transformed already",
}


def _transformed(data: Mapping[str, Any]) -> str:
    looks = _LOOKS[data.get("told") or "small"].format(top=count(data.get("top", 0)))
    return str(_of_samples(looks, "transform.method=none")(data))


def _of_samples(sentence: str, setting: str) -> Any:
    """A sentence that begins with the samples of a run that it is about, and ends with what to do."""

    def words(data: Mapping[str, Any]) -> str:
        samples = data["samples"]
        return f"{some(samples, _NAMED)}: {sentence}; if so, run again with {setting}" if samples else sentence

    return words


SPILLOVER: Final = {
    "spillover not read": Kind(
        _hardware,
        advice="look at two overlapping dyes; if the data are not compensated, give a matrix with --set "
        "compensate.matrix=FILE.csv, and if they are, say so with --set compensate.enabled=false",
    ),
    "spillover without numbers": Kind("{keyword} names {channels} channels and gives no numbers; it was left out."),
    "spillover not used": Kind("{keyword} was used, not {unused:all}."),
    "spillover of absent channels": Kind("{keyword} names channels that the file lacks: {channels:all}."),
    "channels matched": Kind("{keyword} names channels otherwise than the file: {names:all}."),
    "matrix in percent": Kind("{keyword} was taken as percent (100 on its diagonal)."),
    "zero diagonal": Kind("{keyword} has 0 on its diagonal, which was taken as 1."),
    "inverse matrix": Kind("{keyword} is the inverse of a spillover matrix; it was inverted."),
    "matrix not usable": Kind(
        "the spillover matrix {matrix} {why}",
        advice="give another with compensate.matrix=FILE.csv, or, if the data are compensated already or need not be, "
        "say so with compensate.enabled=false",
    ),
    "compensation undecided": Kind("a run would be refused: {why}", advice="decide it with one of these settings"),
    "source in rows": Kind("{keyword} was taken as a spillover matrix, a row for each source."),
    "identity matrix": Kind("the spillover matrix ({keyword}) is the identity: nothing to compensate", advice=_GIVE),
    "no spillover matrix": Kind("no spillover matrix in the file: signals were left as they are", advice=_GIVE),
    "no matrix of an analog instrument": Kind(
        "no spillover matrix in the file: signals were left as they are. A {cytometer} can have compensated them "
        "in its electronics",
        advice="if it was compensated in hardware when the events were acquired (ask, or look at two overlapping "
        "dyes), say so with --set compensate.enabled=false; else give a matrix with --set compensate.matrix=FILE.csv",
    ),
    "no matrix of mass cytometry": Kind("no spillover matrix, as usual for mass cytometry"),
    "compensated here": Kind(
        lambda data: (
            f"compensated with {data['matrix'] or 'the matrix of the file'} ({plural(data['n'], 'coefficient')}, the "
            f"largest {data['largest']:.3g})"
        )
    ),
    "not compensated": Kind(lambda data: f"not compensated: {data['why']}" if data["why"] else "not compensated"),
    "not unmixed": Kind("not unmixed: raw detectors of a spectral cytometer"),
    "compensation off": Kind("not compensated, as compensate.enabled=false says"),
    "transform none": Kind("taken as compensated already, as transform.method=none says"),
    "matrix given": Kind(_given),
    "compensated at acquisition": Kind("compensated before ({channel}), not again"),
    "signal twice": Kind("The file has signals twice: {used:all} are compensated and used, {left:all} are not used."),
    "compensated already": Kind(
        _of_samples(
            "signals overlap less than the spillover matrix says: the data may be compensated already",
            "compensate.enabled=false",
        ),
        advice="look at two overlapping dyes; if so, --set compensate.enabled=false",
    ),
    "matrix transposed": Kind(
        _of_samples(
            "signals overlap as the spillover matrix says with its rows and columns exchanged",
            "a matrix whose rows are the sources (compensate.matrix=FILE.csv)",
        ),
        advice="look at two overlapping dyes; if so, give a matrix whose rows are the sources with --set "
        "compensate.matrix=FILE.csv",
    ),
    "transformed already": Kind(
        _transformed,
        advice="if so, --set transform.method=none, which takes them as compensated too",
    ),
    "matrix not applied": Kind(_not_applied),
    "clusters before a step": Kind(
        "the clusters in obs[{key!r}] were found before pp.{step}, on values that it changes: run ct.tl.cluster again."
    ),
}
