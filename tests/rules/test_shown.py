"""Rules as Python and Jupyter show them."""

import pytest

from cytoclust import rules
from cytoclust.errors import InputError


def test_text_has_a_line_a_population_under_its_parent() -> None:
    loaded = rules.load("t_cells")
    head, *lines = repr(loaded).splitlines()
    assert head == f"rules t_cells {loaded.version}: {len(loaded.populations)} populations"
    assert [line.split(":")[0].strip() for line in lines if not line.startswith("    ")][:2] == [
        "T cell",
        "T cell gamma delta",
    ]
    assert sorted(line.split(":")[0].strip() for line in lines) == sorted(each.name for each in loaded.populations)


def test_html_is_escaped(tmp_path) -> None:
    (tmp_path / "x.yaml").write_text("name: <b>\nversion: '1'\npopulations:\n  <img src=x>: {markers: {CD3: +}}\n")
    html = rules.load(tmp_path / "x.yaml")._repr_html_()
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html
    assert "CD3+" in html


def test_a_folder_is_no_rule_file(tmp_path) -> None:
    with pytest.raises(InputError, match="are a folder: give a YAML file, or a name of the library"):
        rules.load(tmp_path)
