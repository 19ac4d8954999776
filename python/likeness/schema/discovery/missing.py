"""Columns whose values are missing in exactly the same rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from likeness.schema.discovery.kinds import MIN_CELL_ROWS, Found
from likeness.schema.discovery.table import Table, ask


@dataclass(frozen=True)
class MissingTogether:
    """`other` is missing in the rows in which `first` is, and in no others; `missing` of them."""

    first: Found
    other: Found
    missing: int


def missing_together(table: Table, fields: Sequence[Found]) -> list[MissingTogether]:
    """Each column with the first one that is missing in the same rows.

    At least twenty rows lack the value and twenty have it; that two columns agree in all rows by
    chance is then impossible.
    """
    some = [
        f
        for f in fields
        if MIN_CELL_ROWS <= table.rows - f.profile.filled <= table.rows - MIN_CELL_ROWS
    ]
    marks = ask(
        table,
        "typed",
        {(f.profile.index,): f"bit_xor(hash(rowid)) filter (where {f.sql} is null)" for f in some},
    )
    same: dict[tuple, list[Found]] = defaultdict(list)
    for f in some:
        same[f.profile.filled, marks[f.profile.index,]].append(f)
    return [
        MissingTogether(group[0], other, table.rows - other.profile.filled)
        for group in same.values()
        for other in group[1:]
    ]
