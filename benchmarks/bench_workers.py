"""Calls in processes of their own, ours beside joblib's loky: `python benchmarks/bench_workers.py`.

Seconds until the first call has come back, seconds for ten more that hand over a frame of 80 MB,
and the memory that stays resident afterwards; each kind in a fresh process.
"""

import copy
import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))
from likeness.warehouse import workers

ROWS, COLUMNS, CALLS = 400_000, 25, 10
KINDS = ("ours", "loky")


def load() -> None:
    """What the processes of both kinds import before their first call."""
    for module in workers.IMPORTS:
        import_module(module)


def caller(kind: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A function that has a frame copied in another process."""
    if kind == "ours":
        workers.server()
        return lambda frame: workers.called("copy.deepcopy", frame)
    from joblib.externals.loky import get_reusable_executor

    pool = get_reusable_executor(max_workers=2, timeout=None, initializer=load)
    return lambda frame: pool.submit(copy.deepcopy, frame).result()


def resident(parent: int) -> float:
    """MB that the processes below `parent` hold."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
    )
    processes = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    below, total = {parent}, 0
    for pid, above, kilobytes in sorted(processes):
        if above in below:
            below.add(pid)
            total += kilobytes
    return total / 1024


def measure(kind: str) -> None:
    """Print one line of results."""
    frame = pd.DataFrame(np.random.default_rng(1).random((ROWS, COLUMNS)))
    began = time.perf_counter()
    call = caller(kind)
    call(frame)
    first = time.perf_counter() - began
    for _ in range(CALLS):
        call(frame)
    more = time.perf_counter() - began - first
    print(f"{kind}: first {first:.1f} s, {CALLS} more {more:.1f} s, {resident(os.getpid()):.0f} MB")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    for name in KINDS:
        subprocess.run([sys.executable, __file__, name], check=True)
