"""The table of steps hangs together, and what it says of each step is so."""

import inspect
from collections import Counter

import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.params import Config, D
from cytoclust.pipeline._context import Context, Parameters
from cytoclust.pipeline._steps import GIVEN, all_steps

STEPS = all_steps()
NAMES = [step.name for step in STEPS]
EACH = pytest.mark.parametrize("step", STEPS, ids=NAMES)


def test_names_are_told_apart():
    assert len(set(NAMES)) == len(NAMES)
    made = Counter([*GIVEN, *(name for step in STEPS for name in step.makes)])
    assert {name: n for name, n in made.items() if n > 1} == {}
    parts = [step.writes for step in STEPS if step.writes]
    assert len(set(parts)) == len(parts)


def test_the_record_comes_last():
    """It vouches for the rest."""
    assert [step.writes for step in STEPS if step.writes][-1] == "run.json" == STEPS[-1].writes


@EACH
def test_needs_are_made_before(step):
    before = {*GIVEN, *(name for earlier in STEPS[: STEPS.index(step)] for name in earlier.makes)}
    assert set(step.needs) <= before


@EACH
def test_what_is_made_is_needed_or_is_the_result(step):
    after = {name for later in STEPS[STEPS.index(step) + 1 :] for name in later.needs}
    of_references = {"known_controls", "known_beads"}  # they are read from the store
    assert set(step.makes) <= after | {"tables", "adata", "done"} | of_references
    assert step.makes or step.writes


@EACH
def test_the_function_takes_what_the_step_needs(step):
    context, *others = inspect.signature(step.load()).parameters.values()
    assert context.name == "context"
    assert {each.name for each in others} == set(step.needs)
    assert all(each.kind is each.KEYWORD_ONLY for each in others)


@EACH
def test_it_is_told_in_words(step):
    assert step.title
    assert step.does[0].isupper()
    assert step.does.endswith(".")
    assert step.version >= 1


@EACH
def test_reads_are_sections(step):
    assert set(step.reads) <= set(Config.model_fields)
    config = Parameters(D, step.reads)
    for section in Config.model_fields:
        if section in step.reads:
            assert getattr(config, section) == getattr(D, section)
        else:
            with pytest.raises(AttributeError, match=f"does not say that it reads the section '{section}'"):
                getattr(config, section)


class Heard:
    """Parameters that remember which sections were read."""

    def __init__(self, of: Parameters):
        self._of, self.sections = of, set()

    def __getattr__(self, section):
        self.sections.add(section)
        return getattr(self._of, section)


@pytest.mark.slow
@pytest.mark.usefixtures("sketched")
def test_every_section_that_a_step_names_is_read(small, tmp_path, monkeypatch):
    """Of a run that has all there is: controls, a map, exports, and markers that are not clustered on.

    A step that reads another one does not get so far.
    """
    table = pd.read_csv(small / "samples.csv")
    table["path"] = [str(small / path) for path in table["path"]]
    control = {"sample_id": "c", "path": table["path"][0], "control": "FMO CD271"}
    process = control | {"sample_id": "p", "control": "process"}
    pd.concat([table, pd.DataFrame([control, process])]).to_csv(tmp_path / "samples.csv", index=False)
    heard, enter = {}, Context.enter

    def listening(self, step):
        enter(self, step)
        heard[step.name] = self.config = Heard(self.config)

    monkeypatch.setattr(Context, "enter", listening)
    monkeypatch.setattr("anndata.AnnData.write_zarr", lambda _, path: path.mkdir())  # a thousand small files
    settings = {
        "embed.n_events": 300,
        "cluster.n_prototypes": 150,
        "cluster.n_redraws": 0,
        "cluster.markers": ["CD45", "CD90", "CD271", "GD2"],
    }
    settings |= {"export.fcs": True, "export.flowjo": True, "export.gates": ["leukocyte"], "export.zarr": True}
    result = ct.run(tmp_path / "samples.csv", out=tmp_path / "OUT", rules="msc", settings=settings)
    assert {name: found.sections for name, found in heard.items()} == {step.name: set(step.reads) for step in STEPS}
    assert len(result.record["controls"]) == 1
    assert "X_umap" in result.adata.obsm
