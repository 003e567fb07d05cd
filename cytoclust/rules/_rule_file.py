"""THE table of a rule file's keys: each is declared here once, with its type, default, bounds and help.

The parser validates by it, with a :class:`Vocabulary` as context, and ``schema.json`` is made from it. A mistake for
which pydantic has no code gets one here; ``_mistakes`` has the sentence of each.
"""

from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticCustomError, PydanticKnownError

from cytoclust import keys
from cytoclust.errors import nearest
from cytoclust.findings import BY_NAME, as_marker
from cytoclust.io import fold_marker, is_viability, nearest_marker
from cytoclust.positivity import WORDS, Level
from cytoclust.rules._ruleset import Compartment
from cytoclust.rules._yaml_hint import space_hint

__all__ = ["PopulationEntry", "RuleFile", "Vocabulary", "json_schema"]

_RESERVED: Final = (keys.ROOT, keys.UNKNOWN, keys.UNASSIGNED)
_WORD: Final = {"enum": list(WORDS)}
_STATES: Final = {"anyOf": [_WORD, {"type": "array", "items": _WORD, "minItems": 1}]}


class Vocabulary(NamedTuple):
    """The words of a file: ``spellings`` is the marker of each normal form, ``populations`` the names."""

    spellings: dict[str, str]
    populations: tuple[str, ...]


def _mistake(code: str, **data: Any) -> PydanticCustomError:
    return PydanticCustomError(code, code, data)  # type: ignore[arg-type, unused-ignore]


def _free(name: str) -> str:
    if name in _RESERVED:
        raise _mistake("name_reserved")
    return name


def _known(word: str, info: Any) -> str:
    spellings = info.context.spellings
    if fold_marker(word) in spellings:
        return word
    if hint := space_hint(word):
        raise _mistake("marker_without_space", hint=hint)
    if is_viability(word):
        raise _mistake("marker_is_dye", why=f"{BY_NAME}. {as_marker()}")
    own = word if all(letter.isalnum() or letter in " -_." for letter in word) else f'"{word}"'
    raise _mistake("marker_unknown", hint=nearest_marker(word, spellings), own=own)


def _levels(value: Any) -> frozenset[Level]:
    words = value if isinstance(value, list) else [value]
    for word in words:
        if not isinstance(word, str) or not word:
            raise PydanticKnownError("string_type")
        if word.casefold() not in WORDS:
            raise _mistake("state_unknown", word=word, hint=nearest(word, WORDS), allowed=", ".join(WORDS))
    levels = frozenset[Level]().union(*(WORDS[word.casefold()] for word in words))
    if not words or levels == WORDS["-"] | WORDS["+"]:
        raise _mistake("state_says_nothing")
    return levels


def _by_marker(pattern: dict[str, frozenset[Level]], info: Any) -> dict[str, frozenset[Level]]:
    found: dict[str, frozenset[Level]] = {}
    for word, levels in pattern.items():
        marker = info.context.spellings[fold_marker(word)]
        if marker in found:
            raise _mistake("marker_twice", word=word, marker=marker)
        found[marker] = levels
    return found


def _true_or_false(value: Any) -> Any:
    return {"true": True, "false": False}.get(str(value).casefold(), value)


Text = Annotated[str, Field(min_length=1)]
Name = Annotated[Text, AfterValidator(_free), Field(json_schema_extra={"not": {"enum": list(_RESERVED)}})]
Marker = Annotated[Text, AfterValidator(_known)]
States = Annotated[frozenset[Level], BeforeValidator(_levels), WithJsonSchema(_STATES)]
Markers = Annotated[dict[Marker, States], Field(min_length=1), AfterValidator(_by_marker)]
Flag = Annotated[bool, Field(strict=True), BeforeValidator(_true_or_false)]


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)


class PopulationEntry(_Keys):
    """One population. Without `markers` it only gathers others."""

    model_config = ConfigDict(json_schema_extra={"dependentRequired": {"unless": ["markers"], "complete": ["markers"]}})

    parent: Text = keys.ROOT
    "The population it belongs to, whose rule its cells meet too."
    markers: Markers = {}
    "What must be so. A panel without one of these markers cannot name the population."
    optional: Markers = {}
    "What must be so as far as the panel has the marker."
    unless: Annotated[dict[Text, Markers], Field(min_length=1)] = {}
    "Mimics: a name, and the pattern by which it is told. A cluster that fits one does not get the population's name."
    complete: Flag = False
    "Every subtype is listed under it: cells that fit it and surely none of these are unknown."
    frequency: Annotated[float, Field(gt=0, lt=1)] | None = None
    "Typical fraction of all cells, by which a sample too small to show the population is told from one that lacks it."
    malignant: Flag = False
    "Tumour cells; so are the populations under it."
    primary: Flag = False
    "One of the populations that the rules were made to ask about."
    expected: Flag = False
    "Every sample of the kind that the rules are for has it: a cohort without it is warned of."
    compartment: Compartment | None = None
    "Where its cells live, for those that tell an aspirate from blood; so for the populations under it."
    note: Text = ""
    "For the reader."

    @field_validator("parent")
    @classmethod
    def _is_population(cls, parent: str, info: Any) -> str:
        names = info.context.populations
        if parent not in names:
            raise _mistake("parent_unknown", hint=nearest(parent, names))
        return parent

    @field_validator("optional")
    @classmethod
    def _is_new(cls, optional: dict[str, frozenset[Level]], info: Any) -> dict[str, frozenset[Level]]:
        both = [marker for marker in optional if marker in info.data.get("markers", {})]
        if both:
            raise _mistake("marker_in_both", markers=", ".join(both))
        return optional

    @model_validator(mode="after")
    def _has_what_mimics_mimic(self) -> "PopulationEntry":
        if self.unless and not self.markers:
            raise _mistake("unless_alone")
        return self


class RuleFile(_Keys):
    """Populations and the markers that tell them. docs/rules.md explains every key.

    An editor that knows JSON schemas checks and completes a rule file by this one; cytoclust itself reads the file with
    messages of its own.
    """

    model_config = ConfigDict(title="A rule file of cytoclust")

    name: Text
    "A short name of the rules."
    version: Annotated[Text, Field(json_schema_extra={"type": ["string", "number"]})] = ""
    "Version of the file, kept in the record of a run."
    species: Literal["human", "mouse"] | None = None
    "Whose cells the rules are for: rules are proposed for panels of that species only."
    description: Text = ""
    "What the rules are for."
    references: list[Text] = []
    "The literature behind the rules."
    markers: dict[Text, list[Text]] = {}
    "Markers that the library does not know, or more spellings of one that it knows: a list of spellings for each."
    populations: Annotated[dict[Name, PopulationEntry], Field(min_length=1)]
    "One entry a population; its name is yours to choose."


class _Generator(GenerateJsonSchema):
    """A key that is left out has its default, which is not to be written: no defaults and no null."""

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    nullable_schema = default_schema


def json_schema() -> dict[str, Any]:
    """The JSON schema of a rule file: what ``schema.json`` holds."""
    return {"$schema": _Generator.schema_dialect} | RuleFile.model_json_schema(schema_generator=_Generator)
