"""The audit is green on what a build publishes, and each kind of planted leak turns it red."""

import shutil

import duckdb
import pytest
import yaml

from likeness.audit import audit

from .project import ROOT

VARIABLES = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
TRAIN = "intermediate.int_loans__train_clustered"
RARE_CATEGORY = f"""
select cluster_id, sub_grade, count(*) from {TRAIN} group by all having count(*) < 20
order by all limit 1
"""


@pytest.fixture
def audited(project, tmp_path):
    """Changes a copy of the database, then audits it: the findings as (table, row, what, rows)."""
    copy = tmp_path / "copy.duckdb"
    shutil.copy(project.database, copy)

    def changed(sql: str = "") -> list[tuple]:
        with duckdb.connect(str(copy)) as connection:
            connection.execute(sql or "select 1")
        tally = audit(str(copy), VARIABLES | {"export_dir": str(tmp_path)})
        assert tally.numbers > 1000
        return [(f.table, f.row, f.what, f.rows) for f in tally.findings]

    return changed


def test_what_a_build_publishes_is_green(audited):
    assert audited() == []


def test_a_share_of_few_rows_is_named_with_table_row_and_count(project, audited):
    cluster, category, rows = project.rows(RARE_CATEGORY)[0]
    found = audited(
        f"insert into profiles.cluster_shares (cluster_id, variable, category, share) "
        f"values ({cluster}, 'sub_grade', '{category}', 0.1)"
    )
    row = f"cluster_id={cluster}, variable=sub_grade, category={category}, train"
    assert ("profiles.cluster_shares", row, "share rests on", rows) in found


def test_a_printed_count_below_the_floor_is_found(audited):
    found = audited("update profiles.state_shares set n_rows = 7 where category = 'NY'")
    row = "variable=state, category=NY, train"
    assert found == [("profiles.state_shares", row, "n_rows prints", 7)]


def test_a_count_that_tells_of_few_missing_rows_is_found(project, audited):
    cluster = project.rows(f"select min(cluster_id) from {TRAIN}")[0][0]
    three = (
        "select loan_id from intermediate.int_loans__clustered "
        f"where cluster_id = {cluster} order by loan_id limit 3"
    )
    found = audited(
        "create table intermediate.kept as select * replace (case when loan_id in "
        f"({three}) then null else mort_acc end as mort_acc) from intermediate.int_loans__train; "
        "create or replace view intermediate.int_loans__train as from intermediate.kept"
    )
    row = f"cluster_id={cluster}, variable=mort_acc, train"
    assert ("profiles.cluster_moments", row, "n tells of the missing", 3) in found


def test_a_borrowers_own_value_as_a_quantile_is_found(project, audited):
    cluster, value = project.rows(
        f"select cluster_id, min(revol_bal) from {TRAIN} group by cluster_id order by all limit 1"
    )[0]
    found = audited(
        f"update profiles.cluster_moments set p01 = {value} "
        f"where cluster_id = {cluster} and variable = 'revol_bal'"
    )
    row = f"cluster_id={cluster}, variable=revol_bal, train"
    assert [entry[:3] for entry in found] == [
        ("profiles.cluster_moments", row, "p01 is a value of")
    ]
    assert 1 <= found[0][3] < VARIABLES["min_cell_rows"]


def test_a_seed_that_names_a_rare_category_is_found(project, audited):
    cluster, category, rows = project.rows(RARE_CATEGORY)[0]
    found = audited(
        "update profiles.seed_instructions set statements = "
        f"['sub_grade: {category}=0.01'] where cluster_id = {cluster}"
    )
    what = f"{category} rests on"
    row = f"cluster_id={cluster}, sub_grade: {category}=0.01"
    assert ("profiles.seed_instructions", row, what, rows) in found


def test_a_rule_broken_by_few_rows_is_found(audited):
    found = audited(
        "update profiles.source_rules set condition = 'loan_amnt > 1000', n_broken = 4 "
        "where rule_id = 'amount_in_steps'"
    )
    assert ("profiles.source_rules", "rule_id=amount_in_steps", "n_broken prints", 4) in found


def test_a_table_that_nobody_listed_is_found(audited):
    assert audited("create table profiles.secrets as select 1 as n") == [
        ("profiles.secrets", "all", "is not listed in likeness.audit.registry", 0)
    ]
