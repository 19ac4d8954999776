"""The dbt-duckdb plugin named in `profiles.yml`: what the hooks call from SQL."""

import atexit
import gc
import json

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection
from duckdb.sqltypes import VARCHAR

from likeness import apart
from likeness.preflight import problem
from likeness.provenance import functions
from likeness.schema.given import setting_names


class Plugin(BasePlugin):
    """Gives the connection the functions that hooks and macros call.

    `likeness_preflight(request)`: a sentence, or '' if all is well.
    `likeness_setting_names(which)`: the names of `all` vars or of those that change the `rows`, as
    a JSON list. And the functions of `likeness.provenance`.
    """

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions."""
        functions.register(conn)
        conn.create_function(
            "likeness_preflight",
            _answer,
            [VARCHAR],
            VARCHAR,
            side_effects=True,
        )
        conn.create_function(
            "likeness_setting_names",
            lambda which: json.dumps(setting_names(which)),
            [VARCHAR],
            VARCHAR,
        )


def _answer(request: str) -> str:
    # dbt's project lives as long as the build: no collection need look at it again, and looking
    # at what is new after every 700 objects takes two seconds of a build.
    gc.freeze()
    atexit.register(gc.unfreeze)
    gc.set_threshold(50_000)
    asked = json.loads(request)
    sentence = problem(asked)
    if asked["reads_source"] and not sentence:
        apart.server()
    return sentence
