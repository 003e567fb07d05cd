"""Wall time and peak memory of a command, and the environments that peers run in."""

import hashlib
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Measured", "environment", "measure"]

HERE = Path(__file__).resolve().parent
INTERVAL = 0.05  # seconds between looks at the memory


@dataclass(frozen=True)
class Measured:
    """What a command cost."""

    seconds: float  # wall, from start to end of the process, imports and compilation included
    cpu_seconds: float  # of all its threads and children: other work on the machine changes it less
    memory_mb: float  # most resident memory of the process and its children together; nan where there is no /proc
    load: float  # load average of the machine when it started, from others' work
    output: str  # stdout


def measure(command: list[str], *, log: Path) -> Measured:
    """Run a command to its end, its stderr into ``log``; leave with its last line if it fails."""
    load, start, peak = os.getloadavg()[0], time.perf_counter(), float("nan")
    before = _cpu_seconds()
    with (
        log.open("w+") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        while process.poll() is None:
            peak = max(_memory_mb(process.pid), peak) if Path("/proc/self/status").exists() else peak
            time.sleep(INTERVAL)
        seconds, output = time.perf_counter() - start, process.stdout.read() if process.stdout else ""
    if process.returncode:
        last = log.read_text().strip().splitlines()[-1:]
        sys.exit(f"{' '.join(command)} ended with status {process.returncode}: {' '.join(last)} (all in {log})")
    return Measured(seconds, _cpu_seconds() - before, peak, load, output)


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


def environment(name: str, *, cache: Path, python: str) -> Path:
    """The Python of a peer's own environment, made from ``envs/<name>.txt`` where it is not there yet."""
    pins = HERE / "envs" / f"{name}.txt"
    folder = cache / f"{name}-{hashlib.sha256(pins.read_bytes()).hexdigest()[:8]}"
    ready = folder / "ready"
    if not ready.exists():
        print(f"Making an environment for {name} in {folder}", file=sys.stderr, flush=True)
        subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(pins)], check=True, stderr=subprocess.DEVNULL)
        ready.touch()
    return folder / "bin" / "python"
