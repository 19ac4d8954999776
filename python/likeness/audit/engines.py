"""Where the rows that an audit counts lie, and the SQL that is quick there."""

from collections.abc import Sequence

from likeness import warehouse
from likeness.warehouse import literal, quoted

MISSING = "(missing)"


class Here:
    """Rows in DuckDB."""

    def __init__(self, connection: warehouse.Connection) -> None:
        self.connection = connection

    def keep(self, table: str, query: str) -> None:
        """Keep the rows of a query as `table`, for this session."""
        self.connection.execute(f"create or replace temporary table {table} as {query}")

    def drop(self, table: str) -> None:
        """Let go of what `keep` has kept."""
        self.connection.execute(f"drop table if exists {table}")

    def long(self, labelled: str, keys: Sequence[str], names: Sequence[str], value: str) -> str:
        """Common table `long`: `keys`, `variable` and its value, of each row of `labelled`.

        `labelled` is a query with the columns `keys` and `names`, the latter of one type. Nulls may
        be among the values.
        """
        listed = ", ".join(map(quoted, names))
        return (
            f"labelled as ({labelled}), "
            f"long as (unpivot labelled on {listed} into name variable value {value})"
        )

    def spreads(self, long: str, keys: Sequence[str], cell: int) -> str:
        """A query for `keys`, `std` and `coding` of each group of `long` (`Sources.spreads`)."""
        scatter = " + ".join(
            f"coalesce(list_aggregate({end}(value, {cell}), 'var_pop'), 0)"
            for end in ("min", "max")
        )
        return (
            f"with {long} select {', '.join([*keys, spread(scatter, cell)])} from long "
            "where value is not null group by all order by all"
        )

    def placed(self, table: str, names: Sequence[str]) -> str:
        """A query for `variable`, `value`, its rows `n` and `is_end` (the lowest or highest)."""
        return " union all ".join(
            f"select {literal(name)} as variable, value, n, "
            "value in (min(value) over (), max(value) over ()) as is_end from ("
            f"select {number(name)} as value, count(*) as n from {table} "
            f"where {quoted(name)} is not null group by all)"
            for name in names
        )


class Elsewhere(Here):
    """Rows on another engine, which counts them there.

    It has no lists of lowest values, and reads a table anew for each part of a union.
    """

    def keep(self, table: str, query: str) -> None:
        """Keep the rows of a query there as `table`, for this session."""
        self.connection.hold_rows(table, query)

    def drop(self, table: str) -> None:
        """Let go of what `keep` has kept."""
        self.connection.release_rows(table)

    def long(self, labelled: str, keys: Sequence[str], names: Sequence[str], value: str) -> str:
        """As of `Here.long`."""
        each = ", ".join(
            f"struct_pack(variable := {literal(name)}, {value} := {quoted(name)})" for name in names
        )
        listed = ", ".join([*keys, f"unnest([{each}], recursive := true)"])
        return f"labelled as ({labelled}), long as (select {listed} from labelled)"

    def spreads(self, long: str, keys: Sequence[str], cell: int) -> str:
        """As of `Here.spreads`."""
        listed = ", ".join(keys)
        ranks = ", ".join(
            f"row_number() over (partition by {listed} order by value {order}) as {end}_rank"
            for end, order in (("low", "asc"), ("high", "desc"))
        )
        scatter = " + ".join(
            f"coalesce(var_pop(value) filter (where {end}_rank <= {cell}), 0)"
            for end in ("low", "high")
        )
        return (
            f"with {long}, "
            f"ranked as (select {listed}, value, {ranks} from long where value is not null) "
            f"select {listed}, {spread(scatter, cell)} from ranked group by all order by all"
        )

    def placed(self, table: str, names: Sequence[str]) -> str:
        """As of `Here.placed`."""
        numbers = ", ".join(f"{number(name)} as {quoted(name)}" for name in names)
        long = self.long(f"select {numbers} from {table}", [], names, "value")
        ends = ", ".join(f"{end}(value) over (partition by variable)" for end in ("min", "max"))
        return (
            f"with {long}, counted as (select variable, value, count(*) as n from long "
            "where value is not null group by all) "
            f"select variable, value, n, value in ({ends}) as is_end from counted"
        )


def of(connection: warehouse.Connection) -> Here:
    """Where the rows lie that a connection reads."""
    return Elsewhere(connection) if hasattr(connection, "hold_rows") else Here(connection)


def spread(scatter: str, cell: int) -> str:
    """SQL of `std` and `coding` of a group's values; `scatter`: the variances of both ends."""
    moved = f"({scatter}) * least(count(*), {cell})"
    change = f"{moved} / nullif(2 * (count(*) - 1) * var_samp(value), 0)"
    return f"stddev_samp(value) as std, coalesce({change}, 0) as coding"


def text(name: str) -> str:
    """SQL of a column's value as a label."""
    return f"coalesce(cast({quoted(name)} as varchar), '{MISSING}')"


def number(name: str) -> str:
    """SQL of a column's value as a number."""
    return f"cast({quoted(name)} as double)"
