"""The translated expressions mean on Spark what they mean on DuckDB."""

import math

import duckdb
import pyarrow as pa
import pytest
from dbt.adapters.sparkpython import dialect
from probes import AGGREGATES, EXPRESSIONS, REFUSED, VALUES

COLUMNS = ("text", "number", "whole", "day", "listed")
TABLE = {("probes", "rows"): "probe_rows"}


@pytest.fixture(scope="module")
def engines(spark):
    held = duckdb.connect()
    columns = dict(zip(COLUMNS, map(list, zip(*VALUES, strict=True)), strict=True))
    table = pa.table(
        {
            "row_": range(len(VALUES)),
            "text": pa.array(columns["text"], pa.string()),
            "number": pa.array(columns["number"], pa.float64()),
            "whole": pa.array(columns["whole"], pa.int64()),
            "day": pa.array(columns["day"], pa.string()),
            "listed": pa.array(columns["listed"], pa.list_(pa.string())),
        }
    )
    held.register("given", table)
    held.execute("create schema probes")
    held.execute(
        "create table probes.rows as select * replace (cast(day as date) as day) from given"
    )
    spark.keep("probe_rows", held.sql("from probes.rows").to_arrow_table())
    return held, spark


def both(engines, sql):
    held, spark = engines
    translated = dialect.spark_sql(dialect.parsed(sql), TABLE)
    here = held.execute(sql).fetchall()
    there = spark.rows(translated, 1000).to_pylist()
    return here, [tuple(row.values()) for row in there]


def alike(a, b):
    if isinstance(a, float) or isinstance(b, float):
        a, b = (None if x is None else float(x) for x in (a, b))
        if None in (a, b) or math.isnan(a) or math.isnan(b):
            return a is b or (a is not None and b is not None and math.isnan(a) and math.isnan(b))
        return math.isclose(a, b, rel_tol=1e-12, abs_tol=0) or a == b
    return a == b


@pytest.fixture(scope="module")
def results(engines):
    """Of each expression the values of both engines, all asked at once."""
    listed = ", ".join(f"{expression} as e{i}" for i, expression in enumerate(EXPRESSIONS))
    rows = both(engines, f"select row_, {listed} from probes.rows order by row_")
    listed = ", ".join(f"{expression} as e{i}" for i, expression in enumerate(AGGREGATES))
    groups = both(
        engines, f"select whole % 2 as k, {listed} from probes.rows group by whole % 2 order by k"
    )
    found = {}
    for expressions, (here, there) in ((EXPRESSIONS, rows), (AGGREGATES, groups)):
        assert len(here) == len(there) > 1
        for i, expression in enumerate(expressions, 1):
            found[expression] = [(a[0], a[i], b[i]) for a, b in zip(here, there, strict=True)]
    return found


@pytest.mark.parametrize("expression", [*EXPRESSIONS, *AGGREGATES])
def test_expression_means_the_same(results, expression):
    assert [(row, a, b) for row, a, b in results[expression] if not alike(a, b)] == []


@pytest.mark.parametrize("expression", REFUSED)
def test_what_has_no_equal_is_refused(expression):
    with pytest.raises(dialect.Untranslatable, match=r"Spark"):
        dialect.spark_sql(dialect.parsed(f"select {expression} from probes.rows"), TABLE)


@pytest.mark.parametrize(
    "sql",
    [
        "select row_, row_number() over (partition by whole order by text, row_) as n from probes.rows order by row_",
        "select row_, sum(whole) filter (where whole > 3) over (partition by text) as n from probes.rows order by row_",
        "select row_, unnest(listed) as one from probes.rows order by row_, one nulls last",
        "select row_, unnest([struct_pack(a := whole, b := text)], recursive := true) from probes.rows order by row_",
        "select row_, text from probes.rows qualify row_number() over (order by row_ desc) <= 2 order by row_",
        "select * replace (upper(cast(row_ as varchar)) as text) from (select row_, text from probes.rows) order by row_",
        "select * exclude (listed, number) from probes.rows order by row_",
        "with a as (select row_ from probes.rows), b as (with a as (select 1 as row_) select * from a) select * from a union all select * from b order by row_",
    ],
)  # fmt: skip
def test_query_gives_the_same_rows(engines, sql):
    here, there = both(engines, sql)
    held, _ = engines
    names = [column[0] for column in held.execute(sql).description]
    assert sorted(map(repr, here)) == sorted(map(repr, there)) or "replace" in sql
    assert len(here) == len(there)
    assert len(names) == len(there[0])
