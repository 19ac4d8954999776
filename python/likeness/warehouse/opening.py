"""Can the database be opened and written? Answered in one sentence before dbt opens it."""

import os
import re
import shutil
from pathlib import Path

import duckdb

from likeness.warehouse import first_sentence

MEMORY = ":memory:"
# The schemas of the project, and DuckDB's own: where the database has such a name, raw.loans
# would be ambiguous.
SCHEMAS = ("raw", "staging", "intermediate", "profiles", "seeds", "synthetic", "marts")
OWN_SCHEMAS = ("main", "information_schema", "pg_catalog")
LEAST_ROOM = 64 * 2**20
ANOTHER = "set the environment variable LIKENESS_DB (in profiles.yml: path) to another file"


def problem_with_database(path: str, name: str, prefix: str = "") -> str:
    """One sentence where the file `path`, called `name` in SQL, cannot be this build's database.

    `prefix` is what the names of the schemas begin with.
    """
    if path == MEMORY or "://" in path or path.startswith("md:"):
        return ""
    file = Path(path)
    if not path.strip():
        return f"the name of the database is empty: {ANOTHER}, such as likeness.duckdb."
    return (
        _problem_with_place(file)
        or _problem_with_name(path, name, prefix)
        or _problem_with_opening(path, name)
        or problem_with_room(file.parent, f"the database {path}")
    )


def problem_with_room(folder: str | Path, what: str) -> str:
    """One sentence where a build could not write `what` in an existing folder for want of room."""
    free = shutil.disk_usage(folder).free
    if free >= LEAST_ROOM:
        return ""
    least = LEAST_ROOM // 2**20
    return (
        f"{what} cannot be written: {free / 2**20:.0f} MB are free there, and a build needs at "
        f"least {least} MB; make room, or choose another place."
    )


def _problem_with_place(file: Path) -> str:
    folder = file.parent
    if file.is_dir():
        return f"the database {file} is a folder: {ANOTHER}."
    if not folder.is_dir():
        missing = "is not a folder" if folder.exists() else "does not exist"
        return f"the database {file} cannot be made: {folder} {missing}; make it, or {ANOTHER}."
    if not os.access(folder, os.W_OK | os.X_OK):
        return (
            f"the database {file} cannot be written: {folder} is read-only for you; change its "
            f"rights, or {ANOTHER}."
        )
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        return (
            f"the database {file} cannot be written: the file is read-only for you; change its "
            f"rights, or {ANOTHER}."
        )
    return ""


def _problem_with_name(path: str, name: str, prefix: str) -> str:
    if any(sign in name for sign in "'\""):
        return f"the database {path} has a quote in its name, which dbt cannot write: {ANOTHER}."
    schemas = [f"{prefix}{schema}".lower() for schema in SCHEMAS]
    if name.lower() in (*schemas, *OWN_SCHEMAS):
        return f"the database {path} has the name of one of its schemas, {name.lower()}: {ANOTHER}."
    return ""


def _problem_with_opening(path: str, name: str) -> str:
    try:
        connection = duckdb.connect(path)
    except duckdb.ConnectionException:
        # This process has it open with other options; dbt decides.
        return ""
    except duckdb.Error as error:
        return _not_opened(path, first_sentence(error))
    try:
        ((known_as,),) = connection.execute("select current_database()").fetchall()
    finally:
        connection.close()
    if known_as == name:
        return ""
    return f"the database {path} is called {known_as} in DuckDB and {name} in dbt: {ANOTHER}."


def _not_opened(path: str, why: str) -> str:
    held = re.search(r"held in (.*?) \(PID (\d+)\)", why)
    if held or "Could not set lock" in why:
        whom = f" ({Path(held[1]).name}, process {held[2]})" if held else ""
        return (
            f"the database {path} is opened by another program{whom}: close it there, or {ANOTHER}."
        )
    if "not a valid DuckDB database" in why or "Could not read enough" in why:
        return f"{path} is no whole DuckDB database: remove or rename it, or {ANOTHER}."
    return f"the database {path} cannot be opened ({why}): make room or rights there, or {ANOTHER}."
