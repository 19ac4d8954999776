"""Computed columns: sums, differences, products, ratios and multiples that hold in every row.

Relations are looked for in a few rows, all pairs of columns in one query, and what no such row
contradicts is asked of a sample and then of all rows. A column that is computed never takes part in
the formula of another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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

    `rounding` is '' where the target is not rounded.
    """

    target: Found
    form: Form
    inputs: tuple[Found, ...]
    factor: float
    rounding: str
    rows: int

    @property
    def expression(self) -> str:
        """SQL over the source's columns."""
        names = [warehouse.quoted(f.name) for f in self.inputs]
        return self.form.sql(names, self.factor)

    @property
    def columns(self) -> frozenset[str]:
        """Names of the target and the inputs."""
        return frozenset((self.target.name, *(f.name for f in self.inputs)))


def formulas(table: Table, fields: Sequence[Found]) -> list[Formula]:
    """The formulas of a table of these fields, each target once, none in another's formula."""
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
        Formula(f.target, f.form, f.inputs, f.factor, f.rounding, rows)
        for f, rows in _holding(table, "typed", tried, least=MIN_CELL_ROWS)
    ]
    return _chosen(held)


def is_rounded(field: Found) -> bool:
    """Whether its values have few enough decimals to be a rounded result."""
    return field.profile.numbers["decimals"] <= (field.decimals or 0)


def _holding(
    table: Table, of: str, tried: Sequence[Formula], least: int
) -> list[tuple[Formula, int]]:
    """Those that no row of `of` contradicts, with the rows that have all values."""
    expressions: dict[tuple, str] = {}
    for n, formula in enumerate(tried):
        names = [f.sql for f in formula.inputs]
        expression = formula.form.sql(names, formula.factor)
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
        told = formula.form.tells(names)
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


def _chosen(held: Iterable[Formula]) -> list[Formula]:
    """One formula of each relation and target, without chains: the simplest form first."""
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
    chosen: list[Formula] = []
    for formula in ranked:
        targets = {f.target.name for f in chosen}
        inputs = {field.name for f in chosen for field in f.inputs}
        is_chain = targets & formula.columns or formula.target.name in inputs
        if not is_chain:
            chosen.append(formula)
    return sorted(chosen, key=lambda f: f.target.profile.index)
