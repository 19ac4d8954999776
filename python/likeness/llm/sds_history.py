"""What Synthetic Data Studio has done already: its histories, read with care.

A history is the only way to find work again whose answer got lost. It has its moods: rows without
a time (pending, failed) come last, a page may shift while one reads, and in the instant in which a
job puts the database back, everything is gone or the call fails.
"""

import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from likeness import files
from likeness.llm.backend import Failed
from likeness.llm.sds_http import SdsHttp, parsed

PAGE_SIZE = 100
PREFIX = "likeness-"
RUNNING = ("ENGINE_SCHEDULING", "ENGINE_STARTING", "ENGINE_RUNNING", "ENGINE_UNKNOWN")
# So often a history that lacks what was there before, or is empty, is read again before it is
# believed.
LOOKS = 3


def display_name(fingerprint: str) -> str:
    """The name under which a call stands in a history: the same in every run that makes it."""
    return PREFIX + fingerprint


class History:
    """One of the two histories, `generations` or `evaluations`, shared by all waiting threads."""

    def __init__(
        self,
        http: SdsHttp,
        kind: str,
        poll_seconds: float,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._http = http
        self._kind = kind
        self._poll_seconds = poll_seconds
        self._sleep = sleep
        self._rows: dict[int, dict] = {}
        self._named: dict[str, set[int]] = defaultdict(set)
        self._total = 0
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def rows(self, name: str, since: float | None = None) -> list[dict]:
        """Rows named `name` (or `name-...`), oldest first, as read at or after `since`.

        `since` is a time of time.monotonic(); None takes what is known, reading once at first.
        Raises Failed.
        """
        with self._lock:
            first = self._read_at == float("-inf")
            if first or (since is not None and self._read_at < since):
                started = time.monotonic()
                self._look()
                self._read_at = started
            return [self._rows[row] for row in sorted(self._named[name])]

    def finished(self) -> list[dict]:
        """All rows of this project's calls that ended with a file, newest reading."""
        with self._lock:
            rows = [self._rows[row] for named in self._named.values() for row in named]
        return [row for row in rows if state_of(row) == "rows"]

    def _look(self) -> None:
        failure: Failed | None = None
        for look in range(LOOKS):
            if look:
                self._sleep(self._poll_seconds)
            try:
                total = self._walk()
            except Failed as error:
                if error.fatal:
                    raise
                failure = error
                continue
            failure = None
            if total and total >= self._total:
                break
        if failure is not None:
            raise failure
        self._total = total

    def _walk(self) -> int:
        """Read pages from the newest row to the first page that holds nothing new, then from the
        end back through the rows without a time. The number of rows that the server counts."""
        page, pages, total = 1, 1, 0
        while page <= pages:
            rows, total, pages = self._page(page)
            if not self._keep(rows):
                break
            page += 1
        for last in range(pages, page, -1):
            rows, _, _ = self._page(last)
            self._keep(rows)
            if all(row.get("timestamp") for row in rows):
                break
        return total

    def _page(self, page: int) -> tuple[list[dict], int, int]:
        path = f"/{self._kind}/history?page={page}&page_size={PAGE_SIZE}"
        body = parsed(self._http.get(path), path)
        data = body.get("data") if isinstance(body, dict) else None
        if not isinstance(data, list):
            raise Failed(f"{path} answered without a list of rows.", retryable=True)
        counts = body.get("pagination") or {}
        rows = [row for row in data if isinstance(row, dict) and isinstance(row.get("id"), int)]
        return rows, int(counts.get("total") or 0), int(counts.get("total_pages") or 0)

    def _keep(self, rows: list[dict]) -> bool:
        """Take rows in; whether any of them was new or had changed, or is still without a time."""
        changed = False
        for row in rows:
            changed = changed or self._rows.get(row["id"]) != row or not row.get("timestamp")
            name = row.get("display_name") or ""
            self._rows[row["id"]] = row
            if name.startswith(PREFIX):
                self._named[PREFIX + name.removeprefix(PREFIX).partition("-")[0]].add(row["id"])
        return changed


def file_of(row: dict) -> str:
    """The name of a history row's result file, empty while there is none."""
    name = "evaluate_file_name" if "evaluate_file_name" in row else "generate_file_name"
    return row.get(name) or ""


def state_of(row: dict) -> str:
    """`running`, `rows` (ended, with a file of rows), `empty` (ended without), or `failed`."""
    status = row.get("job_status")
    if status in RUNNING:
        return "running"
    if status not in (None, "ENGINE_SUCCEEDED"):
        return "failed"
    ended_well = row.get("timestamp") and row.get("completed_rows", 1) and file_of(row)
    return "rows" if ended_well else "empty"


class Posted:
    """Calls whose outcome nobody knows yet, one small file each: they outlive a killed build.

    A synchronous call shows in no history before it has ended. Who finds a file here knows that
    the work may still go on, and since when.
    """

    def __init__(self, folder: str | Path, clock: Callable[[], float] = time.time):
        self._folder = Path(folder)
        self._clock = clock

    def add(self, name: str, own: str) -> None:
        """Note, on the disk, that `name` is about to be sent, as `own` this time."""
        files.write_text(self._folder / name, json.dumps({"own": own, "posted": self._clock()}))
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def drop(self, name: str) -> None:
        """Note that the outcome of `name` is known."""
        (self._folder / name).unlink(missing_ok=True)

    def sent(self, name: str) -> tuple[str, float] | None:
        """Its own name and its age in seconds; None if its outcome is known or it never was."""
        try:
            noted = json.loads((self._folder / name).read_text(encoding="utf-8"))
            return str(noted["own"]), max(0.0, self._clock() - float(noted["posted"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            return "", 0.0
