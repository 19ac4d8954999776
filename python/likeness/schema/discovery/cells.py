"""A sample of rows as one long table, in which all pairs of columns are compared in one query."""

from collections.abc import Mapping, Sequence

from likeness.schema.discovery.columns import Profile
from likeness.schema.discovery.table import Table

# Rows of a sample for all pairs of a hundred columns or more are bounded by their square.
MOST_PAIRED = 12_000_000
MOST_ROWS, LEAST_ROWS = 4000, 400


def rows_for(columns: int) -> int:
    """How many rows of a table of so many columns are compared pair by pair."""
    return max(LEAST_ROWS, min(MOST_ROWS, MOST_PAIRED // max(columns, 1) ** 2))


def make(table: Table, name: str, columns: Mapping[int, str], rows: int) -> None:
    """Make the table `name` (r, i, v): row, column, and the double or text that `columns` give.

    `r` counts from 0 in an order that has nothing to do with that of the source.
    """
    step = -(-table.rows // rows)
    selected = ", ".join(f"{sql} as v{i}" for i, sql in columns.items())
    table.connection.execute(
        f"create or replace table {name}_wide as "
        f"select row_number() over (order by hash(rowid)) - 1 as r, {selected} "
        f"from typed where rowid % {step} = 0"
    )
    listed = ", ".join(f"v{i}" for i in columns)
    table.connection.execute(
        f"create or replace table {name} as select r, cast(i[2:] as integer) as i, v "
        f"from (unpivot {name}_wide on {listed} into name i value v)"
    )


def as_number(profile: Profile) -> str:
    """A number, or a date in seconds, as a double over the table typed."""
    if profile.reader in ("date", "month", "timestamp"):
        return f"cast(epoch(cast({profile.sql} as timestamp)) as double)"
    return f"cast({profile.sql} as double)"


def as_code(profile: Profile) -> str:
    """A category's value as a text over the table typed."""
    return f"cast({profile.sql} as varchar)"


def pairs_in(values: Sequence[tuple[int, int]]) -> str:
    """Pairs of columns as an SQL list of rows."""
    return ", ".join(f"({a}, {b})" for a, b in values)
