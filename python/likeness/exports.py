"""The synthetic rows as a file for others: written whole, and only when the gates are green."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from likeness import engine
from likeness.files import replacing

FILE = "data_tab_separated.csv"
READER_COPY = "likeness_marts.duckdb"
ENGINE_PROFILE = "engine_profile.duckdb"


def write_rows(
    relation, names: Sequence[str], key: str, *, failed: Sequence[str], folder: str
) -> pd.DataFrame:
    """Write the columns `names` of `relation`, sorted by `key`, tab separated into `folder`.

    `failed` names the metrics whose error gate failed: then the last good file stays as it is.
    Returns one row: file, status (written, or kept), reason, rows written.
    """
    path = Path(folder) / FILE
    rows, reason = None, f"failed: {', '.join(failed)}" if failed else None
    if failed:
        status = "kept" if path.exists() else "not written"
    else:
        status = "written"
        with replacing(path) as temporary:
            rows = engine.write_tab_separated(relation, names, key, temporary)
    outcome = {"file": str(path), "status": status, "reason": reason, "rows": rows}
    return pd.DataFrame([outcome]).astype({"rows": "Int64", "reason": "string"})


def write_copy(
    session, relations: Mapping[str, object], folder: str, name: str = READER_COPY
) -> pd.DataFrame:
    """Write relations as tables of the DuckDB file `name` in `folder`; one row per table, its rows.

    Readers open such a file, so that none of them blocks a build or sees a real row.
    """
    with replacing(Path(folder) / name) as temporary:
        return engine.write_database(session, relations, temporary)
