"""What a build would ask and cost, before anything is spent; and which paid answers it would leave.

Tokens are estimated: text sent at four characters a token, rows at what this journal's answers
under the same settings took, or, before there are any, at the examples' size at three characters a
token (JSON full of numbers is cut finer than prose). What is repeated (failed calls, rows that are
rejected and asked for again, rows judged twice) is not known before: the cost is a range.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from likeness.llm.core import fingerprint
from likeness.llm.core.backend import Backend
from likeness.llm.core.budget import Limits
from likeness.llm.core.journal import Journal
from likeness.llm.core.rounds import Task, Work, request_characters
from likeness.warehouse.atomic_files import replacing

PROSE_CHARACTERS = 4
ROW_CHARACTERS = 3
TOKENS_WITHOUT_EXAMPLES = 450
SEEDS_FOLDER = "seeds"
# A score and a sentence or two that justify it.
JUDGEMENT_TOKENS = 60
# Repeats, as a share of what is asked once, before a journal shows more.
REPEATED = 0.5


@dataclass(frozen=True)
class Orphans:
    """Paid answers that the plan doesn't use: by other seed texts, and by other settings."""

    seeds: int = 0
    settings: int = 0


@dataclass(frozen=True)
class Estimate:
    """Requests to make and the tokens that they take."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True)
class Plan:
    """Rows still to come, and what asking for them and judging them takes.

    `cost` and `most_cost` are that of both, with nothing repeated and with `REPEATED` or the share
    that the journal shows; None without prices.
    """

    seeds: int
    texts: int
    rows: int
    rows_missing: int
    asking: Estimate
    judging: Estimate
    cost: float | None
    most_cost: float | None
    orphans: Orphans

    def lines(self, limits: Limits, journal: Journal, source: str) -> list[str]:
        """The plan in words, with what limits and journal say to it."""
        paid = journal.totals(source)
        said = [
            f"{self.rows:,} rows for {self.seeds:,} seeds ({self.texts:,} different texts), "
            f"{self.rows_missing:,} of them still to come",
            f"{self.asking.requests:,} requests, about {self.asking.tokens_in:,} tokens in and "
            f"{self.asking.tokens_out:,} out (estimated: {PROSE_CHARACTERS} characters a token in, "
            "rows as long as this journal's or the examples)",
        ]
        if self.judging.requests:
            said.append(
                f"{self.judging.requests:,} requests for scores, about "
                f"{self.judging.tokens_in:,} tokens in and {self.judging.tokens_out:,} out"
            )
        if self.cost is not None:
            said.append(
                f"about {self.cost:.2f} to {self.most_cost:.2f} at the prices given: nothing "
                "repeated, or failed calls and rejected rows asked for again"
            )
        said.append(
            f"journal {journal.folder}: {paid['answers']:,} answers for this source, "
            f"{paid['calls']:,} calls made"
        )
        requests = self.asking.requests + self.judging.requests
        if limits.max_requests is not None and paid["calls"] + requests > limits.max_requests:
            said.append(f"max_requests {limits.max_requests:,} will stop it before the end")
        if limits.max_cost is not None:
            spent = limits.cost(paid["tokens_in"], paid["tokens_out"])
            if spent + self.most_cost > limits.max_cost:
                surely = spent + self.cost > limits.max_cost
                will = "will probably" if surely else "may"
                said.append(f"max_cost {limits.max_cost:g} {will} stop it before the end")
        return said + orphan_lines(self.orphans, journal)


def orphan_lines(orphans: Orphans, journal: Journal) -> list[str]:
    """One sentence per kind of paid answer that a build would leave unused."""
    said = []
    if orphans.seeds:
        kept = journal.folder / SEEDS_FOLDER
        files = sorted(kept.glob("*.json"), key=lambda path: path.stat().st_mtime)
        which = f" (the last seeds that were paid for: {files[-1]})" if files else ""
        said.append(
            f"{orphans.seeds:,} paid answers belong to seed texts that this build doesn't have "
            "(the source or a var of the profiles changed) and will not be used. To use them, set "
            f"seeds_path to the old seeds{which}."
        )
    if orphans.settings:
        said.append(
            f"{orphans.settings:,} paid answers belong to another prompt, model, parameter or set "
            "of examples and will not be used. They stay in the journal: go back to those settings "
            "to use them again."
        )
    return said


def find_orphans(works: Iterable[Work], task: Task, journal: Journal) -> Orphans:
    """Count the journal's answers that no seed of the plan uses, by the reason."""
    settings = task.settings
    wanted = {bytes.fromhex(fingerprint.stream(settings, work.seed_text)) for work in works}
    by_seeds = by_settings = 0
    for other, stream, answers in journal.streams():
        if other != settings:
            by_settings += answers
        elif bytes.fromhex(stream) not in wanted:
            by_seeds += answers
    return Orphans(by_seeds, by_settings)


def tokens_per_row(task: Task, journal: Journal) -> float:
    """Tokens that one row takes in an answer: see the module's words on estimates."""
    rows, tokens = journal.rows_and_tokens(task.settings)
    if rows:
        return tokens / rows
    if not task.examples:
        return TOKENS_WITHOUT_EXAMPLES
    characters = sum(len(json.dumps(dict(one))) for one in task.examples)
    return characters / len(task.examples) / ROW_CHARACTERS


def make_plan(
    works: Iterable[Work],
    task: Task,
    limits: Limits,
    journal: Journal,
    backend: Backend,
    missing: Callable[[Work], int],
    judge: tuple[Backend, Task] | None = None,
) -> Plan:
    """The plan over `works`, which is read twice; `missing` gives a work's rows still to come.

    `judge`: who scores the rows and what its requests share; None where no model does.
    """
    seeds = texts = rows = still = requests = characters = 0
    for work in works:
        seeds += len(work.seed_ids)
        texts += 1
        rows += work.rows
        short = max(0, missing(work))
        if short:
            still += short
            requests += -(-short // max(1, backend.rows_per_request))
            completions = -(-short // max(1, backend.rows_per_completion))
            characters += completions * request_characters(task, work.seed_text)
    row_tokens = tokens_per_row(task, journal)
    asking = Estimate(requests, characters // PROSE_CHARACTERS, round(still * row_tokens))
    judging = _judging(still, row_tokens, *judge) if judge else Estimate()
    cost = limits.cost(asking.tokens_in + judging.tokens_in, asking.tokens_out + judging.tokens_out)
    return Plan(
        seeds=seeds,
        texts=texts,
        rows=rows,
        rows_missing=still,
        asking=asking,
        judging=judging,
        cost=cost,
        most_cost=None if cost is None else cost * (1 + _repeated(journal, task.source)),
        orphans=find_orphans(works, task, journal),
    )


def _judging(rows: int, row_tokens: float, backend: Backend, task: Task) -> Estimate:
    completions = -(-rows // max(1, backend.judged_per_completion))
    prompt = (len(task.prompt) + len(task.wording)) / PROSE_CHARACTERS
    return Estimate(
        -(-rows // max(1, backend.judge_batch)),
        round(completions * prompt + rows * row_tokens),
        rows * JUDGEMENT_TOKENS,
    )


def _repeated(journal: Journal, source: str) -> float:
    """Repeats as a share of what is asked once: what the journal shows, `REPEATED` at least."""
    paid = journal.totals(source)
    return max(REPEATED, paid["calls"] / paid["answers"] - 1 if paid["answers"] else 0.0)


def keep_seeds(works: Iterable[Work], journal: Journal, source: str) -> Path:
    """Put the seeds that are about to be paid for beside the journal, for `seeds_path`."""
    path = journal.folder / SEEDS_FOLDER / f"{source}.json"
    if not path.exists():
        with replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as handle:
            before = "[\n"
            for work in works:
                for _ in work.seed_ids:
                    handle.write(before + work.seed_text)
                    before = ",\n"
            handle.write("\n]\n")
    return path
