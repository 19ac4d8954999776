"""Rows of the offline engine for the responses table, in batches."""

from collections.abc import Iterator, Sequence

import pandas as pd

from likeness import warehouse
from likeness.generators.conditions import seeds_in_parts
from likeness.schema.fields import Field
from likeness.warehouse import workers

COLUMNS = {
    "synthetic_id": "varchar",
    "generator": "varchar",
    "seed_id": "integer",
    "request_id": "varchar",
    "row_in_request": "integer",
}
# So many rows a call draws where many machines draw: a second or two of work, and little memory.
PART_ROWS = 20_000
# On one machine: a process makes many parts, so that they are as large as memory allows.
BATCH_ROWS = 50_000
PROCESSES = 2
LATER_COLUMNS = {"missing_fields": "varchar", "extra_fields": "varchar", "raw": "varchar"}


def response_types(fields: Sequence[Field]) -> dict[str, str]:
    """Names and SQL types of the responses table."""
    return COLUMNS | dict.fromkeys([field.name for field in fields], "varchar") | LATER_COLUMNS


def table(
    session: warehouse.Connection,
    plan: pd.DataFrame,
    segment_keys: Sequence[str],
    seed: int,
    profile: pd.DataFrame,
    fields: Sequence[Field],
    **others: object,
) -> warehouse.Relation:
    """The rows for the plan as a relation of the session; arguments as of `responses`.

    A session over several machines draws them there (`rows_of_calls`): each call is given whole
    seeds and draws what `responses` would.
    """
    types = response_types(fields)
    if not hasattr(session, "rows_of_calls"):
        drawn = responses(plan, segment_keys, seed, profile, fields=fields, **others)
        return warehouse.spread(session, drawn, types)
    tables = workers.called("likeness.warehouse.packing.unpack", profile)
    parts = ({"seeds": s, "first_ids": ids} for s, ids in seeds_in_parts(plan, PART_ROWS))
    shared = {"segment_keys": segment_keys, "seed": seed, "profile": tables, "fields": fields}
    function = "likeness.generators.synthesized_rows.drawn_for_seeds"
    return session.rows_of_calls(function, parts, {**shared, **others}, types)


def responses(
    plan: pd.DataFrame,
    segment_keys: Sequence[str],
    seed: int,
    profile: pd.DataFrame,
    batch_rows: int = BATCH_ROWS,
    **others: object,
) -> Iterator[pd.DataFrame]:
    """Batches of rows for the plan, all fields as the source prints them.

    `profile` is what the engine has learned, packed into one table; `others` are the arguments of
    `synthesized_rows.drawn` that are the same for all rows. Batches of whole seeds are drawn in
    PROCESSES processes of their own; how the rows are split changes none of them.
    """
    share = -(-int(plan["rows_asked"].sum()) // PROCESSES)
    parts = list(seeds_in_parts(plan, max(1, min(batch_rows, share))))
    same = {"segment_keys": segment_keys, "seed": seed, "packed": profile, **others}
    calls = ({"parts": parts[nth::PROCESSES], **same} for nth in range(min(PROCESSES, len(parts))))
    return workers.streamed("likeness.generators.synthesized_rows.drawn_in_parts", calls)
