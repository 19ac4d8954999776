"""Which formulas may hold: what a few rows do not contradict, for all columns at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from likeness.schema.discovery import cells
from likeness.schema.discovery.forms import COPY, MULTIPLE, OF_TWO, SEVERAL, Form
from likeness.schema.discovery.kinds import Found
from likeness.schema.discovery.table import Table

# Half of the rows are those with most values other than zero, half are any.
PROBES, LEAST_MATCHES = 16, 3
POOL = 2000
MOST_IN_TRIPLES, MOST_IN_RUN = 60, 24
FACTOR_DIGITS = 4


@dataclass(frozen=True)
class Candidate:
    """Columns by index: the target, the form, its inputs, and the factor of a multiple."""

    target: int
    form: Form
    inputs: tuple[int, ...]
    factor: float = 1.0


def candidates(table: Table, numbers: Sequence[Found]) -> list[Candidate]:
    """What holds in all probes that have the values, and in three of them at least."""
    _make_probes(table, numbers)
    found = _multiples(table)
    for form in OF_TWO:
        first = "a.i <> b.i" if form.is_ordered else "a.i < b.i"
        pairs = (
            f"select a.p, [a.i, b.i] as inputs, {form.sql(['a.v', 'b.v'])} as x, "
            "a.mask & b.mask as mask "
            f"from probes as a inner join probes as b on a.p = b.p and {first}"
        )
        found += _matching(table, form, pairs)
    if len(numbers) <= MOST_IN_TRIPLES:
        triples = (
            "select a.p, [a.i, b.i, c.i] as inputs, a.v + b.v + c.v as x, "
            "a.mask & b.mask & c.mask as mask from probes as a "
            "inner join probes as b on a.p = b.p and a.i < b.i "
            "inner join probes as c on b.p = c.p and b.i < c.i"
        )
        found += _matching(table, SEVERAL, triples)
    found += _matching(table, SEVERAL, _runs())
    return list(dict.fromkeys(found))


def _make_probes(table: Table, numbers: Sequence[Found]) -> None:
    """The table probes (p, i, place, digits, v, mask): probe, column, its place, its decimals."""
    columns = {f.profile.index: cells.as_number(f.profile) for f in numbers}
    cells.make(table, "pool", columns, POOL)
    places = ", ".join(f"({f.profile.index}, {n}, {_digits(f)})" for n, f in enumerate(numbers))
    table.connection.execute(
        "create or replace table probes as with about(i, place, digits) as "
        f"(values {places}), counted as (select r, count(*) filter (where v <> 0) as n from pool "
        "group by r), ranked as (select r, row_number() over (order by n desc, r) as by_n, "
        "row_number() over (order by r) as by_r from counted), "
        "chosen as (select r, row_number() over (order by r) as p from ranked "
        f"where by_n <= {PROBES // 2} or by_r <= {PROBES // 2}) "
        "select cast(p as integer) as p, i, place, digits, v, "
        "bit_or(cast(1 << p as bigint)) over (partition by i) as mask "
        "from pool inner join chosen using (r) inner join about using (i)"
    )


def _digits(field: Found) -> int:
    """Decimals at which values are compared, fewer where the values are not rounded."""
    decimals = field.decimals or 0
    return decimals if field.profile.numbers["decimals"] <= decimals else 5


def _units(value: str, digits: str) -> str:
    return f"floor(({value}) * pow(10, {digits} + 6) + 0.5) / 1e6"


def _matching(table: Table, form: Form, combined: str) -> list[Candidate]:
    """Targets that `combined` (p, inputs, x, mask) gives in all probes, rounded in one of 3 ways.

    `mask` has a bit for each probe in which all inputs are there.
    """
    rows = table.connection.execute(
        f"with combined as ({combined}), "
        "kinds as (select distinct digits from probes), "
        f"keyed as (select p, inputs, mask, digits, {_units('x', 'digits')} as units "
        "from combined cross join kinds where abs(x) < 1e15), "
        "keys as (select p, inputs, mask, digits, unnest([0, 1, 2]) as rounding, "
        "unnest([round(units), ceil(units), floor(units)]) as key from keyed), "
        f"targets as (select p, i, mask, digits, round({_units('v', 'digits')}) as key "
        "from probes), "
        "matched as (select targets.i as target, keys.inputs, keys.rounding, count(*) as n, "
        "bit_count(any_value(keys.mask & targets.mask)) as joint "
        "from keys inner join targets using (p, digits, key) "
        "where not list_contains(keys.inputs, targets.i) "
        "group by targets.i, keys.inputs, keys.rounding "
        f"having count(*) >= {LEAST_MATCHES}) "
        "select distinct target, inputs from matched where n = joint order by all"
    ).fetchall()
    return [Candidate(target, form, tuple(inputs)) for target, inputs in rows]


def _multiples(table: Table) -> list[Candidate]:
    """Targets that are another column, or it times a factor of few digits, in all probes."""
    rows = table.connection.execute(
        "with pairs as (select a.i as source, b.i as target, a.v as x, b.v as y, b.digits "
        "from probes as a inner join probes as b on a.p = b.p and a.i <> b.i), "
        "estimated as (select source, target, arg_max(y / x, abs(x)) as factor from pairs "
        "where x <> 0 and y <> 0 group by source, target), "
        "factors as (select source, target, "
        f"round(factor, {FACTOR_DIGITS} - 1 - cast(floor(log10(abs(factor))) as integer)) "
        "as factor "
        "from estimated where abs(factor) between 1e-6 and 1e6) "
        "select pairs.target, pairs.source, factors.factor "
        "from pairs inner join factors using (source, target) group by all "
        f"having count(*) >= {LEAST_MATCHES} "
        "and bool_and(abs(x * factor - y) < 1.01 * pow(10, -digits)) order by all"
    ).fetchall()
    return [
        Candidate(target, COPY if factor == 1 else MULTIPLE, (source,), factor)
        for target, source, factor in rows
    ]


def _runs() -> str:
    """Sums of columns that stand beside each other."""
    return (
        "with runs as (select a.p, a.place as start, b.place as stop from probes as a "
        "inner join probes as b on a.p = b.p "
        f"and b.place between a.place + 2 and a.place + {MOST_IN_RUN - 1}) "
        "select runs.p, list(c.i order by c.place) as inputs, sum(c.v order by c.place) as x, "
        "bit_and(c.mask) as mask "
        "from runs inner join probes as c on runs.p = c.p and c.place between start and stop "
        "group by runs.p, start, stop having count(*) = stop - start + 1"
    )
