"""Several tables in one, and back: a dbt Python model returns one relation, the engine has many."""

import json
from collections.abc import Iterable, Mapping, Sequence

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

    `numbers` has the values of integers, numbers and booleans (0 or 1). Of texts, and of anything
    else as JSON, it has the places (from 1) in `texts`, which holds each value once. A missing
    value is null; a column without any says `missing`. Numbers keep every digit, and lists are read
    many times faster than JSON. Raises ValueError for an integer that a double does not hold.
    """
    rows = []
    for name, table in sorted(tables.items()):
        for position, column in enumerate(table.columns):
            kind, values = _listed(table[column], f"{name}.{column}")
            for start in range(0, max(len(table), 1), ROWS):
                part, texts = values[start : start + ROWS], None
                if kind not in DTYPES:
                    codes, texts = pd.factorize(part)
                    part = np.where(codes < 0, np.nan, codes + 1.0)
                rows.append((name, position, column, kind, start, part, texts))
    return pd.DataFrame(rows, columns=list(TYPES), dtype=object)


def _listed(column: pd.Series, name: str) -> tuple[str, np.ndarray]:
    """The kind of a column, and its values: float64 with NaN, or texts with None."""
    missing = column.isna().to_numpy()
    if missing.all():
        return "missing", np.full(len(column), None)
    kind = KINDS.get(pd.api.types.infer_dtype(column, skipna=True), "json")
    if kind in DTYPES:
        numbers = column.to_numpy(np.float64, na_value=np.nan)
        if kind == "integer" and (largest := np.nanmax(np.abs(numbers))) > LARGEST:
            raise ValueError(f"{name}: {largest:.0f} is beyond {LARGEST}, the most that is packed.")
        return ("number" if kind == "integer" and missing.any() else kind), numbers
    values = column.astype(object).where(~missing, None).to_numpy(object)
    if kind == "json":
        texts = [None if v is None else json.dumps(v, ensure_ascii=False) for v in values]
        values = np.array(texts, dtype=object)
    return kind, values


def unpack(packed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables that `pack` was given, each column in the type that its values have.

    Integers of which some are missing come as float64, booleans so as objects.
    """
    tables: dict[str, dict[str, pd.Series]] = {}
    ordered = packed.sort_values(["table_name", "position", "first_row"])
    for (name, _), rows in ordered.groupby(["table_name", "position"], sort=False):
        kind = rows["kind"].iloc[0]
        # DuckDB gives a masked array where a number is missing.
        numbers = [np.ma.filled(np.ma.asarray(part), np.nan) for part in rows["numbers"]]
        values = _numbers(numbers, kind) if kind in DTYPES else _texts(numbers, rows["texts"], kind)
        tables.setdefault(name, {})[rows["column_name"].iloc[0]] = values
    return {name: pd.DataFrame(columns) for name, columns in tables.items()}


def _numbers(parts: Sequence[np.ndarray], kind: str) -> pd.Series:
    numbers = np.concatenate(parts)
    missing = np.isnan(numbers)
    if kind == "boolean" and missing.any():
        return pd.Series(numbers == 1, dtype=object).where(~missing, None)
    return pd.Series(numbers.astype(DTYPES[kind]))


def _texts(parts: Sequence[np.ndarray], texts: Iterable, kind: str) -> pd.Series:
    found = []
    for places, listed in zip(parts, texts, strict=True):
        values = [json.loads(text) for text in listed] if kind == "json" else list(listed)
        known = np.empty(len(values) + 1, dtype=object)
        known[0], known[1:] = None, values
        found.append(known[np.nan_to_num(places).astype(np.int64)])
    return pd.Series(np.concatenate(found), dtype="str" if kind == "text" else object)
