"""A rule set as text and back."""

import dataclasses

import anndata
import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.rules import RuleSet, load, names, source
from cytoclust.rules._parse import parse
from tests.rules.test_load import GOOD

TEXTS = {name: source(name) for name in names()} | {"every construct": GOOD}


def in_order(value):
    """Nested pairs, so that the order of every mapping counts, but not that of a set."""
    if dataclasses.is_dataclass(value):
        return [(field.name, in_order(getattr(value, field.name))) for field in dataclasses.fields(value)]
    if isinstance(value, dict):
        return [(key, in_order(item)) for key, item in value.items()]
    return tuple(map(in_order, value)) if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", TEXTS)
def test_rules_come_back_from_text_as_they_were(name):
    rules = parse(TEXTS[name], name)
    back = RuleSet.from_json(rules.to_json())
    assert back == rules
    assert in_order(back) == in_order(rules)
    assert back.to_json() == rules.to_json()
    assert (back.parents, back.children, back.compartments) == (rules.parents, rules.children, rules.compartments)


def test_rules_come_back_from_a_file_of_anndata(tmp_path):
    rules = load("msc")
    adata = anndata.AnnData(np.zeros((1, 1), np.float32), uns={"rules": rules.to_json()})
    adata.write_h5ad(tmp_path / "cohort.h5ad")
    assert RuleSet.from_json(anndata.read_h5ad(tmp_path / "cohort.h5ad").uns["rules"]) == rules


def test_levels_are_written_in_one_order():
    levels = frozenset({"bright", "dim", "mid"})
    rules = RuleSet.from_json(load("t_cells").to_json())
    assert any(levels in p.markers.values() for p in rules.populations)
    assert '["bright", "dim", "mid"]' in rules.to_json()


@pytest.mark.parametrize("text", ["", "{}", '{"name": 1}', load("t_cells").to_json().replace('"bright"', '"plus"', 1)])
def test_other_text_is_refused(text):
    with pytest.raises(InputError, match=r"no rules as RuleSet\.to_json writes them"):
        RuleSet.from_json(text)
