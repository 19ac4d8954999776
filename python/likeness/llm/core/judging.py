"""Scores from a model: each distinct row is judged once, and a failed call is no score."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from likeness.llm.core import fingerprint
from likeness.llm.core.backend import Answer, Backend, Failed, JudgeRequest, Row, Score
from likeness.llm.core.journal import Journal
from likeness.llm.core.progress import Progress
from likeness.llm.core.rounds import Task
from likeness.llm.core.runner import Call, Result, Runner

Rows = Callable[[], Iterable[tuple[str, Row]]]
JUDGED, NOT_JUDGED = "judged", "not_judged"
NEVER_ANSWERED = "no call for this row was answered"


@dataclass
class Judged:
    """What a run of judging came to, in distinct rows, and the runner's counts."""

    rows: int = 0
    asked: int = 0
    calls: Result | None = None


class Judging:
    """Judging of the rows that `rows()` gives as (id, row), read anew for each pass.

    A row that an answer left out or scored outside 1 to 10 is asked again, alone, up to
    `max_rounds` times a build, then stays not judged until the next one.
    """

    def __init__(
        self, rows: Rows, task: Task, backend: Backend, journal: Journal, *, max_rounds: int = 3
    ) -> None:
        self._rows = rows
        self._task = task
        self._settings = fingerprint.settings(
            "scores", task.backend, task.model_id, task.prompt, task.parameters, (), task.wording
        )
        self._backend = backend
        self._journal = journal
        self._max_rounds = max_rounds

    def run(self, runner: Runner, progress: Progress) -> Judged:
        """Ask for every missing score. Raises ServerDown or JournalError, see Runner.run."""
        report = Judged()
        todo = self._unjudged(report)

        def calls() -> Iterator[Call]:
            while batch := list(itertools.islice(todo, max(1, self._backend.judge_batch))):
                report.asked += len(batch)
                yield self._call(_Batch(batch))

        def done(call: Call, outcome: Answer | Failed) -> list[Call]:
            batch: _Batch = call.subject
            left = []
            if not isinstance(outcome, Failed):
                given = self._backend.scores(outcome.raw, [row for _, row in batch.rows])
                pairs = zip(batch.rows, given, strict=True)
                left = [pair for pair, score in pairs if score.score is None]
                progress.received(len(batch.rows) - len(left))
            if left and batch.round < self._max_rounds:
                progress.finished(len(batch.rows) - len(left))
                # One row that can't be judged must not cost the others of its batch their score.
                return [self._call(_Batch([pair], batch.round + 1)) for pair in left]
            progress.finished(len(batch.rows))
            return []

        report.calls = runner.run(calls(), done)
        return report

    def judgements(self) -> Iterator[dict]:
        """One row per row to judge, as the judgements table has it."""
        for row_id, row in self._rows():
            score = self._score(self._key(row))
            yield {
                "synthetic_id": row_id,
                "score": score.score,
                "justification": score.justification,
                "judge": self._task.backend,
                "status": NOT_JUDGED if score.score is None else JUDGED,
            }

    def missing(self) -> int:
        """Distinct rows without a score."""
        return sum(1 for _ in self._unjudged(Judged()))

    def _unjudged(self, report: Judged) -> Iterator[tuple[str, Row]]:
        seen: set[bytes] = set()
        for _, row in self._rows():
            key = self._key(row)
            if bytes.fromhex(key) in seen:
                continue
            seen.add(bytes.fromhex(key))
            report.rows += 1
            if self._score(key).score is None:
                yield key, row

    def _key(self, row: Row) -> str:
        return fingerprint.row_key(self._settings, (row[name] for name in self._task.names))

    def _score(self, key: str) -> Score:
        entry = self._journal.scored(key)
        if entry is None:
            return Score(None, NEVER_ANSWERED)
        given = self._backend.scores(entry["raw"], entry["rows"])
        return given[entry["keys"].index(key)]

    def _call(self, batch: "_Batch") -> Call:
        task = self._task
        keys = [key for key, _ in batch.rows]
        earlier = self._journal.scored(keys[0])
        asked_before = earlier["asked_before"] + 1 if earlier else 0
        request = JudgeRequest(
            fingerprint=fingerprint.digest(self._settings, keys, asked_before),
            rows=tuple(batch.rows),
            prompt=task.prompt,
            model_id=task.model_id,
            parameters=task.parameters,
        )
        rows = [dict(row) for _, row in batch.rows]
        completions = -(-len(rows) // max(1, self._backend.judged_per_completion))
        return Call(
            send=lambda: self._backend.judge(request),
            recover=lambda: self._backend.recover(request),
            kept=lambda: self._backend.kept(request),
            entry={
                "kind": "scores",
                "key": request.fingerprint,
                "keys": keys,
                "rows": rows,
                "asked_before": asked_before,
                "source": task.source,
                "backend": task.backend,
                "model": task.model_id,
            },
            characters=len(task.prompt + task.wording) * completions + len(str(rows)),
            most_out=task.max_tokens * completions,
            subject=batch,
        )


@dataclass(frozen=True)
class _Batch:
    rows: list[tuple[str, Row]]
    round: int = 1
