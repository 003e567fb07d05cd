"""YAML of which a key that is there twice is refused: the last would count, and nobody be told."""

import re
from collections.abc import Hashable
from typing import Any

import yaml

__all__ = ["NumbersLoader", "UniqueLoader", "load_unique_yaml"]

_MERGE = "tag:yaml.org,2002:merge"


class UniqueLoader(yaml.SafeLoader):
    """A SafeLoader that refuses a mapping with a key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping; a :class:`yaml.YAMLError` where it has a key twice."""
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != _MERGE:
                if (key.tag, key.value) in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key.value!r} is there twice", key.start_mark
                    )
                seen.add((key.tag, key.value))
        return super().construct_mapping(node, deep)


def load_unique_yaml(text: str) -> Any:
    """What a YAML text says.

    Raises
    ------
    yaml.YAMLError
        It is no YAML, or a mapping has a key twice.
    """
    return yaml.load(text, Loader=UniqueLoader)  # noqa: S506 (a SafeLoader)


class NumbersLoader(UniqueLoader):
    """With YAML 1.2's numbers: 1e-3 is one, which PyYAML takes for text."""


NumbersLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(\.\d+|\d+(\.\d*)?)[eE][-+]?\d+$"), list("-+.0123456789")
)
