"""Asks for each seed's shortfall until the rows are there.

Within a build rows count as soon as they have every field; what a finished build then accepted of
each call stands in `accepted.tsv`, and the next build asks for the difference.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from likeness.llm.core import fingerprint
from likeness.llm.core.backend import DEFAULT_MAX_TOKENS, Answer, Backend, Failed, GenerationRequest
from likeness.llm.core.journal import Journal
from likeness.llm.core.parse import complete
from likeness.llm.core.progress import Progress
from likeness.llm.core.runner import Call, Result, Runner
from likeness.warehouse.atomic_files import replacing

ACCEPTED = "accepted.tsv"


@dataclass(frozen=True)
class Work:
    """One distinct seed text: the seeds that share it, and the rows wanted of them together."""

    seed_text: str
    seed_ids: tuple[int, ...]
    rows: int


@dataclass(frozen=True)
class Task:
    """What every request of a run shares; `source` is the source's fingerprint."""

    backend: str
    prompt: str
    model_id: str
    names: tuple[str, ...]
    parameters: Mapping[str, object] = field(default_factory=dict)
    examples: tuple[Mapping[str, object], ...] = ()
    wording: str = ""
    source: str = ""

    @property
    def settings(self) -> str:
        """The fingerprint of everything but the seed."""
        return fingerprint.settings(
            "rows",
            self.backend,
            self.model_id,
            self.prompt,
            self.parameters,
            self.examples,
            self.wording,
        )

    @property
    def max_tokens(self) -> int:
        """The most tokens of one answer."""
        return int(self.parameters.get("max_tokens") or DEFAULT_MAX_TOKENS)


@dataclass
class _Seed:
    work: Work
    stream: str
    missing: int
    next_batch: int
    holes: list[int]
    rounds: int = 0
    under_way: int = 0
    failed: bool = False


@dataclass
class Generated:
    """What a run of generation came to, in seeds, rows, and the runner's counts."""

    seeds: int = 0
    short: int = 0
    failed: int = 0
    rows: int = 0
    calls: Result = field(default_factory=Result)


class Generation:
    """Generation of one plan's rows: `works` is read once per run, one seed in memory at a time."""

    def __init__(
        self,
        works: Iterable[Work],
        task: Task,
        backend: Backend,
        journal: Journal,
        *,
        max_rounds: int = 3,
    ) -> None:
        self._works = works
        self._task = task
        self._settings = task.settings
        self._backend = backend
        self._journal = journal
        self._max_rounds = max_rounds
        self._accepted = read_accepted(journal.folder)
        self._report = Generated()

    def run(self, runner: Runner, progress: Progress) -> Generated:
        """Ask for everything missing. Raises ServerDown or JournalError, see Runner.run."""
        report = self._report

        def calls() -> Iterator[Call]:
            for work in self._works:
                report.seeds += len(work.seed_ids)
                seed = self._state(work)
                if seed.missing <= 0:
                    progress.finished(asked=False)
                    continue
                yield from self._next_round(seed)

        def done(call: Call, outcome: Answer | Failed) -> list[Call]:
            seed: _Seed = call.subject
            seed.under_way -= 1
            if isinstance(outcome, Failed):
                seed.failed = True
            else:
                items = self._backend.rows(outcome.raw)
                seed.missing -= sum(complete(item, self._task.names) for item in items)
                report.rows += len(items)
                progress.received(len(items))
            if seed.under_way:
                return []
            if seed.missing > 0 and not seed.failed and seed.rounds < self._max_rounds:
                return list(self._next_round(seed))
            report.failed += seed.failed * len(seed.work.seed_ids)
            report.short += (seed.missing > 0) * len(seed.work.seed_ids)
            progress.finished()
            return []

        report.calls = runner.run(calls(), done)
        return report

    def missing(self, work: Work) -> int:
        """Rows of `work` that no answer has brought yet."""
        return self._state(work).missing

    def _state(self, work: Work) -> _Seed:
        stream = fingerprint.stream(self._settings, work.seed_text)
        batches = self._journal.batches(self._settings, stream)
        missing, holes = work.rows, []
        for batch in range(batches):
            key = fingerprint.key(stream, batch)
            if not self._journal.has(key):
                holes.append(batch)
            elif key in self._accepted:
                missing -= self._accepted[key]
            else:
                items = self._backend.rows(self._journal.read(key)["raw"])
                missing -= sum(complete(item, self._task.names) for item in items)
        return _Seed(work, stream, missing, batches, holes)

    def _next_round(self, seed: _Seed) -> Iterator[Call]:
        seed.rounds += 1
        size = max(1, self._backend.rows_per_request)
        wanted = max(0, seed.missing)
        sizes = [min(size, wanted - start) for start in range(0, wanted, size)]
        seed.under_way += len(sizes)
        for rows in sizes:
            yield self._call(seed, rows)

    def _call(self, seed: _Seed, rows: int) -> Call:
        task, work = self._task, seed.work
        if seed.holes:
            batch = seed.holes.pop(0)
        else:
            batch = seed.next_batch
            seed.next_batch += 1
        completions = -(-rows // max(1, self._backend.rows_per_completion))
        request = GenerationRequest(
            fingerprint=fingerprint.key(seed.stream, batch),
            seed_id=work.seed_ids[batch % len(work.seed_ids)],
            seed_text=work.seed_text,
            rows=rows,
            round=seed.rounds,
            batch=batch,
            prompt=task.prompt,
            model_id=task.model_id,
            parameters=task.parameters,
            examples=task.examples,
        )
        return Call(
            send=lambda: self._backend.generate(request),
            recover=lambda: self._backend.recover(request),
            kept=lambda: self._backend.kept(request),
            entry={
                "kind": "rows",
                "key": request.fingerprint,
                "settings": self._settings,
                "stream": seed.stream,
                "batch": batch,
                "source": task.source,
                "backend": task.backend,
                "model": task.model_id,
                "asked": rows,
            },
            characters=request_characters(task, work.seed_text) * completions,
            most_out=task.max_tokens * completions,
            subject=seed,
        )


def request_characters(task: Task, seed_text: str) -> int:
    """Size of one call's text: guidelines, wording, examples and seed."""
    examples = sum(len(str(one)) for one in task.examples)
    return len(task.prompt) + len(task.wording) + examples + len(seed_text)


def read_accepted(folder: Path) -> dict[str, int]:
    """Rows that the last finished build accepted of each call, by the call's key."""
    path = Path(folder) / ACCEPTED
    if not path.exists():
        return {}
    accepted = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, count = line.partition("\t")
        accepted[key] = int(count)
    return accepted


def write_accepted(folder: str | Path, counts: Iterable[tuple[str, int]]) -> None:
    """Put down what a finished build accepted of each call, calls without any included."""
    with replacing(Path(folder) / ACCEPTED) as temporary, open(temporary, "w") as handle:
        handle.writelines(f"{key}\t{count}\n" for key, count in counts)
