"""`make audit`: does every published number rest on enough borrowers, and is none of one of them?

Walks every profile table, engine table, seed instruction, mart and export of a finished build and
recounts, from the source rows in the same database, what each number rests on.
"""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from likeness import engine
from likeness.audit import apart, target_rates
from likeness.audit.findings import Tally
from likeness.audit.recount import audit_table, load_sources
from likeness.audit.registry import (
    ENGINE_TABLES,
    ON_ALL_ROWS,
    PARENT,
    READ_APART,
    SCHEMAS,
    published,
)
from likeness.fields import fields_from_rows
from likeness.rules import context_columns
from likeness.schema.given import read_vars

MOST_SHOWN = 40


def add_audit(subparsers: argparse._SubParsersAction) -> None:
    """Add the verb `audit`."""
    verb = subparsers.add_parser("audit", help=__doc__.partition("\n")[0])
    verb.add_argument("--vars", metavar="FILE", help="the settings that the build was given")
    verb.add_argument("--project", default="dbt_project.yml", help=argparse.SUPPRESS)
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what was found, or that nothing was; 0 if nothing was, else 1."""
    path = os.environ.get("LIKENESS_DB", "likeness.duckdb")
    if not Path(path).is_file():
        print(f"audit: there is no database {path}; build first, or set LIKENESS_DB.")
        return 1
    tally = audit(path, read_vars(arguments.project, arguments.vars))
    for finding in tally.findings[:MOST_SHOWN]:
        print(f"RED {finding}")
    if len(tally.findings) > MOST_SHOWN:
        print(f"and {len(tally.findings) - MOST_SHOWN} more")
    looked = f"{tally.numbers:,} numbers of {len(tally.tables)} tables recounted"
    if tally.findings:
        print(f"audit: RED, {len(tally.findings)} of {looked} (floor: {tally.floor} train rows).")
        return 1
    print(f"audit: green, {looked}; each rests on at least {tally.floor} train rows.")
    return 0


def audit(path: str, variables: Mapping[str, object]) -> Tally:
    """Everything that is published from the database at `path`, against its own source rows.

    `variables`: the vars that the build had.
    """
    tally = Tally(int(variables["min_cell_rows"]))
    registry = published(variables)
    with engine.reading(path) as connection:
        totals = load_sources(connection)
        fields = fields_from_rows(
            connection.execute("select * from seeds.fields").df().astype(object).to_dict("records")
        )
        present = set(apart.unlisted(connection, set(), SCHEMAS)["name"])
        known = {entry.table for entry in registry} | {*ON_ALL_ROWS, *READ_APART}
        for name in sorted(name for name in present - known if not name.startswith(ENGINE_TABLES)):
            tally.add(name, "all", "is not listed in likeness.audit.registry", 0)
        for entry in registry:
            if entry.table in present:
                audit_table(connection, entry, totals, tally)
        frames = (
            connection.execute(f"select * from profiles.rule_{kind}").df()
            for kind in ("ranges", "patterns")
        )
        prefixed = ("profiles.rule_ranges", "profiles.rule_patterns")
        apart.audit_rules(connection, context_columns(*frames, tables=prefixed), tally)
        if PARENT in present:
            apart.audit_nested(connection, variables["segment_keys"], tally)
        if target_rates.TABLE in present:
            target_rates.audit_target_rates(connection, variables["utility_target"], tally)
        apart.audit_seeds(connection, fields, variables["segment_keys"], tally)
        if apart.has_engine(connection):
            apart.audit_engine(connection, tally)
        if "marts.synthetic_loans" in present:
            apart.audit_rows(connection, fields, str(variables["export_dir"]), tally)
        apart.audit_seed_file(connection, str(variables["export_dir"]), tally)
    return tally
