"""Which statements run on Spark: those that touch rows that lie there.

A query over relations of the catalogue that lie on Spark is translated and run there, and its
bounded result is what DuckDB goes on with. A function that Spark has no equal of is left to DuckDB,
over the results of those parts of the query that touch rows alone.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.sparkpython import dialect, distributed
from dbt.adapters.sparkpython.catalogue import Catalogue
from dbt.adapters.sparkpython.session import SparkError
from duckdb import DuckDBPyConnection
from sqlglot import exp
from sqlglot.errors import SqlglotError

logger = AdapterLogger("Spark")
LEFT = "Left to DuckDB, over the rows of what Spark can do of it"
_numbers = itertools.count()


@dataclass(frozen=True)
class OnSpark:
    """What a Python model returns whose rows are made on the executors."""

    frame: object


class RoutedCursor:
    """A cursor of DuckDB's that sends to Spark what touches rows there."""

    def __init__(self, cursor: DuckDBPyConnection, catalogue: Catalogue) -> None:
        self._cursor = cursor
        self._catalogue = catalogue
        self._kept: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._cursor, name)

    def rows_of_calls(
        self,
        function: str,
        parts: Iterable[Mapping[str, object]],
        shared: Mapping[str, object],
        types: Mapping[str, str],
    ) -> "OnSpark":
        """The rows that a function gives for each of `parts`, called on the executors."""
        return OnSpark(
            distributed.frame_of_calls(
                self._catalogue.spark.session, function, parts, shared, types
            )
        )

    def hold_rows(self, name: str, query: str) -> None:
        """Name a query over rows; Spark keeps its result until `release_rows`."""
        self._catalogue.hold(self._cursor, name, query)

    def release_rows(self, name: str) -> None:
        """Let go of what `hold_rows` keeps."""
        self._catalogue.release(self._cursor, name)

    def __enter__(self) -> "RoutedCursor":
        return self

    def __exit__(self, *error: object) -> None:
        self._cursor.close()

    def cursor(self) -> "RoutedCursor":
        """Another cursor over the same database."""
        return RoutedCursor(self._cursor.cursor(), self._catalogue)

    def execute(self, sql: str, bindings: object = None) -> object:
        """Run a statement, where its rows are; the cursor holds the result."""
        if bindings is not None:
            return self._cursor.execute(sql, bindings)
        for statement in self._statements(sql):
            self._cursor.execute(statement)
        return self._cursor

    def _statements(self, sql: str) -> Iterator[str]:
        """The statements of a text, each as DuckDB is to run it once the one before has run."""
        lowered = sql.lower()
        if not any(name in lowered for _, name in self._catalogue.known(self._cursor)):
            yield sql
            return
        try:
            trees = dialect.parsed_all(sql)
        except SqlglotError:
            yield sql
            return
        for tree in trees:
            yield self._routed(sql if len(trees) == 1 else tree.sql(dialect="duckdb"), tree)

    def _routed(self, sql: str, tree: exp.Expression) -> str:
        query = tree if isinstance(tree, exp.Query) else tree.args.get("expression")
        is_asked = isinstance(tree, exp.Query | exp.Create | exp.Insert)
        if not is_asked or not isinstance(query, exp.Query) or query.find(exp.Describe):
            return sql
        if not self._catalogue.remote_tables(self._cursor, query):
            return sql
        try:
            return self._with_result(tree, query)
        except dialect.Untranslatable as error:
            parts = list(self._parts(query))
            if not parts:
                raise SparkError(f"{error}.") from None
            logger.debug(f"{LEFT}: {error}")
            for part in parts:
                part.replace(self._result(part))
            if self._catalogue.remote_tables(self._cursor, query):
                raise SparkError(f"{error}.") from None
            return tree.sql(dialect="duckdb")

    def _with_result(self, tree: exp.Expression, query: exp.Query) -> str:
        result = self._result(query)
        if query is tree:
            return result.sql(dialect="duckdb")
        query.replace(result)
        return tree.sql(dialect="duckdb")

    def _result(self, query: exp.Query) -> exp.Select:
        table = self._catalogue.read(
            self._cursor, query.unnest() if isinstance(query, exp.Subquery) else query
        )
        name = f"likeness_from_spark_{next(_numbers)}"
        self._cursor.register(name, table)
        self._kept.append(name)
        # Spark's widest whole numbers are decimals; DuckDB divides those as decimals.
        columns = [
            exp.alias_(
                exp.cast(exp.column(field.name, quoted=True), "hugeint", dialect="duckdb"),
                field.name,
                quoted=True,
            )
            if pa.types.is_decimal(field.type)
            and (field.type.precision, field.type.scale) == (38, 0)
            else exp.column(field.name, quoted=True)
            for field in table.schema
        ]
        return exp.select(*columns).from_(exp.to_table(name))

    def _parts(self, query: exp.Query) -> Iterator[exp.Select]:
        """The largest selects within a query that read nothing but rows on Spark."""
        known = self._catalogue.known(self._cursor)
        found: list[exp.Expression] = []
        for select in query.find_all(exp.Select, bfs=True):
            if any(_is_within(select, one) for one in found):
                continue
            tables = list(select.find_all(exp.Table))
            if tables and all((t.db.lower(), t.name.lower()) in known for t in tables):
                found.append(select)
        yield from found


def _is_within(node: exp.Expression, other: exp.Expression) -> bool:
    while node is not None:
        if node is other:
            return True
        node = node.parent
    return False
