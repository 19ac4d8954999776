"""The session on the user's Spark: opened once, asked for bounded results, given tables."""

import itertools
import logging
import os
import socket
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
from dbt.adapters.events.logging import AdapterLogger

SETTING = "the environment variable SPARK_REMOTE (in profiles.yml: spark_remote)"
PORT = 15002
logger = AdapterLogger("Spark")
SECONDS = 10
REPLACED_IN_PLACE = ("delta", "iceberg")
# What the SQL of the models is written for, whatever the server's own settings are.
CONFIGURATION = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.legacy.sizeOfNull": "false",
    # What the optimizer infers from wide expressions takes it minutes; DuckDB's models have them.
    "spark.sql.constraintPropagation.enabled": "false",
    # Java compiles no longer method than that: what Spark generates for wide rows ran uncompiled.
    "spark.sql.codegen.hugeMethodLimit": "8000",
    "spark.sql.caseSensitive": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
}


class SparkError(RuntimeError):
    """What Spark says of a failure, in one sentence."""


class Spark:
    """Spark as the adapter needs it. Sessions are thread safe, so one serves all models."""

    def __init__(self, remote: str, schema: str, file_format: str) -> None:
        self.remote = remote
        self.schema = schema
        self.format = file_format.lower()
        self._session = None
        self._lock = threading.Lock()

    @property
    def session(self) -> Any:
        """The session, opened by whoever asks first. Raises SparkError where none can be had."""
        with self._lock:
            if self._session is None:
                problem = problem_with_address(self.remote)
                if problem:
                    raise SparkError(problem)
                self._session = _opened(self.remote)
                if self.schema:
                    self._session.sql(
                        f"create schema if not exists {quoted(self.schema)}"
                    ).collect()
            return self._session

    def table_name(self, name: str) -> str:
        """A table of the models' schema as SQL names it."""
        return f"{quoted(self.schema)}.{quoted(name)}"

    def rows(self, sql: str, limit: int) -> pa.Table:
        """The result of a query, of up to `limit` + 1 rows, for the caller to refuse the last."""
        return self._asked(lambda: self._query(sql).limit(limit + 1).toArrow())

    def batches(self, sql: str, rows: int) -> Iterator[pa.Table]:
        """The result of a query in its order, `rows` rows at a time; at least one table."""
        frame = self._asked(lambda: self._query(sql))
        schema = self._asked(lambda: frame.limit(0).toArrow()).schema
        found = self._asked(lambda: frame.toLocalIterator())
        number = 0
        while (batch := list(itertools.islice(found, rows))) or not number:
            columns = list(zip(*batch, strict=True)) or [()] * len(schema)
            yield pa.table(
                [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema
            )
            number += 1

    def columns(self, sql: str) -> list[tuple[str, str]]:
        """Names of a query's columns and their types as Spark says them."""
        fields = self._asked(lambda: self._query(sql).schema.fields)
        return [(field.name, field.dataType.simpleString()) for field in fields]

    def make_table(self, name: str, sql: str) -> None:
        """Make or replace a table from a query, in place where its format can."""
        self._asked(lambda: self.write(self._query(sql), name))

    def write(self, frame: object, name: str) -> None:
        """Make or replace a table from a frame of Spark's."""
        table = self.table_name(name)
        if self.format in REPLACED_IN_PLACE:
            frame.writeTo(table).using(self.format).createOrReplace()
        else:
            frame.write.mode("overwrite").format(self.format).saveAsTable(table)

    def write_frame(self, frame: object, name: str) -> None:
        """The same with Spark's errors as sentences."""
        self._asked(lambda: self.write(frame, name))

    def drop(self, name: str) -> None:
        """Drop a table if it is there."""
        self._asked(
            lambda: self.session.sql(f"drop table if exists {self.table_name(name)}").collect()
        )

    def keep(self, name: str, table: pa.Table) -> None:
        """Put a small table under a name of this session."""
        from pyspark.sql.pandas.types import from_arrow_schema

        # Spark infers no types from a table without rows.
        given = (table,) if table.num_rows else ([], from_arrow_schema(table.schema))
        self._asked(lambda: self.session.createDataFrame(*given).createOrReplaceTempView(name))

    def hold(self, name: str, sql: str) -> None:
        """Keep the result of a query under a name of this session, for several queries to read."""
        self._asked(lambda: self.session.sql(f"cache table {quoted(name)} as {sql}").collect())

    def release(self, name: str) -> None:
        """Let go of what `hold` keeps."""
        for what in ("uncache table if exists", "drop view if exists"):
            self._asked(lambda what=what: self.session.sql(f"{what} {quoted(name)}").collect())

    def _query(self, sql: str) -> Any:
        logger.debug(f"On Spark: {sql}")
        return self.session.sql(sql)

    def _asked(self, call: Callable[[], Any]) -> Any:
        from pyspark.errors import PySparkException

        try:
            return call()
        except PySparkException as error:
            raise SparkError(without_token(sentence(error), self.remote)) from None


def problem_with_address(remote: str) -> str:
    """One sentence where nothing answers at a Spark Connect address within ten seconds, or ''."""
    if not remote or remote.startswith("local"):
        return ""
    address = urlsplit(remote)
    if address.scheme != "sc" or not address.hostname:
        return f"{SETTING} is no address such as sc://host:15002 (nor empty, for a local session)."
    place = f"{address.hostname}:{address.port or PORT}"
    try:
        with socket.create_connection((address.hostname, address.port or PORT), timeout=SECONDS):
            return ""
    except OSError as error:
        return (
            f"no Spark Connect server answers at {place} ({error.strerror or error}): start it, or "
            f"set {SETTING} to another address."
        )


def without_token(text: str, remote: str) -> str:
    """A text in which what follows the host of the address is left out."""
    _, _, options = remote.partition("/;")
    for option in options.split(";"):
        _, _, value = option.partition("=")
        if len(value) > 3:
            text = text.replace(value, "...")
    return text


def sentence(error: Exception) -> str:
    """The first lines of Spark's message, without its plan and the JVM's stack."""
    lines = []
    for line in str(error).splitlines():
        if line.lstrip().startswith(("at ", "JVM stacktrace", "'", "+-", ":-", "== SQL")):
            break
        if line.strip():
            lines.append(line.strip())
    return "Spark: " + " ".join(lines)[:600]


def quoted(name: str) -> str:
    """A name, or names parted by points, in Spark's SQL."""
    return ".".join("`" + part.replace("`", "``") + "`" for part in name.split("."))


def _opened(remote: str) -> Any:
    logging.getLogger("pyspark").setLevel(logging.ERROR)
    # It prints each failed query with the JVM's stack, beside the error that is raised.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    from pyspark.sql import SparkSession

    # The variable would make a local session a remote one; the adapter is told by the profile.
    os.environ.pop("SPARK_REMOTE", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if remote.startswith("sc:"):
            session = SparkSession.builder.remote(remote).getOrCreate()
        else:
            session = SparkSession.builder.master(remote or "local[*]").appName("dbt").getOrCreate()
        for key, value in CONFIGURATION.items():
            session.conf.set(key, value)
    return session
