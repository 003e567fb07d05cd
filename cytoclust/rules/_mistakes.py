"""What is wrong with a rule file, in words: a sentence for each code of pydantic and of the model."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.errors import InputError, nearest
from cytoclust.rules._rule_file import PopulationEntry, RuleFile
from cytoclust.rules._yaml_hint import space_hint

__all__ = ["KEY", "Path", "RuleFileError", "sentence"]

Path = tuple[str | int, ...]
"Keys and indices that lead from the top of a file to a place in it; to a key itself if the last of them is ``KEY``."
KEY: Final = "[key]"  # as pydantic has it

_WORD: Final = "A word or text is needed here."
_PAIRS: Final = "{what} must hold `key: value` pairs.{space}"
_FRACTION: Final = "a fraction of all cells, > 0 and < 1"
_GUARD: Final = "It holds named patterns, such as `unless: {{endothelium: {{CD31: +, CD34: +}}}}`."
_MUST_BE: Final[Mapping[str, str]] = {
    "bool_type": "true or false",
    "literal_error": "{expected}",
    **dict.fromkeys(("float_type", "float_parsing", "finite_number", "greater_than", "less_than"), _FRACTION),
}
_SENTENCES: Final[Mapping[str, str]] = {
    # pydantic's
    "missing": "{holder} has no `{key}:`.",
    "extra_forbidden": "{holder} has the unknown key {key!r}.{near}",
    **dict.fromkeys(("string_type", "string_too_short"), _WORD),
    "list_type": "A list is needed here, such as [a, b].",
    "model_type": _PAIRS,
    "dict_type": _PAIRS,
    "too_short": "{what} is empty.",
    **{code: f"`{{key}}:` must be {allowed}. Got {{value!r}} instead." for code, allowed in _MUST_BE.items()},
    # the model's
    "key_twice": "{holder} has {key!r} twice.",
    "unless_type": f"`unless:` is no list or word. {_GUARD}",
    "guard_type": f"{{key!r}} under `unless:` has no pattern. {_GUARD}",
    "unless_alone": "{population!r} has `unless:` but no `markers:`.",
    "name_reserved": "{key!r} is a name that cytoclust uses itself. Choose another.",
    "spelling_taken": "{word!r} cannot be a spelling of {marker}: it is {other}.",
    "marker_without_space": "{holder} has {key!r}.{hint}",
    "marker_is_dye": "{key!r} {why}",
    "marker_unknown": "Unknown marker {key!r}.{hint} One that cytoclust does not know is written at the top of the "
    "file: `markers: {{{own}: []}}`.",
    "marker_twice": "{key!r} is {marker}, which stands here already.",
    "marker_in_both": "{markers} cannot stand under both `markers:` and `optional:` of {population!r}.",
    "state_unknown": "Unknown state {word!r}.{hint} Allowed: {allowed}.",
    "state_says_nothing": "A marker's states must exclude something; leave the marker out where any state will do.",
    "parent_unknown": "The parent {value!r} of {population!r} is no population.{hint}",
    "parents_circle": "The parents of {names} run in a circle.",
    "population_empty": "{population!r} has neither `markers:` nor populations under it.",
    "complete_alone": "{population!r} is `complete:`, so it needs `markers:` and populations under it.",
}


class RuleFileError(InputError):
    """A rule file with mistakes: the first of them as the message, and all, one line each, in ``mistakes``."""

    def __init__(self, where: str, mistakes: list[str]):
        more = len(mistakes) - 1
        known = f" There {'are' if more > 1 else 'is'} {more} more: `cytoclust rules check {where}`." if more else ""
        super().__init__(mistakes[0] + known)
        self.mistakes = mistakes


def sentence(code: str, path: Path, value: Any, data: Mapping[str, Any]) -> str:
    """What is wrong at ``path``, where ``value`` was found; ``data`` is what else the sentence of ``code`` says."""
    path = path[:-1] if path[-1:] == (KEY,) else path
    key = path[-1] if path else ""
    is_word = isinstance(value, str) and value
    template = _WORD if code in _MUST_BE and not is_word else _SENTENCES[code]
    words = {
        "what": _what(path),
        "holder": _what(path[:-1]),
        "key": key,
        "value": value,
        "population": path[1] if len(path) > 1 else "",
        "near": nearest(str(key), (RuleFile if len(path) == 1 else PopulationEntry).model_fields),
        "space": space_hint(value) if isinstance(value, str) else "",
        "expected": str(data.get("expected")).replace("'", ""),
    }
    return template.format_map({**data, **words})


def _what(path: Path) -> str:
    if not path:
        return "The file"
    return f"The population {path[1]!r}" if len(path) == 2 and path[0] == "populations" else f"`{path[-1]}:`"
