"""Computed columns: the loans' installment beside a twin in Python, and what a formula must be."""

import csv
from pathlib import Path

import jinja2
import numpy as np
import pandas as pd
import pytest

from checks.emi import ROUNDINGS, installment
from checks.project import ROOT
from likeness.schema.fields import load_fields
from likeness.schema.formulas import computed_columns, problem_with_formulas

MACRO = Path(ROOT) / "macros" / "formulas" / "formula_list.sql"
NAMED = ["loan_amnt", "term", "int_rate"]
COLUMNS = [
    {"name": "loan_amnt", "type": "double"},
    {"name": "term", "type": "integer"},
    {"name": "int_rate", "type": "double"},
    {"name": "installment", "type": "double"},
    {"name": "grade", "type": "varchar"},
]


def value_sql(expression: str, decimals: str, rounding: str, type: str = "double") -> str:
    """What the macro makes of a formula."""

    class Returned(Exception):
        pass

    def give(value):
        raise Returned(value)

    text = MACRO.read_text(encoding="utf-8")
    start = text.index("{% macro formula_value")
    source = text[start : text.index("{%- endmacro %}", start)] + "{%- endmacro %}"
    module = jinja2.Environment().from_string(source).make_module({"return": give})
    formula = {"expression": expression, "decimals": decimals, "rounding": rounding}
    with pytest.raises(Returned) as returned:
        module.formula_value(formula, type)
    return str(returned.value)


def of_the_loans() -> dict[str, str]:
    with open(ROOT / "seeds" / "formulas.csv", newline="", encoding="utf-8") as handle:
        (row,) = csv.DictReader(handle)
    return row


def computed(sql: str, rows: pd.DataFrame, named=NAMED) -> np.ndarray:
    formulas = pd.DataFrame(
        [("installment", sql, ";".join(named))], columns=["target", "value_sql", "named_columns"]
    )
    return computed_columns(formulas)["installment"](rows)


def by_seed(loans: pd.DataFrame, rounding: str) -> np.ndarray:
    row = of_the_loans()
    sql = value_sql(row["expression"], row["decimals"], rounding)
    return computed(sql, loans).to_numpy()


def random_loans(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(20)
    return pd.DataFrame(
        {
            "loan_amnt": rng.integers(1, 1601, n) * 25.0,
            "int_rate": np.where(rng.random(n) < 0.05, 0.0, rng.integers(1, 3200, n) / 100.0),
            "term": rng.choice([12, 36, 60], n),
        },
        index=rng.permutation(n),
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
    loans = pd.DataFrame(
        {"loan_amnt": [float(amount)], "int_rate": [float(rate)], "term": [months]}
    )
    assert by_seed(loans, rounding).tolist() == [payment]


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_the_seed_and_its_twin_agree_on_random_loans(rounding):
    loans = random_loans(50_000)
    twin = installment(loans.loan_amnt, loans.int_rate, loans.term, rounding)
    assert np.array_equal(twin, by_seed(loans, rounding))
    assert np.array_equal(twin, np.round(twin, 2))


def test_missing_in_missing_out():
    months = pd.array([36, None, 36, 36, 0], dtype="Int64")
    amounts, rates = [None, 1e3, 1e3, 1e3, 1e3], [5, 5, None, 5, 5]
    loans = pd.DataFrame({"loan_amnt": amounts, "int_rate": rates, "term": months})
    expected = [True, True, True, False, True]
    assert np.isnan(installment(loans.loan_amnt, loans.int_rate, loans.term)).tolist() == expected
    assert np.isnan(by_seed(loans, "nearest")).tolist() == expected


@pytest.mark.parametrize(
    ("decimals", "rounding", "values"),
    [
        ("0", "nearest", [3.0, -3.0, 2.0]),
        ("1", "up", [2.5, -2.5, 2.5]),
        ("1", "down", [2.5, -2.5, 2.4]),
        ("", "", [2.5, -2.5, 2.44]),
    ],
)
def test_a_formula_rounds_as_it_says_on_either_side_of_zero(decimals, rounding, values):
    rows = pd.DataFrame({"an amount": [5.0, -5.0, 4.88], "unused": ["x", None, "y"]})
    sql = value_sql('"an amount" / 2', decimals, rounding)
    assert computed(sql, rows, ["an amount"]).tolist() == values


def test_an_integer_target_is_an_integer():
    assert value_sql("a", "0", "down", "integer").endswith("as integer)")


def formula(**changed) -> dict:
    row = {"target": "installment", "expression": "loan_amnt / term", "decimals": "2"}
    row |= {"rounding": "nearest", "tolerance": "0.01", "columns": ["loan_amnt", "term"]}
    return row | {"unknown_var": ""} | changed


def problem(*formulas: dict) -> str:
    return problem_with_formulas(formulas, COLUMNS, load_fields(ROOT / "seeds" / "fields.csv"))


def test_a_sound_formula_is_no_problem():
    assert problem(formula()) == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"target": "payment"}, "formula of payment: seeds/fields.csv has no such column"),
        ({"target": ""}, "a column without a name"),
        ({"target": "dti"}, "does not give dti the role formula"),
        ({"unknown_var": "x"}, "it names {x}, and there is no var of that name"),
        ({"rounding": "bankers"}, "rounding 'bankers' is none of nearest, up, down"),
        ({"decimals": "two"}, "decimals 'two' must be a whole number from 0 to 9"),
        ({"decimals": ""}, "decimals '' must be a whole number"),
        ({"tolerance": "a bit"}, "tolerance 'a bit' must be a number from 0 to 1"),
        ({"tolerance": "-1"}, "tolerance '-1' must be a number"),
        ({"tolerance": "nan"}, "tolerance 'nan' must be a number"),
        ({"expression": " "}, "it has no expression"),
        ({"expression": "loan_amnt; drop table x"}, "one expression without comments"),
        ({"expression": "loan_amnt -- all"}, "one expression without comments"),
        ({"expression": "1 + 1", "columns": []}, "names no column of the table"),
        ({"expression": "loan_amnt +", "columns": ["loan_amnt"]}, "cannot be evaluated"),
        ({"expression": "loan_amnt / months", "columns": ["loan_amnt"]}, "cannot be evaluated"),
        ({"expression": "grade", "columns": ["grade"]}, "must be a number, not varchar"),
        (
            {"expression": "installment * 2", "columns": ["installment"]},
            "names installment, which is computed itself",
        ),
    ],
)
def test_a_formula_that_cannot_be_used_is_one_sentence(changed, said):
    answer = problem(formula(**changed))
    assert answer.startswith("seeds/formulas.csv")
    assert ": formula of " in answer
    assert said in answer
    assert "\n" not in answer


def test_a_formula_listed_twice_or_not_at_all_is_refused():
    assert "listed more than once" in problem(formula(), formula())
    assert problem().startswith("seeds/formulas.csv has no formula of installment")
