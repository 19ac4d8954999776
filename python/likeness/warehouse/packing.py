"""Several tables in one, and back: a dbt Python model returns one relation, the engine has many."""

import json
from collections.abc import Mapping

import pandas as pd

TYPES = {"table_name": "varchar", "first_row": "bigint", "record": "varchar"}
ROWS = 10_000


def pack(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per table and up to ROWS rows of it: `table_name`, `first_row`, `record`.

    A record is a JSON object with a list of values for each column. Numbers keep every digit; a
    missing value is null.
    """
    rows = []
    for name, table in sorted(tables.items()):
        plain = {column: _plain(table[column]) for column in table.columns}
        for start in range(0, max(len(table), 1), ROWS):
            lists = {column: values[start : start + ROWS] for column, values in plain.items()}
            rows.append((name, start, json.dumps(lists, ensure_ascii=False)))
    return pd.DataFrame(rows, columns=list(TYPES))


def _plain(column: pd.Series) -> list:
    """The values as Python has them; None where one is missing."""
    missing = column.isna()
    return (
        column.astype(object).where(~missing, None).tolist() if missing.any() else column.tolist()
    )


def unpack(packed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables that `pack` was given, with the columns' types inferred again."""
    tables = {}
    for name, group in packed.sort_values(["table_name", "first_row"]).groupby("table_name"):
        whole: dict[str, list] = {}
        for text in group["record"]:
            for column, values in json.loads(text).items():
                whole.setdefault(column, []).extend(values)
        tables[name] = pd.DataFrame(whole)
    return tables
