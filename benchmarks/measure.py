"""Run one piece of work in a process of its own and measure it.

Belongs here: wall time, CPU, peak memory and how they are taken. Does not belong here: the work (steps.py, slice_*.py).
"""

import statistics
import subprocess
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Measured:
    """What one run took: seconds of wall and CPU time, and the peak of the process tree's memory in gigabytes."""

    wall_seconds: float
    cpu_seconds: float
    peak_gigabytes: float

    def as_dict(self) -> dict[str, float]:
        """Rounded to what is worth printing."""
        return {name: round(value, 2) for name, value in asdict(self).items()}


class _Peak(threading.Thread):
    """Samples memory and CPU of a process and its children ten times a second.

    CPU too, since a child that is not waited for (Spark's) is missing in what the system adds up.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self._cpu: dict[int, float] = {}
        self._root = psutil.Process(pid)
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.1):
            try:
                tree = [self._root, *self._root.children(recursive=True)]
                self.bytes = max(self.bytes, sum(process.memory_info().rss for process in tree))
                self._cpu |= {process.pid: sum(process.cpu_times()[:2]) for process in tree}
            except psutil.NoSuchProcess:
                continue

    def stop(self) -> None:
        self._done.set()
        self.join()

    @property
    def cpu_seconds(self) -> float:
        return sum(self._cpu.values())


def measure(command: list[str], environment: dict[str, str], log: Path) -> Measured:
    """Run `command` and measure it with all its children; raise RuntimeError with the log's end when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    cpu_before = _cpu_of_children()
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
        peak = _Peak(process.pid)
        peak.start()
        code = process.wait()
        peak.stop()
    wall = time.monotonic() - began
    if code:
        raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{log.read_text(errors='replace')[-2000:]}")
    return Measured(wall, max(_cpu_of_children() - cpu_before, peak.cpu_seconds), peak.bytes / 1e9)


def median(runs: list[Measured]) -> Measured:
    """The median of each figure by itself."""
    return Measured(
        statistics.median(run.wall_seconds for run in runs),
        statistics.median(run.cpu_seconds for run in runs),
        statistics.median(run.peak_gigabytes for run in runs),
    )


def _cpu_of_children() -> float:
    times = psutil.Process().cpu_times()
    return float(times.children_user + times.children_system)
