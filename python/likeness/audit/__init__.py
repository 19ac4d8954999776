"""`make audit`: does every published number rest on enough rows, and can none be solved for?

Walks every profile table, engine table, seed instruction, mart and export of a finished build and
recounts, from the source rows in the same database, what each number rests on; subtracts published
groups from each other; and attacks published moments. A build runs the same functions.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from likeness import warehouse
from likeness.audit.findings import Tally
from likeness.audit.last_build import LastBuild, notes
from likeness.audit.sources import LOANS
from likeness.audit.stages import (
    audit_engine_tables,
    audit_files,
    audit_marts,
    audit_seeds,
    audit_unlisted,
    is_built,
    prefix_of,
)
from likeness.schema.given import read_vars
from likeness.warehouse.profile import project_database

MOST_SHOWN = 40


def add_audit(subparsers: argparse._SubParsersAction) -> None:
    """Add the verb `audit`."""
    verb = subparsers.add_parser("audit", help=__doc__.partition("\n")[0])
    verb.add_argument("--vars", metavar="FILE", help="the settings that the build was given")
    verb.add_argument("--project", default="dbt_project.yml", help=argparse.SUPPRESS)
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what was found, or that nothing was; 0 if nothing was, else 1."""
    try:
        path = project_database(arguments.project)
        variables = read_vars(arguments.project, arguments.vars)
        if not Path(path).is_file():
            raise ValueError(f"there is no database {path}; build first, or set LIKENESS_DB.")
        tally = audit(path, variables)
    except (ValueError, OSError, warehouse.Error) as error:
        said = warehouse.first_sentence(error) if isinstance(error, warehouse.Error) else error
        print(f"audit: {said}")
        return 1
    for note in tally.notes:
        print(f"NOTE {note}")
    for finding in tally.findings[:MOST_SHOWN]:
        print(f"RED {finding}")
    if len(tally.findings) > MOST_SHOWN:
        print(f"and {len(tally.findings) - MOST_SHOWN} more")
    looked = f"{tally.numbers:,} numbers of {len(tally.tables)} tables recounted"
    if tally.findings:
        found = f"audit: RED, {len(tally.findings)} of {looked}"
        print(f"{found} (minimum cell size: {tally.min_cell_rows} train rows).")
        return 1
    print(f"audit: green, {looked}; each rests on at least {tally.min_cell_rows} train rows.")
    return 0


def audit(path: str, variables: Mapping[str, object]) -> Tally:
    """Everything that is published from the database at `path`, against its own source rows.

    `variables`: the vars that the build had. Raises ValueError where it has made nothing.
    """
    with warehouse.read_only(path) as connection:
        if not is_built(connection, variables):
            named = prefix_of(variables) + LOANS
            raise ValueError(f"{path} has no table {named}: build first, with the same vars.")
        last = LastBuild(connection, prefix_of(variables))
        folder = Path(str(variables["export_dir"]))
        others = last.files_of_others(folder)
        tally = audit_seeds(connection, variables)
        tally.notes += notes(last, folder, others)
        audit_unlisted(connection, variables, tally)
        audit_engine_tables(connection, variables, tally)
        tally.take(audit_marts(connection, variables))
        audit_files(connection, variables, tally, others)
    return tally
