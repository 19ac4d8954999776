"""The journal's answers as rows for the responses table, one answer in memory at a time."""

from collections.abc import Iterable, Iterator

from likeness.llm.core import fingerprint
from likeness.llm.core.backend import Backend
from likeness.llm.core.journal import Journal
from likeness.llm.core.parse import columns
from likeness.llm.core.rounds import Task, Work

EXTRA = ("missing_fields", "extra_fields", "raw")


def response_columns(names: Iterable[str]) -> dict[str, str]:
    """Names and DuckDB types of the responses table."""
    return {
        "synthetic_id": "VARCHAR",
        "generator": "VARCHAR",
        "seed_id": "INTEGER",
        "request_id": "VARCHAR",
        "row_in_request": "INTEGER",
        **dict.fromkeys((*names, *EXTRA), "VARCHAR"),
    }


def responses(
    works: Iterable[Work], task: Task, backend: Backend, journal: Journal, rows_per_seed: int
) -> Iterator[dict]:
    """Every row received for the plan, in the plan's order, as the responses table has it.

    Rows of a text that several seeds share go to them in turn, `rows_per_seed` at a time.
    """
    settings = task.settings
    for work in works:
        stream = fingerprint.stream(settings, work.seed_text)
        for batch in range(journal.batches(settings, stream)):
            key = fingerprint.key(stream, batch)
            if not journal.has(key):
                continue
            items = backend.rows(journal.read(key)["raw"])
            for number, item in enumerate(items):
                turn = batch + number // max(1, rows_per_seed)
                yield {
                    "synthetic_id": f"{key[:20]}-{number}",
                    "generator": task.backend,
                    "seed_id": work.seed_ids[turn % len(work.seed_ids)],
                    "request_id": key,
                    "row_in_request": number,
                    **columns(item, task.names),
                }
