"""A whole run: FCS files in, tables, labels and a report out."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from cytoclust.errors import CytoclustError, InputError, LimitError
from cytoclust.executor import is_elsewhere, open_executor
from cytoclust.findings import Finding
from cytoclust.io import as_path, is_url
from cytoclust.params import Config, load_config, update
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._far_output import far_output
from cytoclust.pipeline._held import OF_DISKS
from cytoclust.pipeline._listener import listener
from cytoclust.pipeline._open import OnError
from cytoclust.pipeline._output import Output
from cytoclust.pipeline._result import Result
from cytoclust.pipeline._steps import all_steps
from cytoclust.pipeline._store import Store
from cytoclust.pipeline._take_steps import take_steps
from cytoclust.progress import Progress
from cytoclust.rules import RuleSet, load
from cytoclust.words import size

__all__ = ["run"]

_WORTH_SAYING: Final = 100_000_000
"""Bytes. Bears on no result. Chosen: a few runs more or less on any disk."""


def run(
    samples: str | Path | Sequence[str | Path],
    *,
    out: str | Path,
    rules: str | Path | RuleSet | None = None,
    config: Config | Mapping[str, Mapping[str, Any]] | str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    seed: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    on_error: OnError = "stop",
    resume: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Read, prepare, cluster, name and count a cohort, and write everything to a folder.

    Parameters
    ----------
    samples
        A sheet, FCS files or a folder of them: see :func:`cytoclust.io.read_sheet`. Each may be a URL of object
        storage (``s3://``, ``gs://``, ``az://``), and so may ``out``.
    out
        The folder to write to; what an earlier run left there is replaced.
    rules
        Rules that name clusters: a name in the library, a YAML file, or a rule set.
    config
        Parameters, as ``{"cluster": {"resolution": 2}}``, or a YAML file of them.
    settings
        Further parameters, as ``{"cluster.resolution": 2}``.
    seed, workers, scheduler
        Short for ``run.seed``, ``run.workers`` and ``run.scheduler``.
    on_error
        ``skip`` leaves out a sample that cannot be read, and says so; ``stop`` does not go on.
    resume
        Go on from what an earlier run left in ``out/.store``: one that was stopped or killed, or a finished one of
        which only rules, thresholds, comparisons or the report are others now. What is whole and of the same files,
        parameters and versions is not made again; ``record["resumed"]`` says what was, and why.
    progress
        Hears how far the run is; without one, Jupyter shows a bar.

    Returns
    -------
    Result: the folder, the tables, the event sample (rare clusters whole, as far as ``embed.n_events`` has room), and
    the record of the run.

    Raises
    ------
    InputError
        A sheet, file, rule or parameter that cannot be used; or another run is writing to ``out``.
    """
    chosen = _config(config, settings, {"run.seed": seed, "run.workers": workers, "run.scheduler": scheduler})
    ruleset = load(rules) if isinstance(rules, str | Path) else rules
    steps = [step for step in all_steps() if step.is_asked(chosen)]
    there = as_path(out)
    with ExitStack() as cleanup:
        listener_ = cleanup.enter_context(listener(progress))
        folder = cleanup.enter_context(far_output(there, chosen.run.scratch))
        elsewhere = is_elsewhere(chosen.run.scheduler)
        store = Store(folder.absolute() if elsewhere else folder, where=_where(chosen), resume=resume)
        cleanup.callback(_say_size, store, listener_)
        cleanup.enter_context(store)
        if not is_url(there) or chosen.run.scratch:
            cleanup.enter_context(_stopped(store))
        output = cleanup.enter_context(Output(folder, [step.writes for step in steps if step.writes]))
        executor = cleanup.enter_context(
            open_executor(
                chosen.run.scheduler,
                workers=chosen.run.workers,
                folder=store.sent,
                hear=listener_.advance,
                tell=lambda line: listener_.stage(line, 0),
            )
        )
        context = Context(chosen, output, store, executor, listener_, on_error, cleanup, steps=steps)
        for told in store.greetings():
            context.say(told)
        made = take_steps(context, steps, {"request": samples, "rules": ruleset})
        if store.unkept:
            context.say(Finding("not kept", why=store.unkept))
    return Result(there, made["tables"], made["adata"], made["done"].to_json())


def _say_size(store: Store, listener_: Progress) -> None:
    """Whoever has much on the disk now hears of it."""
    if store.whole and (n_bytes := store.size()) >= _WORTH_SAYING:
        listener_.tell("note", **Finding("kept for later", size=size(n_bytes), out=str(store.folder.parent)).to_dict())


@contextmanager
def _stopped(store: Store) -> Iterator[None]:
    """Whoever hears that a run was stopped hears of what is kept; that a disk is full is said in one line.

    Raises
    ------
    LimitError
        A file could not be written, or was no longer there to be read.
    """
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.errno not in OF_DISKS:
            raise
        told = LimitError(f"The run into {store.folder.parent} could not go on: {' '.join(str(error).split())}.")
        _say_kept(store, told)
        raise told from error
    except (CytoclustError, KeyboardInterrupt) as error:
        _say_kept(store, error)
        raise


def _say_kept(store: Store, error: BaseException) -> None:
    if store.has_of_this_run:
        error.add_note(f"What was done is kept in {store.folder}: --resume goes on from it.")


def _config(
    config: Config | Mapping[str, Mapping[str, Any]] | str | Path | None,
    settings: Mapping[str, Any] | None,
    short: Mapping[str, Any],
) -> Config:
    if isinstance(config, Mapping):
        start = update(Config(), _flat(config))
    else:
        start = config if isinstance(config, Config) else load_config(config)
    return update(start, dict(settings or {}) | {key: value for key, value in short.items() if value is not None})


def _where(config: Config) -> Literal["auto", "memory", "disk"]:
    """Where prepared events are kept: where all who work on them see them."""
    if not is_elsewhere(config.run.scheduler):
        return config.run.store
    if config.run.store == "memory":
        raise InputError(
            f"run.store=memory keeps events in one process: with run.scheduler={config.run.scheduler} it must be auto "
            "or disk."
        )
    return "disk"


def _flat(sections: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    for section, values in sections.items():
        if not isinstance(values, Mapping):
            raise InputError(
                f"config must hold sections, as {{'cluster': {{'resolution': 2}}}}. Got {section!r}: {values!r} "
                "instead; settings takes {'section.key': value}."
            )
    return {f"{section}.{key}": value for section, values in sections.items() for key, value in values.items()}
