"""SQL expressions that a seed file holds: is one a single expression over the columns of a row."""

import re
from collections.abc import Mapping, Sequence

from likeness import warehouse


def problem_with_expression(expression: str, named: Sequence[str], what: str) -> str:
    """One sentence if `expression` (called `what`) is several or names no column, or ''.

    `named` are the columns of the row that it names.
    """
    if re.search(r"--|/[*]|;", re.sub(r"'[^']*'|\"[^\"]*\"", "", expression)):
        return f"its {what} must be one expression without comments: {expression}"
    if not named:
        return f"its {what} names no column of the table: {expression}"
    return ""


def typed_row(columns: Sequence[Mapping]) -> str:
    """A query of one row of nulls, with each of `columns` (name, type) in its SQL type."""
    nulls = [f"cast(null as {c['type']}) as {warehouse.quoted(c['name'])}" for c in columns]
    return "select " + ", ".join(nulls)
