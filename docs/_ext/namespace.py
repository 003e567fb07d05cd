"""``.. namespace:: cytoclust.io``: all that a namespace exports, made from its ``__all__``."""

import importlib
import inspect
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

STEPS, KERNELS, CLASSES, OTHERS = "On AnnData", "On files, arrays and tables", "Classes", "Constants"
DIRECTIVES = {CLASSES: "autoclass", OTHERS: "autodata"}


def grouped(name: str) -> dict[str, list[str]]:
    """Exported names: functions that take AnnData, others, classes, constants; a group that is empty is left out."""
    module = importlib.import_module(name)
    groups: dict[str, list[str]] = {STEPS: [], KERNELS: [], CLASSES: [], OTHERS: []}
    for each in module.__all__:
        item = getattr(module, each)
        if inspect.isfunction(item):
            groups[STEPS if "adata" in inspect.signature(item).parameters else KERNELS].append(each)
        else:
            groups[CLASSES if inspect.isclass(item) else OTHERS].append(each)
    return {title: found for title, found in groups.items() if found}


class Namespace(SphinxDirective):
    """A table of what there is, then each in full."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The nodes."""
        name = self.arguments[0]
        lines = [f".. py:module:: {name}", ""]
        for title, members in grouped(name).items():
            lines += [f".. rubric:: {title}", "", ".. autosummary::", "   :nosignatures:", ""]
            lines += [f"   {member}" for member in members] + [""]
        for title, members in grouped(name).items():
            lines += [title, "-" * len(title), ""]
            kind = DIRECTIVES.get(title, "autofunction")
            for member in members:
                lines += [f".. {kind}:: {member}", *(["   :members:"] if kind == "autoclass" else []), ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("namespace", Namespace)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
