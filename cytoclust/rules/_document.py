"""A YAML text as plain data for the model, with the line of every place in it and the mistakes found so far."""

from typing import Any, Final

from yaml.nodes import Node, ScalarNode, SequenceNode

from cytoclust.rules._mistakes import KEY, Path, RuleFileError, sentence

__all__ = ["Document"]

# Aliases may run in a circle, or multiply without end:
_DEEPEST: Final = 6
"""Keys and indices to the deepest place of the language, a state in a list under `unless:`. Derived: from the
model of rule files."""
_MOST: Final = 300_000
"""Places of a file. Chosen: the library's files have fewer than 1,000."""


class Document:
    """Of the file ``where``: mistakes as (line, sentence)."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.mistakes: list[tuple[int, str]] = []
        self._lines: dict[Path, int] = {}

    def plain(self, node: Node, path: Path = ()) -> Any:
        """Mappings, lists and texts: every scalar is a text with single spaces; the first of repeated keys counts."""
        self._lines[path] = node.start_mark.line + 1
        if isinstance(node, ScalarNode) or len(path) == _DEEPEST or len(self._lines) > _MOST:
            return _word(node)
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*path, at)) for at, item in enumerate(node.value)]
        pairs: dict[str, Any] = {}
        for key_node, value in node.value:
            key = _word(key_node)
            self._lines[*path, key, KEY] = key_node.start_mark.line + 1
            if key and key not in pairs:
                pairs[key] = self.plain(value, (*path, key))
            else:
                self.note("key_twice" if key else "string_type", (*path, key, KEY))
        return pairs

    def note(self, code: str, path: Path, value: Any = None, **data: Any) -> None:
        """Keep a mistake, with the line of its place, or of the nearest one above that the file has."""
        line = next(self._lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self._lines)
        self.mistakes.append((line, sentence(code, path, value, data)))

    def error(self) -> RuleFileError:
        known = [f"{self.where}, line {line}: {why}" for line, why in sorted(self.mistakes, key=lambda each: each[0])]
        return RuleFileError(self.where, list(dict.fromkeys(known)))


def _word(node: Node) -> str:
    """Empty of what is no scalar; ? stands for half a surrogate pair, which no file can hold."""
    text = " ".join(node.value.split()) if isinstance(node, ScalarNode) else ""
    return text.encode("utf-8", "replace").decode("utf-8")
