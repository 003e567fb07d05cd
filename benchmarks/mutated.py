"""Other files than FCS that strangers may give, how they are spoilt, and what becomes of them.

See ``benchmarks.mutate``.

A kind is a row of ``KINDS``: sound files, and what reads one. A new format of file needs no more than its row.
"""

import copy
import io
import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd

from cytoclust import rules
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.frozen import open_reference
from cytoclust.frozen._open_reference import DIGEST, JSON, _digest
from cytoclust.io import list_samples, open_events
from cytoclust.io.workspaces import open_gates
from cytoclust.params import load_config
from cytoclust.pipeline._entry import META, Damaged, Kept, Place
from cytoclust.pipeline._recipe import Recipe

__all__ = ["KINDS", "Kind", "refused"]

WORDS = (
    b"=cmd|' /C calc'!A0", b"../../x", b"\0", b"nan", b"1e999", b"-1", b"a" * 10_000, b"*a", b"&a ", b"{", b"[", b"- ",
    b"? ", b"!!int ", b'"', b"'", b",", b";", b"\t", b"\r", b"\n", b": ", b"#", b"\xff\xfe", b"\xe2\x80\xae", b"<img>",
    b"con", b"/dev/zero", b"s3://", b"NA", b"9" * 5_000, b"2020-13-40", b"true", b"~", b"|", b"%", b"<<: *a",
    b"\x1b[31m",
)  # fmt: skip
"""What somebody may put where it does not belong."""
VALUES = (
    None, True, -1, 0, 3, 10**30, 1.5, float("nan"), -1e308, "", "x", "auto", [], [1], ["x"], {}, {"array": 0},
    {"array": 3}, {"array": -1}, {"array": 10**6}, {"map": [["x", 1]]}, {"map": [[[], 1]]}, {"table": []},
    {"table": [["a"], None, [["b", ["c"]]]]}, {"panel": {}}, {"findings": []},
)  # fmt: skip
"""The same of JSON."""
SHEET = (
    "sample_id,path,patient_id,group,timepoint,batch,control,age\n"
    "S1,a.fcs,P1,case,0,b1,,31\nS2,b.fcs,P2,control,0,b1,,45.5\nS3,c.fcs,P3,case,7,b2,,NA\n"
    'F1,d.fcs,,,,b1,"FMO CD3",\n'
)
RULES = (
    "name: mine\nversion: 2\ndescription: >\n  Two kinds\n  of cell.\nreferences: [me 2020]\n"
    "markers: {CD3: [CD3e], CD19: []}\npopulations:\n  T cell:\n    markers: {CD3: +, CD19: -}\n"
    "    optional: {CD4: &p [+]}\n  helper:\n    parent: T cell\n    markers: {CD4: *p}\n"
    "    unless: {doublet: {CD8: +, CD19: +}}\n"
)
CONFIG = (
    "run: {seed: 3, workers: 2}\ncluster:\n  resolution: auto\n  markers: [CD3, CD4]\n  n_prototypes: 200\n"
    "transform: {method: arcsinh, cofactor: {CD3: 150, CD4: 1.5e2}}\ncompensate: {enabled: true, matrix: file}\n"
    "contrasts: {covariates: [age]}\nquality: {doublets: off}\n"
)
WORKSPACE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Workspace flowJoVersion="10.8.1" version="20.0" '
    'xmlns:gating="http://www.isac-net.org/std/Gating-ML/v2.0/gating" '
    'xmlns:data-type="http://www.isac-net.org/std/Gating-ML/v2.0/datatypes"><SampleList><Sample>'
    '<DataSet uri="file:a.fcs" sampleID="1"/><Keywords><Keyword name="$FIL" value="a.fcs"/></Keywords>'
    '<SampleNode name="a.fcs" count="40" sampleID="1"><Subpopulations><Population name="CD3+" count="7"><Gate>'
    '<gating:RectangleGate gating:id="g"><gating:dimension gating:min="1" gating:max="5000">'
    '<data-type:fcs-dimension data-type:name="FITC-A"/></gating:dimension></gating:RectangleGate></Gate></Population>'
    "</Subpopulations></SampleNode></Sample></SampleList></Workspace>"
)
TABLE = "FSC-A,CD3,CD4,Time\n" + "".join(f"{5000 + i},{i * 1.5},{900 - i},{i}\n" for i in range(40))


@dataclass(frozen=True)
class Kind:
    """Files of one kind: what sound ones hold, the ending of their names, and what reads one or raises."""

    seeds: Callable[[], dict[str, bytes]]
    read: Callable[[Path], object]
    suffix: str = ""
    """Of all; empty where a seed's name has its own."""

    def spoil(self, content: bytes, rng: np.random.Generator) -> bytes:
        """A file with one to three faults; of a workbook, mostly in what is packed, of JSON in what it says."""
        if content.startswith(b"PK") and rng.integers(4):
            return _repacked(content, rng)
        if content.startswith(b"{") and rng.integers(4):
            return _reworded(content, rng)
        for _ in range(rng.integers(1, 4)):
            content = _fault(content, rng)
        return content

    def outcome(self, path: Path) -> str:
        """``read`` or ``refused``; any other exception is a fault of the reader."""
        return refused(lambda: self.read(path), path)


def refused(read: Callable[[], object], path: Path) -> str:
    """``read``, ``refused`` in one line that names the file, or that this line lacks."""
    try:
        read()
    except InputError as error:
        return "refused" if "\n" not in str(error) and path.name in str(error) else f"refused by {str(error)[:200]!r}"
    except Damaged:
        return "refused"
    return "read"


def _fault(content: bytes, rng: np.random.Generator) -> bytes:
    at, word = int(rng.integers(len(content) + 1)), WORDS[rng.integers(len(WORDS))]
    lines = content.split(b"\n")
    line = int(rng.integers(len(lines)))
    match rng.integers(8):
        case 0:
            return content[:at] + rng.bytes(rng.integers(1, 4)) + content[at + 1 :]
        case 1:
            return content[:at] + word + content[at:]
        case 2:
            return content[:at] + content[at + int(rng.integers(1, 30)) :]
        case 3:
            return content[:at]
        case 4:
            return b"\n".join([*lines[:line], lines[line], *lines[line:]])
        case 5:
            return b"\n".join([*lines[:line], *lines[line + 1 :]])
        case 6:
            found = list(re.finditer(rb"[\w.]+", content))
            if not found:
                return word
            one = found[rng.integers(len(found))]
            return content[: one.start()] + word + content[one.end() :]
        case _:
            other = int(rng.integers(len(lines)))
            lines[line], lines[other] = lines[other], lines[line]
            return b"\n".join(lines)


def _repacked(content: bytes, rng: np.random.Generator) -> bytes:
    new = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(new, "w") as packed:
        names = old.namelist()
        spoilt = names[rng.integers(len(names))]
        for name in names:
            part = old.read(name)
            packed.writestr(name, _fault(part, rng) if name == spoilt else part)
    return new.getvalue()


def _reworded(content: bytes, rng: np.random.Generator) -> bytes:
    """JSON with one to three values that are others, or not there."""
    plain = json.loads(content)
    for _ in range(rng.integers(1, 4)):
        held: Any = plain
        while True:
            at = list(held) if isinstance(held, dict) else range(len(held))
            if not len(at):
                break
            key = at[int(rng.integers(len(at)))]
            if isinstance(held[key], dict | list) and rng.integers(8):
                held = held[key]
            elif rng.integers(5):
                held[key] = copy.deepcopy(VALUES[rng.integers(len(VALUES))])
                break
            else:
                del held[key]
                break
    return json.dumps(plain).encode()


def _sheets() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    rows = [line.split(",") for line in SHEET.splitlines()]
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("D2:D3")
    saved = io.BytesIO()
    book.save(saved)
    return {
        "a.csv": SHEET.encode(), "b.tsv": SHEET.replace(",", "\t").encode(), "c.csv": SHEET.encode("utf-16"),
        "d.csv": ("sep=;\n" + SHEET.replace(",", ";")).encode("cp1252"), "e.xlsx": saved.getvalue(),
    }  # fmt: skip


def _rules() -> dict[str, bytes]:
    """One of the library, and its beginning: what a person writes first."""
    text = rules.source("t_cells")
    head = RULES.encode()
    return {"a.yaml": head, "b.yaml": head.replace(b"\n", b"\r\n"), "c.yaml": text.encode(), "d.yaml": head}


def _entries() -> dict[str, bytes]:
    """What an entry of a store holds: its value, and what tells of it."""
    value = {
        "labels": np.arange(50, dtype=np.int32), "table": pd.DataFrame({"a": [1.5, 2], "b": ["x", None]}),
        "notes": [Finding("one batch", batch="b1")], "pair": (3, "text", None, True), "more": {"CD3": [0.5]},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder) / "step", Recipe("step", {"a parameter": 1}, "S1"), mapped=False).fill()
        place.create("events", (20, 3))
        place.append(np.ones((20, 3), dtype=np.float32))
        place.finish(value)
        return {path.name: path.read_bytes() for path in (Path(folder) / "step").iterdir()}


def _read_entry(path: Path) -> Any:
    """An entry one of whose files is spoilt, by somebody who then tells of it what is so."""
    sound, spoilt = _ENTRY, path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        files = sound | {path.name: spoilt}
        text = files[META].partition(b"\n")[2] if path.name == META else b""
        if path.name != META:
            meta = json.loads(sound[META].partition(b"\n")[2])
            meta["files"] = {name: (len(data), zlib.crc32(data)) for name, data in files.items() if name != META}
            text = json.dumps(meta).encode()
        files[META] = b"%08x\n%b" % (zlib.crc32(text), text)
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        kept = Kept.read(Path(folder))
        return kept and (kept.value(), np.asarray(kept.array("events")))


def _references() -> dict[str, bytes]:
    """A whole one, and what it holds: its JSON some times over, and some of its arrays."""
    arrays = sorted(name for name in _REFERENCE if name not in {JSON, DIGEST})
    names = [*[JSON] * 12, *arrays[::14]]
    return {"a.ctref": _KEPT.read_bytes()} | {
        f"{number} {name.replace('/', '-')}": _REFERENCE[name] for number, name in enumerate(names)
    }


def _read_reference(path: Path) -> object:
    """All that `show` and `apply` ask of it first; a spoilt member is packed with the digest of what it says now."""
    if path.suffix != ".ctref":
        member = path.name.partition(" ")[2].replace("-", "/")
        members = _REFERENCE | {member: path.read_bytes()}
        del members[DIGEST]
        with zipfile.ZipFile(path, "w") as packed:
            for name, data in (members | {DIGEST: _digest(members).encode()}).items():
                packed.writestr(name, data)
    found = open_reference(path)
    return repr(found), found.config, found.ruleset, found.compensation, found.patients


_KEPT = Path(__file__).parents[1] / "tests" / "reference" / "kept" / "v1.ctref"
with zipfile.ZipFile(_KEPT) as kept:
    _REFERENCE = {name: kept.read(name) for name in kept.namelist()}
_ENTRY = _entries()
KINDS = {
    "sheets": Kind(_sheets, lambda path: list_samples(path, check_files=False)),
    "rules": Kind(_rules, rules.load),
    "configs": Kind(lambda: {"a.yaml": CONFIG.encode()}, load_config),
    "stores": Kind(lambda: _ENTRY, _read_entry),
    "workspaces": Kind(lambda: {"a.wsp": WORKSPACE.encode()}, open_gates),
    "references": Kind(_references, _read_reference),
    "tables": Kind(lambda: {"a.csv": TABLE.encode(), "b.tsv": TABLE.replace(",", "\t").encode()}, open_events),
}
"""By name."""
