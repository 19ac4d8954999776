"""What an audit cannot look at: tables that a build did not come to, files of another build."""

from collections.abc import Mapping
from pathlib import Path

from likeness import warehouse
from likeness.builds.publishing import manifest
from likeness.schema.outputs import ROWS, SEEDS

# Which build made the table of each model, from which source; a source is null where none did.
RECORDED = "intermediate.table_sources"
MODEL = "model.likeness."
MADE_FROM = {SEEDS: "seed_instructions", ROWS: "synthetic_loans"}


class LastBuild:
    """What the tables of a database say of the builds that made them.

    `prefix` is var schema_prefix. A database without records has nothing to say.
    """

    def __init__(self, connection: warehouse.Connection, prefix: str) -> None:
        schema, table = RECORDED.split(".")
        present = connection.execute(
            "select 1 from duckdb_tables() where schema_name = ? and table_name = ?",
            [f"{prefix}{schema}", table],
        ).fetchall()
        rows = []
        if present:
            sql = f"select node, build_id, source is null from {prefix}{RECORDED}"
            rows = connection.execute(sql).fetchall()
        self.builds = {node.removeprefix(MODEL): build for node, build, _ in rows}
        self.never_made = sorted(node.removeprefix(MODEL) for node, _, never in rows if never)

    def files_of_others(self, folder: Path) -> dict[str, str]:
        """The files in `folder` by name that are of another build than their table; its id."""
        published = manifest.read(folder)
        if published is None:
            return {}
        made = published["build_id"]
        return {
            file: made
            for file, model in MADE_FROM.items()
            if file in published["files"] and self.builds.get(model, made) != made
        }


def notes(last: LastBuild, folder: Path, others: Mapping[str, str]) -> list[str]:
    """A sentence for each thing not looked at; `others` are `files_of_others` of `folder`."""
    said = []
    if last.never_made:
        many = len(last.never_made)
        said.append(
            f"{many} {'model has' if many == 1 else 'models have'} no table, as no build came to "
            f"{'it' if many == 1 else 'them'} ({last.never_made[0]}{' and others' * (many > 1)}): "
            "build again to have all audited."
        )
    if others:
        said.append(
            f"{' and '.join(sorted(others))} in {folder} {'is' if len(others) == 1 else 'are'} of "
            f"build {next(iter(others.values()))}, the tables of a later one that published "
            "nothing: the files were audited then, and are not compared with these tables."
        )
    return said
