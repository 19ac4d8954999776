"""Computed columns: sums, differences, products, ratios and multiples that hold in every row.

Relations are looked for in a few rows, all pairs of columns in one query, and what no such row
contradicts is asked of a sample and then of all rows. A computed column never takes
part in the formula of another one: its own formula stands there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from likeness import warehouse
from likeness.schema.discovery.forms import FORMS, Form
from likeness.schema.discovery.kinds import MIN_CELL_ROWS, Found
from likeness.schema.discovery.probes import candidates
from likeness.schema.discovery.table import Table, ask

ROUNDINGS = ("nearest", "up", "down")
ROUND = {"nearest": "round", "up": "ceil", "down": "floor"}
# A formula that is right by its digits differs from the value by the doubles' last bits only.
EXACT = "1e-12"
UNROUNDED = "1e-9"


@dataclass(frozen=True)
class Formula:
    """`target` is `form` over `inputs` in all `rows` in which they are there, once rounded.

    An input is a column, or the formula of one that is computed itself. `rounding` is '' where the
    target is not rounded.
    """

    target: Found
    form: Form
    inputs: tuple["Found | Formula", ...]
    factor: float
    rounding: str
    rows: int

    @property
    def expression(self) -> str:
        """SQL over the source's columns."""
        return self.sql(lambda field: warehouse.quoted(field.name))

    def sql(self, named: Callable[[Found], str]) -> str:
        """The expression, not rounded, over columns as `named` calls them."""
        operands = [
            field._as_operand(named) if isinstance(field, Formula) else named(field)
            for field in self.inputs
        ]
        return self.form.sql(operands, self.factor)

    def _as_operand(self, named: Callable[[Found], str]) -> str:
        expression = self.sql(named)
        return (
            f"round({expression}, {self.target.decimals or 0})"
            if self.rounding
            else f"({expression})"
        )

    @property
    def columns(self) -> frozenset[str]:
        """Names of the target and of all columns that it comes from."""
        names = {self.target.name}
        for field in self.inputs:
            names |= field.columns if isinstance(field, Formula) else {field.name}
        return frozenset(names)


def formulas(table: Table, fields: Sequence[Found]) -> list[Formula]:
    """The formulas of a table of these fields, each target once."""
    numbers = [f for f in fields if f.is_number and f.levels > 2]
    if len(numbers) < 2:
        return []
    by_index = {f.profile.index: f for f in numbers}
    tried = [
        Formula(by_index[c.target], c.form, tuple(by_index[i] for i in c.inputs), c.factor, r, 0)
        for c in candidates(table, numbers)
        for r in (ROUNDINGS if is_rounded(by_index[c.target]) else ("",))
    ]
    tried = [f for f, _ in _holding(table, "typed_sample", tried, least=1)]
    held = [
        replace(f, rows=rows) for f, rows in _holding(table, "typed", tried, least=MIN_CELL_ROWS)
    ]
    chosen = _chosen(held)
    nested = [_nested(formula, chosen) for formula in chosen.values()]
    sound = {formula.target.name for formula, _ in _holding(table, "typed", nested, MIN_CELL_ROWS)}
    return sorted(
        (f for f in nested if f.target.name in sound), key=lambda f: f.target.profile.index
    )


def is_rounded(field: Found) -> bool:
    """Whether its values have few enough decimals to be a rounded result."""
    return field.profile.numbers["decimals"] <= (field.decimals or 0)


def _holding(
    table: Table, of: str, tried: Sequence[Formula], least: int
) -> list[tuple[Formula, int]]:
    """Those that no row of `of` contradicts, with the rows that have all values."""
    expressions: dict[tuple, str] = {}
    for n, formula in enumerate(tried):
        expression = formula.sql(lambda field: field.sql)
        value = f"({_rounded(expression, formula)})"
        target = formula.target.sql
        limit = f"{EXACT} * greatest(1, abs({target}))"
        if formula.rounding:
            limit += f" + 1e-{(formula.target.decimals or 0) + 3}"
        else:
            limit = f"{UNROUNDED} * abs({target})"
        expressions[n, "broken"] = (
            f"count(*) filter (where ({value} is null) <> ({target} is null) "
            f"or abs({value} - {target}) > {limit})"
        )
        expressions[n, "rows"] = f"count(*) filter (where {value} is not null)"
        told = formula.form.tells(
            [
                field.sql if isinstance(field, Found) else field.target.sql
                for field in formula.inputs
            ]
        )
        expressions[n, "tells"] = f"count(*) filter (where {told} and {target} <> 0)"
    counts = ask(table, of, expressions)
    return [
        (formula, int(counts[n, "rows"]))  # type: ignore[call-overload]
        for n, formula in enumerate(tried)
        if counts[n, "broken"] == 0 and int(counts[n, "tells"]) >= least  # type: ignore[call-overload]
    ]


def _rounded(expression: str, formula: Formula) -> str:
    """The value as macros/formulas rounds it."""
    if not formula.rounding:
        return expression
    digits = formula.target.decimals or 0
    snapped = f"(floor(({expression}) * 1e{digits + 6} + 0.5) / 1e6)"
    return f"{ROUND[formula.rounding]}{snapped} / 1{'0' * digits}.0"


def _chosen(held: Iterable[Formula]) -> dict[str, Formula]:
    """One formula of each relation and target, the simplest form first; none goes in a circle."""
    ranked = sorted(
        held,
        key=lambda f: (
            FORMS.index(f.form.name),
            len(f.inputs),
            ROUNDINGS.index(f.rounding) if f.rounding else 0,
            -f.target.profile.index if f.form.name in ("copy", "multiple") else 0,
            f.target.profile.index,
        ),
    )
    chosen: dict[str, Formula] = {}
    for formula in ranked:
        is_known = any(formula.columns == other.columns for other in chosen.values())
        if formula.target.name in chosen or is_known:
            continue
        if formula.target.name not in _sources(formula, chosen):
            chosen[formula.target.name] = formula
    return chosen


def _sources(formula: Formula, chosen: Mapping[str, Formula]) -> set[str]:
    """Names of the columns that a formula comes from, through those that are computed."""
    names: set[str] = set()
    for name in formula.columns - {formula.target.name}:
        names |= {name} | (_sources(chosen[name], chosen) if name in chosen else set())
    return names


def _nested(formula: Formula, chosen: Mapping[str, Formula]) -> Formula:
    """The formula with those of its inputs that are computed in their place."""
    inputs = tuple(
        _nested(chosen[field.name], chosen)
        if isinstance(field, Found) and field.name in chosen
        else field
        for field in formula.inputs
    )
    return replace(formula, inputs=inputs)
