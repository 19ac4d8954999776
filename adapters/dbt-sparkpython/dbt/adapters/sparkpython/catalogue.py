"""What lies on Spark, by name: kept in DuckDB's file, where a view has the columns of each.

The view stops whoever reads rows of it; `likeness_spark.relations` says which table of Spark's, or
which query, each relation stands for.
"""

import itertools
import threading

import pyarrow as pa
from dbt.adapters.sparkpython import dialect
from dbt.adapters.sparkpython.session import Spark, SparkError
from duckdb import DuckDBPyConnection
from sqlglot import exp

REGISTRY = "likeness_spark.relations"
TYPES = {
    "string": "varchar", "int": "integer", "bigint": "bigint", "smallint": "smallint",
    "tinyint": "tinyint", "double": "double", "float": "float", "boolean": "boolean",
    "date": "date", "timestamp": "timestamp", "timestamp_ntz": "timestamp", "binary": "blob",
}  # fmt: skip
_numbers = itertools.count()


class TooManyRows(RuntimeError):
    """A step on the driver asked for more rows of Spark's than it may read."""


class Catalogue:
    """What lies on Spark, by schema and name, kept in DuckDB's file."""

    def __init__(self, spark: Spark, limit: int) -> None:
        self.spark = spark
        self.limit = limit
        self._known: dict[tuple[str, str], str | exp.Expression] | None = None
        self._lock = threading.RLock()

    def known(self, cursor: DuckDBPyConnection) -> dict[tuple[str, str], str | exp.Expression]:
        """Spark's table, or the query, that each relation stands for."""
        with self._lock:
            if self._known is None:
                cursor.execute("create schema if not exists likeness_spark")
                cursor.execute(
                    f"create table if not exists {REGISTRY} (schema_name varchar, name varchar, "
                    "spark_table varchar, query varchar, primary key (schema_name, name))"
                )
                self._known = {
                    (schema, name): table if table else dialect.parsed(query)
                    for schema, name, table, query in cursor.execute(
                        f"select schema_name, name, spark_table, query from {REGISTRY}"
                    ).fetchall()
                }
            return self._known

    def keep(
        self,
        cursor: DuckDBPyConnection,
        schema: str,
        name: str,
        *,
        table: str = "",
        query: str = "",
    ) -> None:
        """Say what a relation stands for, and make the view that has its columns and no rows."""
        self.known(cursor)  # the registry is there from then on
        place = f'"{schema}"."{name}"'
        sql = f"select * from {table}" if table else self.translated(cursor, dialect.parsed(query))
        columns = self.spark.columns(sql)
        said = f"{schema}.{name} lies on Spark: no step on the driver may read its rows"
        listed = ", ".join(
            f"cast(null as {duckdb_type(kind)}) as " + '"' + column.replace('"', '""') + '"'
            for column, kind in columns
        )
        with self._lock:
            cursor.execute(f'create schema if not exists "{schema}"')
            for kind in ("view", "table"):
                found = cursor.execute(
                    "select count(*) from information_schema.tables where table_catalog = "
                    "current_database() and table_schema = ? and table_name = ? and table_type = ?",
                    [schema, name, "VIEW" if kind == "view" else "BASE TABLE"],
                ).fetchall()[0][0]
                if found:
                    cursor.execute(f"drop {kind} {place}")
            cursor.execute(
                f"create view {place} as select {listed} from range(1) as one(row_) "
                f"where error('{said}') is null"
            )
            cursor.execute(
                f"insert or replace into {REGISTRY} values (?, ?, ?, ?)",
                [schema.lower(), name.lower(), table, query],
            )
            self._say(cursor, (schema.lower(), name.lower()), table or dialect.parsed(query))

    def hold(self, cursor: DuckDBPyConnection, name: str, query: str) -> None:
        """Name a query over rows for this session; Spark keeps its result until `release`."""
        held = f"likeness_{next(_numbers)}_{name}"
        self.spark.hold(held, self.translated(cursor, dialect.parsed(query)))
        self._say(cursor, ("", name.lower()), held)

    def release(self, cursor: DuckDBPyConnection, name: str) -> None:
        """Let go of what `hold` keeps."""
        held = self.known(cursor)["", name.lower()]
        self._say(cursor, ("", name.lower()), None)
        self.spark.release(held)

    def _say(
        self, cursor: DuckDBPyConnection, key: tuple[str, str], found: str | exp.Expression | None
    ) -> None:
        """Say what a relation stands for, or None; others may be reading the dict before it."""
        with self._lock:
            others = {k: v for k, v in self.known(cursor).items() if k != key}
            self._known = others if found is None else others | {key: found}

    def remote_tables(self, cursor: DuckDBPyConnection, tree: exp.Expression) -> list[exp.Table]:
        """The tables of a statement that lie on Spark."""
        known = self.known(cursor)
        return [t for t in tree.find_all(exp.Table) if (t.db.lower(), t.name.lower()) in known]

    def reads_rows_alone(self, cursor: DuckDBPyConnection, tree: exp.Expression) -> bool:
        """Whether all tables of a query lie on Spark."""
        known = self.known(cursor)
        return all(
            (t.db.lower(), t.name.lower()) in known for t in tree.find_all(exp.Table) if t.db
        )

    def translated(self, cursor: DuckDBPyConnection, tree: exp.Expression) -> str:
        """A query in Spark's SQL; small tables that it reads are put beside those of Spark."""
        relations = dict(self.known(cursor))
        named = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            key = (table.db.lower(), table.name.lower())
            is_name = isinstance(table.this, exp.Identifier)
            if is_name and key not in relations and (table.db or key[1] not in named):
                relations[key] = self._lent(cursor, table)
            elif isinstance(relations.get(key), exp.Expression):
                for inner in relations[key].find_all(exp.Table):
                    inner_key = (inner.db.lower(), inner.name.lower())
                    if inner.db and inner_key not in relations:
                        relations[inner_key] = self._lent(cursor, inner)
        return dialect.spark_sql(tree, relations)

    def _lent(self, cursor: DuckDBPyConnection, table: exp.Table) -> str:
        name = f"likeness_{next(_numbers)}_{table.name}"
        place = ".".join(f'"{part}"' for part in (table.db, table.name) if part)
        found = cursor.sql(f"select * from {place} limit {self.limit + 1}").to_arrow_table()
        if found.num_rows > self.limit:
            raise TooManyRows(
                f"{place} has more than {self.limit} rows: too many to lend to Spark."
            )
        self.spark.keep(name, found)
        return name

    def read(self, cursor: DuckDBPyConnection, tree: exp.Expression) -> pa.Table:
        """The result of a query over rows, refused above the limit."""
        table = self.spark.rows(self.translated(cursor, tree), self.limit)
        if table.num_rows > self.limit:
            named = sorted({f"{t.db}.{t.name}" for t in self.remote_tables(cursor, tree)})
            raise TooManyRows(
                f"a step on the driver asked for more than {self.limit} rows of {', '.join(named)}."
            )
        return table


def duckdb_type(kind: str) -> str:
    """DuckDB's name of a type of Spark's."""
    if kind in TYPES:
        return TYPES[kind]
    if kind.startswith("decimal"):
        return kind
    if kind.startswith("array<"):
        return duckdb_type(kind[6:-1]) + "[]"
    if kind.startswith("struct<"):
        fields = _parted(kind[7:-1])
        listed = ", ".join(
            f'"{n}" {duckdb_type(t)}' for n, _, t in (f.partition(":") for f in fields)
        )
        return f"struct({listed})"
    raise SparkError(f"a column of type {kind} has no equal in DuckDB")


def _parted(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for i, sign in enumerate(text):
        depth += (sign in "<(") - (sign in ">)")
        if sign == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]
