"""What Synthetic Data Studio has done already: its histories, read with care.

A history is the only way to find work again whose answer got lost. It is not always whole: rows
without a time (pending, failed) come last, a page may shift while one reads, and in the instant in
which a job puts the database back, everything is gone or the call fails.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable

from likeness.llm.core.backend import Failed
from likeness.llm.sds.errors import NAME
from likeness.llm.sds.http import SdsHttp, parsed
from likeness.llm.sds.posted import PREFIX, Posted

PAGE_SIZE = 100
SUCCEEDED = "ENGINE_SUCCEEDED"
# A job in any other state may still bring rows.
ENDED = ("ENGINE_FAILED", "ENGINE_STOPPED", "ENGINE_TIMEDOUT")
UNSTEADY = f"{NAME}'s history changes faster than it can be read; it is read again."
# So often a history that lacks what was there before, or is empty, is read again before it is
# believed.
LOOKS = 3


def display_name(fingerprint: str) -> str:
    """The name under which a call stands in a history: the same in every run that makes it."""
    return PREFIX + fingerprint


class History:
    """One of the two histories, `generations` or `evaluations`, shared by all waiting threads.

    An empty history is believed only of a server that never listed anything: what it listed before
    is remembered beside the notes of `posted`. It is looked at again for `patience` seconds.
    """

    def __init__(
        self,
        http: SdsHttp,
        kind: str,
        posted: Posted,
        poll_seconds: float,
        patience: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = http
        self._kind = kind
        self._posted = posted
        self._poll_seconds = poll_seconds
        self._patience = patience
        self._sleep = sleep
        self._rows: dict[int, dict] = {}
        self._named: dict[str, set[int]] = defaultdict(set)
        self._read_at = float("-inf")
        self._swept_at = float("-inf")
        self._lock = threading.Lock()

    def rows(self, name: str, since: float | None = None, *, whole: bool = False) -> list[dict]:
        """Rows named `name` (or `name-...`), oldest first, as read at or after `since`.

        `since` is a time of time.monotonic(); None takes what is known, reading once at first.
        With `whole` the reading missed no row of the server, so that what isn't there was not
        listed when it began. Raises Failed.
        """
        with self._lock:
            first = self._read_at == float("-inf")
            read_at = self._swept_at if whole else self._read_at
            if first or (since is not None and read_at < since):
                started = time.monotonic()
                self._look(whole or first)
                self._read_at = started
                if whole or first:
                    self._swept_at = started
            return [self._rows[row] for row in sorted(self._named[name])]

    def grew(self) -> None:
        """The server did work that it lists: an empty history is no longer to be believed."""
        if not self._posted.listed(self._http.url, self._kind):
            self._posted.remember(self._http.url, self._kind, 1)

    def finished(self) -> list[dict]:
        """All rows of this project's calls that ended with a file, newest reading."""
        with self._lock:
            rows = [self._rows[row] for named in self._named.values() for row in named]
        return [row for row in rows if state_of(row) == "rows"]

    def _look(self, whole: bool) -> None:
        known = self._posted.listed(self._http.url, self._kind)
        ends = time.monotonic() + self._patience
        looks = 0
        while True:
            if looks:
                self._sleep(self._poll_seconds)
            looks += 1
            failure: Failed | None = None
            total, complete = 0, False
            try:
                total, complete = self._sweep() if whole else (self._walk(), True)
            except Failed as error:
                if error.fatal:
                    raise
                failure = error
            if complete and total and total >= known:
                break
            if looks < LOOKS:
                continue
            if failure is not None:
                raise failure
            if complete and (total or not known):
                break
            if time.monotonic() >= ends:
                raise self._lost(known) if complete else Failed(UNSTEADY, retryable=True)
        if total != known:
            self._posted.remember(self._http.url, self._kind, total)

    def _lost(self, known: int) -> Failed:
        return Failed(
            f"{NAME} at {self._http.url} lists nothing in its history of {self._kind}, though it "
            f"listed {known} before: its database was lost, or another server answers at this "
            "address. Nothing is asked for, since finished work could not be found. If it was set "
            "up anew, make sds-open GIVE_UP=1 forgets the old one.",
            fatal=True,
        )

    def _walk(self) -> int:
        """Read what may be new; returns the number of rows that the server counts.

        From the newest row to the first page that holds nothing new, then from the end back
        through the rows without a time.
        """
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

    def _sweep(self) -> tuple[int, bool]:
        """Read all pages; returns the rows that the server counts, and whether all were seen.

        A job that ends meanwhile moves from the last page to the first.
        """
        seen: set[int] = set()
        page, pages, total = 1, 1, 0
        while page <= pages:
            rows, total, pages = self._page(page)
            self._keep(rows)
            seen |= {row["id"] for row in rows}
            page += 1
        return total, len(seen) >= total

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
    if status not in (None, SUCCEEDED, *ENDED):
        return "running"
    if status in ENDED:
        return "failed"
    ended_well = row.get("timestamp") and row.get("completed_rows", 1) and file_of(row)
    return "rows" if ended_well else "empty"
