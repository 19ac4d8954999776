"""The tables that `likeness new-table` can look at beside files: of the project, of a database."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from likeness import warehouse
from likeness.schema.discovery.table import CannotDraft, InDatabase
from likeness.warehouse.profile import profile_output, project_database

POSTGRES = ("postgres:", "postgresql:")
ATTACHED = "likeness_source"
NO_POSTGRES = (
    "{path} is a Postgres database, and DuckDB's extension postgres is not installed here: run "
    "`install postgres` in DuckDB once, where extensions can be reached."
)


# As macros/source/source_relation.sql says it of the var.
PASSWORD = re.compile(r"password\s*=|://[^/@]*:[^/@]*@", re.IGNORECASE)
WITH_PASSWORD = (
    "--from holds a password, which would stand in the project's files: leave it out, and set "
    "PGPASSWORD in the environment or write it into ~/.pgpass."
)


@dataclass(frozen=True)
class Chosen:
    """A source: what is looked at, and the vars by which a build finds it."""

    source: str | InDatabase
    variables: Mapping[str, object]
    name: str


def of_file(path: str, shown: str) -> Chosen:
    """A file, a folder or a glob; `shown` is its path as the project names it."""
    stem = Path(path.rstrip("/")).name.split(".")[0].strip("*?[]") or "table"
    return Chosen(path, {"loans_path": shown, "source_relation": None}, stem)


def of_database(path: str, table: str, shown: str) -> Chosen:
    """A table (schema.name) of a DuckDB file or of Postgres. Raises CannotDraft."""
    relation = ".".join(map(warehouse.quoted, [ATTACHED, *table.split(".")]))
    source = InDatabase(f"{table} of {path}", attached(path, ATTACHED), relation)
    named = {"attach": shown, "table": table}
    return Chosen(source, {"source_relation": named}, table.rpartition(".")[2])


def of_model(name: str) -> Chosen:
    """A model, seed or snapshot of the project in this folder that has been built."""
    manifest = _manifest()
    kinds = ("model", "seed", "snapshot")
    found = [
        node
        for node in manifest["nodes"].values()
        if node["name"] == name and node["resource_type"] in kinds
    ]
    own = [node for node in found if node["package_name"] == _project_of(manifest)]
    if not found:
        raise CannotDraft(
            f"--model {name}: {_manifest_path()} has no model, seed or snapshot {name}."
        )
    node = (own or found)[0]
    if node["config"]["materialized"] == "ephemeral":
        raise CannotDraft(f"--model {name}: it is ephemeral and so no table; materialize it.")
    relation = {"ref": name if own else [node["package_name"], name]}
    return Chosen(_in_project(f"ref('{name}')", node), {"source_relation": relation}, name)


def of_source(text: str) -> Chosen:
    """A source table, written name.table, of the project in this folder."""
    name, _, table = text.partition(".")
    for node in _manifest()["sources"].values():
        if (node["source_name"], node["name"]) == (name, table):
            relation = {"source": [name, table]}
            looked_at = _in_project(f"source('{name}', '{table}')", node)
            return Chosen(looked_at, {"source_relation": relation}, table)
    raise CannotDraft(f"--source {text}: {_manifest_path()} has no such source; write name.table.")


def attached(path: str, alias: str) -> tuple[str, ...]:
    """The statements that attach a DuckDB file or Postgres read-only. Raises CannotDraft."""
    place, alias = warehouse.literal(path), warehouse.quoted(alias)
    if not path.startswith(POSTGRES):
        if not Path(path).is_file():
            raise CannotDraft(f"{path}: there is no such file.")
        return (f"attach {place} as {alias} (read_only)",)
    if PASSWORD.search(path):
        raise CannotDraft(WITH_PASSWORD)
    with warehouse.scratch() as connection:
        (installed,) = warehouse.row(
            connection,
            "select count(*) from duckdb_extensions() "
            "where extension_name = 'postgres_scanner' and installed",
        )
    if not installed:
        raise CannotDraft(NO_POSTGRES.format(path=path))
    server = warehouse.literal(_without_type(path))
    return ("load postgres", f"attach {server} as {alias} (type postgres, read_only)")


def _without_type(path: str) -> str:
    """What Postgres' own library reads: `postgres:` before anything but a URI is DuckDB's."""
    _, _, rest = path.partition(":")
    return path if rest.startswith("//") else rest


def _in_project(name: str, node: Mapping) -> InDatabase:
    try:
        path, output = project_database(), profile_output()
    except ValueError as error:
        raise CannotDraft(str(error)) from None
    if not Path(path).is_file():
        raise CannotDraft(f"{name}: there is no database {path} yet; build that table first.")
    others = {entry["alias"]: entry["path"] for entry in _attachments(output)}
    setup = list(attached(path, Path(path).stem))
    for alias, other in others.items():
        if alias == node["database"] or not other.startswith(POSTGRES):
            setup += attached(other, alias)
    external = (node.get("meta") or {}).get("external_location")
    relation = node.get("relation_name")
    if external:
        located = str(external).format(name=node["name"], identifier=node.get("identifier"))
        relation = located if "(" in located else warehouse.literal(located)
    return InDatabase(name, tuple(setup), str(relation))


def _attachments(output: Mapping) -> Iterable[dict[str, str]]:
    for entry in output.get("attach") or []:
        path = str(entry["path"] if isinstance(entry, Mapping) else entry)
        alias = entry.get("alias") if isinstance(entry, Mapping) else None
        yield {"path": path, "alias": alias or Path(path).stem}


def _manifest_path() -> Path:
    return Path(os.environ.get("DBT_TARGET_PATH") or "target") / "manifest.json"


def _manifest() -> dict:
    path = _manifest_path()
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CannotDraft(
            f"{path} is not there or cannot be read: build the table first, by `dbt build -s NAME`."
        ) from None


def _project_of(manifest: Mapping) -> str:
    return str(manifest["metadata"].get("project_name"))
