"""Several tables in one, and back: a dbt Python model returns one relation, the engine has many."""

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd

TYPES = {
    "table_name": "varchar",
    "position": "bigint",
    "column_name": "varchar",
    "kind": "varchar",
    "first_row": "bigint",
    "numbers": "double[]",
    "texts": "varchar[]",
}
ROWS = 10_000
# Of integers up to here a double is as exact.
LARGEST = 2**53
# What pandas infers of a column's values, and what that is here; anything else is JSON.
KINDS = {
    "boolean": "boolean",
    "integer": "integer",
    "floating": "number",
    "mixed-integer-float": "number",
    "string": "text",
}
DTYPES = {"boolean": bool, "integer": np.int64, "number": np.float64}


def pack(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per column of a table and up to ROWS rows of it, with the columns of TYPES.

    `kind` says in which list the values lie: `numbers` has integers, numbers and booleans (0 or 1),
    `texts` has texts and, as JSON each, anything else; a column without any value is in both.
    Numbers keep every digit, a missing value is null. Lists are read many times faster than JSON.
    Raises ValueError for an integer that a double does not hold.
    """
    rows = []
    for name, table in sorted(tables.items()):
        for position, column in enumerate(table.columns):
            kind, values = _listed(table[column], f"{name}.{column}")
            for start in range(0, max(len(table), 1), ROWS):
                part = values[start : start + ROWS]
                numbers = part if kind in DTYPES or kind == "missing" else None
                texts = part if kind not in DTYPES else None
                rows.append((name, position, column, kind, start, numbers, texts))
    return pd.DataFrame(rows, columns=list(TYPES), dtype=object)


def _listed(column: pd.Series, name: str) -> tuple[str, list | np.ndarray]:
    """The kind of a column, and its values: float64 with NaN, or texts with None."""
    missing = column.isna().to_numpy()
    if missing.all():
        return "missing", [None] * len(column)
    kind = KINDS.get(pd.api.types.infer_dtype(column, skipna=True), "json")
    if kind in DTYPES:
        numbers = column.to_numpy(np.float64, na_value=np.nan)
        if kind == "integer" and (largest := np.nanmax(np.abs(numbers))) > LARGEST:
            raise ValueError(f"{name}: {largest:.0f} is beyond {LARGEST}, the most that is packed.")
        return ("number" if kind == "integer" and missing.any() else kind), numbers
    values = column.astype(object).where(~missing, None).tolist()
    if kind == "json":
        values = [None if v is None else json.dumps(v, ensure_ascii=False) for v in values]
    return kind, values


def unpack(packed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables that `pack` was given, each column in the type that its values have.

    Integers of which some are missing come as float64, booleans so as objects.
    """
    tables: dict[str, dict[str, pd.Series]] = {}
    ordered = packed.sort_values(["table_name", "position", "first_row"])
    for (name, _), rows in ordered.groupby(["table_name", "position"], sort=False):
        kind = rows["kind"].iloc[0]
        values = _numbers(rows["numbers"], kind) if kind in DTYPES else _texts(rows["texts"], kind)
        tables.setdefault(name, {})[rows["column_name"].iloc[0]] = values
    return {name: pd.DataFrame(columns) for name, columns in tables.items()}


def _numbers(parts: pd.Series, kind: str) -> pd.Series:
    # DuckDB gives a masked array where a number is missing.
    numbers = np.concatenate([np.ma.filled(np.ma.asarray(part), np.nan) for part in parts])
    missing = np.isnan(numbers)
    if kind == "boolean" and missing.any():
        return pd.Series(numbers == 1, dtype=object).where(~missing, None)
    return pd.Series(numbers.astype(DTYPES[kind]))


def _texts(parts: pd.Series, kind: str) -> pd.Series:
    texts = np.concatenate([np.asarray(part, dtype=object) for part in parts])
    if kind == "json":
        texts[:] = [None if text is None else json.loads(text) for text in texts]
    return pd.Series(texts, dtype="str" if kind == "text" else object)
