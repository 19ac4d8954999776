"""The gate `disclosure`: an error for rows of any origin, and never green for what was not seen."""

import shutil

import pytest

from .made_loans import NAMES, loans, write_csv
from .project import SELECTED, Project

CARD = """
select value, status, severity, reason from marts.quality_scorecard where metric = 'disclosure'
"""


@pytest.fixture(scope="module")
def copied(project, tmp_path_factory) -> Project:
    """A copy of the project's database, so that what is planted stays in it."""
    folder = tmp_path_factory.mktemp("disclosure")
    shutil.copy(project.database, folder / "likeness.duckdb")
    rows = [{name: row[name] for name in NAMES} for row in loans(60, seed=3)]
    write_csv(folder / "vendor.csv", rows)
    return Project(folder, project.folder / "loans.csv")


@pytest.fixture(scope="module")
def planted(copied):
    """A build over profiles in which a share of few rows was planted; what it said."""
    (cluster, category), *_ = copied.rows(
        "select cluster_id, sub_grade from staging.stg_loans "
        "inner join intermediate.int_loans__clustered using (loan_id) "
        "group by all having count(*) < 20 order by all limit 1"
    )
    copied.run(
        "insert into profiles.cluster_shares (cluster_id, variable, category, share) "
        f"values ({cluster}, 'sub_grade', '{category}', 0.1)"
    )
    path = str(copied.folder / "vendor.csv")
    given = {"generator": "file", "synthetic_path": path}
    done = copied.build("int_disclosure__seeds+", "gates", *SELECTED, **given)
    return done, category


def test_a_finding_fails_the_build_whoever_made_the_rows(copied, planted):
    done, _ = planted
    assert done.returncode == 1, done.stdout[-3000:]
    assert copied.rows(CARD)[0][:3] == (1, "fail", "error")
    assert "disclosure is 1, above 0" in done.stdout


def test_findings_are_a_table_that_says_where_and_how_many(copied, planted):
    _, category = planted
    ((table, row, what, rows),) = copied.rows(
        "select audited_table, audited_row, what, rows from intermediate.int_disclosure__findings "
        "where has_run"
    )
    assert (table, what) == ("profiles.cluster_shares", "share rests on")
    assert f"category={category}" in row
    assert 1 <= rows < 20


def test_the_reason_names_the_table_and_no_value(copied, planted):
    _, category = planted
    reason = copied.rows(CARD)[0][3]
    assert reason == "the first is in profiles.cluster_shares: share rests on"
    assert category not in reason


def test_what_was_not_audited_is_not_green(copied, planted):
    copied.run(
        "truncate intermediate.int_disclosure__seeds; drop table intermediate.int_disclosure__marts"
    )
    path = str(copied.folder / "vendor.csv")
    copied.build(
        "int_disclosure__findings",
        "int_scorecard__checks+",
        generator="file",
        synthetic_path=path,
    )
    assert copied.rows(CARD) == [(None, "not_computed", None, "int_disclosure__marts has not run")]
