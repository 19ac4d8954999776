"""The driver reads no more rows than it may, and draws none itself."""

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from dbt.adapters.sparkpython import distributed
from dbt.adapters.sparkpython.catalogue import Catalogue, TooManyRows
from dbt.adapters.sparkpython.models import relation
from dbt.adapters.sparkpython.routing import RoutedCursor

from likeness.audit import engines


@pytest.fixture
def cursor(spark):
    """A database in which staging.numbers lies on Spark; a step may read ten rows of it."""
    connection = duckdb.connect()
    catalogue = Catalogue(spark, 10)
    spark.make_table("numbers", "select id as n, id % 3 as k from range(100)")
    routed = RoutedCursor(connection, catalogue)
    catalogue.keep(connection, "staging", "numbers", table=spark.table_name("numbers"))
    connection.execute("create table names as select 0 as k, 'zero' as name")
    connection.execute("create schema seeds")
    connection.execute("create table seeds.names as select 0 as k, 'zero' as name")
    return routed


def test_more_rows_than_the_limit_are_refused_naming_the_model(cursor):
    with pytest.raises(TooManyRows, match=r"more than 10 rows of staging\.numbers"):
        cursor.execute("select * from staging.numbers")
    with pytest.raises(TooManyRows, match=r"staging\.numbers"):
        relation(cursor, "staging.numbers").df()


def test_the_view_in_duckdb_gives_columns_and_no_rows(cursor):
    with pytest.raises(duckdb.Error, match=r"staging\.numbers lies on Spark"):
        cursor._cursor.execute("select count(n) from staging.numbers").fetchall()
    described = cursor.execute("describe staging.numbers").fetchall()
    assert [name for name, *_ in described] == ["n", "k"]


def test_a_small_table_is_joined_on_spark(cursor):
    sql = (
        "select names.name, count(*) as n from staging.numbers as numbers "
        "inner join seeds.names as names on numbers.k = names.k group by all"
    )
    assert cursor.execute(sql).fetchall() == [("zero", 34)]


def test_a_small_table_without_rows_is_lent_too(cursor):
    cursor._cursor.execute("create table seeds.nothing as select 1 as k, 'a' as name where false")
    sql = (
        "select count(nothing.k) as n from staging.numbers as numbers "
        "left join seeds.nothing as nothing on numbers.k = nothing.k"
    )
    assert cursor.execute(sql).fetchall() == [(0,)]


def test_what_spark_cannot_do_is_left_to_duckdb_over_bounded_parts(cursor):
    sql = (
        "with counted as (select k, count(*) as n from staging.numbers group by k) "
        "select list_reverse_sort(list(n)) from counted"
    )
    assert cursor.execute(sql).fetchall() == [([34, 33, 33],)]


def test_a_table_of_the_session_meets_rows_in_duckdb(cursor):
    cursor.execute("create temporary table wanted as select 98 as n")
    sql = "select n from wanted where n in (select n from staging.numbers where n > 95)"
    assert cursor.execute(sql).fetchall() == [(98,)]


def test_held_rows_stay_on_spark_and_are_counted_with_a_frame_of_the_session(cursor):
    known = cursor._catalogue.known(cursor._cursor)
    cursor.hold_rows("held", "select n, k from staging.numbers where n >= 10")
    assert ("", "held") not in known, "another thread may be reading it"
    asked = pd.DataFrame({"k": [1, 2]})
    cursor.register("asked", asked)
    sql = "select k, count(*) as n from held semi join asked using (k) group by all order by all"
    assert cursor.execute(sql).fetchall() == [(1, 30), (2, 30)]
    gaps = (
        "select min(gap) from (select n - lag(n) over (partition by k order by n) as gap from held)"
    )
    assert cursor.execute(gaps).fetchall() == [(3,)]
    with pytest.raises(TooManyRows):
        cursor.execute("select * from held")
    cursor.release_rows("held")
    with pytest.raises(duckdb.Error, match="held does not exist"):
        cursor.execute("select count(*) from held").fetchall()


def test_the_audits_sql_counts_the_same_on_spark_and_here(cursor):
    here, there = engines.Here(cursor._cursor), engines.of(cursor)
    assert isinstance(there, engines.Elsewhere)
    rows = "select n, k, case when n % 10 > 0 then n * n end as square from "
    here.keep("here", f"{rows} (select range as n, range % 3 as k from range(100))")
    there.keep("there", f"{rows} staging.numbers")
    queries = {}
    for engine, table in ((here, "here"), (there, "there")):
        numbers = "cast(n as double) as n, cast(square as double) as square"
        labelled = f"select cast(k as varchar) as key_0, {numbers} from {table}"
        long = engine.long(labelled, ["key_0"], ["n", "square"], "value")
        queries[table] = [
            engine.spreads(long, ["key_0", "variable"], 5),
            f"select * from ({engine.placed(table, ['n', 'square'])}) as placed where is_end",
        ]
    for mine, other in zip(*queries.values(), strict=True):
        found, expected = (cursor.execute(sql).df() for sql in (other, mine))
        keys = [name for name in found if found[name].dtype != float] + ["variable"]
        order = [*dict.fromkeys(keys), *(["value"] if "value" in found else [])]
        pd.testing.assert_frame_equal(
            found.sort_values(order, ignore_index=True),
            expected.sort_values(order, ignore_index=True),
            check_dtype=False,
        )
    there.drop("there")


def test_a_table_of_a_result_is_duckdbs_own(cursor):
    cursor.execute("create table staging.counted as select count(*) as n from staging.numbers")
    assert cursor._cursor.execute("from staging.counted").fetchall() == [(100,)]


def test_relations_of_models_are_bounded_by_their_limit(cursor):
    rows = relation(cursor, "staging.numbers").filter("k = 1").order("n desc").limit(2)
    assert rows.df()["n"].tolist() == [97, 94]
    assert rows.columns == ["n", "k"]
    counted = relation(cursor, "staging.numbers").aggregate("k, count(*) as n", "k")
    assert sorted(counted.fetchall()) == [(0, 34), (1, 33), (2, 33)]


def test_rows_beyond_the_limit_are_written_in_batches(cursor, tmp_path):
    rows = relation(cursor, "staging.numbers").query("n", "select n, k from n order by n")
    rows.write_csv(str(tmp_path / "numbers.tsv"), sep="\t", header=True)
    lines = (tmp_path / "numbers.tsv").read_text(encoding="utf-8").splitlines()
    assert lines == ["n\tk", *(f"{n}\t{n % 3}" for n in range(100))]
    rows.copy_to(cursor, "staging.copied")
    assert cursor._cursor.execute("select count(*), sum(n) from staging.copied").fetchall() == [
        (100, 4950)
    ]


def test_rows_are_alike_on_any_number_of_partitions_and_after_a_retry(spark, tmp_path, monkeypatch):
    package = tmp_path / "carried_core"
    package.mkdir()
    (package / "__init__.py").write_text("")
    # The first try of one part fails, once: Spark runs its task again.
    (package / "drawing.py").write_text(
        "import os\nimport pandas as pd\n\n\n"
        "def drawn(start, rows, marker):\n"
        "    if start == 0 and marker and not os.path.exists(marker):\n"
        "        open(marker, 'w').close()\n"
        "        raise OSError('a task that fails once')\n"
        "    ids = range(start, start + rows)\n"
        "    return pd.DataFrame({'id': ids, 'text': [f'row {i * 7919 % 10007}' for i in ids]})\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    parts = [{"start": 100 * i, "rows": 100} for i in range(20)]
    types = {"id": "bigint", "text": "varchar"}
    found = []
    for partitions, marker in ((1, ""), (3, ""), (16, ""), (3, str(tmp_path / "failed"))):
        frame = distributed.frame_of_calls(
            spark.session,
            "carried_core.drawing.drawn",
            parts,
            {"marker": marker},
            types,
            partitions,
        )
        table = frame.toArrow().sort_by("id")
        found.append(table.combine_chunks())
    assert (tmp_path / "failed").exists()
    assert all(table.equals(found[0]) for table in found)
    assert found[0].num_rows == 2000
    assert isinstance(found[0], pa.Table)
    assert not pd.isna(found[0]["text"].to_pandas()).any()
