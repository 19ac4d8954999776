"""Python models: each runs on the driver, and reads of rows on Spark what it may hold."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping

import duckdb
import pandas as pd
import pyarrow as pa
from dbt.adapters.duckdb.environments import Environment
from dbt.adapters.sparkpython import dialect
from dbt.adapters.sparkpython.routing import OnSpark, RoutedCursor


def run_model(env: Environment, cursor: RoutedCursor, model: Mapping, code: str) -> None:
    """Run a compiled Python model and write what it returns, as dbt-duckdb does."""
    made: list[OnSpark] = []
    env.run_python_job(
        ModelCursor(cursor, made),
        lambda name: relation(cursor, str(name)),
        model["alias"],
        code,
        env.creds,
    )
    if made:
        catalogue = cursor._catalogue
        spark, name = catalogue.spark, model["alias"]
        spark.write_frame(made[0].frame, name)
        catalogue.keep(cursor._cursor, model["schema"], name, table=spark.table_name(name))


class ModelCursor(RoutedCursor):
    """The session of a Python model; rows made on Spark are written there, not registered here."""

    def __init__(self, cursor: RoutedCursor, made: list[OnSpark]) -> None:
        super().__init__(cursor._cursor, cursor._catalogue)
        self._made = made

    def cursor(self) -> "ModelCursor":
        """Another cursor over the same database."""
        return ModelCursor(RoutedCursor(self._cursor.cursor(), self._catalogue), self._made)

    def register(self, name: str, frame: object) -> object:
        """Give a frame a name; what lies on Spark is kept for the end."""
        if isinstance(frame, OnSpark):
            self._made.append(frame)
            return self
        return self._cursor.register(name, frame)

    def execute(self, sql: str, bindings: object = None) -> object:
        """Run a statement; a table made from what lies on Spark is not made here."""
        return (
            self
            if self._made and sql.startswith("create table")
            else super().execute(sql, bindings)
        )

    def unregister(self, name: str) -> object:
        """Take a name away."""
        return self if self._made else self._cursor.unregister(name)


def relation(cursor: RoutedCursor, name: str) -> object:
    """What `dbt.ref` gives: DuckDB's relation, or one of rows that lie on Spark."""
    tree = dialect.parsed(f"select * from {name}")
    if cursor._catalogue.remote_tables(cursor._cursor, tree):
        return Rows(cursor, tree.sql(dialect="duckdb"))
    return cursor.query(f"select * from {name}")


class Rows:
    """Rows on Spark with those methods of DuckDB's relations that models use.

    A method that would read more rows than the driver may hold raises TooManyRows.
    """

    def __init__(self, cursor: RoutedCursor, sql: str) -> None:
        self._cursor = cursor
        self._sql = sql

    def _with(self, sql: str) -> "Rows":
        return Rows(self._cursor, sql)

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        described = self._cursor.execute(f"select * from ({self._sql}) limit 0").description
        return [column[0] for column in described]

    def filter(self, condition: str) -> "Rows":
        """Those rows for which a condition is true."""
        return self._with(f"select * from ({self._sql}) as rows_ where {condition}")

    def project(self, listed: str) -> "Rows":
        """Expressions over the rows."""
        return self._with(f"select {listed} from ({self._sql}) as rows_")

    def order(self, by: str) -> "Rows":
        """The rows in an order, which `limit` keeps."""
        return self._with(f"select * from ({self._sql}) as rows_ order by {by}")

    def limit(self, n: int) -> "Rows":
        """The first `n` rows."""
        return self._with(
            f"{self._sql} limit {n}"
            if _is_ordered(self._sql)
            else f"select * from ({self._sql}) as rows_ limit {n}"
        )

    def aggregate(self, listed: str, by: str = "") -> "Rows":
        """Aggregates, of all rows or of each group."""
        grouped = f" group by {by}" if by else ""
        return self._with(f"select {listed} from ({self._sql}) as rows_{grouped}")

    def query(self, name: str, sql: str) -> "Rows":
        """A query in which `name` stands for the rows."""
        return self._with(f"with {name} as ({self._sql}) {sql}")

    def sql_query(self) -> str:
        """The query that gives the rows."""
        return self._sql

    def batches(self, rows: int = 50_000) -> Iterator[pa.Table]:
        """The rows in their order, so many at a time; as many as there are."""
        catalogue, cursor = self._cursor._catalogue, self._cursor._cursor
        query = catalogue.translated(cursor, dialect.parsed(self._sql))
        yield from catalogue.spark.batches(query, rows)

    def copy_to(self, session: object, table: str) -> None:
        """Make a table of DuckDB's from the rows, batch by batch."""
        for number, batch in enumerate(self.batches()):
            session.register("likeness_batch", batch)
            verb = f"insert into {table}" if number else f"create table {table} as"
            session.execute(f"{verb} select * from likeness_batch")
            session.unregister("likeness_batch")

    def write_csv(self, path: str, sep: str = ",", header: bool = True) -> None:
        """Write the rows as DuckDB writes a file of texts, batch by batch."""
        with duckdb.connect() as writer, open(path, "wb") as whole:
            for number, batch in enumerate(self.batches()):
                with tempfile.NamedTemporaryFile(suffix=".csv") as part:
                    writer.register("batch", batch)
                    writer.sql("from batch").write_csv(
                        part.name, sep=sep, header=header and number == 0
                    )
                    writer.unregister("batch")
                    # DuckDB puts a file of its own in the place of the one that is open here.
                    with open(part.name, "rb") as written:
                        shutil.copyfileobj(written, whole)

    def df(self) -> pd.DataFrame:
        """The rows as a DataFrame."""
        return self._cursor.execute(self._sql).df()

    def fetchall(self) -> list[tuple]:
        """The rows as tuples."""
        return self._cursor.execute(self._sql).fetchall()


def _is_ordered(sql: str) -> bool:
    tree = dialect.parsed(sql)
    return bool(tree.args.get("order")) and not tree.args.get("limit")
