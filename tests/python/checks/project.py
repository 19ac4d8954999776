"""The project itself, built by dbt into a folder of its own."""

import json
import os
import subprocess
from pathlib import Path

import duckdb

import forked

ROOT = Path(__file__).resolve().parents[3]
# Not what these builds are about: what the offline engine learns, and how close the rows are.
EXCLUDED = (
    "int_engine__profile",
    "path:models/profiles/engine",
    "path:models/marts/comparison",
    "int_scorecard__closeness",
    "quality_history",
    "largest_deviations",
    "marts_copy",
    "report",
    "resource_type:unit_test",
)
SELECTED = ["synthesis_plan+", "int_responses__file+"]
NO_CLOSENESS = """
create table intermediate.int_scorecard__closeness (
    generator varchar, metric varchar, dimension varchar,
    value double, reference double, direction varchar, reason varchar
)
"""


class Project:
    """Builds of the project with its database, exports and dbt's own files under `folder`."""

    def __init__(self, folder: Path, loans: Path):
        self.folder = folder
        self.database = folder / "likeness.duckdb"
        self._environment = {
            **os.environ,
            "LIKENESS_DB": str(self.database),
            "LOANS_PATH": str(loans),
            "DBT_PROFILES_DIR": str(ROOT),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "PYTHONPATH": str(ROOT / "python"),
            # Files that nobody reads here.
            "DBT_WRITE_JSON": "false",
        }

    def build(self, *selected: str, **variables: object) -> subprocess.CompletedProcess:
        """`dbt build` of the nodes selected with these vars; its output is `stdout`."""
        given = {"export_dir": str(self.folder / "exports"), **variables}
        command = ["--no-use-colors", "build", "-s", *selected]
        command += ["--exclude", *EXCLUDED, "--vars", json.dumps(given)]
        return forked.run("dbt.cli.main", command, cwd=ROOT, env=self._environment)

    def receive(self, path: Path, **variables: object) -> subprocess.CompletedProcess:
        """Build everything from the rows in `path` on."""
        given = {"generator": "file", "synthetic_path": str(path), **variables}
        return self.build(*SELECTED, **given)

    def rows(self, sql: str) -> list[tuple]:
        """All rows of a query."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def run(self, sql: str) -> None:
        """Change the database behind dbt's back."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(sql)

    @property
    def export(self) -> Path:
        """The file of synthetic rows."""
        return self.folder / "exports" / "data_tab_separated.csv"
