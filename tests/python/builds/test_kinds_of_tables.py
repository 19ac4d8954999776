"""Tables that loans are not like: days and moments without a target, and made tables.

A made table is small and odd on purpose, so its build may end red in gates that say how near its
rows are; what must hold is that it ends, that the funnel adds up, and that the audit is green.
"""

import csv
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

import forked
from checks.project import ROOT
from made_tables import Column, MadeTable

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


# The fewest rows that there may be: numbers only; one column, of days; and every odd kind at once,
# under names that tables, SQL and templates have of their own.
MADE = {
    "numbers": MadeTable(
        (
            Column("a", "decimal"),
            Column("b", "continuous", 0.03),
            Column("c", "integer"),
            Column("d", "above", of=0),
        ),
        300,
        1,
    ),
    "days": MadeTable((Column("day", "moment", of=0),), 300, 2),
    "odd": MadeTable(
        (
            Column("loan_id", "number id", 0.3),
            Column(
                'quo"te', "category", 0.03, "NA", ("it's", "a|b", "{{ v }}", "größe", "tab\tin")
            ),
            Column("{{ jinja }}", "money", 0.3),
            Column("value", "few beyond 2^53"),
            Column("n", "decimal", 0.97),
            Column("select", "moment", 0.03, "?", of=6),
            Column("build_id", "group of", of=3),
            Column("名前", "mostly copy", of=6),
            Column("#", "free text"),
            Column("flag", "boolean", 0.97, of=1),
        ),
        900,
        9,
    ),
}
GREEN = ("numbers", "days")


def built(folder: Path, write) -> tuple[Path, forked.Run]:
    """The project that new-table writes for what `write` writes, and its build."""
    with open(folder / "table.csv", "w", encoding="utf-8", newline="") as handle:
        write(csv.writer(handle))
    made = folder / "made"
    command = ["new-table", "--from", str(folder / "table.csv"), "--to", str(made)]
    said = forked.run("likeness.cli", command, cwd=ROOT, env=os.environ)
    assert said.returncode == 0, said.stderr
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


def audited(project: Path) -> subprocess.CompletedProcess:
    environment = os.environ | {"LIKENESS_DB": "made.duckdb"}
    return forked.run("likeness.cli", ["audit"], cwd=project, env=environment)


def test_its_audit_is_green(of_visits):
    project, _ = of_visits
    audit = audited(project)
    assert audit.returncode == 0, audit.stdout + audit.stderr


@pytest.fixture(scope="module", params=MADE)
def of_made(request, tmp_path_factory) -> tuple[str, Path, forked.Run]:
    table = MADE[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    return request.param, *built(folder, lambda writer: table.write_rows(writer))


def test_a_made_table_ends_and_its_funnel_adds_up(of_made):
    name, project, run = of_made
    if name in GREEN:
        assert run.returncode == 0, run.stdout[-5000:]
    else:
        # Nothing has failed but gates.
        assert re.findall(r"Done\. PASS=[0-9]+ WARN=[0-9]+ ERROR=[01] SKIP=0", run.stdout), (
            run.stdout
        )
        assert "Runtime Error" not in run.stdout
    counted = "select stage, rows from marts.generation_funnel where counted = 'all'"
    funnel = dict(rows(project, counted))
    assert funnel["received"] == funnel["accepted"] + funnel["rejected"] == MADE[name].rows


def test_types_and_gaps_of_a_made_table_are_those_of_its_source(of_made):
    _, project, _ = of_made
    described = "select column_name, data_type from information_schema.columns where {}"
    source = dict(rows(project, described.format("table_name = 'stg_loans'")))
    made = dict(rows(project, described.format("table_name = 'synthetic_loans_typed'")))
    source.pop("loan_id")
    assert source.items() <= made.items()
    for column in source:
        quoted = '"' + column.replace('"', '""') + '"'
        share = f"select avg(cast({quoted} is null as integer)) from "
        ((real,), (drawn,)) = rows(
            project, f"{share} staging.stg_loans union all {share} marts.synthetic_loans_typed"
        )
        assert abs(real - drawn) < 0.06, column


def test_the_audit_of_a_made_table_is_green(of_made):
    _, project, _ = of_made
    audit = audited(project)
    assert audit.returncode == 0, audit.stdout + audit.stderr
