"""The audit is green on what a build publishes, and each kind of planted leak turns it red."""

import json

import duckdb
import pytest

from likeness.profiles import cluster_statistics
from likeness.warehouse import packing

CLUSTERED = "intermediate.int_loans__clustered"
TRAIN = f"(select * from staging.stg_loans inner join {CLUSTERED} using (loan_id))"
MIN_CELL_ROWS = 20
RARE_CATEGORY = f"""
select cluster_id, sub_grade, count(*) from {TRAIN} group by all having count(*) < {MIN_CELL_ROWS}
order by all limit 1
"""
LARGEST = f"select cluster_id from {TRAIN} group by all order by count(*) desc, 1 limit 1"
SEEDS = "profiles.seed_instructions"


def with_train(columns: str) -> tuple[str, str]:
    """Statements after which train rows have other values; `columns` as in select * replace."""
    return (
        "create table intermediate.kept as select loans.* replace ("
        f"{columns}) from staging.stg_loans as loans "
        f"inner join {CLUSTERED} as of_rows on loans.loan_id = of_rows.loan_id "
        f"union all from staging.stg_loans anti join {CLUSTERED} using (loan_id)",
        "create or replace view staging.stg_loans as from intermediate.kept",
    )


def some(count: int, cluster: int) -> str:
    """A condition that so many rows of a cluster keep."""
    return (
        "loans.loan_id in (select loan_id from intermediate.int_loans__clustered "
        f"where cluster_id = {cluster} order by loan_id limit {count})"
    )


def raw_moments(variable: str, where: str) -> str:
    """An update list: moments of the rows as they are."""
    of = f"from {TRAIN} as raw where {where}"
    return ", ".join(
        f"{name} = (select {function}(raw.{variable}) {of})"
        for name, function in (
            ("mean", "avg"),
            ("std", "stddev_samp"),
            ("skewness", "skewness"),
            ("kurtosis", "kurtosis"),
        )
    )


def test_what_a_build_publishes_is_green(audited):
    assert audited() == []


def test_what_a_wider_group_adds_is_recounted(rows, audited):
    cluster = rows(LARGEST)[0][0]
    found = audited(
        *with_train(f"case when {some(5, cluster)} then 'Z9' else sub_grade end as sub_grade"),
        "insert into profiles.cluster_shares (cluster_id, variable, basis, category, n_rows, share)"
        " values (1, 'sub_grade', 'all', 'Z9', 900, 0.1)",
    )
    row = "sub_grade=Z9 (all) 1"
    assert ("profiles.cluster_shares", row, "adds to what lies within it", 5) in found


def test_what_one_cluster_alone_can_take_of_a_wider_group_is_found(rows, audited):
    groups = cluster_statistics.groups_query("intermediate.int_value_groups__merged")
    basis, group, cluster = rows(
        f"select basis, group_id, min(cluster_id) from ({groups}) where basis <> 'cluster' "
        "group by all having count(*) = 1 order by all limit 1"
    )[0]
    found = audited(
        *with_train(f"case when {some(25, cluster)} then 'Z9' else sub_grade end as sub_grade"),
        "insert into profiles.cluster_shares (cluster_id, variable, basis, category, n_rows, share)"
        f" values ({group}, 'sub_grade', '{basis}', 'Z9', 25, 0.1)",
    )
    row = f"sub_grade=Z9 ({basis}) {group}"
    assert ("profiles.cluster_shares", row, "is one cluster's own", 1) in found


def test_a_share_of_few_rows_is_named_with_table_row_and_count(rows, audited):
    cluster, category, held = rows(RARE_CATEGORY)[0]
    found = audited(
        f"insert into profiles.cluster_shares (cluster_id, variable, category, share) "
        f"values ({cluster}, 'sub_grade', '{category}', 0.1)"
    )
    row = f"cluster_id={cluster}, variable=sub_grade, category={category}, train"
    assert ("profiles.cluster_shares", row, "share rests on", held) in found


def test_a_printed_count_below_the_minimum_is_found(audited):
    found = audited("update profiles.part_shares set n_rows = 7 where category = 'NY'")
    row = "variable=state, category=NY, train"
    assert found == [("profiles.part_shares", row, "n_rows prints", 7)]


def test_an_exact_count_that_discloses_few_missing_rows_is_found(rows, audited):
    cluster = rows(LARGEST)[0][0]
    found = audited(
        *with_train(f"case when {some(3, cluster)} then null else mort_acc end as mort_acc"),
        "update profiles.cluster_moments set n = (select count(raw.mort_acc) "
        f"from {TRAIN} as raw where raw.cluster_id = {cluster}), basis = 'cluster' "
        f"where cluster_id = {cluster} and variable = 'mort_acc'",
    )
    row = f"cluster_id={cluster}, variable=mort_acc, train"
    assert ("profiles.cluster_moments", row, "n discloses the missing", 3) in found


def test_a_rows_own_value_as_a_quantile_is_found(rows, audited):
    cluster, value = rows(
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
    assert 1 <= found[0][3] < MIN_CELL_ROWS


def test_an_outlier_in_uncoded_moments_is_found_in_profiles_seeds_and_marts(rows, audited):
    columns = ("annual_inc", "dti", "revol_bal")
    cluster, grade = rows(
        f"select cluster_id, grade from {TRAIN} where cluster_id = ({LARGEST}) "
        "order by loan_id limit 1"
    )[0]
    one = some(1, cluster)
    changed = [f"case when {one} then 8765432 else {name} end as {name}" for name in columns]
    of_cluster = [
        f"update profiles.cluster_moments set basis = 'cluster', "
        f"{raw_moments(name, f'raw.cluster_id = {cluster}')} "
        f"where cluster_id = {cluster} and variable = '{name}'"
        for name in columns
    ]
    graded = f"raw.grade = '{grade}'"
    of_grade = [
        f"update marts.comparison_conditional_moments set {raw_moments(name, graded)} "
        "where condition = 'grade' "
        f"and level = '{grade}' and variable = '{name}' and source = 'train'"
        for name in columns
    ]
    in_seeds = (
        f"update {SEEDS} set statements = (select list(format('{{}}: mean={{:.2f}}, "
        "std={:.2f}, kurtosis={:.2f}, skewness={:.2f}', variable, mean, std, kurtosis, skewness)) "
        f"from profiles.cluster_moments where cluster_id = {cluster} "
        f"and variable in {columns}) where cluster_id = {cluster}"
    )
    found = audited(*with_train(", ".join(changed)), *of_cluster, *of_grade, in_seeds)
    attack = "mean, std, skewness and kurtosis give away an outlier, of"
    for name in columns:
        of_it = [(table, what, held) for table, row, what, held in found if name in row]
        assert {table for table, what, held in of_it if what == attack and held == 1} == {
            "profiles.cluster_moments",
            SEEDS,
            "marts.comparison_conditional_moments",
        }
        assert {table for table, what, _ in of_it if what.startswith("std counts single")} == {
            "profiles.cluster_moments",
            "marts.comparison_conditional_moments",
        }


@pytest.mark.parametrize("value", [1, 2500])
def test_a_small_count_in_a_mean_is_found_in_profiles_and_seeds(rows, audited, value):
    cluster = rows(LARGEST)[0][0]
    found = audited(
        *with_train(f"case when {some(7, cluster)} then {value} else 0 end as mort_acc"),
        f"update profiles.cluster_moments set basis = 'cluster', "
        f"{raw_moments('mort_acc', f'raw.cluster_id = {cluster}')} "
        f"where cluster_id = {cluster} and variable = 'mort_acc'",
        f"update {SEEDS} set statements = [(select format('mort_acc: mean={{:.2f}}, "
        "std={:.2f}, kurtosis={:.2f}, skewness={:.2f}', mean, std, kurtosis, skewness) "
        f"from profiles.cluster_moments where cluster_id = {cluster} "
        f"and variable = 'mort_acc')] where cluster_id = {cluster}",
    )
    what = f"mean, std, skewness and kurtosis give away the count of {value}, of"
    leaking = {table for table, _, attack, held in found if attack == what and held == 7}
    assert leaking == {"profiles.cluster_moments", SEEDS}


@pytest.mark.parametrize(
    ("level", "what", "left"),
    [
        (
            "of_rows.cluster_id = {c} or {other}",
            "less the groups by cluster_id within it leaves",
            5,
        ),
        ("of_rows.cluster_id = {c} and not {own}", "that cover it, less it, leave", 6),
    ],
)
def test_a_level_that_differs_from_clusters_by_few_rows_is_found(rows, audited, level, what, left):
    cluster, other = (
        number
        for (number,) in rows(
            f"select cluster_id from {TRAIN} group by all order by count(*) desc, 1 limit 2"
        )
    )
    planted = level.format(c=cluster, other=some(5, other), own=some(6, cluster))
    found = audited(
        *with_train(f"case when {planted} then 'Q' else grade end as grade"),
        "insert into marts.comparison_conditional_moments by name select * replace ('Q' as level) "
        "from marts.comparison_conditional_moments where condition = 'grade' and level = 'B' "
        "and source = 'train' and variable = 'dti'",
    )
    assert [
        held
        for table, row, region, held in found
        if table == "marts.comparison_conditional_moments"
        and row == "grade=Q, train"
        and what in region
    ] == [left]


def test_a_level_that_the_total_gives_away_is_found(rows, audited):
    cluster = rows(LARGEST)[0][0]
    found = audited(
        *with_train(f"case when {some(4, cluster)} then 'Q' else grade end as grade"),
    )
    regions = {(table, what, held) for table, _, what, held in found}
    assert ("all rows", "less the groups by grade within it leaves, by rows with dti", 4) in regions


def test_a_zip_code_that_few_rows_have_is_found_wherever_it_is_named(rows, audited):
    cluster = rows(LARGEST)[0][0]
    naming = {
        SEEDS: f"update {SEEDS} set statements = ['address: State zipcode=UT 99999'] "
        "where seed_id = 1",
        "profiles.clusters": "update profiles.clusters set zip_code = zip_code || '|99999'",
        "profiles.segment_shares": "insert into profiles.segment_shares "
        "(cluster_id, variable, value, share, basis) values (1, 'zip_code', '99999', 0.1, 'all')",
        "marts.synthetic_loans_typed": "update marts.synthetic_loans_typed set zip_code = '99999'",
    }
    found = audited(
        *with_train(f"case when {some(3, cluster)} then '99999' else zip_code end as zip_code"),
        *naming.values(),
    )
    named = {(table, held) for table, _, what, held in found if what == "names a value of"}
    assert named == {(table, 3) for table in naming}


def test_a_state_of_the_public_list_may_be_named_though_no_row_has_it(audited):
    assert not [
        found
        for found in audited(
            f"update {SEEDS} set statements = ['address: State zipcode=WY 70466'] where seed_id = 1"
        )
        if found[0] == SEEDS
    ]


def test_a_seed_that_names_a_rare_category_is_found(rows, audited):
    cluster, category, held = rows(RARE_CATEGORY)[0]
    found = audited(
        f"update {SEEDS} set statements = "
        f"['sub_grade: {category}=0.01'] where cluster_id = {cluster}",
        # A wider group may speak for the cluster; here none does.
        f"delete from profiles.cluster_shares where category = '{category}' and basis <> 'cluster'",
    )
    row = f"cluster_id={cluster}, sub_grade: {category}=0.01"
    assert (SEEDS, row, f"{category} rests on", held) in found


def test_a_rule_broken_by_few_rows_is_found(audited):
    found = audited(
        "update profiles.source_rules set condition = 'loan_amnt > 1000', n_broken = 4 "
        "where rule_id = 'amount_in_steps'"
    )
    assert ("profiles.source_rules", "rule_id=amount_in_steps", "n_broken prints", 4) in found


def test_a_table_that_is_not_listed_is_found(audited):
    assert audited("create table profiles.secrets as select 1 as n") == [
        ("profiles.secrets", "all", "is not listed in likeness.audit.registry", 0)
    ]


def test_a_number_of_the_engine_that_rests_on_few_rows_is_found(audited):
    path = str(audited.folder / "copy.duckdb")
    with duckdb.connect(path) as connection:
        packed = connection.execute("from intermediate.int_engine__profile").df()
        tables = packing.unpack(packed)
        tables["engine_shares"].loc[3, "n_rows"] = 7
        # A cell taken apart from its neighbour at an edge that leaves few rows.
        cells = tables["engine_bins"]
        spans = cells[(cells["field"] == "revol_bal") & (cells["kind"] == "range")]
        at, after = spans.index[2], spans.index[3]
        edge = connection.execute(
            "select revol_bal from intermediate.int_loans__fit_sample where revol_bal >= "
            f"{cells.loc[at, 'low']} order by revol_bal limit 1 offset 5"
        ).fetchall()[0][0]
        cells.loc[[at], "high"] = cells.loc[[after], "low"] = edge + 0.25
        repacked = packing.pack(tables)
        connection.execute(
            "create or replace table intermediate.int_engine__profile as from repacked"
        )
        assert len(repacked)
    found = [(table.partition(":")[2], what) for table, _, what, _ in audited()]
    assert ("engine_shares", "n_rows prints") in found
    assert ("engine_bins", "rests on") in found


def test_a_text_that_one_row_has_is_found_in_rows_and_in_their_file(rows, audited):
    cluster = rows(LARGEST)[0][0]
    path = audited.folder / "exports" / "data_tab_separated.csv"
    path.write_text("emp_title\ttitle\taddress\nclerk\tTo pay for the operation\t\n", "utf-8")
    changed = (
        f"case when {some(1, cluster)} then 'To pay for the operation' else title end as title"
    )
    found = audited(
        *with_train(changed),
        "update marts.synthetic_loans set title = 'To pay for the operation'",
    )
    shown = '"To pay for the operation" is the text of'
    assert {(table, held) for table, _, what, held in found if what == shown} == {
        ("marts.synthetic_loans", 1),
        ("data_tab_separated.csv", 1),
    }


def test_an_exported_seed_that_the_audit_has_not_seen_is_found(audited):
    path = audited.folder / "exports" / "SeedsInstructions.json"
    path.write_text(json.dumps([["dti: mean=1.00, std=2.00"]]), encoding="utf-8")
    (found,) = audited()
    assert found[:2] == ("SeedsInstructions.json", "seed 0")
