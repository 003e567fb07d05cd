"""The rule language: YAML text into rules, with the line of every mistake."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn, TypeVar, get_args

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.findings import BY_NAME, as_marker
from cytoclust.io import fold_marker, is_viability, known_spellings, nearest_marker, vocabulary
from cytoclust.positivity import WORDS, Level
from cytoclust.rules._ruleset import Compartment, Pattern, Population, RuleSet
from cytoclust.rules._yaml_hint import space_hint, yaml_hint

__all__ = ["RuleFileError", "parse"]

_FILE_KEYS = ("name", "version", "description", "references", "markers", "populations")
_POPULATION_KEYS = (
    *("parent", "markers", "optional", "unless", "complete"),
    *("frequency", "malignant", "primary", "compartment", "note"),
)
_RESERVED = (keys.ROOT, keys.UNKNOWN, keys.UNASSIGNED)
_Value = TypeVar("_Value")


class RuleFileError(InputError):
    """A rule file with mistakes: the first of them as the message, and all, one line each, in ``mistakes``."""

    def __init__(self, where: str, mistakes: list[str]):
        more = len(mistakes) - 1
        told = f" There {'are' if more > 1 else 'is'} {more} more: `cytoclust rules check {where}`." if more else ""
        super().__init__(mistakes[0] + told)
        self.mistakes = mistakes


class _MistakeError(Exception):
    """One mistake, on its way to what gathers them."""


def parse(text: str, where: str) -> RuleSet:
    """Rules from YAML ``text``; ``where`` names the file in messages.

    Raises
    ------
    RuleFileError
        Not YAML; an unknown, repeated or missing key, marker or state; a parent that is none. With the line, and with
        every mistake of the file.
    """
    parser = _Parser(where)
    rules = None
    with parser.gathered():
        rules = parser.rules(text)
    if rules is None or parser.mistakes:
        told = [message for _, message in sorted(parser.mistakes, key=lambda each: each[0])]
        raise RuleFileError(where, list(dict.fromkeys(told)))
    return rules


class _Parser:
    """Walks the nodes that PyYAML composes, since these know their lines."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.known: dict[str, str] = {}  # normal form of a marker or synonym -> marker
        self.mistakes: list[tuple[int, str]] = []  # line and message

    def rules(self, text: str) -> RuleSet | None:
        """The rules; None where mistakes were found on the way."""
        top = self.compose(text)
        items = self.mapping(top, "The file", _FILE_KEYS)
        for key in ("name", "populations"):
            if key not in items:
                self.note(top, f"The file has no `{key}:`.")
        head = {key: self.head(items.get(key)) for key in ("name", "version", "description")}
        references: list[str] = []
        with self.gathered():
            references = self.sequence(items["references"], self.text) if "references" in items else []
        synonyms = self.synonyms(items.get("markers"))
        if "populations" not in items:
            return None
        nodes = self.mapping(items["populations"], "`populations:`")
        if not items["populations"].value:
            self.fail(items["populations"], "`populations:` is empty.")
        populations = [self.population(name, node, nodes) for name, node in nodes.items()]
        if self.mistakes:
            return None
        ordered = self.ordered([p for p in populations if p is not None], nodes)
        return RuleSet(references=tuple(references), synonyms=synonyms, populations=ordered, **head)

    def head(self, node: Node | None) -> str:
        with self.gathered():
            return self.text(node) if node is not None else ""
        return ""

    def compose(self, text: str) -> Node:
        line = 0
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = (error.problem_mark.line + 1) if error.problem_mark else 1
            problem = error.problem or ""
            why = f"{self.where}, line {line}: not valid YAML ({problem}).{yaml_hint(text, line, problem)}"
        except yaml.YAMLError as error:
            why = f"{self.where}: not valid YAML ({' '.join(str(error).split())})."
        else:
            if node is not None:
                return node
            why = f"{self.where}: the file is empty. It must have `name:` and `populations:`."
        self.mistakes.append((line, why))
        raise _MistakeError

    def synonyms(self, node: Node | None) -> dict[str, tuple[str, ...]]:
        """The shared vocabulary with the file's own markers and synonyms, which take a spelling from others."""
        shared = dict(vocabulary())
        by_form = {fold_marker(name): name for name in shared}
        own: dict[str, tuple[str, ...]] = {}
        for name, value in (self.mapping(node, "`markers:`") if node is not None else {}).items():
            marker = by_form.setdefault(fold_marker(name), name)
            own[marker] = own.get(marker, ())
            with self.gathered():
                own[marker] += tuple(self.sequence(value, self.text))
        for marker, words in own.items():
            for word in words:
                if by_form.get(fold_marker(word), marker) != marker and node is not None:
                    self.note(node, f"{word!r} cannot be a spelling of {marker}: it is {by_form[fold_marker(word)]}.")
        taken = {fold_marker(word) for marker, words in own.items() for word in (marker, *words)}
        names = {
            name: tuple(word for word in others if name in own or fold_marker(word) not in taken)
            for name, others in shared.items()
        }
        names |= {marker: (*names.get(marker, ()), *words) for marker, words in own.items()}
        self.known = known_spellings(names)
        return names

    def population(self, name: str, node: Node, names: Collection[str]) -> Population | None:
        """The population; None where it has mistakes, all of which are noted."""
        before = len(self.mistakes)
        with self.gathered():
            found = self._population(name, node, names)
            return found if len(self.mistakes) == before else None
        return None

    def _population(self, name: str, node: Node, names: Collection[str]) -> Population:
        if name in _RESERVED:
            self.note(node, f"{name!r} is a name that cytoclust uses itself. Choose another.")
        before = len(self.mistakes)
        items = self.mapping(node, f"The population {name!r}", _POPULATION_KEYS)
        markers = self.pattern(items.get("markers"), "`markers:`")
        optional = self.pattern(items.get("optional"), "`optional:`")
        for marker in optional:
            if marker in markers:
                self.note(items["optional"], f"{marker} stands under both `markers:` and `optional:` of {name!r}.")
        unless = self.guards(items["unless"]) if "unless" in items else {}
        if unless and not markers and len(self.mistakes) == before:
            self.note(node, f"{name!r} has `unless:` but no `markers:`.")
        parent = self.text(items["parent"]) if "parent" in items else keys.ROOT
        if "parent" in items and parent not in names:
            self.note(items["parent"], f"The parent {parent!r} of {name!r} is no population.{nearest(parent, names)}")
        return Population(
            name,
            parent,
            markers,
            optional,
            unless,
            frequency=self.fraction(items["frequency"]) if "frequency" in items else None,
            note=self.text(items["note"]) if "note" in items else "",
            complete=self.flag(items.get("complete"), "complete"),
            malignant=self.flag(items.get("malignant"), "malignant"),
            primary=self.flag(items.get("primary"), "primary"),
            compartment=self.compartment(items["compartment"]) if "compartment" in items else None,
        )

    def guards(self, node: Node) -> dict[str, Pattern]:
        example = "It holds named patterns, such as `unless: {endothelium: {CD31: +, CD34: +}}`."
        if not isinstance(node, MappingNode):
            self.fail(node, f"`unless:` is no list or word. {example}")
        items = self.mapping(node, "`unless:`")
        for name, value in items.items():
            if not isinstance(value, MappingNode):
                self.fail(value, f"{name!r} under `unless:` has no pattern. {example}")
        return {name: self.pattern(value, f"`{name}:`") for name, value in items.items()}

    def pattern(self, node: Node | None, what: str) -> Pattern:
        result: dict[str, frozenset[Level]] = {}
        with self.gathered():
            for word, value in (self.mapping(node, what) if node is not None else {}).items():
                with self.gathered():
                    marker = self.marker(word, value, what)
                    if marker in result:
                        self.fail(value, f"{word!r} is {marker}, which stands here already.")
                    result[marker] = self.states(value)
            if node is not None and not node.value:
                self.fail(node, f"{what} is empty.")
        return result

    def marker(self, word: str, value: Node, what: str) -> str:
        marker = self.known.get(fold_marker(word))
        if marker is None and (hint := space_hint(word)):
            self.fail(value, f"{what} has {word!r}.{hint}")
        if marker is None and is_viability(word):
            self.fail(value, f"{word!r} {BY_NAME}. {as_marker()}")
        if marker is None:
            own = word if all(letter.isalnum() or letter in " -_." for letter in word) else f'"{word}"'
            self.fail(
                value,
                f"Unknown marker {word!r}.{nearest_marker(word, self.known)} One that cytoclust does not know is "
                f"written at the top of the file: `markers: {{{own}: []}}`.",
            )
        return marker

    def states(self, node: Node) -> frozenset[Level]:
        words = self.sequence(node, self.text) if isinstance(node, SequenceNode) else [self.text(node)]
        for word in words:
            if word.casefold() not in WORDS:
                self.fail(node, f"Unknown state {word!r}.{nearest(word, WORDS)} Allowed: {', '.join(WORDS)}.")
        levels = frozenset[Level]().union(*(WORDS[word.casefold()] for word in words))
        if not words or levels == WORDS["-"] | WORDS["+"]:
            self.fail(node, "A marker's states must exclude something; leave the marker out where any state will do.")
        return levels

    def ordered(self, populations: list[Population], nodes: dict[str, Node]) -> tuple[Population, ...]:
        """Parents first, otherwise in the order of the file."""
        done: dict[str, Population] = {}
        waiting = list(populations)
        while waiting:
            ready = [p for p in waiting if p.parent == keys.ROOT or p.parent in done]
            if not ready:
                names = ", ".join(repr(p.name) for p in waiting)
                self.fail(nodes[waiting[0].name], f"The parents of {names} run in a circle.")
            done.update({p.name: p for p in ready})
            waiting = [p for p in waiting if p.name not in done]
        parents = {p.parent for p in populations}
        for p in populations:
            if not p.markers and p.name not in parents:
                self.fail(nodes[p.name], f"{p.name!r} has neither `markers:` nor populations under it.")
            if p.complete and not (p.markers and p.name in parents):
                self.fail(nodes[p.name], f"{p.name!r} is `complete:`, so it needs `markers:` and populations under it.")
        return tuple(done.values())

    def mapping(self, node: Node, what: str, allowed: Collection[str] | None = None) -> dict[str, Node]:
        if not isinstance(node, MappingNode):
            hint = space_hint(node.value) if isinstance(node, ScalarNode) else ""
            self.fail(node, f"{what} must hold `key: value` pairs.{hint}")
        items: dict[str, Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if allowed is not None and key not in allowed:
                self.note(key_node, f"{what} has the unknown key {key!r}.{nearest(key, allowed)}")
            elif key in items:
                self.note(key_node, f"{what} has {key!r} twice.")
            else:
                items[key] = value
        return items

    def sequence(self, node: Node, read: Callable[[Node], _Value]) -> list[_Value]:
        if not isinstance(node, SequenceNode):
            self.fail(node, "A list is needed here, such as [a, b].")
        return [read(item) for item in node.value]

    def text(self, node: Node) -> str:
        if not isinstance(node, ScalarNode) or not node.value.strip():
            self.fail(node, "A word or text is needed here.")
        return " ".join(node.value.split())

    def fraction(self, node: Node) -> float:
        word = self.text(node)
        try:
            value = float(word)
        except ValueError:
            value = -1
        if not 0 < value < 1:
            self.fail(node, f"`frequency:` must be a fraction of all cells, > 0 and < 1. Got {word!r} instead.")
        return value

    def flag(self, node: Node | None, key: str) -> bool:
        word = self.text(node).casefold() if node is not None else "false"
        if node is not None and word not in ("true", "false"):
            self.fail(node, f"`{key}:` must be true or false. Got {word!r} instead.")
        return word == "true"

    def compartment(self, node: Node) -> Compartment:
        allowed: dict[str, Compartment] = {word: word for word in get_args(Compartment)}
        word = self.text(node)
        if word not in allowed:
            self.fail(node, f"`compartment:` must be {' or '.join(allowed)}. Got {word!r} instead.")
        return allowed[word]

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Go on after a mistake, which is noted."""
        with suppress(_MistakeError):
            yield

    def note(self, node: Node, message: str) -> None:
        line = node.start_mark.line + 1
        self.mistakes.append((line, f"{self.where}, line {line}: {message}"))

    def fail(self, node: Node, message: str) -> NoReturn:
        self.note(node, message)
        raise _MistakeError
