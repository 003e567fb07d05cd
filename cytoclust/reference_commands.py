"""The commands about references; each is one call."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from cytoclust.errors import InputError
from cytoclust.place import Place

__all__ = ["OUTSIDE", "apply", "reference"]

OUTSIDE = 3
"""Exit status: done, but a sample lies outside the reference."""
CTREF = click.Path(path_type=Path, dir_okay=False)
SAMPLES = click.argument("samples", nargs=-1, required=True, type=Place(path_type=Path))


@click.group(no_args_is_help=False)
def reference() -> None:
    """A finished run frozen, so that new samples get the same names."""


@reference.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("-o", "--output", "target", required=True, type=CTREF, help="The file to write, as panel.ctref.")
@click.option("--quiet", is_flag=True, help="No progress.")
def build(out: Path, target: Path, quiet: bool) -> None:
    """Make a reference of the finished run in the folder OUT.

    The files of events must lie where the run found them, unchanged, and OUT/.store must not have been cleaned.
    """
    from cytoclust import pipeline

    with _progress(quiet) as progress:
        made = pipeline.build_reference(out, target, progress=progress)
    _show(made)
    click.echo(str(target))


@reference.command()
@click.argument("file", type=CTREF)
def show(file: Path) -> None:
    """What the reference FILE holds."""
    from cytoclust import frozen

    _show(frozen.open_reference(file))


@reference.command()
@click.argument("file", type=CTREF)
@SAMPLES
def check(file: Path, samples: tuple[Path, ...]) -> None:
    """Whether SAMPLES, and the sheet's process controls and beads, have the panel, scale, voltages and compensation of
    the reference FILE.
    """
    from cytoclust import pipeline

    found = pipeline.check_reference(file, _request(samples))
    _show(found)
    if not found.ok:
        names = ", ".join(sample for sample, _ in found.refused)
        n_files = len(found.samples) + len(found.controls)
        raise InputError(f"{len(found.refused)} of {n_files} files are not the reference's: {names}.")


@click.command()
@click.argument("file", type=CTREF)
@SAMPLES
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write to."
)
@click.option(
    "--earlier",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of earlier visits of the same patients.",
)
@click.option("--workers", type=int, help="Threads; they change no result.")
@click.option("--on-error", type=click.Choice(["stop", "skip"]), default="stop", help="What to do with a bad sample.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON on stdout.")
@click.option("--quiet", is_flag=True, help="No progress, no notes.")
def apply(
    file: Path,
    samples: tuple[Path, ...],
    out: Path,
    earlier: tuple[Path, ...],
    workers: int | None,
    on_error: Any,
    as_json: bool,
    quiet: bool,
) -> None:
    """Name and count the events of SAMPLES by the reference FILE, each sample by itself.

    Exit status 3: done, but a sample lies outside the reference.
    """
    from cytoclust import pipeline
    from cytoclust.findings import Finding
    from cytoclust.terminal import group_notes, printable

    with _progress(quiet) as progress:
        done = pipeline.apply(
            file, _request(samples), out, earlier=earlier, workers=workers, on_error=on_error, progress=progress
        )  # fmt: skip
    for note in () if quiet else group_notes(Finding.from_dict(each) for each in done.record["notes"]):
        click.echo(f"cytoclust: note: {printable(note)}", err=True)
    if as_json:
        click.echo(json.dumps(done.summary(), ensure_ascii=True))
    else:
        _show(done)
    if done.outside:
        sys.exit(OUTSIDE)


def _request(samples: tuple[Path, ...]) -> Any:
    return samples[0] if len(samples) == 1 else samples


def _progress(quiet: bool) -> Any:
    from contextlib import nullcontext

    from cytoclust.progress import Silent
    from cytoclust.terminal import LogProgress, TerminalProgress

    return nullcontext(Silent()) if quiet else TerminalProgress() if sys.stderr.isatty() else LogProgress()


def _show(result: Any) -> None:
    from cytoclust.terminal import printable

    for line in repr(result).splitlines():
        click.echo(printable(line))
