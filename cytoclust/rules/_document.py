"""A YAML text as PyYAML's nodes: plain data for the model, and the line of every place in it."""

from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["Document", "Path"]

Path = tuple[str | int, ...]
"Keys and indices that lead from the top of a file to a place in it."


class Document:
    """Nodes from ``top`` down; :meth:`plain` fills ``odd_keys`` with the keys that are repeated or no words."""

    def __init__(self, top: Node) -> None:
        self.top = top
        self.odd_keys: list[Path] = []
        self._done: dict[int, Any] = {}  # by node: aliases are read once, and may run in a circle

    @classmethod
    def read(cls, text: str) -> "Document | None":
        """None of an empty text; raises ``yaml.YAMLError``."""
        top = yaml.compose(text, Loader=yaml.SafeLoader)
        return None if top is None else cls(top)

    def plain(self, node: Node | None = None, path: Path = ()) -> Any:
        """Mappings, lists and texts: every scalar is a text with single spaces; the first of repeated keys counts."""
        node = node or self.top
        if isinstance(node, ScalarNode):
            return _word(node)
        if id(node) in self._done:
            return self._done[id(node)]
        if isinstance(node, SequenceNode):
            items: list[Any] = self._done.setdefault(id(node), [])
            items.extend([self.plain(item, (*path, at)) for at, item in enumerate(node.value)])
            return items
        pairs: dict[str, Any] = self._done.setdefault(id(node), {})
        for key_node, value in node.value:
            key = _word(key_node)
            if key and key not in pairs:
                pairs[key] = self.plain(value, (*path, key))
            else:
                self.odd_keys.append((*path, key))
        return pairs

    def line(self, path: Path, *, of_key: bool = False) -> int:
        """Line (from 1) where the value at ``path`` begins, or its key; where there is none, of what should hold it."""
        node = self.top
        for depth, step in enumerate(path, start=1):
            if isinstance(node, SequenceNode) and isinstance(step, int):
                node = node.value[step]
                continue
            pairs = node.value if isinstance(node, MappingNode) else []
            found = [pair for pair in pairs if _word(pair[0]) == step]
            if not found:
                break
            node = found[-1][0] if of_key and depth == len(path) else found[0][1]
        return node.start_mark.line + 1


def _word(node: Node) -> str:
    """Of a scalar its text, with ? for what no file can hold (half a surrogate pair); empty of other nodes."""
    text = " ".join(node.value.split()) if isinstance(node, ScalarNode) else ""
    return text.encode("utf-8", "replace").decode("utf-8")
