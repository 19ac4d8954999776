"""Every answer ever paid for, in append-only files that survive a killed build.

A folder of segments, each a JSON object per line, written by one process at a time. `append`
returns when its line is on the disk (fsync); threads that append together share one fsync. A
writer never goes on in a file that an earlier one left, so a line torn by a kill stays the last of
its file and is ignored. Only where each answer lies is kept in memory: some 200 bytes a call.

Lines of kind `rows` and `scores` are answers, with the server's text in `raw`; `failed` lines
count calls that brought none, so that limits hold across builds, and are never read as answers.
"""

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

SEGMENT_BYTES = 64 * 1024 * 1024
FORMAT = 1
KINDS = ("rows", "scores", "failed")
_OFFSET_BITS = 40


class JournalError(Exception):
    """The journal can't be used or written; the message says what to do."""


class _Ticket:
    __slots__ = ("entry", "error", "line", "place")

    def __init__(self, entry: dict) -> None:
        self.entry = entry
        self.line = json.dumps(entry, separators=(",", ":")).encode() + b"\n"
        self.place: int | None = None
        self.error: OSError | None = None


class Journal:
    """The journal in `folder`; `write=True` takes the lock that one writer may hold.

    Raises JournalError if another process holds it. `notes` are sentences about what was ignored.
    """

    def __init__(self, folder: str | Path, *, write: bool = False) -> None:
        self.folder = Path(folder)
        self.notes: list[str] = []
        self._write = write
        self._places: dict[bytes, int] = {}
        self._streams: dict[bytes, dict[bytes, tuple[int, int]]] = {}
        self._sizes: dict[str, Counter] = {}
        self._scored: dict[bytes, int] = {}
        self._totals: dict[str, Counter] = {}
        self._paths: list[Path] = []
        self._queue: list[_Ticket] = []
        self._mutex = threading.Lock()
        self._commit = threading.Lock()
        self._handle: int | None = None
        self._size = 0
        self._lock = FileLock(self.folder / ".lock", thread_local=False)
        if write:
            self._take()
        self._scan()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the segment and let the next writer in."""
        with self._commit:
            self._close_segment()
            self._lock.release()

    def append(self, entry: dict) -> None:
        """Write `entry` and return when it is on the disk; safe from many threads.

        Raises JournalError if the disk refuses it (full, say): nothing of it is kept then.
        """
        if not self._write:
            raise JournalError(f"The journal in {self.folder} was opened for reading only.")
        ticket = _Ticket({"v": FORMAT, **entry})
        with self._mutex:
            self._queue.append(ticket)
        with self._commit:
            if ticket.place is None and ticket.error is None:
                with self._mutex:
                    waiting, self._queue = self._queue, []
                self._commit_all(waiting)
        if ticket.error is not None:
            raise JournalError(
                f"An answer could not be written to the journal in {self.folder} "
                f"({ticket.error.strerror or ticket.error}). All answers before it are safe; "
                "make room, then build again."
            ) from ticket.error

    def has(self, key: str) -> bool:
        """Whether the call `key` was answered."""
        return bytes.fromhex(key) in self._places

    def read(self, key: str) -> dict:
        """The entry of an answered call. Raises KeyError."""
        return self._entry(self._places[bytes.fromhex(key)])

    def batches(self, settings: str, stream: str) -> int:
        """One more than the highest batch answered in a stream; some below may be missing."""
        streams = self._streams.get(bytes.fromhex(settings), {})
        return streams.get(bytes.fromhex(stream), (0, 0))[0]

    def streams(self) -> Iterator[tuple[str, str, int]]:
        """All streams that have answers: (settings, stream, number of answers)."""
        for settings, streams in self._streams.items():
            for stream, (_, answers) in streams.items():
                yield settings.hex(), stream.hex(), answers

    def rows_and_tokens(self, settings: str) -> tuple[int, int]:
        """Rows asked for and tokens received in the answers under `settings`."""
        sizes = self._sizes.get(settings, Counter())
        return sizes["asked"], sizes["tokens_out"]

    def scored(self, row_key: str) -> dict | None:
        """The last `scores` entry that a row was part of, else None."""
        place = self._scored.get(bytes.fromhex(row_key))
        return None if place is None else self._entry(place)

    def totals(self, source: str | None = None) -> Counter:
        """calls, tokens_in, tokens_out, answers, failed: of one source, or of all."""
        chosen = self._totals.values() if source is None else [self._totals.get(source, Counter())]
        return sum(chosen, Counter())

    def answers(self) -> Iterator[dict]:
        """Every answer, in the order in which they came, one in memory at a time."""
        for path in list(self._paths):
            for _, entry in self._lines(path):
                if entry["kind"] != "failed":
                    yield entry

    def _take(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise JournalError(
                f"Another build is writing to the journal in {self.folder}. Wait for it to end, "
                "or give this one its own with the var journal_dir."
            ) from None

    def _scan(self) -> None:
        for number, path in enumerate(sorted(self.folder.glob("segment-*.jsonl"))):
            self._paths.append(path)
            for offset, entry in self._lines(path, report=True):
                self._index(entry, number << _OFFSET_BITS | offset)

    def _lines(self, path: Path, report: bool = False) -> Iterator[tuple[int, dict]]:
        offset = 0
        with open(path, "rb") as handle:
            for line in handle:
                entry = _decoded(line)
                if entry is not None:
                    yield offset, entry
                elif report:
                    torn = not line.endswith(b"\n")
                    self.notes.append(
                        f"{path.name}: {'the torn last' if torn else 'an unreadable'} line at byte "
                        f"{offset} is ignored ({len(line)} bytes)."
                    )
                offset += len(line)

    def _index(self, entry: dict, place: int) -> None:
        kind = entry["kind"]
        total = self._totals.setdefault(entry.get("source", ""), Counter())
        total["calls"] += entry.get("calls", 1)
        total["tokens_in"] += entry.get("tokens_in") or 0
        total["tokens_out"] += entry.get("tokens_out") or 0
        total["failed" if kind == "failed" else "answers"] += 1
        if kind == "failed":
            return
        if kind == "rows":
            self._places.setdefault(bytes.fromhex(entry["key"]), place)
            streams = self._streams.setdefault(bytes.fromhex(entry["settings"]), {})
            stream = bytes.fromhex(entry["stream"])
            batches, answers = streams.get(stream, (0, 0))
            streams[stream] = (max(batches, entry["batch"] + 1), answers + 1)
            sizes = self._sizes.setdefault(entry["settings"], Counter())
            sizes["asked"] += entry["asked"]
            sizes["tokens_out"] += entry["tokens_out"]
        else:
            for row_key in entry["keys"]:
                self._scored[bytes.fromhex(row_key)] = place

    def _entry(self, place: int) -> dict:
        path = self._paths[place >> _OFFSET_BITS]
        with open(path, "rb") as handle:
            handle.seek(place & ((1 << _OFFSET_BITS) - 1))
            return json.loads(handle.readline())

    def _commit_all(self, tickets: list[_Ticket]) -> None:
        try:
            handle = self._segment()
            start = self._size
            data = memoryview(b"".join(ticket.line for ticket in tickets))
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
        except OSError as error:
            self._abandon_segment()
            for ticket in tickets:
                ticket.error = error
            return
        number = len(self._paths) - 1
        for ticket in tickets:
            ticket.place = number << _OFFSET_BITS | start
            start += len(ticket.line)
            self._index(ticket.entry, ticket.place)
        self._size = start

    def _segment(self) -> int:
        if self._handle is not None and self._size >= SEGMENT_BYTES:
            self._close_segment()
        if self._handle is None:
            last = int(self._paths[-1].stem.split("-")[1]) if self._paths else 0
            path = self.folder / f"segment-{last + 1:06d}.jsonl"
            self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._paths.append(path)
            self._size = 0
            folder = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return self._handle

    def _abandon_segment(self) -> None:
        if self._handle is not None:
            try:
                os.ftruncate(self._handle, self._size)
            except OSError:
                self.notes.append(f"{self._paths[-1].name}: its last line may be torn.")
        self._close_segment()

    def _close_segment(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _decoded(line: bytes) -> dict | None:
    if not line.endswith(b"\n"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    known = isinstance(entry, dict) and entry.get("v") == FORMAT and entry.get("kind") in KINDS
    return entry if known else None
