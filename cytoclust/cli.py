"""The command line: thin, every command is one call."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from cytoclust import __version__
from cytoclust.errors import InputError

__all__ = ["main"]

CONTEXT = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=CONTEXT, no_args_is_help=False)
@click.version_option(__version__, prog_name="cytoclust")
def cytoclust() -> None:
    """Flow cytometry files into named and counted cell populations, without manual gates."""


@cytoclust.command()
@click.argument("samples", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write to."
)
@click.option("--config", type=click.Path(path_type=Path), help="Parameters as a YAML file.")
@click.option("--rules", help="Rules that name clusters: a name (see `cytoclust rules list`) or a YAML file.")
@click.option("--seed", type=int, help="Seed of every random choice.")
@click.option("--workers", type=int, help="Threads; they change no result.")
@click.option("--set", "settings", multiple=True, metavar="SECTION.KEY=VALUE", help="One parameter; the value is YAML.")
@click.option("--on-error", type=click.Choice(["stop", "skip"]), default="stop", help="What to do with a bad sample.")
@click.option("--quiet", is_flag=True, help="No progress.")
def run(
    samples: tuple[Path, ...],
    out: Path,
    config: Path | None,
    rules: str | None,
    seed: int | None,
    workers: int | None,
    settings: tuple[str, ...],
    on_error: Any,
    quiet: bool,
) -> None:
    """Cluster, name and count the events of SAMPLES: a sheet (CSV), FCS files, or a folder of them."""
    from cytoclust import pipeline
    from cytoclust.params import load_config
    from cytoclust.terminal import TerminalProgress

    with TerminalProgress(shown=not quiet and sys.stderr.isatty()) as progress:
        result = pipeline.run(
            samples[0] if len(samples) == 1 else samples, out=out, rules=rules, config=load_config(config, settings),
            seed=seed, workers=workers, on_error=on_error, progress=progress,
        )  # fmt: skip
    for note in () if quiet else result.record["notes"]:
        click.echo(f"cytoclust: note: {note}", err=True)
    click.echo(repr(result))


@cytoclust.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def inspect(files: tuple[Path, ...], as_json: bool) -> None:
    """Panel, spillover, ranges and events of FILES: what would be used, and why."""
    from cytoclust import pipeline
    from cytoclust.terminal import described

    found = [pipeline.inspect(path) for path in files]
    if as_json:
        click.echo(json.dumps(found, indent=1))
    else:
        click.echo("\n\n".join(described(each) for each in found))


@cytoclust.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--samples", type=click.IntRange(1, 1000), default=10, show_default=True, help="Number of samples.")
@click.option("--events", type=click.IntRange(100), default=150_000, show_default=True, help="Events of each sample.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of every random choice.")
def simulate(out: Path, samples: int, events: int, seed: int) -> None:
    """Write a bone marrow cohort with known truth to the folder OUT."""
    from cytoclust import datasets

    datasets.simulate(out, n_samples=samples, n_events=events, seed=seed)
    click.echo(str(out / "samples.csv"))


@cytoclust.group(no_args_is_help=False)
def rules() -> None:
    """Rules that name clusters."""


@rules.command("list")
def list_rules() -> None:
    """The rules of the library."""
    from cytoclust import rules

    for name in rules.names():
        click.echo(f"{name}: {' '.join(rules.load(name).description.split())}")


@rules.command()
@click.argument("name")
def show(name: str) -> None:
    """The rules NAME as a YAML file."""
    from cytoclust import rules

    click.echo(rules.source(name), nl=False)


@rules.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Whether FILE holds valid rules, and what is doubtful in them."""
    from cytoclust import rules

    doubts = rules.check(file)
    for doubt in doubts:
        click.echo(doubt)
    click.echo(f"{file}: {len(rules.load(file).populations)} populations, {len(doubts)} doubts")


@cytoclust.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
def report(out: Path) -> None:
    """Draw the report of the folder OUT again, without clustering again."""
    from cytoclust import pipeline

    click.echo(str(pipeline.redraw(out)))


def main() -> None:
    """Run the command line: exit 0 done, 2 bad input or usage in one line on stderr, 1 a defect of ours."""
    try:
        cytoclust.main(prog_name="cytoclust", standalone_mode=False)
    except click.UsageError as error:
        _fail(f"{error.format_message()} See `{error.ctx.command_path if error.ctx else 'cytoclust'} --help`.")
    except click.ClickException as error:
        _fail(error.format_message())
    except InputError as error:
        _fail(str(error))
    except (click.Abort, KeyboardInterrupt):
        click.echo("cytoclust: stopped; nothing was written.", err=True)
        sys.exit(130)


def _fail(message: str) -> None:
    click.echo("cytoclust: " + " ".join(message.split()), err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
