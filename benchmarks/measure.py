"""Wall time and peak memory of a command, and the environments that peers run in."""

import hashlib
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CACHE", "HERE", "Failed", "Measured", "digest", "environment", "measure"]

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".cache"
INTERVAL = 0.05  # seconds between looks at the memory


class Failed(Exception):
    """A command that ended in error, or took too long; the text says which and why."""


@dataclass(frozen=True)
class Measured:
    """What a command cost."""

    seconds: float  # wall, from start to end of the process, imports and compilation included
    cpu_seconds: float  # of all its threads and children: other work on the machine changes it less
    memory_mb: float  # most resident memory of the process and its children together; nan where there is no /proc
    load: float  # load average of the machine when it started, from others' work
    started: float  # seconds since the epoch, to compare with the times of files
    output: str  # stdout


def measure(command: list[str], *, log: Path, limit: float = 3600.0) -> Measured:
    """Run a command to its end, its output into files beside ``log`` and its stderr into it.

    Raises
    ------
    Failed
        It ends with another status than 0, or takes more than ``limit`` seconds.
    """
    load, started, start, peak = os.getloadavg()[0], time.time(), time.perf_counter(), float("nan")
    before = _cpu_seconds()
    printed = log.with_suffix(".out")
    with (
        log.open("w") as errors,
        printed.open("w") as output,
        subprocess.Popen(command, stdout=output, stderr=errors, cwd=HERE.parent) as process,
    ):
        while process.poll() is None:
            peak = max(_memory_mb(process.pid), peak) if Path("/proc/self/status").exists() else peak
            if time.perf_counter() - start > limit:
                process.kill()
                raise Failed(f"stopped after {limit:.0f} s")
            time.sleep(INTERVAL)
        seconds = time.perf_counter() - start
    if process.returncode:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise Failed(f"{' '.join(command)} ended with status {process.returncode}: {' '.join(last)}")
    return Measured(seconds, _cpu_seconds() - before, peak, load, started, printed.read_text(errors="replace"))


def _cpu_seconds() -> float:
    """CPU time of every process started here that has ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _memory_mb(pid: int) -> float:
    """Resident memory of a process and its children now, or the most that the process has had if that is more."""
    try:
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it has just ended
        return 0.0
    if "VmRSS" not in status:
        return 0.0
    now, most = (int(status[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return max(most, now + sum(_memory_mb(int(child)) for child in children))


def environment(name: str) -> Path:
    """The Python of a peer's own environment, made from ``envs/<name>.txt`` where it is not there yet.

    Raises
    ------
    Failed
        It cannot be installed on this machine.
    """
    pins = HERE / "envs" / f"{name}.txt"
    folder = CACHE / f"{name}-{digest(pins)}"
    ready = folder / "ready"
    if not ready.exists():
        print(f"Making an environment for {name}", file=sys.stderr, flush=True)
        CACHE.mkdir(exist_ok=True)
        log = CACHE / f"{name}.log"
        measure([sys.executable, "-m", "venv", "--clear", str(folder)], log=log)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        measure([*pip, "-r", str(pins)], log=log)
        ready.touch()
    return folder / "bin" / "python"


def digest(*files: Path) -> str:
    """Eight characters that change when one of the files does; a folder stands for the Python files below it."""
    every = [each for file in files for each in (sorted(file.rglob("*.py")) if file.is_dir() else [file])]
    return hashlib.sha256(b"".join(each.read_bytes() for each in every)).hexdigest()[:8]
