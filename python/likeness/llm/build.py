"""One build's rows and scores, from vars, seeds and rows to what the tables are made of."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TextIO

from likeness.llm.core import fingerprint
from likeness.llm.core.backend import DEFAULT_CONCURRENCY, Backend, Failed
from likeness.llm.core.budget import Budget
from likeness.llm.core.journal import Journal
from likeness.llm.core.judging import Judging, Rows
from likeness.llm.core.options import NO_BASE_URL, Options
from likeness.llm.core.plan import Plan, find_orphans, keep_seeds, make_plan, orphan_lines
from likeness.llm.core.progress import Progress
from likeness.llm.core.prompts import Knowledge, Prompts, Rule
from likeness.llm.core.responses import responses
from likeness.llm.core.rounds import Generated, Generation, Task, Work, read_accepted
from likeness.llm.core.runner import Result, Runner, ServerDown
from likeness.llm.openai import OpenAI
from likeness.llm.sds.backend import make_sds
from likeness.schema.fields import Field

CHECKS = 3


def make_openai(given: Mapping, options: Options, prompts: Prompts) -> Backend:
    """The backend for chat completions. Raises ValueError without a base_url."""
    if not options.base_url:
        raise ValueError(NO_BASE_URL)
    return OpenAI(
        options.base_url,
        prompts,
        concurrency=options.concurrency or DEFAULT_CONCURRENCY,
        timeout=options.timeout,
        rows_per_request=options.rows_per_request or options.rows_per_seed,
        judge_batch=options.judge_batch,
        models=options.models,
    )


# A maker gets all vars as given, the same as checked options, and the prompts.
BACKENDS: dict[str, Callable[[Mapping, Options, Prompts], Backend]] = {
    "openai": make_openai,
    "sds": make_sds,
}
# These send our own request texts around seed and rows; others have texts of their own.
WORDED = ("openai",)


class Build:
    """A build with one backend; `works` are its seeds, read anew for each pass.

    `given` are the vars. `examples` are checked already (see examples.py), `knowledge` is for the
    guidelines. Nothing is asked before
    `generate` or `judge`; what the last one did stands in `report`. Raises ValueError for a var.
    """

    def __init__(
        self,
        name: str,
        given: Mapping[str, object],
        fields: Sequence[Field],
        rules: Sequence[Rule],
        works: Iterable[Work],
        examples: Sequence[dict] = (),
        *,
        knowledge: Knowledge | None = None,
        stream: TextIO | None = None,
    ) -> None:
        options = self.options = Options.from_vars(given)
        self.limits = options.limits
        self.prompts = Prompts(
            fields,
            rules,
            criteria=options.criteria,
            folder=options.prompt_dir,
            record=given.get("record"),
            knowledge=knowledge,
        )
        self.backend = BACKENDS[name](given, options, self.prompts)
        self.works = works
        self._given = given
        self._name = name
        self._names = tuple(field.name for field in fields)
        self._examples = tuple(examples)
        self._stream = stream or sys.stderr
        self._source = ""
        self.report = Generated()

    @property
    def source(self) -> str:
        """The fingerprint of the source, as its seeds show it."""
        if not self._source:
            self._source = fingerprint.source(work.seed_text for work in self.works)
        return self._source

    def task(self) -> Task:
        """What every request for rows shares."""
        return Task(
            backend=self._name,
            prompt=self.prompts.generation(),
            model_id=self.options.model_id,
            names=self._names,
            parameters=self.options.parameters,
            examples=self._examples,
            wording=self.prompts.wording("generation") if self._name in WORDED else "",
            source=self.source,
        )

    def judge_task(self) -> Task:
        """What every request for scores shares."""
        return Task(
            backend=self._name,
            prompt=self.prompts.evaluation(),
            model_id=self.options.judge_model_id or self.options.model_id,
            names=self._names,
            parameters=self.options.judge_parameters,
            wording=self.prompts.wording("evaluation") if self._name in WORDED else "",
            source=self.source,
        )

    def plan(self) -> tuple[Plan, list[str]]:
        """What `generate` would ask and cost, and the same in words. Asks nothing."""
        with Journal(self.options.journal_dir) as journal:
            task = self.task()
            generation = Generation(self.works, task, self.backend, journal)
            plan = make_plan(
                self.works,
                task,
                self.limits,
                journal,
                self.backend,
                generation.missing,
                self._judge(),
            )
            return plan, [*plan.lines(self.limits, journal, self.source), *journal.notes]

    def _judge(self) -> tuple[Backend, Task] | None:
        name = self._given.get("judge")
        if name not in BACKENDS:
            return None
        if name == self._name:
            return self.backend, self.judge_task()
        return BACKENDS[name](self._given, self.options, self.prompts), self.judge_task()

    def generate(self) -> Iterator[dict]:
        """Ask for what is missing, then give every row received, as the responses table has it.

        Raises ServerDown, JournalError or Failed with one sentence; answers are safe by then.
        """
        with Journal(self.options.journal_dir, write=True) as journal:
            task = self.task()
            generation = Generation(
                self.works, task, self.backend, journal, max_rounds=self.options.max_rounds
            )
            if any(generation.missing(work) > 0 for work in self.works):
                self._say(
                    *journal.notes, *orphan_lines(find_orphans(self.works, task, journal), journal)
                )
                keep_seeds(self.works, journal, self.source)
                total = sum(1 for _ in self.works)
                with self._runner(journal, total, "seeds", self.backend.parallel) as (
                    runner,
                    shown,
                ):
                    report = self.report = generation.run(runner, shown)
                self._say(
                    f"{report.seeds:,} seeds, {report.rows:,} rows received, {report.short:,} "
                    f"seeds short of rows, {report.failed:,} with a failed call.",
                    *_result_lines(report.calls),
                )
            yield from responses(
                self.works, task, self.backend, journal, self.options.rows_per_seed
            )

    def judge(self, rows: Rows) -> Iterator[dict]:
        """Ask for missing scores, then give one judgement per row of `rows()`.

        Raises as `generate` does.
        """
        with Journal(self.options.journal_dir, write=True) as journal:
            judging = Judging(
                rows, self.judge_task(), self.backend, journal, max_rounds=self.options.max_rounds
            )
            missing = judging.missing()
            if missing:
                self._say(*journal.notes)
                parallel = self.backend.judge_parallel
                with self._runner(journal, missing, "rows", parallel) as (runner, shown):
                    report = judging.run(runner, shown)
                self._say(
                    f"{report.asked:,} rows sent to the judge, {judging.missing():,} not judged.",
                    *_result_lines(report.calls),
                )
            yield from judging.judgements()

    @contextmanager
    def _runner(
        self, journal: Journal, total: int, unit: str, parallel: int
    ) -> Iterator[tuple[Runner, Progress]]:
        self._reach()
        paid = journal.totals(self.source)
        budget = Budget(
            self.limits,
            calls=paid["calls"],
            tokens_in=paid["tokens_in"],
            tokens_out=paid["tokens_out"],
        )
        accepted = sum(read_accepted(journal.folder).values())
        with Progress(
            total, unit, accepted=accepted, cost=lambda: budget.spent, stream=self._stream
        ) as shown:
            yield (
                Runner(
                    journal,
                    budget,
                    shown,
                    parallel=parallel,
                    max_retries=self.options.max_retries,
                    first_wait=self.options.first_wait,
                    max_wait=self.options.max_wait,
                ),
                shown,
            )

    def _reach(self) -> None:
        for attempt in range(1, CHECKS + 1):
            try:
                self._say(self.backend.check())
                return
            except Failed as failure:
                if failure.fatal or attempt == CHECKS:
                    raise ServerDown(f"{failure.sentence} Nothing was asked.") from None

    def _say(self, *sentences: str) -> None:
        for sentence in sentences:
            print(sentence, file=self._stream, flush=True)


def _result_lines(result: Result) -> list[str]:
    said = []
    if result.failed_calls:
        said.append(
            f"Failed calls: {result.failed_calls:,}; given up after all repeats: {result.failed:,}."
        )
        said += [f"  {count:,} x {sentence}" for sentence, count in result.sentences.most_common(5)]
    if result.stopped:
        said.append(result.stopped)
    return said
