"""The SQL functions of this package, for the hooks in `macros/source/`."""

import json

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from duckdb import DuckDBPyConnection
from duckdb.sqltypes import VARCHAR

from likeness import warehouse
from likeness.builds.provenance import checks, key
from likeness.builds.provenance.digest import file_digest
from likeness.builds.provenance.stamp import seeds_stamp
from likeness.schema.given import table_dir


def register(connection: DuckDBPyConnection) -> None:
    """Give the connection the functions `likeness_...`; texts in, a text out."""
    for name, function, arguments in (
        ("likeness_source_check", _checked, 1),
        ("likeness_file_digest", file_digest, 1),
        ("likeness_fingerprint_key", key.chosen_key, 2),
        ("likeness_fingerprint", key.fingerprint, 2),
        ("likeness_seeds_stamp", _stamped, 1),
    ):
        connection.create_function(
            name, function, [VARCHAR] * arguments, VARCHAR, side_effects=True
        )


def _checked(request: str) -> str:
    return json.dumps(checks.answer(json.loads(request), _digest_of))


def _digest_of(query: str) -> str:
    # A table that is not there, or has other columns, has no digest: it goes by its name.
    try:
        with DuckDBConnectionManager.env().conn.cursor() as connection:
            return str(warehouse.row(connection, query)[0])
    except warehouse.Error:
        return ""


def _stamped(variables: str) -> str:
    return seeds_stamp(json.loads(variables), folder=table_dir())
