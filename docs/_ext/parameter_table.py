"""``.. parameter-table::``: every parameter of ``cytoclust.params``, by section, as something to refer to."""

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from cytoclust import params
from cytoclust.allowed import allowed_words


class ParameterTable(SphinxDirective):
    """A section of the page for each section of parameters; ``:confval:`` refers to a parameter."""

    def run(self) -> list[nodes.Node]:
        """The nodes."""
        lines: list[str] = []
        for section in params.Config.model_fields:
            model = type(getattr(params.D, section))
            lines += [section, "-" * len(section), "", str(model.__doc__).splitlines()[0], ""]
            for key, field, help_text in params.parameters():
                if key.split(".")[0] == section:
                    lines += described(key, field, help_text)
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def described(key: str, field: Any, help_text: str) -> list[str]:
    """One parameter in reStructuredText; the default as it is written in YAML."""
    told = field.default if isinstance(field.default, str) else json.dumps(field.default, ensure_ascii=False)
    default = told or '""'
    return [
        f".. confval:: {key}",
        f"   :type: {allowed_words(field)}",
        f"   :default: ``{default}``",
        "",
        f"   {help_text.replace('`', '``')}",
        "",
    ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("parameter-table", ParameterTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
