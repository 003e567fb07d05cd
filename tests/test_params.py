"""The parameter table: wrong and right values are made from each declaration, never written by hand."""

import inspect
import json
import math
import operator
import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np
import pytest
import yaml
from pydantic.fields import FieldInfo

from cytoclust import pl, pp, tl
from cytoclust.errors import InputError, ParameterError
from cytoclust.params import D, check, load_config, parameters, update
from cytoclust.registry import Registry

TABLE = {key: field for key, field, _ in parameters()}
OF_EVERY_TYPE = [True, 7, 0.5, "no such word", None, ["CD4"], [0.5], {"CD4": "B"}, {"CD4": 0.5}, b"bytes", math.inf]
OF_A_PATTERN = ["local:2", "local:0", "tcp://node:8786", "tcp://me:secret@node:1"]


def alternatives(annotation: Any, metadata: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Each type that an annotation allows, with its bounds."""
    if get_origin(annotation) in (Union, UnionType):
        for argument in get_args(annotation):
            yield from alternatives(argument)
    elif get_origin(annotation) is Annotated:
        base, *extra = get_args(annotation)
        bounds = [item for part in extra for item in (part.metadata if isinstance(part, FieldInfo) else [part])]
        yield from alternatives(base, tuple(bounds))
    else:
        yield annotation, metadata


def bound(metadata: tuple[Any, ...], *names: str) -> float | None:
    return next((getattr(item, name) for item in metadata for name in names if hasattr(item, name)), None)


def within(value: float, metadata: tuple[Any, ...]) -> bool:
    holds = {"ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt}
    limits = [(test, bound(metadata, name)) for name, test in holds.items()]
    return all(limit is None or test(value, limit) for test, limit in limits)


def allows(annotation: Any, metadata: tuple[Any, ...], value: Any) -> bool:
    """Whether a declaration allows a value: written from the meaning of Python's types, not from pydantic."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return value in arguments
    if origin is list:
        return isinstance(value, list) and all(allowed(arguments[0], (), item) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(allowed(arguments[1], (), item) for item in value.values())
    if annotation is float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and math.isfinite(value) and within(value, metadata)
    if annotation is int:
        return type(value) is int and within(value, metadata)
    names = [name for item in metadata if isinstance(item, Registry) for name in item]
    pattern = bound(metadata, "pattern")
    fits = pattern is None or (isinstance(value, str) and re.search(str(pattern), value) is not None)
    return type(value) is annotation and (not names or value in names) and fits


def allowed(annotation: Any, metadata: tuple[Any, ...], value: Any) -> bool:
    return any(allows(*one, value) for one in alternatives(annotation, metadata))


def at_the_bounds(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[Any]:
    """Numbers at, just below and just above each bound, on their own and inside lists and mappings."""
    for base, bounds in alternatives(annotation, metadata):
        if get_origin(base) is dict:
            yield from ({"CD4": value} for value in at_the_bounds(get_args(base)[1], ()))
        if base not in (int, float):
            continue
        for limit in filter(lambda value: value is not None, (bound(bounds, "ge", "gt"), bound(bounds, "le", "lt"))):
            if base is int:
                yield from (limit - 1, limit, limit + 1)
            else:
                yield from (math.nextafter(limit, -math.inf), float(limit), math.nextafter(limit, math.inf))
        yield from (math.nan, math.inf, -math.inf)


def candidates(key: str) -> list[Any]:
    field = TABLE[key]
    numbers = [*at_the_bounds(field.annotation, tuple(field.metadata))]
    words = [
        word for base, _ in alternatives(field.annotation) if get_origin(base) is Literal for word in get_args(base)
    ]
    names = [name for item in field.metadata if isinstance(item, Registry) for name in item]
    texts = OF_A_PATTERN if bound(tuple(field.metadata), "pattern") else []
    return [*OF_EVERY_TYPE, *numbers, *words, *names, *texts]


def split(key: str, *, right: bool) -> list[Any]:
    field = TABLE[key]
    return [v for v in candidates(key) if allowed(field.annotation, tuple(field.metadata), v) is right]


@pytest.mark.parametrize("key", TABLE)
def test_wrong_values_have_one_message_form(key: str) -> None:
    section, name = key.split(".")
    wrong = split(key, right=False)
    assert wrong
    for value in wrong:
        form = rf"The {re.escape(key)} parameter must be \S.*\. Got {re.escape(repr(value))} instead\."
        with pytest.raises(ParameterError) as caught:
            check(section, **{name: value})
        assert re.fullmatch(form, str(caught.value)), str(caught.value)
        with pytest.raises(ParameterError) as again:
            update(D, {key: value})
        assert str(again.value) == str(caught.value)


@pytest.mark.parametrize("key", TABLE)
def test_right_values_are_kept(key: str) -> None:
    section, name = key.split(".")
    right = split(key, right=True)
    assert right
    for value in right:
        assert getattr(check(section, **{name: value}), name) == value, value


@pytest.mark.parametrize("key", TABLE)
def test_yaml_and_set_and_python_give_the_same_config(key: str, tmp_path: Any) -> None:
    section, name = key.split(".")
    path = tmp_path / "config.yaml"
    for value in split(key, right=True):
        path.write_text(yaml.safe_dump({section: {name: value}}))
        text = yaml.safe_dump(value, default_flow_style=True).removesuffix("...\n").strip()
        from_python = update(D, {key: value})
        assert load_config(path) == load_config(settings=[f"{key}={text}"]) == from_python, value
        assert getattr(getattr(from_python, section), name) == value


@pytest.mark.parametrize(("key", "_", "text"), parameters())
def test_every_parameter_has_help_and_a_valid_default(key: str, _: Any, text: str) -> None:
    section, name = key.split(".")
    default = getattr(getattr(D, section), name)
    assert text.endswith(".")
    assert text[0].isupper() or text[0] == "`"
    assert allowed(TABLE[key].annotation, tuple(TABLE[key].metadata), default)
    assert getattr(check(section, **{name: default}), name) == default


def misspellings(key: str) -> Iterator[str]:
    section, name = key.split(".")
    middle = len(name) // 2
    yield f"{section}.{name[:middle]}{name[middle + 1 :]}"  # a letter left out
    yield f"{section}.{name[:middle]}{name[middle]}{name[middle:]}"  # a letter twice
    yield f"{section}.{name[: middle - 1]}{name[middle]}{name[middle - 1]}{name[middle + 1 :]}"  # two letters swapped


@pytest.mark.parametrize("key", TABLE)
def test_misspelt_key_names_the_right_one(key: str) -> None:
    for wrong in set(misspellings(key)) - set(TABLE):
        with pytest.raises(ParameterError, match=re.escape(f"{wrong!r}. Did you mean {key!r}?")):
            load_config(settings=[f"{wrong}=1"])


@pytest.mark.parametrize("wrong", ["clusters.resolution", "cluster-resolution", "resolution", "CLUSTER.RESOLUTION"])
def test_key_of_another_shape_is_refused(wrong: str) -> None:
    with pytest.raises(ParameterError, match=r"There is no parameter .*Did you mean "):
        load_config(settings=[f"{wrong}=1"])


@pytest.mark.parametrize("wrong", ["", ".", "quux.zzz"])
def test_key_like_no_other_is_answered_with_the_sections(wrong: str) -> None:
    with pytest.raises(ParameterError, match=r"There is no parameter .*There are sections run, read, panel, "):
        update(D, {wrong: 1})


def test_misspelt_section_of_a_file_names_file_and_section(tmp_path: Any) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("clustr: {resolution: 2}")
    with pytest.raises(ParameterError, match=r"config\.yaml.*Did you mean 'cluster'\?"):
        load_config(path)


@pytest.mark.parametrize("text", ["[1, 2]", "cluster: 3", "cluster: [a", "\x00", "7"])
def test_file_that_is_no_config_is_refused_in_one_line(text: str, tmp_path: Any) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"config\.yaml") as caught:
        load_config(path)
    assert "\n" not in str(caught.value)


def test_setting_wins_over_file_and_file_over_default(tmp_path: Any) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("detect: {lod_events: 7, loq_events: 70}\n")
    config = load_config(path, ["detect.lod_events=9"])
    assert (config.detect.lod_events, config.detect.loq_events) == (9, 70)
    assert config.detect.confidence == D.detect.confidence


def test_of_several_files_the_later_goes_before_the_earlier_and_mappings_are_joined(tmp_path: Any) -> None:
    first, second, record = tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "run.json"
    first.write_text("panel: {names: {PE-A: CD4, APC-A: CD8}}\ndetect: {lod_events: 7}\n")
    second.write_text("panel: {names: {APC-A: CD9, FITC-A: }}\ndetect: {lod_events: 8}\n")
    config = load_config([first, second])
    assert config.panel.names == {"PE-A": "CD4", "APC-A": "CD9"}
    assert config.detect.lod_events == 8
    record.write_text(json.dumps({"format": 1, "parameters": config.model_dump(), "panel": ["something else"]}))
    assert load_config(record) == config
    assert load_config([record, first]).panel.names == {"PE-A": "CD4", "APC-A": "CD8"}


def test_a_name_left_empty_is_none_and_a_missing_space_is_refused(tmp_path: Any) -> None:
    path = tmp_path / "panel.yaml"
    path.write_text("panel:\n  names:\n    PE-A:\n    APC-A: CD8\n")
    assert load_config(path).panel.names == {"APC-A": "CD8"}
    with pytest.raises(ParameterError, match="A space is missing"):
        load_config(settings=["panel.names={PE-A:CD4}"])


def test_setting_without_value_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"must have the form section\.key=value. Got 'run\.seed' instead"):
        load_config(settings=["run.seed"])


def test_defaults_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        D.cluster.resolution = 2.0  # type: ignore[misc]


NAMES = {name: [key for key in TABLE if key.split(".")[1] == name] for name in {key.split(".")[1] for key in TABLE}}
STEPS = [
    (f"{module.__name__}.{name}", getattr(module, name))
    for module in (pp, tl, pl)
    for name in module.__all__
    if inspect.isfunction(getattr(module, name)) and "adata" in inspect.signature(getattr(module, name)).parameters
]


SECTION_OF = {
    "pp.compensate": "compensate",
    "pp.quality": "quality",
    "pp.arcsinh": "transform",
    "tl.cluster": "cluster",
    "tl.annotate": "annotate",
    "tl.umap": "embed",
}


@pytest.mark.parametrize(("name", "function"), STEPS, ids=[name for name, _ in STEPS])
def test_python_default_is_the_table_s(name: str, function: Any) -> None:
    section = SECTION_OF.get(name.removeprefix("cytoclust."))
    of_figures = {
        "names",
        "title",
        "gates",
    }  # what to draw: not the panel's names, the report's title, the gates to write
    other = of_figures if name.startswith("cytoclust.pl.") else set()
    for parameter in inspect.signature(function).parameters.values():
        if parameter.default is inspect.Parameter.empty or parameter.name not in NAMES.keys() - other:
            continue
        keys = [key for key in NAMES[parameter.name] if key == f"{section}.{parameter.name}"] or NAMES[parameter.name]
        defaults = [getattr(getattr(D, key.split(".")[0]), parameter.name) for key in keys]
        assert any(type(parameter.default) is type(d) and parameter.default == d for d in defaults), parameter


def test_step_functions_take_the_parameters_of_their_section() -> None:
    for name, section in SECTION_OF.items():
        module, function = name.split(".")
        taken = set(inspect.signature(getattr({"pp": pp, "tl": tl}[module], function)).parameters)
        assert taken & set(type(getattr(D, section)).model_fields), name


def test_numpy_numbers_are_numbers() -> None:
    assert check("embed", min_dist=np.float64(0.5)).min_dist == 0.5


def test_numbers_with_an_exponent_are_numbers():
    assert load_config(settings=["cluster.resolution=1e-3"]).cluster.resolution == 0.001
    assert load_config(settings=["cluster.resolution=2.5e0"]).cluster.resolution == 2.5


def test_numpy_numbers_and_tuples_are_taken():
    chosen = check("cluster", n_prototypes=np.int64(50), resolution=np.float32(2), markers=("CD4", "CD8"))
    assert (chosen.n_prototypes, chosen.resolution, chosen.markers) == (50, 2.0, ["CD4", "CD8"])


@pytest.mark.parametrize(
    ("setting", "written"),
    [
        ("panel.names={FITC:CD4}", "{FITC: CD4}"),
        ("panel.names={FITC:CD4, PE-A:CD8}", "{FITC: CD4, PE-A: CD8}"),
        ("panel.names=FITC:CD4", "{FITC: CD4}"),
        ("annotate.thresholds={CD4:1.5}", "{CD4: 1.5}"),
        ("transform.cofactor={CD4:150}", "{CD4: 150}"),
    ],
)
def test_a_missing_space_after_the_colon_is_pointed_out(setting, written):
    with pytest.raises(ParameterError) as error:
        load_config(settings=[setting])
    assert str(error.value).endswith(f" A space is missing after the colon: write {written}.")


def test_other_wrong_mappings_get_no_such_hint():
    with pytest.raises(ParameterError) as error:
        load_config(settings=["annotate.thresholds={CD4: high}"])
    assert "space" not in str(error.value)


def test_a_key_twice_in_a_config_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("run: {seed: 1}\nrun: {seed: 2}\n")
    with pytest.raises(InputError, match="the key 'run' is there twice"):
        load_config(path)
    path.write_text("run: &a {seed: 1}\n")
    assert load_config(path).run.seed == 1
