"""What `make build` runs."""

import os
import subprocess
import sys

import forked
from checks.project import ROOT
from likeness.cli import commands


def listed(folder, *selection: str) -> set[str]:
    """The resources that dbt selects, `type name` each."""
    surroundings = os.environ | {
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "LIKENESS_DB": str(folder / "likeness.duckdb"),
        "PYTHONPATH": str(ROOT / "python"),
    }
    keys = ["--output", "json", "--output-keys", "resource_type", "unique_id"]
    found: subprocess.CompletedProcess = forked.run(
        "dbt.cli.main", ["--quiet", "ls", *keys, *selection], ROOT, surroundings
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return set(found.stdout.split("\n")) - {""}


def test_it_leaves_out_the_unit_tests_and_nothing_else(tmp_path):
    left_out = listed(tmp_path) - listed(tmp_path, *commands.NO_UNIT_TESTS)
    assert left_out == listed(tmp_path, "--resource-type", "unit_test")
    assert len(left_out) > 20


def test_it_hands_dbt_that_selection_and_the_vars(tmp_path, monkeypatch):
    handed = []
    monkeypatch.setattr(commands, "run_dbt", lambda command, stream: handed.append(command) or 3)
    monkeypatch.setattr(commands, "ending", lambda *given: "")
    monkeypatch.chdir(ROOT)
    file = tmp_path / "some.yml"
    file.write_text("min_cell_rows: 30\n", encoding="utf-8")
    parser = commands.argparse.ArgumentParser()
    commands.add_build(parser.add_subparsers())
    parsed = parser.parse_args(["build", "--vars", str(file)])
    assert commands.run_build(parsed) == 3
    ((dbt, *arguments),) = handed
    assert dbt.startswith(sys.prefix)
    assert arguments == ["build", *commands.NO_UNIT_TESTS, "--vars", "min_cell_rows: 30\n"]
