"""Marts of a large table rest on a sample of its rows, and are recounted on that sample."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from likeness.audit.findings import Tally
from likeness.audit.recount import audit_table
from likeness.audit.registry import LEVEL, OF_SOURCE, ORDER_STATISTICS, Published
from likeness.audit.sources import Sources
from likeness.audit.values import audit_values
from likeness.stats.moments import summary

MINIMUM, SAMPLE, ROWS = 20, 600, 5000
SAMPLE_OF_GRADE = (
    "select amount, count(*) as n from (select * from (from staging.stg_loans "
    "semi join (from intermediate.int_loans__split where split = 'train') using (loan_id)) "
    f"order by md5(loan_id || ':compare'), loan_id limit {SAMPLE}) "
    "where grade = 'A' group by amount order by amount"
)


@pytest.fixture
def connection():
    # Of this seed the highest cell's mean in the sample is an amount that few rows of all have.
    chance = np.random.default_rng(2)
    loans = pd.DataFrame(
        {
            "loan_id": [f"loan-{i}" for i in range(ROWS)],
            "grade": chance.choice(["A", "B"], ROWS),
            "amount": np.round(chance.gamma(2.0, 12.0, ROWS)),
        }
    )
    with duckdb.connect() as made:
        made.execute("create schema staging; create schema intermediate; create schema marts")
        made.register("loans", loans)
        made.execute("create table staging.stg_loans as from loans")
        made.execute(
            "create table intermediate.int_loans__split as "
            "select loan_id, 'train' as split from loans"
        )
        made.execute(
            "create table intermediate.int_loans__clustered as "
            "select loan_id, 1 as cluster_id from loans"
        )
        yield made


def findings(connection: duckdb.DuckDBPyConnection, sampled: bool) -> list[str]:
    held = connection.execute(SAMPLE_OF_GRADE).df()
    numbers = summary(held["amount"].to_numpy(), held["n"].to_numpy(), 0, MINIMUM)
    row = {"condition": "grade", "level": "A", "variable": "amount", "source": "train", **numbers}
    entry = Published(
        "marts.comparison_conditional_moments",
        {"train": OF_SOURCE["train"]},
        named=LEVEL,
        variables=("variable",),
        counts={"train": "n"},
        source="source",
        order_statistics=ORDER_STATISTICS,
        sampled=sampled,
    )
    tally = Tally(MINIMUM)
    sources = Sources(connection, sample_rows=SAMPLE)
    try:
        assert sources.totals["train_sample"] == SAMPLE
        audit_values(audit_table(entry, pd.DataFrame([row]), sources, tally), sources, tally)
    finally:
        sources.close()
    return [found.what for found in tally.findings]


def test_the_mean_of_a_cell_of_the_sample_is_no_finding(connection):
    assert findings(connection, sampled=True) == []


def test_the_same_number_would_be_one_if_it_rested_on_all_rows(connection):
    assert findings(connection, sampled=False) != []


def test_a_source_no_larger_than_the_sample_is_counted_once(connection):
    sources = Sources(connection, sample_rows=ROWS)
    assert set(sources.tables) == {"train", "holdout"}
    assert sources.source_of("train", sampled=True) == "train"
    sources.close()
