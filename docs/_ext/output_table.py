"""``output-table clusters``, on a Markdown page: the columns of a table of a run, from ``cytoclust.tables``."""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from cytoclust.params import parameters
from cytoclust.tables import TABLES, Column


class OutputTable(SphinxDirective):
    """What a row is, then each column."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The nodes."""
        table = TABLES[self.arguments[0]]
        lines = [table.rows, "", "| column | type | unit | meaning | empty |", "|---|---|---|---|---|"]
        return self.parse_text_to_nodes("\n".join(linked(line) for line in [*lines, *map(row, table.columns)]))


def row(column: Column) -> str:
    """One column in Markdown."""
    name = f"*{column.name}*" if column.several else f"`{column.name}`"
    cells = (name, column.kind, column.unit, column.meaning, column.empty or "never")
    return f"| {' | '.join(cells)} |"


def linked(text: str) -> str:
    """With parameters as references."""
    known = {key for key, _, _ in parameters()}
    return re.sub(r"`([\w.]+)`", lambda found: f"{{confval}}{found[0]}" if found[1] in known else found[0], text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("output-table", OutputTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
