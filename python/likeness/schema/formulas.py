"""The computed columns at work in Python: can each formula be used, and what it gives.

Formulas live in `seeds/formulas.csv`; `macros/formulas/` replaces their {placeholders} and writes
the SQL of their values; `profiles.source_formulas` holds the outcome, which is what is read here.
"""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
from duckdb import DuckDBPyConnection

from likeness import warehouse
from likeness.schema.expressions import problem_with_expression, typed_row
from likeness.schema.field_list import located
from likeness.schema.fields import Field
from likeness.schema.given import FIELDS, FORMULAS, shown_file

FILE = FORMULAS
ROUNDINGS = ("nearest", "up", "down")
MOST_DECIMALS = 9
NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL", "INT", "HUGEINT")


def problem_with_formulas(
    formulas: Sequence[Mapping], columns: Sequence[Mapping], fields: Sequence[Field]
) -> str:
    """One sentence about the first formula that cannot be used, naming it, or ''.

    `formulas`: dicts with target, expression, decimals, rounding, tolerance (texts, placeholders
    replaced), columns (names in the expression) and unknown_var; `columns`: name and SQL type of
    what an expression may name; `fields`: those of seeds/fields.csv, of which the ones with the
    role formula are the targets.
    """
    computed = [field.name for field in fields if field.has_role("formula")]
    seen: set[str] = set()
    with warehouse.scratch() as connection:
        for formula in formulas:
            target = formula["target"]
            sentence = _problem_with_target(target, computed, fields, seen)
            sentence = sentence or _problem_with_texts(formula)
            sentence = sentence or _problem_with_value(connection, formula, columns, computed)
            if sentence:
                where = located(FILE, "target", target)
                return f"{where}: formula of {target or 'a column without a name'}: {sentence}"
            seen.add(target)
    for name in computed:
        if name not in seen:
            where = located(FIELDS, "name", name)
            return f"{shown_file(FILE)} has no formula of {name}, which {where}, gives that role."
    return ""


def _problem_with_target(
    target: str, computed: Sequence[str], fields: Sequence[Field], seen: set[str]
) -> str:
    if target in seen:
        return "it is listed more than once."
    if target in computed:
        return ""
    if target in [field.name for field in fields]:
        return f"{shown_file(FIELDS)} does not give {target} the role formula."
    return f"{shown_file(FIELDS)} has no such column."


def _problem_with_texts(formula: Mapping) -> str:
    if formula["unknown_var"]:
        return f"it names {{{formula['unknown_var']}}}, and there is no var of that name."
    decimals, rounding = formula["decimals"], formula["rounding"]
    if rounding and rounding not in ROUNDINGS:
        return f"rounding {rounding!r} is none of {', '.join(ROUNDINGS)}."
    if rounding and not (decimals.isdigit() and int(decimals) <= MOST_DECIMALS):
        return f"decimals {decimals!r} must be a whole number from 0 to {MOST_DECIMALS}."
    try:
        is_sound = 0 <= float(formula["tolerance"]) <= 1
    except ValueError:
        is_sound = False
    if not is_sound:
        return f"tolerance {formula['tolerance']!r} must be a number from 0 to 1."
    return ""


def _problem_with_value(
    connection: DuckDBPyConnection,
    formula: Mapping,
    columns: Sequence[Mapping],
    computed: Sequence[str],
) -> str:
    expression = formula["expression"]
    if not expression.strip():
        return "it has no expression."
    chained = [name for name in formula["columns"] if name in computed]
    if chained:
        return f"its expression names {chained[0]}, which is computed itself: {expression}"
    sentence = problem_with_expression(expression, formula["columns"], "expression")
    if sentence:
        return sentence
    probe = f"select ({expression}) as value from ({typed_row(columns)}) as loans"
    try:
        (_, kind, *_) = warehouse.row(connection, f"describe {probe}")
    except warehouse.Error as error:
        said = warehouse.first_sentence(error)
        return f"its expression cannot be evaluated ({said}): {expression}"
    if not any(name in kind for name in NUMBERS):
        return f"its expression must be a number, not {kind.lower()}: {expression}"
    return ""


def computed_columns(
    source_formulas: pd.DataFrame,
) -> dict[str, Callable[[pd.DataFrame], pd.Series]]:
    """For each target of profiles.source_formulas the function that gives it from typed rows.

    The function takes a frame with the columns that the formula names, and returns a float Series
    of its index; NaN where the formula has no value.
    """
    connection = warehouse.in_memory()

    def computing(value_sql: str, named: Sequence[str]) -> Callable[[pd.DataFrame], pd.Series]:
        def compute(rows: pd.DataFrame) -> pd.Series:
            numbered = rows[list(named)].reset_index(drop=True)
            numbered = numbered.assign(row_number_=range(len(rows)))
            values = warehouse.query(
                connection,
                f"select cast({value_sql} as double) as value from loan_rows order by row_number_",
                loan_rows=numbered,
            )
            return values["value"].astype(float).set_axis(rows.index)

        return compute

    return {
        target: computing(value_sql, [name for name in named.split(";") if name])
        for target, value_sql, named in zip(
            source_formulas["target"],
            source_formulas["value_sql"],
            source_formulas["named_columns"],
            strict=True,
        )
    }
