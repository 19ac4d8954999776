"""Generation on Synthetic Data Studio, synchronous or as a job, and finding lost work again.

One topic a call: a failing topic takes every other topic's rows with it, and equal topics
overwrite each other. The call's name in the history comes from its fingerprint, so that finished
work is found by the next build as well, whatever became of this one.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from likeness.llm.core.backend import Answer, Failed, GenerationRequest
from likeness.llm.sds import errors
from likeness.llm.sds.errors import NAME
from likeness.llm.sds.history import History, display_name, file_of, state_of
from likeness.llm.sds.http import SdsHttp, parsed
from likeness.llm.sds.posted import UNLISTED, Posted, left_open, refused
from likeness.llm.sds.settings import SdsSettings

ROUTE = "/synthesis/freeform"
ROWS_ROUTE = "/json/get_seeds_list"
NO_ROWS = (
    f"{NAME} ended a call without any row: its model answered with nothing. The call is repeated."
)

UNREADABLE = (
    "A finished call's file holds NaN, which the server writes but can't hand out. It is paid for, "
    "so it is not asked for again: set the var sds_workspace to the server's project folder, or "
    "take the file in with generator file; make sds-open GIVE_UP=1 lets it be asked for again."
)


class Gate:
    """Lets many generations through together, or one evaluation alone: it blocks the server."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._alone = False

    def together(self) -> "_Pass":
        """A context for one of many."""
        return _Pass(self, alone=False)

    def alone(self) -> "_Pass":
        """A context beside which no other is."""
        return _Pass(self, alone=True)

    def enter(self, alone: bool) -> None:
        """Wait until no pass is alone inside (for an `alone` one: no pass at all), then enter."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone and not (alone and self._inside))
            self._inside += 1
            self._alone = alone

    def leave(self) -> None:
        """Leave, and let the passes that wait look again."""
        with self._changed:
            self._inside -= 1
            self._alone = False
            self._changed.notify_all()


class _Pass:
    def __init__(self, gate: Gate, alone: bool) -> None:
        self._gate, self._is_alone = gate, alone

    def __enter__(self) -> None:
        self._gate.enter(self._is_alone)

    def __exit__(self, *_: object) -> None:
        self._gate.leave()


class Generator:
    """Generation on one server. Methods may be called from several threads."""

    def __init__(
        self,
        http: SdsHttp,
        settings: SdsSettings,
        posted: Posted,
        gate: Gate,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = http
        self._settings = settings
        self._posted = posted
        self._gate = gate
        self._sleep = sleep
        self.history = History(
            http, "generations", posted, settings.poll_seconds, settings.recover_seconds, sleep
        )

    def generate(self, request: GenerationRequest) -> Answer:
        """The rows of one call: found in the history, else asked for. Raises Failed."""
        name = display_name(request.fingerprint)
        body = self._body(request)
        answer = self._found(name) or self._awaited(name)
        if answer is not None:
            return answer
        job = self._settings.mode == "job"
        own = f"{name}-{uuid.uuid4().hex[:4]}"
        self._posted.add(name, own, f"{request.rows} rows of seed {request.seed_id}")
        try:
            with self._gate.together():
                text = self._http.post(
                    ROUTE, body | {"display_name": own}, self._settings.read_seconds
                )
            answer = parsed(text, ROUTE)
        except Failed as failure:
            raise refused(self._posted, name, own, failure, job) from None
        if job:
            self._posted.taken(name)
            self.history.grew()
            return self._followed(name, own)
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, dict) or not any(results.values()):
            self._posted.drop(name)
            raise Failed(_why_empty(answer), retryable=True)
        self.history.grew()
        return Answer(text)

    def recover(self, request: GenerationRequest) -> Answer | None:
        """The rows of a call whose answer got lost, once the server has them.

        None if it never began, or ended without any. Raises Failed while that is not known.
        """
        return self._awaited(display_name(request.fingerprint))

    def kept(self, request: GenerationRequest) -> None:
        """The answer to `request` is in the journal: it need not be found again."""
        self._posted.drop(display_name(request.fingerprint))

    def _body(self, request: GenerationRequest) -> dict:
        if request.rows < 1 or not request.seed_text.strip():
            raise Failed("A call needs a seed and at least one row.")
        body = self._settings.body(request.model_id, request.prompt, request.parameters)
        return body | {
            "topics": [request.seed_text],
            "num_questions": request.rows,
            "max_concurrent_topics": 1,
            "example_custom": [dict(example) for example in request.examples],
        }

    def _listed(self, name: str, since: float | None = None, whole: bool = False) -> list[dict]:
        """The history's rows of `name` that were not given up, see History.rows."""
        rows = self.history.rows(name, since, whole=whole)
        given_up = self._posted.given_up(name) if rows else ()
        return [row for row in rows if row["display_name"] not in given_up]

    def _found(self, name: str) -> Answer | None:
        """The answer of finished work named `name`, if the history as it is known has it."""
        for row in self._listed(name):
            if state_of(row) == "rows":
                text = self._rows_of(file_of(row))
                if text is not None:
                    return Answer(text, note="recovered")
        return None

    def _awaited(self, name: str) -> Answer | None:
        """The answer of work that was sent before, or None.

        None if none was sent, if it ended without rows, or if it never began. A job is listed by
        the request that starts it, and the server takes one such request at a time: a whole history
        that was asked for later and doesn't list it proves that it never began. A synchronous call
        is listed when it has ended well, and never if it hasn't.
        """
        while True:
            sent = self._posted.sent(name)
            if sent is None:
                rows, old = self._listed(name), False
            else:
                old = sent.age >= self._settings.recover_seconds
                rows = self._listed(name, time.monotonic(), whole=old)
            running = [row for row in rows if state_of(row) == "running"]
            if running:
                return self._followed(name, running[-1]["display_name"])
            if sent is None:
                return None
            answer = self._found(name)
            if answer is not None:
                return answer
            ended = any(row["display_name"] == sent.own for row in rows)
            if ended or (old and not sent.taken):
                self._posted.drop(name)
                return None
            if old:
                raise left_open(UNLISTED, sent.own)
            self._sleep(self._settings.poll_seconds)

    def _followed(self, name: str, own: str) -> Answer:
        """The answer of a job, when it has ended. Raises Failed if it ended badly or not yet."""
        started = time.monotonic()
        while True:
            rows = self._listed(name, time.monotonic())
            row = next((row for row in rows if row["display_name"] == own), None)
            state = state_of(row) if row else "running"
            if state == "rows":
                text = self._rows_of(file_of(row))
                if text is None:
                    self._posted.drop(name)
                    raise Failed("A finished job's file is gone from the server.", retryable=True)
                return Answer(text)
            if state != "running":
                self._posted.drop(name)
                raise _ended(row)
            waited = time.monotonic() - started
            if row is None and waited >= self._settings.recover_seconds:
                raise left_open(UNLISTED, own)
            if waited >= self._settings.job_seconds:
                raise Failed(
                    f"A job still runs after {self._settings.job_seconds:g} s (var "
                    "sds_job_seconds). It is left to run: the next build takes its rows in."
                )
            self._sleep(self._settings.poll_seconds)

    def _rows_of(self, name: str) -> str | None:
        """The text of a result file with all its rows; None if the file is gone.

        Raises Failed for a file that is there and cannot be read.
        """
        try:
            return self._http.post(ROWS_ROUTE, {"path": name})
        except Failed as failure:
            if failure.retryable or failure.fatal:
                raise
            text = self._from_workspace(name)
            if text is None and failure.sentence != errors.GONE:
                raise Failed(UNREADABLE) from None
            return text

    def _from_workspace(self, name: str) -> str | None:
        """A file that the server wrote and can't hand out (NaN), read past it."""
        folder = self._settings.workspace
        if not folder or Path(name).name != name:
            return None
        for place in (Path(folder), Path(folder).parent):
            try:
                text = (place / name).read_text("utf-8")
                json.loads(text)
                return f'{{"data": {text}}}'
            except (OSError, ValueError):
                continue
        return None


def _why_empty(answer: object) -> str:
    errors = answer.get("errors") if isinstance(answer, dict) else None
    return f"{NO_ROWS} It said: {str(errors[0])[-120:]}" if errors else NO_ROWS


def _ended(row: dict) -> Failed:
    status = row.get("job_status")
    if status == "ENGINE_SUCCEEDED":
        return Failed(NO_ROWS, retryable=True)
    if status in ("ENGINE_STOPPED", "ENGINE_STOPPING"):
        return Failed("A job was stopped by somebody; it is not started again in this build.")
    return Failed(
        f"A job ended as {status}; its log in Cloudera AI says why (job name "
        f"{row.get('display_name')}_...). The call is repeated.",
        retryable=True,
    )
