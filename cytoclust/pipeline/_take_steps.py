"""The steps of a run in turn; what is kept of an earlier run is not made again."""

from collections.abc import Mapping, Sequence
from typing import Any

from cytoclust.pipeline._context import Context
from cytoclust.pipeline._entry import Damaged
from cytoclust.pipeline._pack import digest_of
from cytoclust.pipeline._steps import Step

__all__ = ["take_steps"]


def take_steps(context: Context, steps: Sequence[Step], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given and what the steps made, by name."""
    made = dict(given)
    for step in steps:
        context.enter(step)
        stands = context.recipe(step).key
        context.digests |= {name: f"{stands} {name}" for name in step.makes}
        values = _kept(context, step) if step.keeps else None
        context.say_again()
        if values is None:
            values = _take(context, step, {name: made[name] for name in step.needs})
        made |= zip(step.makes, values, strict=True)
        context.digests |= {name: digest_of(made[name]) for name in step.content}
        context.leave()
    return made


def _take(context: Context, step: Step, needs: Mapping[str, Any]) -> tuple[Any, ...]:
    """The step's function at work, and what it made kept, with what it found."""
    before = len(context.found)
    result = step.load()(context, **needs)
    values = tuple(result) if len(step.makes) > 1 else (result,) * len(step.makes)
    if step.keeps and context.keeps:
        filling = context.store.place(context.recipe(step)).fill()
        found = [(sample, finding) for _, sample, finding in context.found[before:]]
        filling.finish((values, found))
        context.store.unkept = context.store.unkept or filling.unkept
    return values


def _kept(context: Context, step: Step) -> tuple[Any, ...] | None:
    """What is kept of a step; None where it has to be taken."""
    recipe = context.recipe(step)
    kept = context.store.find(recipe)
    if kept is None:
        return None
    try:
        values, found = kept.value()
    except Damaged:
        context.store.say_damaged(recipe)
        return None
    for sample, finding in found:
        context.note(finding, sample=sample)
    context.store.say_used(recipe)
    return tuple(values)
