"""Several tables in one, and back: a dbt Python model returns one relation, the engine has many."""

import json
from collections.abc import Mapping

import pandas as pd

TYPES = {
    "table_name": "varchar",
    "position": "bigint",
    "column_name": "varchar",
    "first_row": "bigint",
    "record": "varchar",
}
ROWS = 10_000


def pack(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per column of a table and up to ROWS rows of it, with the columns of TYPES.

    A record is a JSON list of the column's values. Numbers keep every digit; a missing value is
    null. A list for each column is read many times faster than an object with all of them.
    """
    rows = []
    for name, table in sorted(tables.items()):
        for position, column in enumerate(table.columns):
            values = _plain(table[column])
            for start in range(0, max(len(table), 1), ROWS):
                text = json.dumps(values[start : start + ROWS], ensure_ascii=False)
                rows.append((name, position, column, start, text))
    return pd.DataFrame(rows, columns=list(TYPES))


def _plain(column: pd.Series) -> list:
    """The values as Python has them; None where one is missing."""
    missing = column.isna()
    return (
        column.astype(object).where(~missing, None).tolist() if missing.any() else column.tolist()
    )


def unpack(packed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables that `pack` was given, with the columns' types inferred again."""
    tables: dict[str, dict[str, list]] = {}
    for row in packed.sort_values(["table_name", "position", "first_row"]).itertuples():
        whole = tables.setdefault(row.table_name, {})
        whole.setdefault(row.column_name, []).extend(json.loads(row.record))
    return {name: pd.DataFrame(whole) for name, whole in tables.items()}
