"""Tables that loans are not like: days and moments without a target; one column of numbers."""

import csv
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

import forked
from checks.project import ROOT

ROWS = 1500


def visits(writer) -> None:
    """Visits of nobody: on no Sunday, from 8 to 19, each billed in its month and closed later."""
    rng = np.random.default_rng(3)
    writer.writerow(["opened", "seen at", "closed", "billing month", "ward", "site"])
    for _ in range(ROWS):
        day = datetime(2021, 1, 4) + timedelta(
            days=int(7 * rng.integers(0, 100) + rng.choice(6, p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.1]))
        )
        seen = day + timedelta(minutes=5 * int(rng.integers(96, 228)))
        closed = day + timedelta(days=int(rng.integers(0, 40)))
        shown = f"{closed:%d/%m/%Y}" if rng.random() < 0.8 else ""
        ward = rng.choice(["A|1", "it's B", "C"], p=[0.5, 0.3, 0.2])
        month = f"{day:%Y-%m}-01"
        writer.writerow([f"{day:%d/%m/%Y}", f"{seen:%Y-%m-%dT%H:%M:%SZ}", shown, month, ward, "X"])


def weights(writer) -> None:
    """One column of numbers."""
    rng = np.random.default_rng(5)
    writer.writerow(["weight"])
    writer.writerows([value] for value in rng.gamma(2, 40, ROWS).round(1))


def built(folder: Path, write) -> tuple[Path, forked.Run]:
    """The project that new-table writes for what `write` writes, and its build."""
    with open(folder / "table.csv", "w", encoding="utf-8", newline="") as handle:
        write(csv.writer(handle))
    made = folder / "made"
    command = ["new-table", "--from", str(folder / "table.csv"), "--to", str(made)]
    subprocess.run([sys.executable, "-m", "likeness.cli", *command], check=True, cwd=ROOT)
    packages = [sys.executable, str(ROOT / "scripts" / "dbt_packages.py"), str(made)]
    subprocess.run(packages, check=True)
    environment = os.environ | {"DBT_PROFILES_DIR": ".", "LIKENESS_DB": "made.duckdb"}
    run = forked.run("dbt.cli.main", ["--no-use-colors", "build"], cwd=made, env=environment)
    return made, run


@pytest.fixture(scope="module")
def of_visits(tmp_path_factory) -> tuple[Path, forked.Run]:
    return built(tmp_path_factory.mktemp("visits"), visits)


def rows(project: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(project / "made.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_days_and_moments_without_a_target_build_green(of_visits):
    _, run = of_visits
    assert run.returncode == 0, run.stdout[-5000:]
    assert " 0 fail" in run.stdout


def test_they_are_printed_as_in_the_source(of_visits):
    project, _ = of_visits
    patterns = {
        "opened": "[0-3][0-9]/[01][0-9]/202[0-9]",
        "seen at": "202[0-9]-[01][0-9]-[0-3][0-9]T[0-9]{2}:[0-9]{2}:00Z",
        "closed": "[0-3][0-9]/[01][0-9]/202[0-9]",
        "billing month": "202[0-9]-[01][0-9]-01",
    }
    for name, pattern in patterns.items():
        found = rows(
            project,
            f'select count("{name}"), count(*) filter (where not regexp_full_match("{name}", '
            f"'{pattern}')) from marts.synthetic_loans",
        )
        assert found[0][0] > ROWS / 2
        assert found[0][1] == 0


def test_the_week_the_hours_and_the_order_are_the_sources(of_visits):
    project, _ = of_visits
    (found,) = rows(
        project,
        "select count(*) filter (where dayname(opened) = 'Sunday') as sundays, "
        'count(*) filter (where hour("seen at") not between 7 and 20) as nights, '
        "count(*) filter (where opened > closed) as closed_before, "
        'count(*) filter (where minute("seen at") % 5 <> 0) as odd_minutes '
        "from marts.synthetic_loans_typed",
    )
    assert found == (0, 0, 0, 0)


def test_what_needs_a_target_says_that_there_is_none(of_visits):
    project, _ = of_visits
    found = rows(
        project,
        "select metric, status, reason from marts.quality_scorecard "
        "where metric in ('tstr_ratio', 'target_rate_difference') order by metric",
    )
    assert found == [
        ("target_rate_difference", "not_computed", "no utility_target"),
        ("tstr_ratio", "not_computed", "no utility_target"),
    ]
    assert rows(project, "select count(*) from marts.comparison_rates") == [(0,)]


def test_its_audit_is_green(of_visits):
    project, _ = of_visits
    audit = subprocess.run(
        [sys.executable, "-m", "likeness.cli", "audit"],
        cwd=project,
        env=os.environ | {"LIKENESS_DB": "made.duckdb"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_one_column_of_numbers_builds_green(tmp_path):
    _, run = built(tmp_path, weights)
    assert run.returncode == 0, run.stdout[-5000:]
    assert " 0 fail" in run.stdout
