"""The dbt-duckdb plugin that `profiles.yml` names: what hooks ask of Python, callable from SQL."""

import atexit
import functools
import gc
import json
from dataclasses import asdict
from typing import Any

from dbt.adapters.contracts.connection import AdapterResponse
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.environments.local import LocalEnvironment
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.factory import reset_adapters
from dbt_common.exceptions import DbtRuntimeError
from duckdb import DuckDBPyConnection
from duckdb.sqltypes import VARCHAR

from likeness import warehouse
from likeness.builds.provenance import functions
from likeness.builds.publishing import build
from likeness.preflight.problems import problem
from likeness.schema.given import dbt_var, setting_names
from likeness.warehouse import workers
from likeness.warehouse.opening import problem_with_database
from likeness.warehouse.reading import rewritten
from likeness.warehouse.reading.own_names import with_field_names
from likeness.warehouse.reading.source import source
from likeness.warehouse.stops import sentence_of


class Plugin(BasePlugin):
    """Gives the connection functions of one text that answer with one.

    `likeness_preflight`: a sentence, or '' if all is well; `likeness_setting_names`: the names of
    `all` vars or of those that change the `rows`, as a JSON list; `likeness_source`: the source
    file as a relation, and what was found out about it, in JSON; `likeness_with_field_names`: a
    table as a relation, see `own_names`; `likeness_begin_exports` and `likeness_end_exports`: see
    likeness.builds.publishing.build. And the functions of `likeness.builds.provenance`.
    """

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Stop with one sentence where the database cannot be opened.

        Raises RuntimeError, which dbt shows without a traceback.
        """
        if self.creds is not None:
            sentence = problem_with_database(
                str(self.creds.path), str(self.creds.database), str(dbt_var("schema_prefix") or "")
            )
            if sentence:
                raise RuntimeError(sentence)

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions."""
        _show_sentences_alone()
        functions.register(conn)
        atexit.register(_close)
        for name, function in (
            ("likeness_preflight", _answer),
            ("likeness_setting_names", lambda which: json.dumps(setting_names(which))),
            ("likeness_source", _source),
            ("likeness_with_field_names", lambda asked: with_field_names(**json.loads(asked))),
            ("likeness_begin_exports", build.begin),
            ("likeness_end_exports", build.end),
        ):
            conn.create_function(name, function, [VARCHAR], VARCHAR, side_effects=True)


def _source(request: str) -> str:
    asked = json.loads(request)
    found = source(asked["path"], asked["names"], asked["numbers"], asked["vars"])
    return json.dumps(asdict(found))


@functools.cache
def _show_sentences_alone() -> None:
    # dbt-duckdb puts a traceback around whatever ends a Python model; where the error is one
    # sentence for the user, it hides that sentence.
    job = LocalEnvironment.run_python_job.__func__

    def run(cls: type, *given: object, **named: object) -> AdapterResponse:
        try:
            return job(cls, *given, **named)
        except DbtRuntimeError as error:
            sentence = sentence_of(error.__context__)
            if not sentence:
                raise
        raise DbtRuntimeError(sentence)

    LocalEnvironment.run_python_job = classmethod(run)


def _close() -> None:
    # A connection that is still open when Python ends (sqlfluff closes none) keeps the functions
    # given to it, which nanobind then reports as leaked.
    reset_adapters()
    DuckDBConnectionManager.close_all_connections()
    gc.unfreeze()
    gc.collect()


def _cursor() -> warehouse.Connection:
    """A connection of the build's own database; where rows lie on Spark it reads them there."""
    env = DuckDBConnectionManager.env()
    return env.routed_cursor() if hasattr(env, "routed_cursor") else env.conn.cursor()


def _problem(asked: dict[str, Any]) -> str:
    if not (asked.get("is_table") and asked["reads_source"]):
        return problem(asked)
    # A table is seen by connections to this database alone.
    with _cursor() as connection:
        return problem(asked, connection)


def _answer(request: str) -> str:
    # dbt's project lives as long as the build: no collection need look at it again, and looking
    # at what is new after every 700 objects takes two seconds of a build.
    gc.freeze()
    atexit.register(gc.unfreeze)
    gc.set_threshold(50_000)
    rewritten.remove_stale()
    asked = json.loads(request)
    sentence = _problem(asked)
    if asked.get("reads_source") and not sentence:
        workers.server()
    return sentence
