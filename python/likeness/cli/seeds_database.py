"""Where `make plan` and `make prompts` read seeds: the project's database, or a scratch one.

Neither changes a table or an export: seeds that the database doesn't have as the vars want them
are made in a database of their own under `target/`.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from likeness import warehouse
from likeness.builds.provenance import stamp
from likeness.builds.provenance.checks import Named, differs, is_source, table_name
from likeness.builds.provenance.digest import file_digest
from likeness.warehouse.profile import project_database

SCRATCH = Path("target/scratch")
NODES = ("seed_instructions", "synthesis_plan", "source_rules", "part_shares", "rule_context")
RECORDED = "select node, source, stamp, pending from {prefix}intermediate.table_sources"


class NoSeeds(ValueError):
    """There are no seeds to read; the message is one sentence, or empty where dbt has said it."""


def refuse_other_source(database: str, variables: Mapping[str, object], given: Mapping) -> None:
    """Raise NoSeeds if `database` was made from another source than the one that is named now.

    `variables`: the project's vars with `given`, the caller's own, over them.
    """
    named = _named(variables, given)
    identity = _identity(database, variables)
    if identity and not is_source(identity, named.path, file_digest(named.path)):
        raise NoSeeds(differs(named, identity, database))


def seeds_database(database: str, variables: Mapping[str, object], given: Mapping) -> str:
    """Path of a database whose seeds, plan and rules are those of the source and the vars.

    Raises NoSeeds as `refuse_other_source` does, and if the seeds cannot be made.
    """
    refuse_other_source(database, variables, given)
    scratch = SCRATCH / "likeness.duckdb"
    digest = file_digest(_named(variables, given).path)
    for path in (database, str(scratch)):
        identity = _identity(path, variables)
        same = identity and (path == database or digest == identity["digest"])
        if same and _is_current(path, identity, variables):
            return path
    if variables.get("source_relation") or not _builds_in(scratch):
        asked = " ".join(f"+{node}" for node in NODES)
        raise NoSeeds(
            f"{database} has no seeds for these vars: make them first, by "
            f"`dbt build -s {asked} --exclude-resource-type test` with the same vars."
        )
    print(f"{database} has no seeds for these vars: making them in {SCRATCH}.", file=sys.stderr)
    _make(scratch, given)
    return str(scratch)


def _named(variables: Mapping[str, object], given: Mapping) -> Named:
    path = os.environ.get("LOANS_PATH", "")
    table = table_name(variables.get("source_relation"))
    return Named.of(path, variables["loans_path"], "loans_path" in given, table)


def _builds_in(scratch: Path) -> bool:
    """Whether the project would build in `scratch` if LIKENESS_DB named it."""
    before = os.environ.get("LIKENESS_DB")
    os.environ["LIKENESS_DB"] = str(scratch)
    try:
        return project_database() == str(scratch)
    finally:
        del os.environ["LIKENESS_DB"]
        if before is not None:
            os.environ["LIKENESS_DB"] = before


def _make(scratch: Path, given: Mapping) -> None:
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir(parents=True)
    places = {
        "LIKENESS_DB": str(scratch),
        "DBT_TARGET_PATH": str(SCRATCH / "dbt"),
        "DBT_LOG_PATH": str(SCRATCH / "logs"),
    }
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build"]
    command += ["-s", *(f"+{node}" for node in NODES)]
    command += ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    command += ["--vars", json.dumps({**given, "export_dir": str(SCRATCH / "exports")})]
    if subprocess.run(command, env=os.environ | places, check=False).returncode:
        raise NoSeeds


def _identity(database: str, variables: Mapping[str, object]) -> dict | None:
    if not Path(database).is_file():
        return None
    schema = f"{variables.get('schema_prefix') or ''}raw"
    with warehouse.read_only(database) as connection:
        if not _has(connection, schema, "source_identity"):
            return None
        rows = warehouse.records(connection.table(f"{schema}.source_identity"))
    return rows[0] if rows else None


def _is_current(database: str, identity: Mapping, variables: Mapping[str, object]) -> bool:
    query = RECORDED.format(prefix=variables.get("schema_prefix") or "")
    with warehouse.read_only(database) as connection:
        recorded = {row["node"]: row for row in warehouse.records(connection.sql(query))}
    rows = [recorded.get(f"model.likeness.{node}") for node in NODES]
    return all(
        row is not None
        and row["source"] == identity["digest"]
        and row["pending"] is None
        and stamp.is_current(row["stamp"], variables)
        for row in rows
    )


def _has(connection: warehouse.Connection, schema: str, table: str) -> bool:
    found = connection.sql("select schema_name, table_name from duckdb_tables()").fetchall()
    return (schema, table) in found
