"""A template filled in."""

import base64
import hashlib
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any, Final

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from cytoclust.report._amounts import base_of, span
from cytoclust.report._blocks import signal
from cytoclust.report._data_block import csv_rows, data_block
from cytoclust.report._gather import Inputs
from cytoclust.words import percent

__all__ = ["render"]

TEMPLATES: Final = Path(__file__).parent / "templates"
SCRIPTS: Final = (
    "tables.js", "map_events.js", "map_counts.js", "map_canvas.js", "umap.js", "page.js", "highlight.js",
)  # fmt: skip


class _Compiled(BytecodeCache):
    """Templates are compiled once a process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.code


_COMPILED: Final = _Compiled()


def render(template: str, inputs: Inputs, **told: Any) -> str:
    """The page with its style and script, which a policy of the page lets run and nothing else."""
    environment = Environment(
        loader=PackageLoader("cytoclust.report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, bytecode_cache=_COMPILED,
    )  # fmt: skip
    environment.globals |= {
        "data_block": data_block,
        "csv_rows": csv_rows,
        "percent": percent,
        "span": span,
        "million": _million,
        "base": partial(base_of, inputs),
    }
    parts = ((TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    script = "\n".join(['"use strict";', *parts])
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template(template).render(
        run=inputs.run,
        css=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),  # noqa: S704 (files of ours)
        script=Markup(script),  # noqa: S704
        script_hash=digest,
        **told,
    )


def _million(value: float) -> str:
    """A number per million to three digits."""
    return signal(value).text
