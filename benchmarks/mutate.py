"""Whatever a file holds, it is read or refused: spoilt files by the hundred thousand.

    python -m benchmarks.mutate --files 100000
    python -m benchmarks.mutate --files 10000 --of sheets     (rules, configs, stores, workspaces, tables, references)

Small files (made here, and those that the installed fcsparser ships, cut to a few events) are spoilt at random: bytes
changed, put in, taken out, digits of offsets and of keywords changed, keywords renamed, repeated, emptied, the end cut
off. Other kinds of files are in ``benchmarks.mutated``. Each is opened and read in a process whose memory may grow by
no more than ``--memory``. Prints as JSON how many were read and how many refused; any other exception, and what takes
longer than ten seconds, with the number that makes it again (``--only``).
"""

import argparse
import json
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import fcsparser
import numpy as np

from benchmarks.mutated import KINDS
from cytoclust.errors import InputError
from cytoclust.io import Channel, Spillover, open_fcs, write_fcs

__all__ = ["outcome", "seeds", "spoil"]

EVENTS = 40  # of each seed
SECONDS = 10
MEGABYTE = 2**20
DIGITS, DELIMITERS = b"0123456789", b"|/\\\x0c,;"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memory", type=int, default=512, help="megabytes that reading may add")
    parser.add_argument("--only", type=int, help="one of the files, with its traceback")
    parser.add_argument("--of", choices=["fcs", *KINDS], default="fcs", help="kind of the files")
    args = parser.parse_args()
    kind = KINDS.get(args.of)
    sound = list((kind.seeds() if kind else seeds()).items())
    spoilt, told = (kind.spoil, kind.outcome) if kind else (spoil, outcome)
    signal.signal(signal.SIGALRM, _late)
    before = _limit(args.memory)
    counts, foreign, slowest, began = Counter(), [], 0.0, time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(args.files) if args.only is None else [args.only]:
            name, content = sound[number % len(sound)]
            path = Path(folder) / (name if kind else "a.fcs")
            path.write_bytes(spoilt(content, np.random.default_rng([args.seed, number])))
            start = time.perf_counter()
            signal.alarm(SECONDS)
            try:
                found = told(path)
            except Exception as error:  # noqa: BLE001 (that is what is looked for)
                found = type(error).__name__
                foreign.append({"number": number, "seed": name, "error": f"{found}: {error}"[:200]})
                if args.only is not None:
                    traceback.print_exc()
            signal.alarm(0)
            counts[found] += 1
            if found not in ("read", "refused") and (not foreign or foreign[-1]["number"] != number):
                foreign.append({"number": number, "seed": name, "error": found})
            slowest = max(slowest, time.perf_counter() - start)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    print(
        json.dumps(
            {
                "files": sum(counts.values()), "outcomes": dict(counts), "foreign": foreign[:20],
                "slowest_seconds": round(slowest, 3), "megabytes_more": round(grown),
                "seconds": round(time.perf_counter() - began),
            },
            indent=1,
        )
    )  # fmt: skip
    return int(bool(foreign))


def outcome(path: Path) -> str:
    """``read`` or ``refused``; any other exception is a fault of the reader."""
    try:
        file = open_fcs(path)
        if file.read().shape != (file.n_events, len(file.channels)):
            return "other events than said"
    except InputError as error:
        return "refused" if "\n" not in str(error) and path.name in str(error) else "refused without a clear line"
    return "read"


def seeds() -> dict[str, bytes]:
    """Sound files of a few kilobytes: floats, integers, packed integers and text, and those of real instruments."""
    rng = np.random.default_rng(0)
    channels = [Channel("FSC-A", signal_type="scatter"), Channel("FITC-A", label="CD3"), Channel("PE-A", label="CD4")]
    spill = Spillover(("FITC-A", "PE-A"), np.array([[1, 0.2], [0.1, 1]]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.fcs"
        write_fcs(path, rng.lognormal(8, 1, (EVENTS, 3)), channels, spill=spill, text={"$CYT": "made", "$OP": "me"})
        made = {"floats": path.read_bytes()}
    decades = {"$P1E": "4,1", "$P2G": "2", "$P2R": "1000", "SPILL": "2,A,B,1,0.1,0,1"}
    made["integers"] = _file("I", 16, rng.integers(0, 1024, (EVENTS, 2)).astype(">u2").tobytes(), decades)
    made["packed"] = _file("I", 10, rng.integers(0, 256, EVENTS * 2 * 10 // 8).astype("u1").tobytes(), {})
    made["words"] = _file("A", 4, b"".join(b"%4d" % value for value in rng.integers(0, 1024, 2 * EVENTS)), {})
    made["doubles"] = _file("D", 64, rng.normal(size=(EVENTS, 2)).astype(">f8").tobytes(), {"$BYTEORD": "1,2,3,4"})
    folder = Path(fcsparser.__file__).parent / "tests" / "data" / "FlowCytometers"
    return made | {found.name: short for found in sorted(folder.rglob("*.fcs")) if (short := _cut(found))}


def _file(kind: str, bits: int, data: bytes, more: dict[str, str]) -> bytes:
    words = {
        "$BYTEORD": "4,3,2,1", "$DATATYPE": kind, "$MODE": "L", "$NEXTDATA": "0", "$TOT": str(EVENTS), "$PAR": "2",
        "$P1N": "A", "$P1B": str(bits), "$P1R": "1024", "$P2N": "B", "$P2B": str(bits), "$P2R": "1024", "$P2S": "CD3",
    }  # fmt: skip
    text = ("|" + "|".join(word for pair in (words | more).items() for word in pair) + "|").encode()
    begin = 58 + len(text)
    head = "FCS3.1    " + "".join(f"{at:>8}" for at in (58, begin - 1, begin, begin + len(data) - 1, 0, 0))
    return head.encode() + text + data


def _cut(path: Path) -> bytes | None:
    """A real file with its first events alone; None where it cannot be cut so."""
    content = path.read_bytes()
    try:
        file = open_fcs(path)
    except InputError:
        return None
    begin, width = int(content[26:34].strip() or 0), file.layout.width
    if not 0 < begin < 20_000 or file.n_events < EVENTS:
        return None
    end = begin + EVENTS * width
    content = content[:34] + b"%8d" % (end - 1) + content[42:end]
    for key, value in ((rb"\$TOT", EVENTS), (rb"\$ENDDATA", end - 1)):
        content = re.sub(
            rb"(" + key + rb".)([ \d]+)",
            lambda found, value=value: found[1] + b"%*d" % (len(found[2]), value),
            content,
            count=1,
        )
    return content


def spoil(content: bytes, rng: np.random.Generator) -> bytes:
    """A file with one to three faults."""
    for _ in range(rng.integers(1, 4)):
        fault = FAULTS[rng.integers(len(FAULTS))]
        content = fault(bytearray(content or b"FCS"), rng)
    return content


def _somewhere(content: bytearray, rng: np.random.Generator) -> int:
    """A place: in HEADER, in TEXT, or anywhere."""
    return int(rng.integers(min(len(content), (58, 3_000, len(content))[rng.integers(3)])))


def _change(content: bytearray, rng: np.random.Generator) -> bytes:
    for _ in range(rng.integers(1, 8)):
        content[_somewhere(content, rng)] = rng.integers(256)
    return bytes(content)


def _digit(content: bytearray, rng: np.random.Generator) -> bytes:
    places = [i for i in range(min(len(content), 4_000)) if content[i] in DIGITS]
    for place in rng.choice(places, size=min(len(places), 2)) if places else []:
        content[place] = rng.choice(list(b"0123456789 -x"))
    return bytes(content)


def _cut_off(content: bytearray, rng: np.random.Generator) -> bytes:
    return bytes(content[: _somewhere(content, rng)])


def _put_in(content: bytearray, rng: np.random.Generator) -> bytes:
    at = _somewhere(content, rng)
    pieces = (rng.bytes(rng.integers(1, 50)), content[at : at + rng.integers(1, 400)], b"\0" * rng.integers(1, 90))
    return bytes(content[:at] + pieces[rng.integers(3)] + content[at:])


def _take_out(content: bytearray, rng: np.random.Generator) -> bytes:
    at = _somewhere(content, rng)
    return bytes(content[:at] + content[at + rng.integers(1, 40) :])


def _delimiter(content: bytearray, rng: np.random.Generator) -> bytes:
    content[_somewhere(content, rng)] = rng.choice(list(DELIMITERS))
    return bytes(content)


def _keyword(content: bytearray, rng: np.random.Generator) -> bytes:
    """A keyword renamed, emptied, or given a value that nobody expects."""
    found = list(re.finditer(rb"\$[A-Z0-9]{2,12}", bytes(content[:6_000])))
    if not found:
        return bytes(content)
    one, other = (found[rng.integers(len(found))] for _ in range(2))
    values = (
        b"",
        b"0",
        b"-1",
        b"1e400",
        b"NaN",
        b"99999999999999999999",
        b"\xff\xfe",
        b"4,3,2,1",
        b"*",
        other[0],
        b"65",
    )
    new = one[0] + content[58:59] + values[rng.integers(len(values))] + content[58:59]
    return bytes(content[: one.start()] + (other[0] if rng.integers(2) else new) + content[one.end() :])


FAULTS: tuple[Callable[[bytearray, np.random.Generator], bytes], ...] = (
    _change, _digit, _digit, _cut_off, _put_in, _take_out, _delimiter, _keyword, _keyword,
)  # fmt: skip


def _late(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


def _limit(megabytes: int) -> float:
    """Let the process grow by so much and no more; megabytes that it has by now."""
    has = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (has + megabytes * MEGABYTE,) * 2)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
