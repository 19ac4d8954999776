"""The dbt-duckdb plugin named in `profiles.yml`: the preflight, callable from SQL."""

import json

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection
from duckdb.sqltypes import VARCHAR

from likeness.preflight import problem


class Plugin(BasePlugin):
    """Gives the connection `likeness_preflight(request)`: a sentence, or '' if all is well."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the function."""
        conn.create_function(
            "likeness_preflight",
            lambda request: problem(json.loads(request)),
            [VARCHAR],
            VARCHAR,
            side_effects=True,
        )
