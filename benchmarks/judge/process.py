"""Run a command and know what it took."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Took:
    """Wall time in seconds and the largest resident memory in MB."""

    seconds: float
    peak_mb: float


def run(
    command: Sequence[str], folder: Path, log: Path, environment: Mapping[str, str] | None = None
) -> Took:
    """Run `command` in `folder`, its output in `log`; raises RuntimeError with its last lines.

    Peak memory is the process's own (`ru_maxrss`, on Linux in kB), children of it left out.
    """
    began = time.perf_counter()
    with log.open("w", encoding="utf-8") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        last = "\n".join(log.read_text(encoding="utf-8").splitlines()[-15:])
        raise RuntimeError(f"{' '.join(command)} failed:\n{last}")
    return Took(time.perf_counter() - began, usage.ru_maxrss / 1024)
