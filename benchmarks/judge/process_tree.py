"""What a command and all processes below it took: wall time, seconds of a core, memory."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

STEP = 0.05  # seconds between two looks
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True)
class TreeTook:
    """Wall time and seconds of a core, largest memory of all processes together in MB, exit code.

    Memory is the proportional set size: a page that several processes share counts once.
    """

    seconds: float
    core_seconds: float
    peak_mb: float
    code: int


def run_tree(
    command: Sequence[str],
    folder: Path,
    log: Path,
    environment: Mapping[str, str],
    limit_seconds: float,
) -> TreeTook:
    """Run `command` in `folder`, its output in `log`, and look at its processes 20 times a second.

    What a process does after the last look at it is missing from the seconds of a core. Linux only.
    Raises TimeoutError after `limit_seconds`, when the processes have been ended.
    """
    began = time.perf_counter()
    cores: dict[tuple[int, str], float] = {}
    peak = 0.0
    with log.open("w", encoding="utf-8") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        while child.poll() is None:
            tree = processes(child.pid)
            resident = 0.0
            for pid, (started, seconds, megabytes) in tree.items():
                cores[pid, started] = seconds
                resident += megabytes
            # Shared pages count more than once in what is resident, so the peak cannot be below it.
            if resident > peak:
                peak = max(peak, sum(map(proportional, tree)))
            if time.perf_counter() - began > limit_seconds:
                for pid in tree:
                    _end(pid)
                child.wait()
                spent = f"{sum(cores.values()):.0f} seconds of a core and {peak:,.0f} MB until then"
                raise TimeoutError(f"took over {limit_seconds:.0f} s, {spent}")
            time.sleep(STEP)
    return TreeTook(time.perf_counter() - began, sum(cores.values()), peak, child.returncode)


def processes(parent: int) -> dict[int, tuple[str, float, float]]:
    """Of `parent` and every process below it: start, seconds of a core, resident MB."""
    found, waiting = {}, [parent]
    while waiting:
        pid = waiting.pop()
        folder = Path(f"/proc/{pid}")
        try:
            # The name, which may hold anything, stands in brackets.
            text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            threads = os.listdir(folder / "task")
        except OSError:
            continue
        values = text.rpartition(")")[2].split()
        seconds = (int(values[11]) + int(values[12])) / TICKS
        found[pid] = (values[19], seconds, int(values[21]) * PAGE_MB)
        for thread in threads:
            with suppress(OSError):
                waiting += map(int, (folder / "task" / thread / "children").read_text().split())
    return found


def proportional(pid: int) -> float:
    """Proportional set size of a process in MB; 0 where it has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
