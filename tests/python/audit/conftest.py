"""One build of made-up loans, all of whose tables the audit reads, shared by all planted leaks."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml

import forked
from checks.made_loans import loans, write_csv
from checks.project import ROOT
from likeness.audit import audit

UNSEEN = ("report", "marts_copy", "resource_type:test")
VARIABLES = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The folder of a build of 4,000 loans: likeness.duckdb and exports."""
    folder = tmp_path_factory.mktemp("audited")
    source = write_csv(folder / "loans.csv", loans(4000, seed=7))
    environment = os.environ | {
        "LIKENESS_DB": str(folder / "likeness.duckdb"),
        "LOANS_PATH": str(source),
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    command = ["--no-use-colors", "build", "--exclude", *UNSEEN, "resource_type:unit_test"]
    command += ["--vars", json.dumps({"export_dir": str(folder / "exports")})]
    done = forked.run("dbt.cli.main", command, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stdout[-3000:]
    return folder


@pytest.fixture
def audited(built, tmp_path) -> Callable[..., list[tuple]]:
    """Changes a copy of the build, then audits it: the findings as (table, row, what, rows)."""
    shutil.copy(built / "likeness.duckdb", tmp_path / "copy.duckdb")
    shutil.copytree(built / "exports", tmp_path / "exports")

    def changed(*statements: str) -> list[tuple]:
        with duckdb.connect(str(tmp_path / "copy.duckdb")) as connection:
            for sql in statements:
                connection.execute(sql)
        given = VARIABLES | {"export_dir": str(tmp_path / "exports"), "example_path": None}
        tally = changed.tally = audit(str(tmp_path / "copy.duckdb"), given)
        assert tally.numbers > 1000
        return [(found.table, found.row, found.what, found.rows) for found in tally.findings]

    changed.folder = tmp_path
    return changed


@pytest.fixture
def rows(built) -> Callable[[str], list[tuple]]:
    """The rows of a query on the build."""

    def asked(sql: str) -> list[tuple]:
        with duckdb.connect(str(built / "likeness.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return asked
