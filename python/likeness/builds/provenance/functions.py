"""The SQL functions of this package, for the hooks in `macros/source/`."""

import json

from duckdb import DuckDBPyConnection
from duckdb.sqltypes import VARCHAR

from likeness.builds.provenance import checks, key
from likeness.builds.provenance.digest import file_digest
from likeness.builds.provenance.stamp import seeds_stamp


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
    return json.dumps(checks.answer(json.loads(request)))


def _stamped(variables: str) -> str:
    return seeds_stamp(json.loads(variables))
