"""YAML of strangers: without keys given twice, of which the last would count, and without what grows as it is read."""

import re
from collections.abc import Hashable
from typing import Any, Final

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

__all__ = ["BoundedLoader", "NumbersLoader", "UniqueLoader", "load_unique_yaml"]

_MERGE: Final = "tag:yaml.org,2002:merge"
_DEEPEST: Final = 60
"""Lists and mappings in one another. Bears on no result: no file of ours has more than eight."""
_MOST: Final = 500_000
"""Keys and values with every alias written out. Bears on no result: the library's files have fewer than 1,000."""
_LONGEST: Final = 400
"""Letters of a number or date. Bears on no result: Python writes no whole number of more than 4,300 digits."""


class BoundedLoader(yaml.SafeLoader):
    """A SafeLoader that refuses aliases that multiply or hold themselves, deep nesting, and endless numbers."""

    def __init__(self, stream: Any):
        super().__init__(stream)
        self._depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        """A node; a :class:`yaml.YAMLError` where it lies too deep."""
        if self._depth > _DEEPEST:
            raise _refused(f"more than {_DEEPEST} lists and mappings lie in one another", self.peek_event().start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def get_single_node(self) -> Node | None:
        """The document; a :class:`yaml.YAMLError` where its aliases, written out, are without end."""
        node: Node | None = super().get_single_node()
        if node is not None and _size(node, {}) > _MOST:
            raise _refused(f"its aliases stand for more than {_MOST} keys and values", node.start_mark)
        return node

    def construct_object(self, node: Node, deep: bool = False) -> Any:
        """A value; a :class:`yaml.YAMLError` of a number or date that is none."""
        try:
            made = super().construct_object(node, deep=deep)
        except (ValueError, OverflowError, IndexError, KeyError, TypeError, AttributeError) as error:
            raise _refused(str(error), node.start_mark) from None
        if isinstance(node, ScalarNode) and not isinstance(made, str | bytes) and len(node.value) > _LONGEST:
            raise _refused(f"a number of {len(node.value)} letters", node.start_mark)
        return made


class UniqueLoader(BoundedLoader):
    """The same, which refuses a mapping with a key twice."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping; a :class:`yaml.YAMLError` where it has a key twice."""
        seen = set()
        for key, _ in node.value:
            if isinstance(key, ScalarNode) and key.tag != _MERGE:
                if (key.tag, key.value) in seen:
                    raise _refused(f"the key {key.value!r} is there twice", key.start_mark)
                seen.add((key.tag, key.value))
        return super().construct_mapping(node, deep)


def load_unique_yaml(text: str) -> Any:
    """What a YAML text says.

    Raises
    ------
    yaml.YAMLError
        It is no YAML, a mapping has a key twice, or it grows as it is read.
    """
    return yaml.load(text, Loader=UniqueLoader)  # noqa: S506 (a SafeLoader)


class NumbersLoader(UniqueLoader):
    """With YAML 1.2's numbers: 1e-3 is one, which PyYAML takes for text."""


NumbersLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(\.\d+|\d+(\.\d*)?)[eE][-+]?\d+$"), list("-+.0123456789")
)


def _size(node: Node, known: dict[int, int]) -> int:
    """Nodes with every alias written out."""
    if not isinstance(node, CollectionNode):
        return 1
    if id(node) in known:
        if not known[id(node)]:
            raise _refused("an alias holds itself", node.start_mark)
        return known[id(node)]
    known[id(node)] = 0
    parts = [each for pair in node.value for each in pair] if isinstance(node, MappingNode) else node.value
    known[id(node)] = 1 + sum(_size(each, known) for each in parts)
    return known[id(node)]


def _refused(why: str, where: Any) -> yaml.YAMLError:
    return yaml.constructor.ConstructorError(None, None, why, where)
