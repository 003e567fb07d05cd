"""The rule language: YAML text into rules, with the line of every mistake."""

import re
from collections.abc import Callable, Collection
from typing import NoReturn, TypeVar, get_args

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.rules._markers import vocabulary
from cytoclust.rules._ruleset import Compartment, Pattern, Population, RuleSet
from cytoclust.rules._states import WORDS, Level

__all__ = ["parse"]

_FILE_KEYS = ("name", "version", "description", "references", "markers", "populations")
_POPULATION_KEYS = (
    *("parent", "markers", "optional", "unless", "complete"),
    *("frequency", "malignant", "primary", "compartment", "note"),
)
_RESERVED = (keys.ROOT, keys.UNKNOWN, keys.UNASSIGNED)
_Value = TypeVar("_Value")
_NO_SPACE = re.compile(r"\s*([^\s:#'\"]+):([^\s:]+)")  # `CD3:+`, which YAML takes for one word


def parse(text: str, where: str) -> RuleSet:
    """Rules from YAML ``text``; ``where`` names the file in messages.

    Raises
    ------
    InputError
        Not YAML; an unknown, repeated or missing key, marker or state; a parent that is none. With the line.
    """
    return _Parser(where).rules(text)


class _Parser:
    """Walks the nodes that PyYAML composes, since these know their lines."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.known: dict[str, str] = {}  # marker or synonym, casefolded -> marker

    def rules(self, text: str) -> RuleSet:
        top = self.compose(text)
        items = self.mapping(top, "The file", _FILE_KEYS)
        for key in ("name", "populations"):
            if key not in items:
                self.fail(top, f"The file has no `{key}:`.")
        synonyms = self.synonyms(items.get("markers"))
        nodes = self.mapping(items["populations"], "`populations:`")
        if not nodes:
            self.fail(items["populations"], "`populations:` is empty.")
        populations = [self.population(name, node, nodes) for name, node in nodes.items()]
        return RuleSet(
            name=self.text(items["name"]),
            version=self.text(items["version"]) if "version" in items else "",
            description=self.text(items["description"]) if "description" in items else "",
            references=tuple(self.sequence(items["references"], self.text)) if "references" in items else (),
            synonyms=synonyms,
            populations=self.ordered(populations, nodes),
        )

    def compose(self, text: str) -> Node:
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = (error.problem_mark.line + 1) if error.problem_mark else 1
            raise InputError(
                f"{self.where}, line {line}: not valid YAML ({error.problem}).{_hint(text, line)}"
            ) from None
        except yaml.YAMLError as error:
            raise InputError(f"{self.where}: not valid YAML ({' '.join(str(error).split())}).") from None
        if node is None:
            raise InputError(f"{self.where}: the file is empty. It must have `name:` and `populations:`.")
        return node

    def synonyms(self, node: Node | None) -> dict[str, tuple[str, ...]]:
        """The shared vocabulary with the file's own markers and synonyms."""
        names = dict(vocabulary())
        for name, value in (self.mapping(node, "`markers:`") if node is not None else {}).items():
            own = tuple(self.sequence(value, self.text))
            same = next((known for known in names if known.casefold() == name.casefold()), name)
            names[same] = (*names.get(same, ()), *own)
        for name, others in names.items():
            self.known.update({word.casefold(): name for word in others})
        self.known.update({name.casefold(): name for name in names})
        return names

    def population(self, name: str, node: Node, names: Collection[str]) -> Population:
        if name in _RESERVED:
            self.fail(node, f"{name!r} is a name that cytoclust uses itself. Choose another.")
        items = self.mapping(node, f"The population {name!r}", _POPULATION_KEYS)
        parent = self.text(items["parent"]) if "parent" in items else keys.ROOT
        if "parent" in items and parent not in names:
            self.fail(items["parent"], f"The parent {parent!r} of {name!r} is no population.{nearest(parent, names)}")
        markers = self.pattern(items.get("markers"), "`markers:`")
        optional = self.pattern(items.get("optional"), "`optional:`")
        for marker in optional:
            if marker in markers:
                self.fail(items["optional"], f"{marker} stands under both `markers:` and `optional:` of {name!r}.")
        unless = self.guards(items["unless"]) if "unless" in items else {}
        if unless and not markers:
            self.fail(node, f"{name!r} has `unless:` but no `markers:`.")
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
        for word, value in (self.mapping(node, what) if node is not None else {}).items():
            marker = self.known.get(word.casefold())
            if marker is None and _NO_SPACE.fullmatch(word):
                self.fail(value, f"{what} has {word!r}.{_space(word)}")
            if marker is None:
                self.fail(
                    value, f"Unknown marker {word!r}.{nearest(word, self.known.values())} Others go under `markers:`."
                )
            if marker in result:
                self.fail(value, f"{word!r} is {marker}, which stands here already.")
            result[marker] = self.states(value)
        if node is not None and not result:
            self.fail(node, f"{what} is empty.")
        return result

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
            hint = _space(node.value) if isinstance(node, ScalarNode) else ""
            self.fail(node, f"{what} must hold `key: value` pairs.{hint}")
        items: dict[str, Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if allowed is not None and key not in allowed:
                self.fail(key_node, f"{what} has the unknown key {key!r}.{nearest(key, allowed)}")
            if key in items:
                self.fail(key_node, f"{what} has {key!r} twice.")
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

    def fail(self, node: Node, message: str) -> NoReturn:
        raise InputError(f"{self.where}, line {node.start_mark.line + 1}: {message}")


def _hint(text: str, line: int) -> str:
    """What is likely wrong where YAML gave up; it may notice a line late."""
    lines = [source.strip() for source in text.splitlines()]
    if line <= len(lines) and lines[line - 1].endswith(": -"):
        return " Write a lone minus in quotes: '-'."
    return next((hint for source in lines[max(line - 2, 0) : line] if (hint := _space(source))), "")


def _space(word: str) -> str:
    found = _NO_SPACE.match(word)
    return f" A space is missing after the colon: write `{found[1]}: {found[2]}`." if found else ""
