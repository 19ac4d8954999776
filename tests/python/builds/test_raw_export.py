"""A raw export of another shape than the example's: from the file to a green, audited build."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import forked
from builds import raw_export
from checks.project import ROOT

ROWS = 600


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    names = raw_export.write(folder / "LoanStats.csv", ROWS)
    assert len(names) == 140
    command = ["new-table", "--from", str(folder / "LoanStats.csv"), "--to", str(folder / "stats")]
    command += ["--record", "loan,loans", "--target", "loan_status"]
    said = forked.run("likeness.cli", command, cwd=ROOT, env=os.environ)
    assert said.returncode == 0, said.stderr
    assert f"{ROWS} rows of 140 columns" in said.stdout
    script = ROOT / "scripts" / "dbt_packages.py"
    subprocess.run([sys.executable, str(script), str(folder / "stats")], check=True)
    return folder / "stats"


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    return os.environ | {"DBT_PROFILES_DIR": ".", "LIKENESS_DB": "stats.duckdb", "LOANS_PATH": ""}


@pytest.fixture(scope="module")
def built(project, environment):
    command = ["--no-use-colors", "build"]
    return forked.run("dbt.cli.main", command, cwd=project, env=environment)


def fields(project: Path) -> dict[str, dict]:
    """The lines of the columns of the file; what is derived from them is left out."""
    with open(project / "seeds" / "fields.csv", newline="", encoding="utf-8") as handle:
        return {row["name"]: row for row in csv.DictReader(handle) if not row["expression"]}


def test_its_columns_are_what_they_say(project):
    kinds = {name: row["kind"] for name, row in fields(project).items()}
    assert (kinds["int_rate"], kinds["revol_util"]) == ("continuous", "continuous")
    assert (kinds["zip_code"], kinds["addr_state"]) == ("categorical", "categorical")
    assert {kinds[name] for name in kinds if name.startswith("sec_app_field")} == {"constant"}
    assert {kinds["id"], kinds["policy_code"], kinds["hardship_flag"]} == {"constant"}


def test_what_follows_from_other_columns_is_found(project):
    with open(project / "seeds" / "formulas.csv", newline="", encoding="utf-8") as handle:
        assert {row["target"] for row in csv.DictReader(handle)} == {
            "funded_amnt",
            "funded_amnt_inv",
        }
    with open(project / "seeds" / "business_rules.csv", newline="", encoding="utf-8") as handle:
        named = " ".join(row["condition"] for row in csv.DictReader(handle))
    assert "addr_state" in named
    assert "grade" in named


def test_it_builds_green(built):
    assert built.returncode == 0, built.stdout[-5000:]
    assert f"Made {ROWS} synthetic loans from ../LoanStats.csv" in built.stdout
    assert "header in line 2" in built.stdout
    assert "2 footer lines left out" in built.stdout


def test_its_copy_has_its_columns_places_and_gaps(project, built):
    with duckdb.connect(str(project / "stats.duckdb"), read_only=True) as connection:
        names = [row[0] for row in connection.execute("describe marts.synthetic_loans").fetchall()]
        assert names[:140] == list(fields(project))
        ((wrong, empty, other),) = connection.execute(
            "select count(*) filter (where left(zip_code, 2) <> case addr_state "
            "when 'CA' then '94' when 'NY' then '10' when 'TX' then '75' else '33' end), "
            "count(id), count(*) filter (where funded_amnt <> loan_amnt) from marts.synthetic_loans"
        ).fetchall()
    assert (wrong, empty, other) == (0, 0, 0)


def test_its_audit_is_green(project, built, environment):
    said = forked.run("likeness.cli", ["audit"], cwd=project, env=environment)
    assert said.returncode == 0, said.stdout
    assert "audit: green" in said.stdout
