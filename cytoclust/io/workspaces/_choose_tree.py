"""Which sample of a workspace a file of events is."""

from collections.abc import Callable, Mapping
from urllib.parse import unquote

from cytoclust.findings import Finding
from cytoclust.io.workspaces._document import Document, Tree
from cytoclust.io.workspaces._source import Events

__all__ = ["choose_tree", "file_name"]

Told = Mapping[str, str]


def choose_tree(document: Document, events: Events) -> Tree | Finding:
    """The sample of a workspace with the events of a file, or why there is none; of Gating-ML its only tree.

    A sample is known by the file's name, else by ``$FIL``, else by ``GUID``, else by the time and the number of
    events; the number of events decides between several, and must be the same.
    """
    if document.kind == "Gating-ML":
        return document.trees[0]
    mine = {name.casefold() for name in (*events.names, file_name(str(getattr(events.file, "path", "")))) if name}
    text = {key.upper(): value.strip() for key, value in events.text.items()}
    total = str(events.n_events) if events.numbers is None else text.get("$TOT", "")
    ways: list[Callable[[Tree], bool]] = [
        lambda tree: bool({file_name(tree.uri).casefold(), tree.name.casefold()} & mine),
        lambda tree: _same(tree, text, "$FIL"),
        lambda tree: _same(tree, text, "GUID"),
        lambda tree: _same(tree, text, "$DATE") and _same(tree, text, "$BTIM") and _total(tree) == total,
    ]
    for way in ways:
        found = [tree for tree in document.trees if way(tree)]
        if not found:
            continue
        fitting = [tree for tree in found if not total or _total(tree) in ("", total)]
        if not fitting:
            return Finding("gates of other events", sample=found[0].name, there=_total(found[0]), here=total)
        by_fil = [tree for tree in fitting if _same(tree, text, "$FIL")] if len(fitting) > 1 else fitting
        if len(by_fil) == 1:
            return by_fil[0]
        return Finding("gates of several samples", samples=[tree.name or tree.uri for tree in fitting])
    return Finding("gates of no sample", samples=[tree.name or file_name(tree.uri) for tree in document.trees])


def file_name(uri: str) -> str:
    """The name of a file, whatever the system that its address is of."""
    return unquote(uri).replace("\\", "/").rstrip("/").rpartition("/")[2]


def _total(tree: Tree) -> str:
    return _keyword(tree, "$TOT")


def _keyword(tree: Tree, name: str) -> str:
    return next((value.strip() for key, value in tree.keywords.items() if key.upper() == name), "")


def _same(tree: Tree, text: Told, name: str) -> bool:
    return bool(value := _keyword(tree, name)) and value == text.get(name, "")
