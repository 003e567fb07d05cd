"""``cytoclust explore``."""

import sys
from pathlib import Path

import click

__all__ = ["explore"]


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
def explore(out: Path) -> None:
    """Look at all events of the run in the folder OUT, in a browser on this machine, until Ctrl-C.

    Prints the address. Nothing is written but what is asked for there, to OUT/explore. The files of events must lie
    where the run found them, unchanged.
    """
    from cytoclust import exploration
    from cytoclust.terminal import LogProgress, TerminalProgress

    with TerminalProgress() if sys.stderr.isatty() else LogProgress() as progress:
        server = exploration.open_server(out, progress=progress)
    click.echo(server.address)
    server.serve_until_stopped()
