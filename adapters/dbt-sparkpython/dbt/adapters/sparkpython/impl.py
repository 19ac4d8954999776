"""The adapter: dbt-duckdb's, with rows on Spark."""

from dbt.adapters.base.meta import available
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.adapters.sparkpython import dialect
from dbt.adapters.sparkpython.connections import SparkPythonConnectionManager


class SparkPythonAdapter(DuckDBAdapter):
    """DuckDB drives: small tables, tests, seeds and hooks are its own; rows lie on Spark."""

    ConnectionManager = SparkPythonConnectionManager

    @available
    def make_rows(self, schema: str, name: str, sql: str, *, is_view: bool = False) -> None:
        """Make a relation of rows on Spark: a table, or a query that stands for one.

        A view that reads small tables too is made a table, so that they are lent to Spark once.
        """
        with self.connections.exception_handler(sql):
            cursor = self._cursor()
            catalogue = self.connections.env().catalogue
            tree = dialect.parsed(sql)
            if is_view and catalogue.reads_rows_alone(cursor, tree):
                catalogue.keep(cursor, schema, name, query=sql)
                return
            query = catalogue.translated(cursor, tree)
            catalogue.spark.make_table(name, query)
            catalogue.keep(cursor, schema, name, table=catalogue.spark.table_name(name))

    @available
    def made_rows(self, schema: str, name: str) -> bool:
        """Whether a relation's rows lie on Spark."""
        known = self.connections.env().catalogue.known(self._cursor())
        return (schema.lower(), name.lower()) in known

    @available
    def name_table(self, schema: str, name: str, table: str) -> None:
        """Let a relation stand for a table that Spark has already."""
        with self.connections.exception_handler(table):
            from dbt.adapters.sparkpython.session import quoted

            self.connections.env().catalogue.keep(self._cursor(), schema, name, table=quoted(table))

    def _cursor(self) -> object:
        return self.connections.get_thread_connection().handle.cursor()._cursor
