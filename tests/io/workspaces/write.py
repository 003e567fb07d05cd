"""Small workspaces and Gating-ML documents, as text."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

SPACES = (
    'xmlns:gating="http://www.isac-net.org/std/Gating-ML/v2.0/gating" '
    'xmlns:transforms="http://www.isac-net.org/std/Gating-ML/v2.0/transformations" '
    'xmlns:data-type="http://www.isac-net.org/std/Gating-ML/v2.0/datatypes"'
)


def dimension(channel: str, low: float | None = None, high: float | None = None, *, more: str = "") -> str:
    limits = "".join(f' gating:{name}="{v!r}"' for name, v in (("min", low), ("max", high)) if v is not None)
    named = f"<data-type:fcs-dimension data-type:name={quoteattr(channel)}/>"
    return f"<gating:dimension{limits}{more}>{named}</gating:dimension>"


def vertex(*values: float) -> str:
    told = "".join(f'<gating:coordinate data-type:value="{value!r}"/>' for value in values)
    return f"<gating:vertex>{told}</gating:vertex>"


def rectangle(*dimensions: str, inside: int = 1) -> str:
    return f'<Gate><gating:RectangleGate eventsInside="{inside}">{"".join(dimensions)}</gating:RectangleGate></Gate>'


def polygon(x: str, y: str, corners: Sequence[tuple[float, float]], *, inside: int = 1) -> str:
    drawn = dimension(x) + dimension(y) + "".join(vertex(*corner) for corner in corners)
    return f'<Gate><gating:PolygonGate eventsInside="{inside}">{drawn}</gating:PolygonGate></Gate>'


def population(name: str, gate: str, *under: str, count: int | None = None) -> str:
    stored = "" if count is None else f' count="{count}"'
    below = f"<Subpopulations>{''.join(under)}</Subpopulations>" if under else ""
    return f"<Population name={quoteattr(name)}{stored}>{gate}{below}</Population>"


def joined(kind: str, name: str, *of: str, count: int | None = None) -> str:
    stored = "" if count is None else f' count="{count}"'
    told = "".join(f"<Dependent name={quoteattr(each)}/>" for each in of)
    return f"<{kind} name={quoteattr(name)}{stored}><Dependents>{told}</Dependents></{kind}>"


def linear(channel: str, *, high: float = 262144.0) -> str:
    parameter = f"<data-type:parameter data-type:name={quoteattr(channel)}/>"
    return f'<transforms:linear transforms:minRange="0" transforms:maxRange="{high}">{parameter}</transforms:linear>'


def asinh(channel: str, *, top: float = 262144.0) -> str:
    parameter = f"<data-type:parameter data-type:name={quoteattr(channel)}/>"
    return (
        f'<transforms:fasinh transforms:length="256" transforms:maxRange="262144" transforms:T="{top}" '
        f'transforms:A="0" transforms:M="1" transforms:W="-10">{parameter}</transforms:fasinh>'
    )


def spillover(
    rows: Mapping[str, Mapping[str, float]], *, prefix: str = "Comp-", suffix: str = "", spectral: int = 0
) -> str:
    parameters = "".join(f"<data-type:parameter data-type:name={quoteattr(name)}/>" for name in rows)
    cells = "".join(
        f"<transforms:spillover data-type:parameter={quoteattr(source)}>"
        + "".join(
            f'<transforms:coefficient data-type:parameter={quoteattr(name)} transforms:value="{value!r}"/>'
            for name, value in row.items()
        )
        + "</transforms:spillover>"
        for source, row in rows.items()
    )
    return (
        f'<transforms:spilloverMatrix spectral="{spectral}" prefix={quoteattr(prefix)} '
        f'suffix={quoteattr(suffix)} name="own">'
        f"<data-type:parameters>{parameters}</data-type:parameters>{cells}</transforms:spilloverMatrix>"
    )


def sample(
    name: str,
    *populations: str,
    scales: Sequence[str] = (),
    matrix: str = "",
    uri: str = "",
    keywords: Mapping[str, str] | None = None,
) -> str:
    told = "".join(f'<Keyword name="{key}" value={quoteattr(text)}/>' for key, text in (keywords or {}).items())
    return (
        f"<Sample><DataSet uri={quoteattr(uri or name)} sampleID='1'/>{matrix}"
        f"<Transformations>{''.join(scales)}</Transformations><Keywords>{told}</Keywords>"
        f"<SampleNode name={quoteattr(name)} sampleID='1'><Subpopulations>{''.join(populations)}</Subpopulations>"
        "</SampleNode></Sample>"
    )


def workspace(*samples: str, version: str = "10.8.1") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Workspace version="20.0" flowJoVersion="{version}" {SPACES}>'
        f"<SampleList>{''.join(samples)}</SampleList></Workspace>"
    )


def gating_ml(*elements: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<gating:Gating-ML {SPACES}>{"".join(elements)}</gating:Gating-ML>'
