"""Functional dependencies: categories of which each value goes with one value of another one.

A dependency must hold in every row, a value of the left side must have twenty rows on average, and
chance must not give it: were the right side drawn for each row from its shares, every value of the
left side would have one value only with a probability below one in ten thousand million.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from likeness import warehouse
from likeness.schema.discovery import cells
from likeness.schema.discovery.chains import follows
from likeness.schema.discovery.kinds import MIN_CELL_ROWS, Found
from likeness.schema.discovery.table import Table

MOST_LEFT = 2000
LEAST_LOG = -23.0


@dataclass(frozen=True)
class Dependency:
    """Each value of `within` has one `value`, in all of the `rows` that have both."""

    within: Found
    value: Found
    rows: int


def dependencies(table: Table, fields: Sequence[Found]) -> list[Dependency]:
    """The dependencies between categories, without those that follow from others."""
    group = [f for f in fields if f.is_category and 2 <= f.levels <= MOST_LEFT]
    if len(group) < 2:
        return []
    by_index = {f.profile.index: f for f in group}
    columns = {i: cells.as_code(f.profile) for i, f in by_index.items()}
    cells.make(table, "codes", columns, cells.rows_for(2 * len(group)))
    found = []
    for within, value in _candidates(table, by_index):
        rows = _rows_if_held(table, within, value)
        if rows:
            found.append(Dependency(within, value, rows))
    return without_transitive(found)


def _candidates(table: Table, by_index: dict[int, Found]) -> list[tuple[Found, Found]]:
    """Pairs that no row of the sample contradicts; the left side has as many values or more."""
    sizes = ", ".join(f"({i}, {f.levels})" for i, f in by_index.items())
    pairs = table.connection.execute(
        f"with sizes(i, n) as (values {sizes}), "
        "sized as (select codes.*, sizes.n from codes inner join sizes using (i)), "
        "groups as (select a.i as a, b.i as b, min(b.v) = max(b.v) as is_one "
        "from sized as a inner join sized as b on a.r = b.r and a.i <> b.i and a.n >= b.n "
        "group by a.i, b.i, a.v) "
        "select a, b from groups group by a, b having bool_and(is_one) order by a, b"
    ).fetchall()
    return [(by_index[a], by_index[b]) for a, b in pairs]


def _rows_if_held(table: Table, within: Found, value: Found) -> int:
    """The rows that keep it, or 0 where some do not or where chance may explain it."""
    left, right = within.sql, value.sql
    groups, rows, are_one = warehouse.row(
        table.connection,
        "select count(*), sum(n), bool_and(is_one) from (select count(*) as n, "
        f"min({right}) = max({right}) as is_one from typed "
        f"where {left} is not null and {right} is not null group by {left})",
    )
    if not are_one or rows < MIN_CELL_ROWS * groups or groups < 2:
        return 0
    (log_chance,) = warehouse.row(
        table.connection,
        f"with pairs as (select {left} as x, {right} as y from typed "
        f"where {left} is not null and {right} is not null), "
        "xs as (select count(*) as n from pairs group by x), "
        "ys as (select count(*) / sum(count(*)) over () as p from pairs group by y), "
        "sizes as (select n, count(*) as times from xs group by n), "
        "chances as (select times, ln(greatest(sum(pow(p, n)), 1e-300)) as log_one "
        "from sizes cross join ys group by n, times) select sum(times * log_one) from chances",
    )
    return int(rows) if log_chance < LEAST_LOG else 0


def without_transitive(found: Sequence[Dependency]) -> list[Dependency]:
    """The dependencies that do not follow: of two ways between columns the first."""
    kept = list(found)
    for rule in sorted(
        found, key=lambda d: (d.within.profile.index < d.value.profile.index, -d.value.levels)
    ):
        others = [d for d in kept if d is not rule]
        steps = [(d.within.name, d.value.name) for d in others]
        if _is_reverse(rule, others) or follows(rule.within.name, rule.value.name, steps):
            kept = others
    return sorted(kept, key=lambda d: (d.within.profile.index, d.value.profile.index))


def _is_reverse(rule: Dependency, others: Sequence[Dependency]) -> bool:
    return rule.within.levels == rule.value.levels and any(
        (d.within.name, d.value.name) == (rule.value.name, rule.within.name) for d in others
    )
