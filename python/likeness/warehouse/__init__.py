"""The one module that knows DuckDB: relations in, frames out, and back again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

Error = duckdb.Error
FileError = duckdb.IOException
MemoryLimitError = duckdb.OutOfMemoryException
# The session of a dbt model wraps a connection and has its methods.
Connection = duckdb.DuckDBPyConnection
Relation = duckdb.DuckDBPyRelation
SMALL_LIMIT = 2_000_000
STORAGE = "v1.2.0"  # docs name it as the oldest client that opens our files


def in_memory() -> Connection:
    """A connection to an empty database in memory, closed with its last reference."""
    return duckdb.connect()


def spilling(folder: str | Path) -> Connection:
    """An empty database in memory that spills into `folder`, for the caller to close."""
    return duckdb.connect(config={"temp_directory": str(folder)})


@contextmanager
def scratch() -> Iterator[Connection]:
    """A connection to an empty database in memory, closed at the end."""
    connection = in_memory()
    try:
        yield connection
    finally:
        connection.close()


def query(connection: Connection, sql: str, **frames: pd.DataFrame) -> pd.DataFrame:
    """The result of a query over DataFrames, each a table under its keyword."""
    for name, frame in frames.items():
        connection.register(name, frame)
    try:
        return connection.execute(sql).df()
    finally:
        for name in frames:
            connection.unregister(name)


def frames(sql: str, rows: int = 20_000) -> Iterator[pd.DataFrame]:
    """The result of a query on files, `rows` rows at a time."""
    with scratch() as connection:
        result = connection.execute(sql)
        names = [column[0] for column in result.description]
        while batch := result.fetchmany(rows):
            yield pd.DataFrame(batch, columns=names, dtype=object)


def row(connection: Connection, sql: str) -> tuple:
    """The first row of a query."""
    return connection.execute(sql).fetchall()[0]


def quoted(name: str) -> str:
    """A column's name in SQL; `macros/fields/names.sql` does the same."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def column_names(connection: Connection, reader: str) -> list[str]:
    """Names of the columns of a relation given as SQL."""
    described = connection.execute(f"describe select * from {reader}").fetchall()
    return [name for name, *_ in described]


def first_sentence(error: Exception) -> str:
    """The first line of an engine's error, without its class: what a person needs."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else type(error).__name__
    for prefix in (
        "Invalid Input Error: ",
        "IO Error: ",
        "Invalid Error: ",
        "TransactionContext Error: ",
    ):
        text = text.removeprefix(prefix)
    return text


def count(relation: Relation) -> int:
    """Number of rows of a relation."""
    return relation.aggregate("count(*)").fetchall()[0][0]


def records(relation: Relation, limit: int = SMALL_LIMIT) -> list[dict]:
    """A small relation as dicts, missing values as None."""
    names = relation.columns
    return [dict(zip(names, values, strict=True)) for values in relation.limit(limit).fetchall()]


def values(relation: Relation, column: str, order_by: str) -> list:
    """One column of a small relation, in order."""
    ordered = relation.query("listed", f"select {column} from listed order by {order_by}")
    return [value for (value,) in ordered.fetchall()]


def write_tab_separated(
    relation: Relation, names: Sequence[str], order_by: str, path: str | Path
) -> int:
    """Write the columns `names` as a tab-separated file with a header; the number of rows."""
    listed = ", ".join(map(quoted, names))
    ordered = relation.query("exported", f"select {listed} from exported order by {order_by}")
    ordered.write_csv(str(path), sep="\t", header=True)
    return count(relation)


def comments(session: Connection, schemas: Sequence[str]) -> dict[str, dict[str, str]]:
    """Comments of columns in the session's database, by table and column, of these schemas."""
    found = session.execute(
        "select table_name, column_name, comment from duckdb_columns() "
        "where database_name = current_database() and comment is not null "
        "and list_contains(?, lower(schema_name))",
        [[schema.lower() for schema in schemas]],
    ).fetchall()
    result: dict[str, dict[str, str]] = {}
    for table, column, comment in found:
        result.setdefault(table, {})[column] = comment
    return result


def write_database(
    session: Connection,
    relations: Mapping[str, Relation],
    path: str | Path,
    comments: Mapping[str, Mapping[str, str]] | None = None,
) -> pd.DataFrame:
    """Write relations as tables of a new DuckDB file at `path`; gives each table and its rows.

    `comments`: those of columns, by table. The file is one that DuckDB clients from STORAGE on
    open.
    """
    file = str(path).replace("'", "''")
    counts = []
    alias = f"written_{id(relations):x}"  # two models may write at the same time
    session.execute(f"attach '{file}' as {alias} (storage_version '{STORAGE}')")
    try:
        session.execute("begin")
        for name, relation in relations.items():
            if hasattr(relation, "copy_to"):  # rows of another engine's
                relation.copy_to(session, f'{alias}."{name}"')
            else:
                session.execute(f'create table {alias}."{name}" as {relation.sql_query()}')
            columns = relation.columns
            commented = [
                f'comment on column {alias}."{name}".{quoted(column)} is {literal(comment)}'
                for column, comment in (comments or {}).get(name, {}).items()
                if column in columns
            ]
            session.execute(";".join(commented))
            counts.append({"name": name, "rows": count(relation)})
        session.execute("commit")
    except BaseException:
        session.execute("rollback")
        raise
    finally:
        session.execute(f"detach {alias}")
    return pd.DataFrame(counts)


def small(
    relation: Relation, limit: int = SMALL_LIMIT, order_by: str | None = None
) -> pd.DataFrame:
    """A relation as a DataFrame, refused above `limit` rows; sorted if `order_by` names columns.

    Raises ValueError naming the size, so that no relation of source rows reaches Python whole.
    """
    # One row more than the limit is enough to refuse: a view is computed once, not counted first.
    frame = (relation.order(order_by) if order_by else relation).limit(limit + 1).df()
    if len(frame) > limit:
        raise ValueError(f"a Python step was given {count(relation)} rows, its limit is {limit}")
    return frame


def back(session: Connection, frame: pd.DataFrame, types: dict[str, str] | None = None) -> Relation:
    """A DataFrame as a relation whose columns have the SQL `types`, in that order.

    Types are given because pandas has none for a column of nothing but missing values; where a
    contract casts the columns afterwards, None takes them from the frame (varchar where unknown).
    """
    return spread(session, [frame], types or _types_of(frame))


def _types_of(frame: pd.DataFrame) -> dict[str, str]:
    kinds = {"b": "boolean", "i": "bigint", "u": "bigint", "f": "double"}
    return {name: kinds.get(frame[name].dtype.kind, "varchar") for name in frame}


def spread(session: Connection, frames: Iterable[pd.DataFrame], types: dict[str, str]) -> Relation:
    """Frames, one after another, as one relation; only one of them is in memory at a time."""
    # dbt hands each model a cursor of its own, so a temporary table needs a name of its own too.
    name = f"likeness_{abs(id(frames)):x}_{len(types)}"
    columns = ", ".join(f"{quoted(column)} {type_}" for column, type_ in types.items())
    session.execute(f'create or replace temporary table "{name}" ({columns})')
    selected = ", ".join(f"cast({quoted(column)} as {type_})" for column, type_ in types.items())
    for frame in frames:
        session.register(f"{name}_rows", frame[list(types)])
        session.execute(f'insert into "{name}" select {selected} from "{name}_rows"')
        session.unregister(f"{name}_rows")
    return session.table(name)


def batches(session: Connection, relation: Relation, size: int = 1000) -> Iterator[list[tuple]]:
    """The rows of a relation, `size` at a time, on a cursor of their own."""
    # Relations hand out all rows or none; an open result blocks its connection for anything else.
    cursor = session.cursor()
    try:
        cursor.execute(relation.sql_query())
        while rows := cursor.fetchmany(size):
            yield rows
    finally:
        cursor.close()


def matching(relation: Relation, numbers: Mapping[str, float], limit: int = 1000) -> list[dict]:
    """Rows of a relation of texts whose columns, read as numbers, equal `numbers`."""
    equal = [
        f"try_cast({quoted(name)} as double) = cast({value!r} as double)"
        for name, value in numbers.items()
    ]
    return records(relation.filter(" and ".join(equal) or "true"), limit)


@contextmanager
def read_only(path: str) -> Iterator[Connection]:
    """A read-only connection to the database at `path`."""
    connection = duckdb.connect(path, read_only=True)
    try:
        yield connection
    finally:
        connection.close()
