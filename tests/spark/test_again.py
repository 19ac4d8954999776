"""Runs after others: over tables that are there, after a failure, with four threads."""

import csv
import gzip
import json

import pytest

FEW = 3_000
SELECTED = "+int_clusters__centroids"


@pytest.fixture(scope="module")
def build(dbt_run, spark, remote, root, tmp_path_factory):
    """Runs dbt on a table of few loans, always in the same folder; gives exit code and output."""
    folder = tmp_path_factory.mktemp("again")
    with gzip.open(root / "data" / "loans.csv.gz", "rt", encoding="utf-8", newline="") as file:
        names, *rows = list(csv.reader(file))[: FEW + 1]
    rows = [[value or None for value in row] for row in rows]
    schema = ", ".join(f"{name} string" for name in names)
    spark.session.sql("create schema if not exists bank")
    spark.session.createDataFrame(rows, schema).write.mode("overwrite").saveAsTable("bank.few")

    def run(*arguments: str) -> tuple[int, str]:
        return dbt_run(
            *arguments, "--target", "spark", "--threads", "4",
            "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
            SPARK_REMOTE=f"{remote}/;user_agent=likeness-tests-7315",
            LIKENESS_SPARK_SOURCE="bank.few", LIKENESS_SPARK_SCHEMA="again",
            LIKENESS_DB=str(folder / "again.duckdb"),
        )  # fmt: skip

    run.folder = folder
    return run


def counted(spark) -> dict[str, int]:
    """Rows by table; this session has listed the files of those that a run replaces."""
    found = {}
    for row in spark.session.sql("show tables in again").collect():
        if not row.isTemporary:
            spark.session.sql(f"refresh table again.{row.tableName}").collect()
            found[row.tableName] = spark.session.table(f"again.{row.tableName}").count()
    return found


def test_second_run_failure_and_retry(build, spark):
    given = json.dumps({"export_dir": str(build.folder / "exports")})
    arguments = ("--select", SELECTED, "--exclude-resource-type", "unit_test", "--vars", given)
    code, output = build("build", *arguments)
    assert code == 0, output[-3000:]
    assert "LIKENESS_SPARK_SAMPLE" in output
    first = counted(spark)
    assert first["loans"] == FEW
    code, output = build("build", *arguments)
    assert code == 0, output[-3000:]
    assert counted(spark) == first

    # A Python model whose rows somebody has dropped.
    spark.session.sql("drop table again.int_loans__segments").collect()
    code, output = build("run", "--select", "int_clusters__centroids", "--vars", given)
    said = " ".join(output.split())
    assert code != 0
    assert "int_clusters__centroids" in said
    assert "int_loans__segments` cannot be found" in said
    assert "Traceback" not in said
    code, output = build("run", "--select", "int_loans__segments", "--vars", given)
    assert code == 0, output[-3000:]
    logs = "".join(p.read_text() for p in (build.folder / "logs").rglob("*") if p.is_file())
    assert "likeness-tests-7315" not in logs


def test_a_retry_goes_on_where_the_run_before_failed(build, spark):
    given = json.dumps({"export_dir": str(build.folder / "exports")})
    selected = ("--select", "int_loans__segments", "int_clusters__centroids", "--vars", given)
    spark.session.sql("alter table again.stg_loans__typed rename to again.put_away").collect()
    code, output = build("run", *selected)
    assert code != 0
    assert "1 of 2 ERROR" in output
    assert "SKIP" in output
    spark.session.sql("alter table again.put_away rename to again.stg_loans__typed").collect()
    code, output = build("retry")
    assert code == 0, output[-3000:]
    assert output.count("OK created") == 2
