"""The EMI formula: known payments, rounding, and the SQL macro beside the Python function."""

from pathlib import Path

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest

from likeness.schema.emi import ROUNDINGS, installment

MACRO = Path(__file__).parents[3] / "macros" / "emi.sql"


def sql_installment(loans: pd.DataFrame, rounding: str) -> np.ndarray:
    template = jinja2.Environment().from_string(MACRO.read_text(encoding="utf-8"))
    expression = template.make_module({"var": lambda name: None}).emi("a", "r", "m", rounding)
    with duckdb.connect() as connection:
        connection.register("loans", loans)
        rows = connection.execute(f"select {expression} from loans order by id").fetchall()
    return np.array([np.nan if value is None else value for (value,) in rows])


def random_loans(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(20)
    return pd.DataFrame(
        {
            "id": np.arange(n),
            "a": rng.integers(1, 1601, n) * 25.0,
            "r": np.where(rng.random(n) < 0.05, 0.0, rng.integers(1, 3200, n) / 100.0),
            "m": rng.choice([12, 36, 60], n),
        }
    )


@pytest.mark.parametrize(
    ("amount", "rate", "months", "rounding", "payment"),
    [
        (10000, 11.44, 36, "nearest", 329.47),
        (10000, 11.44, 36, "up", 329.48),
        (20000, 7.35, 60, "nearest", 399.33),
        (20000, 7.35, 60, "up", 399.34),
        (3600, 0, 36, "nearest", 100.0),
        (3600, 0, 36, "up", 100.0),
        (1000, 0, 36, "nearest", 27.78),
        (1000, 0, 36, "up", 27.78),
        (1000, 0, 60, "nearest", 16.67),
        (100.1, 0, 1, "up", 100.1),
        (1.005, 0, 1, "nearest", 1.01),
        (1.115, 0, 1, "nearest", 1.12),
        (2.675, 0, 1, "nearest", 2.68),
        (36.18, 0, 36, "nearest", 1.01),
        (1.0049, 0, 1, "nearest", 1.0),
        (1.0001, 0, 1, "up", 1.01),
    ],
)
def test_known_payments(amount, rate, months, rounding, payment):
    assert installment(amount, rate, months, rounding).tolist() == [payment]
    loans = pd.DataFrame({"id": [0], "a": [float(amount)], "r": [float(rate)], "m": [months]})
    assert sql_installment(loans, rounding).tolist() == [payment]


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_sql_and_python_agree_on_random_loans(rounding):
    loans = random_loans(50_000)
    ours = installment(loans.a, loans.r, loans.m, rounding)
    assert np.array_equal(ours, sql_installment(loans, rounding))
    assert np.array_equal(ours, np.round(ours, 2))


def test_rounding_up_is_never_below_and_at_most_a_cent_above_nearest():
    loans = random_loans(5_000)
    step = installment(loans.a, loans.r, loans.m, "up") - installment(loans.a, loans.r, loans.m)
    assert set(np.round(step, 2)) == {0.0, 0.01}


def test_missing_in_missing_out():
    months = pd.array([36, None, 36, 36, 0], dtype="Int64")
    loans = pd.DataFrame(
        {"id": range(5), "a": [None, 1e3, 1e3, 1e3, 1e3], "r": [5, 5, None, 5, 5], "m": months}
    )
    expected = [True, True, True, False, True]
    assert np.isnan(installment(loans.a, loans.r, loans.m)).tolist() == expected
    assert np.isnan(sql_installment(loans, "nearest")).tolist() == expected


def test_unknown_rounding_is_refused():
    with pytest.raises(ValueError, match="nearest or up, not down"):
        installment(1000, 5, 36, "down")
