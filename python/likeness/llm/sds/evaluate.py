"""Evaluation on Synthetic Data Studio, which judges nothing but files on its own disk.

With a workspace, a folder that both see, the rows of a call are written there, each with its
place in the call, and the file goes away once its outcome is known: the result holds the rows too.
Without one the generation's own files are judged, and scores are matched on the rows' content.
"""

import json
import math
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from likeness.llm.core import fingerprint
from likeness.llm.core.backend import Answer, Failed, JudgeRequest
from likeness.llm.sds.generate import Gate
from likeness.llm.sds.history import History, display_name, file_of, state_of
from likeness.llm.sds.http import SdsHttp, parsed
from likeness.llm.sds.posted import UNLISTED, Posted, left_open, refused
from likeness.llm.sds.scores import PLACE, WITHIN_TEXT, content, contents, scored
from likeness.llm.sds.settings import SdsSettings
from likeness.warehouse import atomic_files

ROUTE = "/synthesis/evaluate_freeform"
ROWS_ROUTE = "/json/get_seeds_list"
MOST_TRIES = 20


def no_workspace(folder: str) -> str:
    """The sentence for a workspace that isn't there."""
    return (
        f"sds_workspace {folder} does not exist here. Make a folder that this build and the server "
        "see under this same path, or leave it unset."
    )


class Evaluator:
    """Evaluation on one server: never beside anything else, save as a job, which blocks no call.

    `numbers` are the fields that are written as numbers. `generations` is the history of what
    this project had generated there.
    """

    def __init__(
        self,
        http: SdsHttp,
        settings: SdsSettings,
        posted: Posted,
        gate: Gate,
        numbers: Sequence[str],
        generations: History,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = http
        self._settings = settings
        self._posted = posted
        self._gate = gate
        self._numbers = frozenset(numbers)
        self._generations = generations
        self._sleep = sleep
        self._history = History(
            http, "evaluations", posted, settings.poll_seconds, settings.recover_seconds, sleep
        )
        self._answered = threading.local()
        self._places: dict[tuple, list[str]] = {}
        self._within_text: set[tuple] = set()
        self._read: set[str] = set()
        self._reading = threading.Lock()
        self._judging: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def judge(self, request: JudgeRequest) -> Answer:
        """The scores of one call's rows, as the server's own text. Raises Failed."""
        self._answered.names = []
        if not self._settings.workspace:
            return self._judge_files(request)
        if not Path(self._settings.workspace).is_dir():
            raise Failed(no_workspace(self._settings.workspace), fatal=True)
        name = display_name(request.fingerprint)
        path = Path(self._settings.workspace) / f"{name}.json"
        rows = [
            {PLACE: place} | {key: self._value(key, value) for key, value in row.items()}
            for place, (_, row) in enumerate(request.rows)
        ]
        try:
            atomic_files.write_text(path, json.dumps(rows, indent=1))
        except OSError as error:
            raise Failed(
                f"sds_workspace {self._settings.workspace} can't be written to "
                f"({error.strerror}). Set it to a folder that this build and the server both "
                "see, or leave it unset.",
                fatal=True,
            ) from None
        try:
            text = self._evaluated(name, str(path), request, len(rows))
        except Failed as failure:
            if not failure.transport:
                path.unlink(missing_ok=True)
            raise
        path.unlink(missing_ok=True)
        return Answer(text)

    def recover(self, request: JudgeRequest) -> Answer | None:
        """The scores of a call whose answer got lost, if the server has them. Raises Failed."""
        self._answered.names = []
        if not self._settings.workspace:
            return None
        name = display_name(request.fingerprint)
        text = self._awaited(name)
        if text is None:
            return None
        (Path(self._settings.workspace) / f"{name}.json").unlink(missing_ok=True)
        return Answer(text, note="recovered")

    def kept(self) -> None:
        """What this thread was answered last is in the journal: its notes have done their work."""
        for name in self._answered.names:
            self._posted.drop(name)

    def _value(self, name: str, value: str | None) -> object:
        if name not in self._numbers or value is None:
            return value
        try:
            number = float(value)
        except ValueError:
            return value
        # The server writes NaN and infinity as they are, and can't read them again.
        return number if math.isfinite(number) else value

    def _evaluated(self, name: str, path: str, request: JudgeRequest, rows: int) -> str:
        """One evaluation of the file at `path`: found where it is known to have been sent."""
        text = self._awaited(name)
        if text is not None:
            return text
        body = self._settings.body(request.model_id, request.prompt, request.parameters)
        own = f"{name}-{uuid.uuid4().hex[:4]}"
        body |= {
            "import_path": path,
            "import_type": "local",
            # Left out, they cost the whole answer in some use cases; only numbers pass as scores.
            "examples": [],
            "max_workers": self._settings.workers(rows),
            "display_name": own,
        }
        self._posted.add(name, own, f"scores of {rows} rows")
        job = self._settings.mode == "job"
        try:
            with self._gate.together() if job else self._gate.alone():
                text = self._http.post(ROUTE, body, self._settings.read_seconds)
            answer = parsed(text, ROUTE)
        except Failed as failure:
            raise refused(self._posted, name, own, failure, job) from None
        if job:
            self._posted.taken(name)
            self._history.grew()
            return self._followed(name, own)
        if not isinstance(answer, dict) or "result" not in answer:
            self._posted.drop(name)
            raise Failed("An evaluation came back without a result.", retryable=True)
        self._history.grew()
        self._answered.names.append(name)
        return text

    def _awaited(self, name: str) -> str | None:
        """The result of the evaluation `name` if it was sent before, waited for if it is a job.

        The server takes one request at a time, and evaluates synchronously or lists the job within
        it: a whole history that was asked for later and lacks it proves that it never began, or
        ended without a result.
        """
        sent = self._posted.sent(name)
        if sent is None:
            return None
        text = self._finished(name, whole=True)
        if text is None and sent.taken and not self._ended(name, sent.own):
            raise left_open(UNLISTED, sent.own)
        return text

    def _ended(self, name: str, own: str) -> bool:
        return any(row["display_name"] == own for row in self._history.rows(name))

    def _finished(self, name: str, whole: bool = False) -> str | None:
        """The result of the evaluation `name`, if the history has it or, for a job, will."""
        given_up = self._posted.given_up(name)
        for row in reversed(self._history.rows(name, time.monotonic(), whole=whole)):
            if row["display_name"] in given_up:
                continue
            if state_of(row) == "running":
                return self._followed(name, row["display_name"])
            if state_of(row) == "rows":
                return self._result(name, row)
        return None

    def _result(self, name: str, row: dict) -> str:
        text = self._http.get(f"/dataset_details/{file_of(row)}")
        self._answered.names.append(name)
        return text

    def _followed(self, name: str, own: str) -> str:
        started = time.monotonic()
        while True:
            rows = self._history.rows(name, time.monotonic())
            row = next((row for row in rows if row["display_name"] == own), None)
            state = state_of(row) if row else "running"
            if state == "rows":
                return self._result(name, row)
            if state != "running":
                self._posted.drop(name)
                raise Failed(
                    "An evaluation job ended without a result; its log in Cloudera AI says why. "
                    "It is repeated.",
                    retryable=True,
                )
            waited = time.monotonic() - started
            if row is None and waited >= self._settings.recover_seconds:
                raise left_open(UNLISTED, own)
            if waited >= self._settings.job_seconds:
                raise Failed("An evaluation job still runs; the next build takes it in.")
            self._sleep(self._settings.poll_seconds)

    def _judge_files(self, request: JudgeRequest) -> Answer:
        """The evaluations of all files that hold rows of the call, as a JSON list of them."""
        settings = fingerprint.settings(
            "files", "sds", request.model_id, request.prompt, request.parameters
        )
        texts: dict[str, str] = {}
        names = list(request.rows[0][1])
        for _, row in request.rows:
            key = content(row)
            with self._reading:
                places = [place for place in self._where(key, names) if place not in texts]
                locks = [self._judging[place] for place in places]
            for place, lock in zip(places, locks, strict=True):
                with lock:
                    texts[place] = self._of_file(place, settings, key, request)
            if key in self._within_text and not self._places.get(key):
                texts[WITHIN_TEXT] = json.dumps({"error": WITHIN_TEXT})
        return Answer("[" + ",".join(texts.values()) + "]")

    def _of_file(self, place: str, settings: str, key: tuple, request: JudgeRequest) -> str:
        """The first evaluation of a file that has a score for `key`, a new one if none has."""
        names = [display_name(fingerprint.digest(settings, place, n)) for n in range(MOST_TRIES)]
        for name in names:
            try:
                text = self._finished(name)
                if text is not None and key not in scored(text, list(request.rows[0][1])):
                    continue
                return text or self._evaluated(name, place, request, self._size(place))
            except Failed as failure:
                if failure.retryable or failure.fatal:
                    raise
                return json.dumps({"file": place, "error": failure.sentence})
        return json.dumps({"file": place, "error": "the judge gave no score in many tries"})

    def _size(self, place: str) -> int:
        return sum(place in places for places in self._places.values())

    def _where(self, key: tuple, names: Sequence[str]) -> list[str]:
        """The files that hold a row, read until one does."""
        if key in self._places:
            return self._places[key]
        self._generations.rows("")
        for row in self._generations.finished():
            name = file_of(row)
            if name in self._read:
                continue
            self._read.add(name)
            for found in (contents(row, names) for row in self._rows_of(name)):
                if len(found) > 1:
                    self._within_text.update(found)
                    continue
                for one in found:
                    places = self._places.setdefault(one, [])
                    if name not in places:
                        places.append(name)
            if key in self._places:
                return self._places[key]
        return []

    def _rows_of(self, name: str) -> list[Mapping]:
        try:
            body = parsed(self._http.post(ROWS_ROUTE, {"path": name}), ROWS_ROUTE)
        except Failed as failure:
            if failure.retryable or failure.fatal:
                self._read.discard(name)
                raise
            return []
        rows = body.get("data") if isinstance(body, dict) else None
        return [row for row in rows or [] if isinstance(row, Mapping)]
