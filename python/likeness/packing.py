"""Several tables in one, and back: a dbt Python model returns one relation, the engine has many."""

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd

TYPES = {"table_name": "varchar", "row_number": "bigint", "record": "varchar"}


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    return None if value is None or value is pd.NA or value != value else value


def pack(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per row of each table: `table_name`, `row_number` from 0, `record` as JSON.

    Numbers keep every digit; a missing value is null.
    """
    rows = []
    for name, table in sorted(tables.items()):
        columns = list(table.columns)
        for number, values in enumerate(table.itertuples(index=False, name=None)):
            record = dict(zip(columns, map(_plain, values), strict=True))
            rows.append((name, number, json.dumps(record, ensure_ascii=False)))
        if not len(table):
            empty = json.dumps(dict.fromkeys(columns))
            rows.append((name, -1, empty))
    return pd.DataFrame(rows, columns=list(TYPES))


def unpack(packed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables that `pack` was given, with the columns' types inferred again."""
    tables = {}
    for name, group in packed.sort_values(["table_name", "row_number"]).groupby("table_name"):
        records = [json.loads(text) for text in group["record"]]
        columns = list(records[0])
        kept = [record for record, n in zip(records, group["row_number"], strict=True) if n >= 0]
        tables[name] = pd.DataFrame(kept, columns=columns)
    return tables
