"""Files that are no gates that are read, and XML that means harm."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cytoclust.errors import InputError
from cytoclust.io.workspaces import open_gates
from tests.io.workspaces import write as w

pytestmark = pytest.mark.usefixtures("flowkit")
Put = Callable[[str, str], Path]
LAUGHS = f'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "{"&a;" * 10}">]><Workspace flowJoVersion="10.8">&b;</Workspace>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Workspace flowJoVersion="10.8">&a;</Workspace>'
TYPE = '<!DOCTYPE Workspace SYSTEM "http://example.org/a.dtd"><Workspace flowJoVersion="10.8"/>'


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, TYPE, "< ! doctype x><a/>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_entities_are_refused(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.wsp"
    path.write_bytes(f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding))
    with pytest.raises(InputError, match=r"a\.wsp declares a document type or entities, which is refused") as caught:
        open_gates(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.wsp", b"PK\x03\x04..", "is an archive"),
        ("a.xml", b'<bdfacs version="Version 8.0"><experiment/></bdfacs>', "BD FACSDiva"),
        ("a.json", b'{"gates": []}', "JSON, as CellEngine and OMIQ write it"),
        ("a.fcs", b"FCS3.1    ", "a file of events"),
        ("a.xml", b"<html/>", "XML of <html>, which is not known"),
        ("a.xml", b"<Workspace", "no XML that can be read"),
        ("a.jo", b"whatever", "no XML that can be read"),
        ("a.wsp", b"", "is empty"),
        ("a.xml", b'<Gating-ML xmlns="http://www.isac-net.org/std/Gating-ML/v1.5/gating"/>', "version 2.0 is read"),
    ],
)
def test_others_are_refused_by_name_in_one_line(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=told) as caught:
        open_gates(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_an_absent_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"b\.wsp"):
        open_gates(tmp_path / "b.wsp")


def test_two_gates_with_one_id_are_refused(put: Put) -> None:
    gate = f'<gating:RectangleGate gating:id="a">{w.dimension("FSC-A", 1.0)}</gating:RectangleGate>'
    with pytest.raises(InputError, match="more than one gate with the id 'a'"):
        open_gates(put("a.xml", w.gating_ml(gate, gate)))
