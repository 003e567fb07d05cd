"""The command line: thin, every command is one call."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from cytoclust.completion import SHELLS, complete_rules, script
from cytoclust.errors import CytoclustError, InputError
from cytoclust.explore_command import explore
from cytoclust.inspect_command import CONFIG, SET, inspect
from cytoclust.place import Place
from cytoclust.reference_commands import apply, reference
from cytoclust.version import VERSION

__all__ = ["main"]

CONTEXT = {"help_option_names": ["-h", "--help"]}
OUT = click.argument("out", type=Place(path_type=Path, file_okay=False))
FCS = click.option(
    "--fcs", type=click.Path(path_type=Path, file_okay=False),
    help="Folder with the files of events, where they are no longer where the run read them.")  # fmt: skip


@click.group(context_settings=CONTEXT, no_args_is_help=False)
@click.version_option(VERSION, prog_name="cytoclust")
def cytoclust() -> None:
    """Flow cytometry files into named and counted cell populations, without manual gates."""


cytoclust.add_command(reference)
cytoclust.add_command(apply)


@cytoclust.command()
@click.argument("samples", nargs=-1, required=True, type=Place(path_type=Path))
@click.option("-o", "--out", required=True, type=Place(path_type=Path, file_okay=False), help="Folder to write to.")
@CONFIG
@click.option(
    "--rules",
    help="Rules that name clusters: a name (see `cytoclust rules list`) or a YAML file.",
    shell_complete=complete_rules,
)
@click.option("--seed", type=int, help="Seed of the map, the event sample and of permutations.")
@click.option("--workers", type=int, help="Threads; they change no result.")
@click.option("--scheduler", metavar="local:N|tcp://…", help="Processes here, or a Dask scheduler, for the events.")
@SET
@click.option("--on-error", type=click.Choice(["stop", "skip"]), default="stop", help="What to do with a bad sample.")
@click.option("--resume", is_flag=True, help="Go on from what an earlier run kept in OUT/.store.")
@click.option("--quiet", is_flag=True, help="No progress, no notes.")
@click.option(
    "--log", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="What is on stderr: text, or one JSON object a line (stage, sample, events, seconds, memory).",
)  # fmt: skip
def run(
    samples: tuple[Path, ...],
    out: Path,
    config: tuple[Path, ...],
    rules: str | None,
    seed: int | None,
    workers: int | None,
    scheduler: str | None,
    settings: tuple[str, ...],
    on_error: Any,
    resume: bool,
    quiet: bool,
    log: str,
) -> None:
    """Cluster, name and count the events of SAMPLES: files of events, a folder of them, or a sheet.

    Events are FCS (LMD too), CSV, TSV or Parquet; a sheet is CSV, TSV or Excel. URLs (s3://, gs://, az://) do too.
    What an earlier run left in OUT is replaced when this one is whole.
    """
    from cytoclust import pipeline
    from cytoclust.findings import Finding
    from cytoclust.params import load_config
    from cytoclust.terminal import JsonLog, group_notes, printable

    with JsonLog() if log == "json" else _progress(quiet) as progress:
        result = pipeline.run(
            samples[0] if len(samples) == 1 else samples, out=out, rules=rules, config=load_config(config, settings),
            seed=seed, workers=workers, scheduler=scheduler, on_error=on_error, resume=resume, progress=progress,
        )  # fmt: skip
        if log == "json":
            for told in result.record["notes"]:
                progress.tell("note", **told)
    for note in (
        () if quiet or log == "json" else group_notes(Finding.from_dict(note) for note in result.record["notes"])
    ):
        click.echo(f"cytoclust: note: {printable(note)}", err=True)
    _show(result)


cytoclust.add_command(inspect)


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
@click.argument("name", shell_complete=complete_rules)
def show(name: str) -> None:
    """The rules NAME as a YAML file."""
    from cytoclust import rules

    click.echo(rules.source(name), nl=False)


@rules.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Whether FILE holds valid rules, and what is doubtful in them."""
    from cytoclust import rules
    from cytoclust.rules import RuleFileError
    from cytoclust.terminal import printable

    try:
        doubts = rules.check(file)
    except RuleFileError as error:
        for mistake in error.mistakes[:-1]:
            click.echo(printable(f"cytoclust: {mistake}"), err=True)
        raise InputError(error.mistakes[-1]) from None
    for doubt in doubts:
        click.echo(f"- {doubt}")
    number = len(rules.load(file).populations)
    known = "no doubts" if not doubts else f"{len(doubts)} doubt{'' if len(doubts) == 1 else 's'}, listed above"
    click.echo(f"{file}: {number} population{'' if number == 1 else 's'}, {known}")


@rules.command()
@click.argument("gates", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=Place(path_type=Path, file_okay=False), help="Folder of the finished run.")
@click.option(
    "-o", "--output", "target", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Rules to write."
)
@FCS
def learn(gates: Path, out: Path, target: Path, fcs: Path | None) -> None:
    """Propose rules and cuts from manual GATES, and say how they do on the other half of the patients.

    GATES are what `cytoclust compare` takes.
    """
    from cytoclust import comparison

    _show(comparison.learn_rules(gates, out, target, fcs=fcs))


@cytoclust.command()
@OUT
@click.argument("gates", type=click.Path(path_type=Path))
@click.option("--map", "mapping", type=click.Path(path_type=Path), help="YAML: the population of each gate.")
@FCS
def compare(out: Path, gates: Path, mapping: Path | None, fcs: Path | None) -> None:
    """Compare manual GATES with the clusters and names of the run in the folder OUT, without clustering again.

    GATES are a FlowJo workspace (.wsp), Gating-ML 2.0 (.xml), or labels of events (.csv). A gate that does not give
    the count that its author saw is told, and not used.
    """
    from cytoclust import comparison
    from cytoclust.terminal import printable

    result = comparison.compare(out, gates, mapping=mapping, fcs=fcs)
    for note in result.notes:
        click.echo(printable(f"cytoclust: note: {note}"), err=True)
    _show(result)


@cytoclust.command()
@OUT
@click.option("--patient", metavar="ID", help="OUT/patients/ID.html instead: the page of one patient alone.")
@click.option("--pdf", is_flag=True, help="Print it too, by Chromium, Chrome or Edge as found on this machine.")
def report(out: Path, patient: str | None, pdf: bool) -> None:
    """Draw the report of the folder OUT again, without clustering again."""
    from cytoclust import pipeline

    click.echo(str(pipeline.redraw(out, patient=patient, pdf=pdf)))


@cytoclust.command()
@OUT
@click.option("--fcs", is_flag=True, help="OUT/fcs: each file as FCS with its labels as columns.")
@click.option("--flowjo", is_flag=True, help="OUT/flowjo: a workspace, and labels to import; OUT/fcs with it.")
@click.option(
    "--gates", multiple=True, metavar="POPULATION", help="OUT/gates: gates to sort a population, or `cluster 12`."
)
@click.option("--quiet", is_flag=True, help="No progress, no notes.")
def export(out: Path, fcs: bool, flowjo: bool, gates: tuple[str, ...], quiet: bool) -> None:
    """Write files for other programs from the finished run in the folder OUT, without clustering again.

    The files of events must lie where the run found them, unchanged.
    """
    from cytoclust import pipeline
    from cytoclust.terminal import group_notes, printable

    with _progress(quiet) as progress:
        done = pipeline.export_run(out, fcs=fcs, flowjo=flowjo, gates=gates, progress=progress)
    for note in () if quiet else group_notes(done.notes):
        click.echo(f"cytoclust: note: {printable(note)}", err=True)
    for folder in done.folders:
        click.echo(printable(str(folder)))


cytoclust.add_command(explore)
FILE = click.Path(path_type=Path)


@cytoclust.command()
@OUT
@click.option("--fractions", type=FILE, metavar="F.csv", help="What was sorted: fraction, sample, population, cells.")
@click.option("--qpcr", type=FILE, metavar="F.csv|F.rdml", help="Wells of the plates, or an instrument's export.")
@click.option("--assays", type=FILE, metavar="F.yaml", help="What each target is for, and where it is expected.")
@click.option("--cfu", type=FILE, metavar="F.csv", help="Colonies of wells.")
@click.option("--dilution", type=FILE, metavar="F.csv", help="Positive wells of each dose.")
@click.option("--differentiation", type=FILE, metavar="F.csv", help="Read-outs of induced and uninduced wells.")
def validate(out: Path, **files: Path | None) -> None:
    """Whether sorted fractions are what they should be, and what they can do, beside the run in the folder OUT.

    Sheets are CSV, TSV or Excel. The report is drawn again.
    """
    from cytoclust import pipeline
    from cytoclust.terminal import printable

    result = pipeline.validate(out, **files)
    for note in result.notes:
        click.echo(f"cytoclust: note: {printable(note.sentence)}", err=True)
    _show(result)


@cytoclust.command()
@OUT
def clean(out: Path) -> None:
    """Remove what runs kept in OUT/.store for --resume; results stay."""
    from cytoclust import pipeline

    click.echo(pipeline.clean(out))


@cytoclust.command(
    help="Lines that make Tab complete commands, rules and settings in a SHELL. To have them in each new one:\n\n\b\n"
    "echo 'eval \"$(cytoclust completion bash)\"' >> ~/.bashrc\n"
    "echo 'eval \"$(cytoclust completion zsh)\"' >> ~/.zshrc\n"
    "cytoclust completion fish > ~/.config/fish/completions/cytoclust.fish"
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script of a shell."""
    click.echo(script(cytoclust, shell))


def main() -> None:
    """Run the command line.

    Exit 0 done; 3 done, but a sample lies outside the reference; 2 bad input or usage, or what the system denies, in
    one line on stderr; 1 a defect of ours; 130 Ctrl-C.
    """
    try:
        cytoclust.main(prog_name="cytoclust", standalone_mode=False)
    except click.UsageError as error:
        _fail(f"{error.format_message()} See `{error.ctx.command_path if error.ctx else 'cytoclust'} --help`.")
    except (click.ClickException, CytoclustError) as error:
        _fail(" ".join([getattr(error, "format_message", error.__str__)(), *getattr(error, "__notes__", ())]))
    except OSError as error:
        if error.filename is None:  # of no file: a defect
            raise
        _fail(f"{str(error.filename)[:200]}: {error.strerror}.")
    except (click.Abort, KeyboardInterrupt) as error:
        kept = " ".join(getattr(error.__cause__ or error, "__notes__", ()))  # click has its own for Ctrl-C
        click.echo(f"cytoclust: stopped; nothing was written. {kept}".rstrip(), err=True)
        sys.exit(130)


def _progress(quiet: bool) -> AbstractContextManager[Any]:
    from cytoclust.progress import Silent
    from cytoclust.terminal import LogProgress, TerminalProgress

    return nullcontext(Silent()) if quiet else TerminalProgress() if sys.stderr.isatty() else LogProgress()


def _show(result: Any) -> None:
    """What was done, a line each."""
    from cytoclust.terminal import printable

    for line in repr(result).splitlines():
        click.echo(printable(line))


def _fail(message: str) -> None:
    from cytoclust.terminal import printable

    click.echo(printable("cytoclust: " + " ".join(message.split())), err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
