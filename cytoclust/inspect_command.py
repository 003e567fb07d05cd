"""``cytoclust inspect``, and the options that it shares with a run."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from cytoclust.completion import complete_settings
from cytoclust.place import Place

__all__ = ["CONFIG", "SET", "inspect"]

SET = click.option(
    "--set", "settings", multiple=True, metavar="SECTION.KEY=VALUE", help="One parameter; the value is YAML.",
    shell_complete=complete_settings,
)  # fmt: skip
CONFIG = click.option(
    "--config", multiple=True, type=click.Path(path_type=Path),
    help="Parameters as a YAML file, or the run.json of a run; of several, the later goes before the earlier.",
)  # fmt: skip
NEW = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("files", nargs=-1, required=True, type=Place(path_type=Path))
@CONFIG
@SET
@click.option("--sheet", type=NEW, metavar="NEW.csv", help="Write a sheet with a row for each file, to fill in.")
@click.option("--panel", type=NEW, metavar="NEW.yaml", help="Write a list of the channels, to fill in the markers.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def inspect(
    files: tuple[Path, ...],
    config: tuple[Path, ...],
    settings: tuple[str, ...],
    sheet: Path | None,
    panel: Path | None,
    as_json: bool,
) -> None:
    """What is in FILES, what a run would use and why, and what to do next: begin here.

    FILES are files of events (FCS, LMD, CSV, TSV, Parquet), a folder of them, or a sheet (CSV, TSV, Excel).
    """
    from cytoclust import inspection
    from cytoclust.params import load_config
    from cytoclust.terminal import describe_cohort, describe_file

    known = load_config(config, settings)
    options = [word for path in config for word in ("--config", str(path))]
    options += [word for setting in settings for word in ("--set", setting)]
    options += ["--config", str(panel)] if panel else []
    single = len(files) == 1 and inspection.is_single(files[0])
    if (single or (as_json and len(files) > 1)) and not (sheet or panel):
        found = [inspection.inspect(path, config=known) for path in files]
        for each in found:
            each["next"] = inspection.again(each["next"], options)
        click.echo(json.dumps(found, indent=1)) if as_json else describe_file(found[0]).show()
        return
    cohort = inspection.inspect_samples(files, config=known)
    if sheet:
        inspection.write_sheet(cohort, sheet)
        cohort["advice"] = [each for each in cohort["advice"] if each["code"] != "no sheet"]
    if panel:
        inspection.write_panel(cohort, panel, config=known)
    cohort["next"] = inspection.again(cohort["next"], options, sheet=sheet)
    cohort["by_panel"] = {name: inspection.again(run, options) for name, run in cohort["by_panel"].items()}
    click.echo(json.dumps(cohort, indent=1)) if as_json else describe_cohort(cohort).show()
    _say(cohort, sheet, panel)


def _say(cohort: dict[str, Any], sheet: Path | None, panel: Path | None) -> None:
    """What was written, and what could not be read."""
    from cytoclust.terminal import printable

    written = {sheet: "fill in patient_id, group, timepoint and batch as far as you have them; a control has its kind "
               "in the column control, and is no sample", panel: "fill in the marker of each channel"}  # fmt: skip
    for path, todo in written.items():
        if path:
            click.echo(printable(f"cytoclust: {path} is written: {todo}."), err=True)
    if cohort["unread"]:
        names = ", ".join(Path(each["path"]).name for each in cohort["unread"])
        total = len(cohort["files"]) + len(cohort["unread"])
        click.echo(printable(f"cytoclust: {len(cohort['unread'])} of {total} files cannot be read: {names}."), err=True)
        sys.exit(2)
