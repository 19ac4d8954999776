"""How far a run is: a bar on a terminal, else a line every few seconds."""

import sys
import threading
import time
from collections.abc import Callable
from typing import TextIO

from tqdm import tqdm


class Progress:
    """Counts of one run, shown on `stream`; safe from many threads.

    `accepted` is what the last finished build accepted of these seeds' rows. `cost` gives what is
    spent, or None where prices aren't known. A line is written every `every` seconds at most.
    """

    def __init__(
        self,
        total: int,
        unit: str = "seeds",
        *,
        accepted: int = 0,
        cost: Callable[[], float | None] = lambda: None,
        stream: TextIO | None = None,
        every: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._unit = unit
        self._accepted = accepted
        self._cost = cost
        self._stream = stream or sys.stderr
        self._every = every
        self._clock = clock
        self._lock = threading.Lock()
        self._started = self._shown = clock()
        self._skipped = 0
        self.done = 0
        self.rows = 0
        self.failures = 0
        self._last_failure = ""
        self._bar = None
        if self._stream.isatty():
            self._bar = tqdm(total=total, unit=f" {unit}", file=self._stream, leave=True)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
        else:
            self._write()

    def finished(self, count: int = 1, *, asked: bool = True) -> None:
        """So many units are done; `asked=False` if earlier builds had done them."""
        with self._lock:
            self.done += count
            self._skipped += 0 if asked else count
            if self._bar is not None:
                self._bar.update(count)
        self._show()

    def received(self, rows: int) -> None:
        """So many rows came."""
        with self._lock:
            self.rows += rows
        self._show()

    def failed_call(self, sentence: str) -> None:
        """A call failed; the last such sentence stands in the line."""
        with self._lock:
            self.failures += 1
            self._last_failure = sentence
        self._show()

    def line(self) -> str:
        """The counts as one line."""
        parts = [
            f"{self.done:,} of {self._total:,} {self._unit} done",
            f"{self.rows:,} rows received",
            f"{self._accepted:,} accepted so far",
            f"{self.failures:,} failed calls",
        ]
        left = self._seconds_left()
        if left is not None:
            parts.append(f"about {_duration(left)} left")
        spent = self._cost()
        if spent is not None:
            parts.append(f"{spent:.4f} spent")
        if self._last_failure:
            parts.append(f"last failure: {self._last_failure}")
        return ", ".join(parts)

    def _seconds_left(self) -> float | None:
        fresh = self.done - self._skipped
        elapsed = self._clock() - self._started
        if not fresh or elapsed <= 0 or self.done >= self._total:
            return None
        return (self._total - self.done) * elapsed / fresh

    def _show(self) -> None:
        with self._lock:
            now = self._clock()
            if now - self._shown < self._every:
                return
            self._shown = now
            if self._bar is not None:
                self._bar.set_postfix_str(self.line(), refresh=False)
                return
        self._write()

    def _write(self) -> None:
        print(self.line(), file=self._stream, flush=True)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
