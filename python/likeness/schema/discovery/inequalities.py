"""Orders between columns: a number or day that is at most another one in (nearly) every row.

A pair is a rule where three things hold. Rows keep it nearly all. Had the two columns nothing to do
with each other, one row in a hundred would break it (a base rate; of dates, one in a thousand), and
at least twenty would. And the order is sharp: rows come close to breaking it and do not, so that it
is no mere distance of scales; an order of dates has to hold in every row instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from likeness.schema.discovery import cells
from likeness.schema.discovery.chains import follows
from likeness.schema.discovery.kinds import DATES, MIN_CELL_ROWS, Found
from likeness.schema.discovery.table import Table, ask

LEAST_SHARE = 0.995
LEAST_BASE_RATE = {False: 0.01, True: 0.001}
# Near the boundary is closer than this part of the median distance.
NEAR = 0.05


@dataclass(frozen=True)
class Order:
    """`low` is at most `high` in `kept` of the `rows` in which both are there."""

    low: Found
    high: Found
    rows: int
    kept: int

    @property
    def is_exact(self) -> bool:
        """Whether every row keeps it."""
        return self.kept == self.rows


def orders(table: Table, fields: Sequence[Found]) -> list[Order]:
    """The orders between columns of numbers, and between dates; without those that follow."""
    found: list[Order] = []
    for group in (
        [f for f in fields if f.is_number],
        [f for f in fields if f.kind in DATES],
    ):
        if len(group) > 1:
            found += _of_group(table, group)
    return without_transitive(found)


def _of_group(table: Table, group: Sequence[Found]) -> list[Order]:
    by_index = {f.profile.index: f for f in group}
    are_dates = group[0].kind in DATES
    columns = {i: cells.as_number(f.profile) for i, f in by_index.items()}
    cells.make(table, "numbers", columns, cells.rows_for(len(group)))
    base = dict(_pairs(table, shuffled=True))
    candidates = []
    for (a, b), (rows, less, more) in _pairs(table, shuffled=False):
        least = max(1, (1 - LEAST_SHARE) * 2 * rows)
        for pair, broken, other in (((a, b), more, 1), ((b, a), less, 0)):
            base_rows, base_less, base_more = base.get((a, b), (0, 0, 0))
            expected = (base_more if other else base_less) / max(base_rows, 1)
            enough = (
                expected >= LEAST_BASE_RATE[are_dates] and expected * table.rows >= MIN_CELL_ROWS
            )
            if rows and broken <= least and less + more > 0 and enough:
                candidates.append(pair)
    return _confirmed(table, by_index, candidates)


def _pairs(table: Table, shuffled: bool) -> list[tuple[tuple[int, int], tuple[int, int, int]]]:
    """For each pair of columns: rows with both, with the first less, with the first more.

    Shuffled, the second column's values are those of another row.
    """
    shift = "(max(r) + 1) // 2" if shuffled else "0"
    table.connection.execute(
        "create or replace table others as with n as (select max(r) + 1 as n, "
        f"{shift} as shift from numbers) "
        "select (numbers.r + n.shift) % n.n as r, i, v from numbers cross join n"
    )
    rows = table.connection.execute(
        "select a.i, b.i, count(*), count(*) filter (where a.v < b.v), "
        "count(*) filter (where a.v > b.v) "
        "from numbers as a inner join others as b on a.r = b.r and a.i < b.i "
        "group by all order by all"
    ).fetchall()
    return [((a, b), (n, less, more)) for a, b, n, less, more in rows]


def _confirmed(
    table: Table, by_index: dict[int, Found], candidates: Sequence[tuple[int, int]]
) -> list[Order]:
    medians: dict[tuple, str] = {}
    for a, b in candidates:
        gap = _gap(by_index[a], by_index[b])
        medians[a, b] = f"median({gap}) filter (where {gap} > 0)"
    near = ask(table, "typed_sample", medians)
    expressions: dict[tuple, str] = {}
    for a, b in candidates:
        low, high = (cells.as_number(by_index[i].profile) for i in (a, b))
        gap = _gap(by_index[a], by_index[b])
        limit = NEAR * float(near[a, b] or 0)  # type: ignore[arg-type]
        expressions[a, b, "rows"] = f"count({gap})"
        expressions[a, b, "broken"] = f"count(*) filter (where {low} > {high})"
        expressions[a, b, "less"] = f"count(*) filter (where {low} < {high})"
        expressions[a, b, "near"] = (
            f"count(*) filter (where {gap} between 0 and {limit!r} and {low} <> 0)"
        )
    counts = ask(table, "typed", expressions)
    found = []
    for a, b in candidates:
        rows, broken, less, close = (
            int(counts[a, b, key] or 0)  # type: ignore[call-overload]
            for key in ("rows", "broken", "less", "near")
        )
        are_dates = by_index[a].kind in DATES
        is_sharp = (are_dates and broken == 0) or close >= max(MIN_CELL_ROWS, 10 * broken)
        if less >= MIN_CELL_ROWS and rows - broken >= LEAST_SHARE * rows and is_sharp:
            found.append(Order(by_index[a], by_index[b], rows, rows - broken))
    return found


def _gap(low: Found, high: Found) -> str:
    return f"({cells.as_number(high.profile)} - {cells.as_number(low.profile)})"


def without_transitive(found: Sequence[Order]) -> list[Order]:
    """The orders that do not follow from a chain of others; an exact one only from exact ones."""
    kept = list(found)
    for order in sorted(found, key=lambda o: (o.is_exact, o.kept / max(o.rows, 1))):
        others = [o for o in kept if o is not order]
        usable = [o for o in others if o.is_exact or not order.is_exact]
        if follows(order.low.name, order.high.name, [(o.low.name, o.high.name) for o in usable]):
            kept = others
    return sorted(kept, key=lambda o: (o.low.profile.index, o.high.profile.index))
