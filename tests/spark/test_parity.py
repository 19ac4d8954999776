"""The models make on Spark what they make on DuckDB, row for row."""

import json
import math
import os
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.sparkpython.catalogue import Catalogue
from dbt.adapters.sparkpython.routing import LEFT, RoutedCursor

ROWS = int(os.environ.get("PARITY_ROWS", "200000"))
# The engine learns on a sample and draws fewer rows, so that the test ends in minutes.
VARS = {"max_fit_rows": 20_000, "target_rows": 40_000, "max_comparison_rows": 20_000}
# All that touches rows and what is made of it, without report, figures and files.
SELECTED = [
    "+synthetic_loans", "+int_synthetic__verdicts", "+int_comparison__counts",
    "+int_comparison__copies", "+int_comparison__sample", "+int_comparison__level_overlaps",
    "+int_comparison__of_counts", "+comparison_moments", "+comparison_kl_divergence",
    "+comparison_missing", "+comparison_shapes", "+generation_funnel",
    "+stg_loans__excluded", "+int_disclosure__seeds",
]  # fmt: skip
# Tables about the build itself, and columns that differ from build to build.
OWN = {"fingerprint_key", "table_sources", "source_identity", "source_replacements"}
EACH_BUILD = ("build_id", "built_at", "source_fingerprint")
FIXTURE = """
copy (
    with loans as (
        select *, row_number() over () as row_
        from read_csv('{loans}', all_varchar = true, header = true, quote = '"', escape = '"')
    ),
    many as (
        select loans.*, copies.range as copy_, row_ * 10 + copies.range as n
        from loans cross join range({copies}) as copies
    )
    select * exclude (row_, copy_, n) replace (
        case
            when n % 9973 = 1 then 'NaN'
            when n % 9973 = 2 then 'inf'
            when n % 9973 = 3 then ''
            when n % 9973 = 4 then '1e5'
            when n % 9973 = 5 then '1_000_000'
            when n % 9973 = 6 then '$100,000.50'
            -- the first two copies are duplicates of each other
            else cast(try_cast(annual_inc as double) + 37 * greatest(copy_ - 1, 0) as varchar)
        end as annual_inc,
        case when n % 9001 = 1 then 'Foo-2015' when n % 9001 = 2 then '2015-1' else issue_d end as issue_d,
        case
            when n % 5003 = 1 then 'Straße "A"' || chr(13) || chr(10) || 'B'
            when n % 5003 = 2 then 'it''s \\ $1'
            when n % 5003 = 3 then null
            else title
        end as title,
        case when n = 17 then 'ONE OF A KIND' else emp_title end as emp_title
    )
    from many
) to '{path}' (format parquet)
"""


@pytest.fixture(scope="module")
def built(dbt_run, spark, remote, root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parity")
    path = folder / "loans.parquet"
    loans = root / "data" / "loans.csv.gz"
    with duckdb.connect() as connection:
        connection.execute(FIXTURE.format(loans=loans, copies=ROWS // 20_000, path=path))
    spark.session.sql("create schema if not exists bank")
    spark.session.read.parquet(str(path)).write.mode("overwrite").saveAsTable("bank.loans")
    for target, environment in (
        ("duckdb", {"LOANS_PATH": str(path)}),
        ("spark", {"SPARK_REMOTE": remote, "LIKENESS_SPARK_SOURCE": "bank.loans"}),
    ):
        code, output = dbt_run(
            "build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test",
            "--target", target, "--target-path", str(folder / target),
            "--log-path", str(folder / f"{target}.logs"), "--select", *SELECTED,
            "--vars", json.dumps(VARS | {"export_dir": str(folder / f"{target}.exports")}),
            LIKENESS_DB=str(folder / f"{target}.duckdb"), **environment,
        )  # fmt: skip
        assert code == 0, output[-4000:]
    return folder


def tables(folder: Path) -> list[tuple[str, str]]:
    with duckdb.connect(str(folder / "duckdb.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select schema_name, table_name from duckdb_tables() order by all"
        ).fetchall()
    return [(schema, name) for schema, name in found if name not in OWN]


def test_every_table_is_the_same(built, spark):
    there = duckdb.connect(str(built / "spark.duckdb"), read_only=True)
    on_spark = {
        (schema, name): table
        for schema, name, table in there.execute(
            "select schema_name, name, spark_table from likeness_spark.relations"
        ).fetchall()
    }
    here = duckdb.connect(str(built / "duckdb.duckdb"), read_only=True)
    compared = duckdb.connect()
    differing, row_tables = {}, 0
    for schema, name in tables(built):
        mine = here.sql(f'select * from "{schema}"."{name}"').to_arrow_table()
        if (schema, name) in on_spark:
            row_tables += 1
            theirs = spark.rows(f"select * from {on_spark[schema, name]}", 5_000_000)
        else:
            theirs = there.sql(f'select * from "{schema}"."{name}"').to_arrow_table()
        compared.register("mine", mine)
        compared.register("theirs", theirs)
        listed = ", ".join(f'"{c}"' for c in mine.column_names if c not in EACH_BUILD)
        left, right = (
            compared.execute(
                f"select count(*) from (select {listed} from {a} except all "
                f"select {listed} from {b})"
            ).fetchall()[0][0]
            for a, b in (("mine", "theirs"), ("theirs", "mine"))
        )
        if left or right:
            differing[f"{schema}.{name}"] = (len(mine), len(theirs), left, right)
    assert row_tables >= 12
    assert differing == {}


def test_a_view_of_rows_is_the_same(built, spark):
    sql = "select loan_id, reason from staging.stg_loans__excluded order by all"
    with duckdb.connect(str(built / "duckdb.duckdb"), read_only=True) as here:
        expected = here.execute(sql).fetchall()
    with duckdb.connect(str(built / "spark.duckdb")) as there:
        found = RoutedCursor(there, Catalogue(spark, 5_000_000)).execute(sql).fetchall()
    assert found == expected
    assert len(found) > 100


def test_no_statement_brings_rows_to_the_driver_for_want_of_a_function(built):
    logs = "".join(file.read_text() for file in (built / "spark.logs").rglob("dbt.log*"))
    assert "On Spark: " in logs
    # The plan asks how many loans there are.
    assert [line for line in logs.splitlines() if LEFT in line and "any_value" not in line] == []


def test_the_fixture_holds_what_engines_differ_in(built):
    with duckdb.connect(str(built / "duckdb.duckdb"), read_only=True) as connection:
        rows, empty, reasons = connection.execute(
            "select (select count(*) from raw.loans), "
            "(select count(*) from staging.stg_loans__typed where annual_inc is null), "
            "(select count(distinct reason) from staging.stg_loans__excluded)"
        ).fetchall()[0]
        (money,) = connection.execute(
            "select annual_inc from staging.stg_loans__typed where annual_inc = 100000.5 limit 1"
        ).fetchall()[0]
    assert rows == ROWS
    assert empty > 0
    assert reasons >= 5
    assert math.isclose(money, 100000.5)
