"""``python -m cytoclust``: the command line, where the environment's ``cytoclust`` is not on the path."""

from cytoclust.cli import cytoclust

cytoclust(prog_name="cytoclust")
