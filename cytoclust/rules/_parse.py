"""The rule language: YAML text into rules, with the line of every mistake."""

from typing import Any

import yaml
from pydantic import ValidationError
from yaml.nodes import Node

from cytoclust import keys
from cytoclust.io import fold_marker, known_spellings, vocabulary
from cytoclust.rules._document import Document
from cytoclust.rules._mistakes import KEY, Path, RuleFileError
from cytoclust.rules._rule_file import RuleFile, Vocabulary
from cytoclust.rules._ruleset import Population, RuleSet
from cytoclust.rules._yaml_hint import yaml_hint
from cytoclust.unique_yaml import BoundedLoader

__all__ = ["parse"]


def parse(text: str, where: str) -> RuleSet:
    """Rules from YAML ``text``; ``where`` names the file in messages.

    Raises
    ------
    RuleFileError
        Not YAML; an unknown, repeated or missing key, marker or state; a parent that is none. With the line, and with
        every mistake of the file.
    """
    document = Document(where)
    tree = document.plain(_compose(text, where))
    synonyms = _synonyms(_mapping(tree, "markers"), document)
    words = Vocabulary(known_spellings(synonyms), tuple(_mapping(tree, "populations")))
    try:
        file = RuleFile.model_validate(tree, context=words)
    except ValidationError as error:
        _note(error, document)
        raise document.error() from None
    populations = [Population(name, **dict(entry)) for name, entry in file.populations.items()]
    ordered = () if document.mistakes else _parents_first(populations, document)
    if document.mistakes:
        raise document.error()
    return RuleSet(file.name, file.version, file.description, tuple(file.references), synonyms, ordered, file.species)


def _compose(text: str, where: str) -> Node:
    try:
        top = yaml.compose(text, Loader=BoundedLoader)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line + 1) if error.problem_mark else 1
        problem = error.problem or ""
        why = f"{where}, line {line}: not valid YAML ({problem}).{yaml_hint(text, line, problem)}"
    except yaml.YAMLError as error:
        why = f"{where}: not valid YAML ({' '.join(str(error).split())})."
    else:
        if top is not None:
            return top
        why = f"{where}: the file is empty. It must have `name:` and `populations:`."
    raise RuleFileError(where, [why])


def _mapping(tree: Any, key: str) -> dict[str, Any]:
    """What a file has under a key; empty where that is no mapping, which the model tells."""
    found = tree.get(key) if isinstance(tree, dict) else None
    return found if isinstance(found, dict) else {}


def _synonyms(markers: dict[str, Any], document: Document) -> dict[str, tuple[str, ...]]:
    """The shared vocabulary with the file's own markers and synonyms, which take a spelling from others."""
    shared = vocabulary()
    by_form = {fold_marker(name): name for name in shared}
    own: dict[str, tuple[str, ...]] = {}
    for name, value in markers.items():
        marker = by_form.setdefault(fold_marker(name), name)
        words = value if isinstance(value, list) else []
        own[marker] = (*own.get(marker, ()), *(word for word in words if isinstance(word, str)))
    for marker, word in ((marker, word) for marker, words in own.items() for word in words):
        if (other := by_form.get(fold_marker(word), marker)) != marker:
            document.note("spelling_taken", ("markers",), word=word, marker=marker, other=other)
    taken = {fold_marker(word) for marker, words in own.items() for word in (marker, *words)}
    names = {
        name: tuple(word for word in others if name in own or fold_marker(word) not in taken)
        for name, others in shared.items()
    }
    return names | {marker: (*names.get(marker, ()), *words) for marker, words in own.items()}


def _note(error: ValidationError, document: Document) -> None:
    """The errors of pydantic, without what follows from another: of a wrong key's value, of markers not read."""
    wrong: set[Path] = set()
    for each in error.errors(include_url=False):
        code, path, data = each["type"], each["loc"], each.get("ctx", {})
        if path in wrong or (code == "marker_unknown" and ("markers",) in wrong):
            continue
        wrong.add(path[:-1] if path[-1:] == (KEY,) else path)
        if code == "extra_forbidden":
            path = (*path, KEY)
        elif code == "marker_twice":
            path = (*path, data["word"], KEY)
        elif code == "dict_type" and path[2:3] == ("unless",):
            code = "unless_type" if len(path) == 3 else "guard_type"
        document.note(code, path, each["input"], **data)


def _parents_first(populations: list[Population], document: Document) -> tuple[Population, ...]:
    """Parents first, otherwise in the order of the file; what is wrong with the tree is noted."""
    done: dict[str, Population] = {}
    waiting = populations
    while ready := [p for p in waiting if p.parent == keys.ROOT or p.parent in done]:
        done |= {p.name: p for p in ready}
        waiting = [p for p in waiting if p.name not in done]
    if waiting:
        names = ", ".join(repr(p.name) for p in waiting)
        document.note("parents_circle", ("populations", waiting[0].name), names=names)
        return ()
    parents = {p.parent for p in populations}
    for p in populations:
        if not p.markers and p.name not in parents:
            document.note("population_empty", ("populations", p.name))
        if p.complete and not (p.markers and p.name in parents):
            document.note("complete_alone", ("populations", p.name))
    return tuple(done.values())
