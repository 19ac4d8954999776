"""How fast and how flat the journal of paid answers is: `python benchmarks/bench_journal.py`.

Writes 10,000 answers of five rows from eight threads, then plans and reads a million rows' worth.
"""

import sys
import tempfile
import threading
import time
import tracemalloc
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "tests" / "python")]

from fakes.project import build  # noqa: E402
from likeness.llm.core import fingerprint  # noqa: E402
from likeness.llm.core.journal import Journal  # noqa: E402
from likeness.llm.core.rounds import Work  # noqa: E402

THREADS = 8
TENTHS = 10
RAW = '{"rows": [' + ", ".join(["{" + '"k": "v", ' * 80 + '"k": 1}'] * 5) + "]}"
SETTINGS = fingerprint.digest("bench")


def entry(number: int) -> dict:
    """One answer of about 4 kB."""
    stream = fingerprint.stream(SETTINGS, str(number))
    return {
        "kind": "rows",
        "key": fingerprint.key(stream, 0),
        "settings": SETTINGS,
        "stream": stream,
        "batch": 0,
        "source": "bench",
        "asked": 5,
        "calls": 1,
        "tokens_in": 2000,
        "tokens_out": 1000,
        "raw": RAW,
    }


def write(journal: Journal, first: int, count: int) -> float:
    """Seconds that `count` answers take from THREADS threads, each durable before the next."""

    def work(start: int) -> None:
        for number in range(start, first + count, THREADS):
            journal.append(entry(number))

    threads = [threading.Thread(target=work, args=(first + n,)) for n in range(THREADS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


class Works:
    """A million rows' worth of seeds."""

    def __iter__(self):
        for number in range(200_000):
            yield Work(f'["loan: mean={number}", "{"x" * 1200}"]', (number,), 5)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(dir=ROOT) as name:
        folder = Path(name)
        with Journal(folder, write=True) as journal:
            parts = [write(journal, part * 1000, 1000) for part in range(TENTHS)]
        print(f"answer size {len(RAW):,} bytes, {THREADS} threads, fsync before each return")
        print(f"10,000 answers: {sum(parts):.1f} s ({10_000 / sum(parts) * 60:,.0f} a minute)")
        print(f"first thousand {parts[0]:.2f} s, last thousand {parts[-1]:.2f} s")
        tracemalloc.start()
        began = time.perf_counter()
        size = sum(len(one["raw"]) for one in Journal(folder).answers())
        seconds, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(f"read again: {seconds:.1f} s for {size / 1e6:.0f} MB, peak {peak / 1e6:.1f} MB")
        began = time.perf_counter()
        plan, _ = build("http://127.0.0.1:9/v1", folder / "none", Works()).plan()
        print(f"plan for {plan.rows:,} rows: {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
