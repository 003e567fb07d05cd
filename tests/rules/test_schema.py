import copy
import json
from importlib import resources

import pytest
import yaml

from cytoclust.errors import InputError
from cytoclust.positivity._states import WORDS
from cytoclust.rules import load, names, source
from cytoclust.rules._rule_file import PopulationEntry, RuleFile, json_schema
from tests.rules.test_load import GOOD

jsonschema = pytest.importorskip("jsonschema")
SCHEMA = json.loads(resources.files("cytoclust.rules").joinpath("schema.json").read_text(encoding="utf-8"))
POPULATION = SCHEMA["$defs"]["PopulationEntry"]["properties"]
RENEW = """\
import json, pathlib
from cytoclust.rules import _rule_file
pathlib.Path("cytoclust/rules/schema.json").write_text(json.dumps(_rule_file.json_schema(), indent=2) + "\\n")
"""


@pytest.fixture(scope="module")
def validator():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA)


def test_the_file_is_what_the_model_makes():
    assert json_schema() == SCHEMA, f"Renew the file: {RENEW}"


def test_schema_and_parser_know_the_same_words():
    assert list(SCHEMA["properties"]) == list(RuleFile.model_fields)
    assert set(POPULATION) == set(PopulationEntry.model_fields)
    word, words = POPULATION["markers"]["additionalProperties"]["anyOf"]
    assert set(word["enum"]) == set(words["items"]["enum"]) == set(WORDS)
    assert all("description" in entry for entry in (*SCHEMA["properties"].values(), *POPULATION.values()))


@pytest.mark.parametrize("text", [*map(source, names()), GOOD], ids=[*names(), "every construct"])
def test_rule_files_are_valid(validator, text):
    validator.validate(yaml.safe_load(text))


WRONG = {
    "no name": lambda f: f.pop("name"),
    "file key": lambda f: f.update(populatoins={}),
    "no population": lambda f: f.update(populations={}),
    "reserved": lambda f: f["populations"].update(unknown={"markers": {"CD3": "+"}}),
    "population key": lambda f: f["populations"]["leaf"].update(optinal={"CD4": "+"}),
    "state": lambda f: f["populations"]["leaf"].update(markers={"CD4": "plus"}),
    "no state": lambda f: f["populations"]["leaf"].update(markers={"CD4": []}),
    "no marker": lambda f: f["populations"]["leaf"].update(markers={}),
    "unless without pattern": lambda f: f["populations"]["leaf"].update(unless={"CD4": "+"}),
    "unless without mimics": lambda f: f["populations"]["T cell"].update(unless={}),
    "unless without markers": lambda f: f["populations"]["group"].update(unless={"a": {"CD4": "+"}}),
    "complete": lambda f: f["populations"]["leukocyte"].update(complete="maybe"),
    "compartment": lambda f: f["populations"]["leaf"].update(compartment="spleen"),
    "frequency": lambda f: f["populations"]["leaf"].update(frequency=20),
    "no frequency": lambda f: f["populations"]["leaf"].update(frequency=None),
}


@pytest.mark.parametrize("change", WRONG)
def test_schema_and_parser_refuse_the_same(validator, tmp_path, change):
    document = copy.deepcopy(yaml.safe_load(GOOD))
    WRONG[change](document)
    assert not validator.is_valid(document)
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(InputError):
        load(path)
