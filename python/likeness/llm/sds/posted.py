"""Calls to Synthetic Data Studio whose outcome is not in the journal yet, and what it listed.

One small file each in a folder beside the journal, so that they outlive a killed build.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from likeness.llm.core.backend import Failed
from likeness.llm.sds.errors import NAME
from likeness.warehouse import atomic_files

PREFIX = "likeness-"
GIVEN_UP = "given-up-"
LISTED = "listed-"
UNLISTED = f"{NAME} took a job on, but lists none of its name."


@dataclass(frozen=True)
class Sent:
    """A call that was sent: its own name in the history, its age in seconds, what it asked for.

    `taken`: the server said or may have said that it started a job, so that its absence from the
    history proves nothing.
    """

    own: str
    age: float
    taken: bool = False
    about: str = ""


class Posted:
    """The notes in `folder`. Each name is used by one thread at a time."""

    def __init__(self, folder: str | Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = Path(folder)
        self._clock = clock

    def add(self, name: str, own: str, about: str = "") -> None:
        """Note, on the disk, that `name` is about to be sent, as `own` this time."""
        self._write(name, {"own": own, "posted": self._clock(), "about": about})

    def taken(self, name: str) -> None:
        """Note that the server started, or may have started, a job for `name`."""
        self._write(name, self._noted(name) | {"taken": True})

    def drop(self, name: str) -> None:
        """Note that the outcome of `name` is known and safe."""
        (self._folder / name).unlink(missing_ok=True)

    def sent(self, name: str) -> Sent | None:
        """What was sent as `name`; None if its outcome is known or it never was."""
        path = self._folder / name
        try:
            noted = self._noted(name)
            posted = noted.get("posted")
            if not isinstance(posted, (int, float)):
                posted = path.stat().st_mtime
        except FileNotFoundError:
            return None
        return Sent(
            str(noted.get("own") or ""),
            max(0.0, self._clock() - posted),
            bool(noted.get("taken")),
            str(noted.get("about") or ""),
        )

    def open(self) -> dict[str, Sent]:
        """All calls without a known outcome, by name."""
        names = sorted(path.name for path in self._folder.glob(f"{PREFIX}*"))
        found = ((name, self.sent(name)) for name in names)
        return {name: sent for name, sent in found if sent is not None}

    def give_up(self, name: str) -> None:
        """Let `name` be asked for again: what was sent under it before is waited for no more."""
        sent = self.sent(name)
        if sent is not None:
            self._write(GIVEN_UP + name, sorted({*self.given_up(name), sent.own}))
        self.drop(name)

    def given_up(self, name: str) -> frozenset[str]:
        """The own names under which `name` was sent and given up."""
        try:
            return frozenset(json.loads((self._folder / (GIVEN_UP + name)).read_text("utf-8")))
        except FileNotFoundError:
            return frozenset()

    def listed(self, url: str, kind: str) -> int:
        """Rows that the server at `url` listed in a history when it was last looked at."""
        try:
            return int((self._folder / _listed(url, kind)).read_text("utf-8"))
        except (OSError, ValueError):
            return 0

    def remember(self, url: str, kind: str, total: int) -> None:
        """Note how many rows a history listed."""
        atomic_files.write_text(self._folder / _listed(url, kind), str(total))

    def forget(self) -> None:
        """Forget what any server listed."""
        for path in self._folder.glob(f"{LISTED}*"):
            path.unlink()

    def _noted(self, name: str) -> dict:
        """Raises FileNotFoundError; empty for a note that can't be read."""
        try:
            noted = json.loads((self._folder / name).read_text("utf-8"))
        except ValueError:
            return {}
        return noted if isinstance(noted, dict) else {}

    def _write(self, name: str, content: object) -> None:
        atomic_files.write_text(self._folder / name, json.dumps(content))
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def left_open(what: str, own: str) -> Failed:
    """The failure of a call whose work may go on or have ended, whatever `what` says."""
    return Failed(
        f"{what} The call {own} stays open: asked for again it could be paid twice. The next build "
        "takes its rows in once the server lists them. If you are sure that it doesn't run (the "
        "project's jobs show it under this name), make sds-open GIVE_UP=1 lets it be asked again."
    )


def refused(posted: Posted, name: str, own: str, failure: Failed, job: bool) -> Failed:
    """The failure to raise for a request that failed; only of a lost one does the note stay."""
    if failure.transport:
        if job and failure.fatal:
            # The server lost the place where it notes jobs: this one may have started.
            posted.taken(name)
        return failure
    if job and not (failure.down or failure.fatal):
        # The server starts the job before it notes it, and may have failed in between.
        posted.taken(name)
        return left_open(failure.sentence, own)
    posted.drop(name)
    return failure


def _listed(url: str, kind: str) -> str:
    return f"{LISTED}{kind}-{hashlib.sha256(url.encode()).hexdigest()[:12]}"
