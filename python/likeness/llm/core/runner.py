"""Sends calls side by side, repeats what failed, and makes every answer durable first.

The one place where calls to language models are made: generation and judging, every backend.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime

import tenacity

from likeness.llm.core.backend import Answer, Failed
from likeness.llm.core.budget import Budget, LimitReached
from likeness.llm.core.journal import Journal, JournalError
from likeness.llm.core.progress import Progress

LONGEST_RETRY_AFTER = 300.0
MAX_WAIT = 900.0
CHARACTERS_PER_TOKEN = 4


class ServerDown(Exception):
    """No call can succeed; the message says why, and that the answers so far are safe."""


@dataclass(frozen=True)
class Call:
    """One call to make.

    `send`, `recover` and `kept` come from the backend, `entry` is its journal line. `characters` is
    the size of the text sent and `most_out` the most tokens of an answer, for the limits. `subject`
    is whatever the caller wants back with the answer.
    """

    send: Callable[[], Answer]
    recover: Callable[[], Answer | None]
    kept: Callable[[], None]
    entry: dict
    characters: int
    most_out: int
    subject: object


class _NotAsked(Exception):
    """The run was stopped before this call was made."""


@dataclass
class _Tally:
    calls: int = 0
    failures: int = 0
    busy_since: float | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    last: Failed | None = None

    def note(self, failure: Failed) -> None:
        """Count a failure; one of a busy server only begins its waiting."""
        self.last = failure
        if not failure.busy:
            self.failures += 1
            self.busy_since = None
        elif self.busy_since is None:
            self.busy_since = time.monotonic()


@dataclass
class Result:
    """What a run did, in this process.

    Calls answered, calls that failed (`failed_calls`, repeats included), and calls given up
    (`failed`) with their last sentences; `stopped` is the sentence of the limit that ended the
    run, or empty.
    """

    answered: int = 0
    failed_calls: int = 0
    failed: int = 0
    stopped: str = ""
    sentences: Counter = field(default_factory=Counter)

    @property
    def commonest(self) -> str:
        """The sentence of most of the calls given up, or empty."""
        return self.sentences.most_common(1)[0][0] if self.sentences else ""


class Runner:
    """Makes calls: at most `parallel` at a time, each up to `max_retries` times more.

    Waits grow from `first_wait` seconds, with jitter, up to `longest_wait`; a server's Retry-After
    counts where it is longer. A busy server (status 429) uses up none of the repeats: it is asked
    again until `max_wait` seconds have passed since it first was busy. `down_after` failures in a
    row that look like a dead server stop all.
    """

    def __init__(
        self,
        journal: Journal,
        budget: Budget,
        progress: Progress,
        *,
        parallel: int = 8,
        max_retries: int = 5,
        first_wait: float = 1.0,
        longest_wait: float = 60.0,
        max_wait: float = MAX_WAIT,
        down_after: int | None = None,
    ) -> None:
        self._journal = journal
        self._budget = budget
        self._progress = progress
        self._parallel = max(1, parallel)
        self._max_retries = max_retries
        self._backoff = tenacity.wait_exponential_jitter(
            multiplier=first_wait, max=longest_wait, jitter=first_wait
        )
        self._max_wait = max_wait
        self._down_after = down_after or max(10, 2 * self._parallel)
        self._down = 0
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._result = Result()

    def run(
        self,
        calls: Iterator[Call],
        done: Callable[[Call, Answer | Failed], Iterable[Call]],
    ) -> Result:
        """Make `calls`; after each one `done` (in this thread) may give more to make.

        Raises ServerDown or JournalError after the calls under way have ended and are safe. A
        reached limit ends the run without an exception.
        """
        under_way: dict[Future, Call] = {}
        more: list[Call] = []
        stopping: Exception | None = None
        with ThreadPoolExecutor(self._parallel, thread_name_prefix="llm") as pool:
            try:
                while True:
                    while not self._stop.is_set() and len(under_way) < self._parallel:
                        call = more.pop() if more else next(calls, None)
                        if call is None:
                            break
                        under_way[pool.submit(self._make, call)] = call
                    if not under_way:
                        break
                    for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                        call = under_way.pop(future)
                        try:
                            outcome = future.result()
                            if outcome is not None:
                                more.extend(done(call, outcome))
                        except LimitReached as limit:
                            self._result.stopped = str(limit)
                            self._stop.set()
                        except (ServerDown, JournalError) as error:
                            stopping = stopping or error
                            self._stop.set()
            finally:
                self._stop.set()
        if stopping is not None:
            raise stopping
        return self._result

    def _make(self, call: Call) -> Answer | Failed | None:
        tally = _Tally()
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(self._is_worth_repeating),
            stop=lambda _: self._has_no_repeat_left(tally),
            wait=self._wait,
            sleep=tenacity.sleep_using_event(self._stop),
            reraise=True,
        )
        try:
            return retrying(self._ask, call, tally)
        except Failed as failure:
            return self._recovered(call, tally) or self._give_up(call, failure, tally)
        except _NotAsked:
            self._give_up(call, tally.last, tally)
            return None
        except (LimitReached, ServerDown):
            self._give_up(call, tally.last, tally)
            raise

    def _ask(self, call: Call, tally: _Tally) -> Answer:
        if self._stop.is_set():
            raise _NotAsked
        answer = self._recovered(call, tally)
        if answer is not None:
            return answer
        with self._budget.call(call.characters // 3 + 1, call.most_out):
            tally.calls += 1
            try:
                answer = call.send()
            except Failed as failure:
                tally.note(failure)
                tally.tokens_in += failure.tokens_in
                tally.tokens_out += failure.tokens_out
                self._budget.pay(failure.tokens_in, failure.tokens_out)
                self._note_failure(failure)
                raise
            self._keep(call, answer, tally.calls)
        return answer

    def _recovered(self, call: Call, tally: _Tally) -> Answer | None:
        if tally.last is None or not tally.last.transport:
            return None
        try:
            answer = call.recover()
        except Failed:
            return None
        if answer is not None:
            self._keep(call, answer, tally.calls)
        return answer

    def _keep(self, call: Call, answer: Answer, calls: int) -> None:
        known = answer.tokens_in is not None and answer.tokens_out is not None
        tokens_in = call.characters // CHARACTERS_PER_TOKEN
        tokens_out = len(answer.raw) // CHARACTERS_PER_TOKEN
        if known:
            tokens_in, tokens_out = answer.tokens_in, answer.tokens_out
        self._journal.append(
            call.entry
            | {
                "calls": calls,
                "tokens_in": tokens_in,
                "tokens_out": tokens_out,
                "tokens_known": known,
                "note": answer.note,
                "time": datetime.now(UTC).isoformat(timespec="seconds"),
                "raw": answer.raw,
            }
        )
        call.kept()
        self._budget.pay(tokens_in, tokens_out)
        with self._lock:
            self._down = 0
            self._result.answered += 1

    def _note_failure(self, failure: Failed) -> None:
        self._progress.failed_call(failure.sentence)
        with self._lock:
            self._result.failed_calls += 1
            self._down = self._down + 1 if failure.down else 0
            dead = failure.fatal or self._down >= self._down_after
        if dead:
            self._stop.set()
            raise ServerDown(
                f"{failure.sentence} All answers received so far are safe in the journal "
                f"({self._journal.folder}); the next build goes on from them."
            ) from failure

    def _give_up(self, call: Call, failure: Failed | None, tally: _Tally) -> Failed | None:
        if failure is not None and tally.calls:
            entry = {name: call.entry[name] for name in ("key", "source")}
            self._journal.append(
                entry
                | {
                    "kind": "failed",
                    "calls": tally.calls,
                    "tokens_in": tally.tokens_in,
                    "tokens_out": tally.tokens_out,
                    "sentence": failure.sentence,
                }
            )
            with self._lock:
                self._result.failed += 1
                self._result.sentences[failure.sentence] += 1
        return failure

    def _wait(self, state: tenacity.RetryCallState) -> float:
        failure = state.outcome.exception()
        return max(self._backoff(state), getattr(failure, "retry_after", None) or 0.0)

    def _is_worth_repeating(self, error: BaseException) -> bool:
        if not isinstance(error, Failed) or not error.retryable:
            return False
        longest = self._max_wait if error.busy else LONGEST_RETRY_AFTER
        return error.retry_after is None or error.retry_after <= longest

    def _has_no_repeat_left(self, tally: _Tally) -> bool:
        if tally.busy_since is not None:
            return time.monotonic() - tally.busy_since >= self._max_wait
        return tally.failures > self._max_retries
