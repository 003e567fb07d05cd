"""The rule language: YAML text into rules, with the line of every mistake."""

from collections.abc import Iterable, Iterator
from typing import Any

import yaml
from pydantic import ValidationError

from cytoclust import keys
from cytoclust.io import fold_marker, known_spellings, vocabulary
from cytoclust.rules._document import Document, Path
from cytoclust.rules._mistakes import Mistake, RuleFileError
from cytoclust.rules._rule_file import RuleFile, Vocabulary
from cytoclust.rules._ruleset import Population, RuleSet
from cytoclust.rules._yaml_hint import yaml_hint

__all__ = ["parse"]


def parse(text: str, where: str) -> RuleSet:
    """Rules from YAML ``text``; ``where`` names the file in messages.

    Raises
    ------
    RuleFileError
        Not YAML; an unknown, repeated or missing key, marker or state; a parent that is none. With the line, and with
        every mistake of the file.
    """
    document = _read(text, where)
    tree = document.plain()
    mistakes = [Mistake("key_twice" if path[-1] else "key_empty", path) for path in document.odd_keys]
    synonyms, taken = _synonyms(_mapping(tree, "markers"))
    words = Vocabulary(known_spellings(synonyms), tuple(_mapping(tree, "populations")))
    try:
        file = RuleFile.model_validate(tree, context=words)
    except ValidationError as error:
        raise _error([*mistakes, *taken, *_from_pydantic(error)], document, where) from None
    populations = [Population(name, **dict(entry)) for name, entry in file.populations.items()]
    ordered = _parents_first(populations)
    if mistakes := [*mistakes, *taken] or list(_of_tree(populations, ordered)):
        raise _error(mistakes, document, where)
    return RuleSet(file.name, file.version, file.description, tuple(file.references), synonyms, tuple(ordered))


def _read(text: str, where: str) -> Document:
    try:
        document = Document.read(text)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line + 1) if error.problem_mark else 1
        problem = error.problem or ""
        why = f"{where}, line {line}: not valid YAML ({problem}).{yaml_hint(text, line, problem)}"
        raise RuleFileError(where, [why]) from None
    except yaml.YAMLError as error:
        raise RuleFileError(where, [f"{where}: not valid YAML ({' '.join(str(error).split())})."]) from None
    if document is None:
        raise RuleFileError(where, [f"{where}: the file is empty. It must have `name:` and `populations:`."])
    return document


def _mapping(tree: Any, key: str) -> dict[str, Any]:
    """What a file has under a key; empty where that is no mapping, which the model tells."""
    found = tree.get(key) if isinstance(tree, dict) else None
    return found if isinstance(found, dict) else {}


def _synonyms(markers: dict[str, Any]) -> tuple[dict[str, tuple[str, ...]], list[Mistake]]:
    """The shared vocabulary with the file's own markers and synonyms, which take a spelling from others."""
    shared = vocabulary()
    by_form = {fold_marker(name): name for name in shared}
    own: dict[str, tuple[str, ...]] = {}
    for name, value in markers.items():
        marker = by_form.setdefault(fold_marker(name), name)
        words = value if isinstance(value, list) else []
        own[marker] = (*own.get(marker, ()), *(word for word in words if isinstance(word, str)))
    mistakes = [
        Mistake("spelling_taken", ("markers",), data={"word": word, "marker": marker, "other": other})
        for marker, words in own.items()
        for word in words
        if (other := by_form.get(fold_marker(word), marker)) != marker
    ]
    taken = {fold_marker(word) for marker, words in own.items() for word in (marker, *words)}
    names = {
        name: tuple(word for word in others if name in own or fold_marker(word) not in taken)
        for name, others in shared.items()
    }
    return names | {marker: (*names.get(marker, ()), *words) for marker, words in own.items()}, mistakes


def _from_pydantic(error: ValidationError) -> Iterator[Mistake]:
    """Its errors, without what follows from another: of a wrong key's value, of markers that could not be read."""
    key_at: Path | None = None
    no_markers = False
    for each in error.errors(include_url=False):
        code, path, value, data = each["type"], each["loc"], each["input"], each.get("ctx", {})
        if path[-1:] == ("[key]",):
            path = key_at = path[:-1]
        elif path == key_at:
            continue
        no_markers |= path == ("markers",)
        if code == "marker_unknown" and no_markers:
            continue
        if "at" in data:
            path = (*path, data["at"])
        if code == "dict_type" and path[2:3] == ("unless",):
            code = "unless_type" if len(path) == 3 else "guard_type"
        yield Mistake(code, path, value, data)


def _parents_first(populations: Iterable[Population]) -> list[Population]:
    """Parents first, otherwise in the order of the file; without those whose parents run in a circle."""
    done: dict[str, Population] = {}
    waiting = list(populations)
    while ready := [p for p in waiting if p.parent == keys.ROOT or p.parent in done]:
        done |= {p.name: p for p in ready}
        waiting = [p for p in waiting if p.name not in done]
    return list(done.values())


def _of_tree(populations: list[Population], ordered: list[Population]) -> Iterator[Mistake]:
    if circle := [p.name for p in populations if p.name not in {each.name for each in ordered}]:
        yield Mistake("parents_circle", ("populations", circle[0]), data={"names": ", ".join(map(repr, circle))})
        return
    parents = {p.parent for p in populations}
    for p in populations:
        if not p.markers and p.name not in parents:
            yield Mistake("population_empty", ("populations", p.name))
        if p.complete and not (p.markers and p.name in parents):
            yield Mistake("complete_alone", ("populations", p.name))


def _error(mistakes: list[Mistake], document: Document, where: str) -> RuleFileError:
    told = sorted(((mistake.line(document), str(mistake)) for mistake in mistakes), key=lambda each: each[0])
    return RuleFileError(where, list(dict.fromkeys(f"{where}, line {line}: {why}" for line, why in told)))
