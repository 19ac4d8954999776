"""Connections to DuckDB's file whose cursors send to Spark what touches rows there."""

import atexit
from contextlib import AbstractContextManager, suppress

from dbt.adapters.contracts.connection import AdapterResponse, Connection, ConnectionState
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.environments.local import DuckDBConnectionWrapper, LocalEnvironment
from dbt.adapters.exceptions import FailedToConnectError
from dbt.adapters.sparkpython.catalogue import Catalogue, TooManyRows
from dbt.adapters.sparkpython.credentials import SparkPythonCredentials
from dbt.adapters.sparkpython.models import run_model
from dbt.adapters.sparkpython.routing import RoutedCursor
from dbt.adapters.sparkpython.session import Spark, SparkError
from dbt_common.exceptions import DbtRuntimeError


class SparkEnvironment(LocalEnvironment):
    """DuckDB in this process, and the session on Spark beside it."""

    def __init__(self, credentials: SparkPythonCredentials) -> None:
        super().__init__(credentials)
        spark = Spark(credentials.spark_remote, credentials.spark_schema, credentials.spark_format)
        self.catalogue = Catalogue(spark, credentials.spark_rows)

    def handle(self) -> "RoutedConnection":
        """A connection whose statements run where their rows are."""
        return RoutedConnection(super().handle(), self)

    def routed_cursor(self) -> RoutedCursor:
        """A cursor of its own, for what a hook asks of the database from Python."""
        return RoutedCursor(self.conn.cursor(), self.catalogue)

    def submit_python_job(
        self, handle: "RoutedConnection", parsed_model: dict, compiled_code: str
    ) -> AdapterResponse:
        """Run a Python model on the driver; what it reads of rows is bounded."""
        try:
            run_model(self, handle.cursor(), parsed_model, compiled_code)
        except DbtRuntimeError as error:
            # dbt-duckdb puts a traceback around whatever ends a Python model.
            if not isinstance(error.__context__, SparkError | TooManyRows):
                raise
            said = str(error.__context__)
        else:
            return AdapterResponse(_message="OK")
        raise DbtRuntimeError(said)


class RoutedConnection(DuckDBConnectionWrapper):
    """A connection as dbt holds one; its cursor is routed."""

    def __init__(self, inner: DuckDBConnectionWrapper, env: SparkEnvironment) -> None:
        self._env = env
        self._cursor = RoutedCursor(inner.cursor()._cursor, env.catalogue)

    def cursor(self) -> RoutedCursor:
        """The cursor, whose errors are sentences."""
        return self._cursor


class SparkPythonConnectionManager(DuckDBConnectionManager):
    """As DuckDB's; the environment is one for both, kept where DuckDB's adapter looks for it."""

    TYPE = "sparkpython"

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        """Open a connection, and with the first one the environment."""
        if connection.state == ConnectionState.OPEN:
            return connection
        credentials = cls.get_credentials(connection.credentials)
        with cls._LOCK:
            try:
                known = DuckDBConnectionManager._ENV
                if known is None or known.creds != credentials:
                    if known is not None:
                        with suppress(Exception):
                            known.close()
                    DuckDBConnectionManager._ENV = SparkEnvironment(credentials)
                connection.handle = DuckDBConnectionManager._ENV.handle()
                connection.state = ConnectionState.OPEN
            except RuntimeError as error:
                connection.handle = None
                connection.state = ConnectionState.FAIL
                raise FailedToConnectError(str(error)) from error
        return connection

    @classmethod
    def env(cls) -> SparkEnvironment:
        """The environment of all connections."""
        return DuckDBConnectionManager.env()

    def exception_handler(self, sql: str) -> AbstractContextManager:
        """Errors of Spark's, and refusals, as sentences that dbt shows."""
        return Sentences(super().exception_handler(sql))


class Sentences:
    """An error handler of dbt-duckdb's, within which Spark's errors become dbt's."""

    def __init__(self, inner: AbstractContextManager) -> None:
        self._inner = inner

    def __enter__(self) -> object:
        return self._inner.__enter__()

    def __exit__(self, kind: object, error: object, trace: object) -> object:
        if isinstance(error, SparkError | TooManyRows):
            said = DbtRuntimeError(str(error))
            self._inner.__exit__(None, None, None)
            raise said from error
        return self._inner.__exit__(kind, error, trace)


def _stop() -> None:
    env = DuckDBConnectionManager._ENV
    session = getattr(getattr(env, "catalogue", None), "spark", None)
    session = getattr(session, "_session", None)
    if session is not None:
        with suppress(Exception):
            session.stop()


atexit.register(_stop)
