"""Planted tables: exactly the planted kinds, rules and formulas are found, and no coincidence."""

import csv
import uuid
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from likeness.schema.discovery.draft import Draft, draft
from likeness.schema.discovery.table import CannotDraft
from likeness.schema.fields import Field
from likeness.synthesizer.identifiers import made_identifiers

N = 2000


@pytest.fixture
def found(tmp_path):
    """The draft of a frame written as csv, or as parquet."""

    def of(frame: pd.DataFrame, ending: str = "csv", **options) -> Draft:
        path = tmp_path / f"table.{ending}"
        if ending == "csv":
            frame.to_csv(path, index=False, **options)
        else:
            duckdb.sql(f"copy (select * from frame) to '{path}'")
        rows = tmp_path / "rows"
        rows.mkdir(exist_ok=True)
        return draft(str(path), rows, None, lambda text: None)

    return of


def random(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def kinds(drafted: Draft) -> dict[str, str]:
    return {field.name: field.kind for field in drafted.fields}


def conditions(drafted: Draft) -> set[str]:
    return {rule.condition for rule in drafted.rules}


def expressions(drafted: Draft) -> dict[str, str]:
    return {formula.target.name: formula.expression for formula in drafted.formulas}


def noise(columns: int, seed: int) -> pd.DataFrame:
    """Columns that have nothing to do with each other."""
    rng = random(seed)
    makers = (
        lambda: np.round(rng.normal(50, 12, N), 2),
        lambda: rng.integers(0, 1000, N),
        lambda: rng.poisson(2, N),
        lambda: np.round(rng.gamma(1, 900, N), 1),
        lambda: rng.choice(list("abcdef"), N),
        lambda: rng.choice(["yes", "no"], N, p=[0.03, 0.97]),
        lambda: rng.choice([f"k{i}" for i in range(40)], N),
    )
    return pd.DataFrame({f"n{i}": makers[i % len(makers)]() for i in range(columns)})


@pytest.mark.parametrize("seed", range(4))
def test_columns_without_ties_give_no_rule_and_no_formula(found, seed):
    drafted = found(noise(21, seed))
    assert expressions(drafted) == {}
    assert {rule.category for rule in drafted.rules} <= {"realism"}


def test_each_kind_is_found(found):
    rng = random()
    days = pd.Timestamp("2021-03-01") + pd.to_timedelta(rng.integers(0, 400, N), "D")
    frame = pd.DataFrame(
        {
            "number": np.round(rng.normal(0, 9, N), 3),
            "whole": rng.integers(-50_000, 50_000, N),
            "large": rng.integers(2**33, 2**40, N),
            "items": rng.poisson(3, N),
            "flag": rng.choice(["true", "false"], N),
            "bit": rng.integers(0, 2, N),
            "color": rng.choice(["red", "green", "light blue"], N),
            "gender": rng.integers(1, 4, N),
            "fixed": "same",
            "nothing": None,
            "day": days.strftime("%Y-%m-%d"),
            "moment": (days + pd.to_timedelta(rng.integers(0, 86_400, N), "s")).astype(str),
            "month": days.strftime("%b-%Y"),
            "serial": np.arange(7000, 7000 + N),
            "code": [f"AB-{i:05d}-x" for i in range(N)],
            "account": [str(2**62 + i) for i in range(N)],
            "note": [f"a remark on number {i}" for i in range(N)],
            "branch": rng.choice(["007", "042", "100"], N),
        }
    )
    assert kinds(found(frame)) == {
        "number": "continuous",
        "whole": "integer",
        "large": "integer",
        "items": "count",
        "flag": "boolean",
        "bit": "boolean",
        "color": "categorical",
        "gender": "categorical",
        "fixed": "constant",
        "nothing": "constant",
        "day": "date",
        "moment": "timestamp",
        "month": "date",
        "serial": "identifier",
        "code": "identifier",
        "account": "identifier",
        "note": "free_text",
        "branch": "categorical",
    }
    by_name = {field.name: field for field in found(frame).fields}
    assert by_name["number"].decimals == 3
    assert (by_name["whole"].type, by_name["large"].type) == ("integer", "bigint")
    assert by_name["branch"].allowed_values == ("007", "042", "100")
    assert by_name["gender"].allowed_values == ("1", "2", "3")
    assert by_name["nothing"].nullable
    assert [by_name[name].reader for name in ("day", "moment", "month")] == [
        "date",
        "timestamp",
        "month",
    ]


def test_rules_and_formulas_are_exactly_the_planted_ones(found):
    rng = random()
    price, pieces = np.round(rng.uniform(1, 50, N), 2), rng.integers(1, 30, N)
    tax, limit = np.round(rng.gamma(2, 5, N), 2), rng.integers(100, 9000, N)
    city = rng.choice(["Bern", "Thun", "Basel", "Genf", "Chur"], N)
    canton = {"Bern": "BE", "Thun": "BE", "Basel": "BS", "Genf": "GE", "Chur": "GR"}
    start = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 700, N), "D")
    end = start + pd.to_timedelta(rng.integers(0, 90, N), "D")
    missing = rng.random(N) < 0.2
    amount = np.round(price * pieces, 2)
    frame = pd.DataFrame(
        {
            "price": price,
            "pieces": pieces,
            "amount": amount,
            "tax": tax,
            "total": np.round(amount + tax, 2),
            "a year": np.round(tax * 12, 2),
            "city": city,
            "canton": [canton[name] for name in city],
            "start": start.strftime("%Y-%m-%d"),
            "end": end.strftime("%Y-%m-%d"),
            "limit": limit,
            "balance": np.floor(limit * rng.beta(1, 2, N)).astype(int),
            "left": np.where(missing, np.nan, np.round(rng.normal(5, 3, N), 3)),
            "right": np.where(missing, np.nan, np.round(rng.normal(-500, 3, N), 1)),
        }
    )
    drafted = found(frame)
    assert expressions(drafted) == {
        "amount": '"price" * "pieces"',
        "total": 'round("price" * "pieces", 2) + "tax"',
        "a year": '"tax" * 12',
    }
    assert conditions(drafted) == {
        '"start" <= "end"',
        '"balance" <= "limit"',
        '"canton_of_city" = \'mixed\' or "canton" = "canton_of_city"',
        '("left" is null) = ("right" is null)',
    }
    assert drafted.patterns == {"canton_of_city": {"value": "canton", "within": "city"}}
    assert all(rule.enforced for rule in drafted.rules)


FORMULAS = {
    "sum": (lambda a, b, c: a + b, '"a" + "b"'),
    "sum of three": (lambda a, b, c: a + b + c, '"a" + "b" + "c"'),
    "difference is a sum": (lambda a, b, c: c - a, None),
    "product": (lambda a, b, c: a * c, '"a" * "c"'),
    "share": (lambda a, b, c: a * c / 100, '"a" * "c" / 100.0'),
    "ratio": (lambda a, b, c: a / c, '"a" / nullif("c", 0)'),
    "percentage": (lambda a, b, c: 100 * a / c, '100.0 * "a" / nullif("c", 0)'),
    "copy": (lambda a, b, c: a, '"a"'),
    "multiple": (lambda a, b, c: 2.5 * b, '"b" * 2.5'),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_each_form_of_a_formula_is_found(found, name):
    rng = random()
    a, b = np.round(rng.normal(200, 50, N), 2), np.round(rng.gamma(2, 90, N), 2)
    c = np.round(rng.uniform(1000, 9000, N), 2)
    compute, expression = FORMULAS[name]
    x = np.floor(compute(a, b, c) * 1e2 + 0.5 + 1e-7) / 1e2
    drafted = found(pd.DataFrame({"a": a, "b": b, "c": c, "x": x}))
    expected = {"c": '"a" + "x"'} if expression is None else {"x": expression}
    assert expressions(drafted) == expected


@pytest.mark.parametrize("rounding", ["up", "down"])
def test_how_a_value_is_rounded_is_found(found, rounding):
    rng = random()
    a, b = np.round(rng.normal(200, 50, N), 2), np.round(rng.gamma(2, 90, N), 2)
    x = (np.ceil if rounding == "up" else np.floor)(np.round(a * b, 4))
    drafted = found(pd.DataFrame({"a": a, "b": b, "x": x}))
    assert expressions(drafted) == {"x": '"a" * "b"'}
    assert drafted.formulas[0].rounding == rounding


def test_a_formula_that_one_row_breaks_is_none(found):
    rng = random()
    a, b = np.round(rng.normal(200, 50, N), 2), np.round(rng.gamma(2, 90, N), 2)
    x = np.round(a + b, 2)
    x[N // 2] += 1
    assert expressions(found(pd.DataFrame({"a": a, "b": b, "x": x}))) == {}


def test_an_order_that_few_rows_break_is_a_rule_but_not_enforced(found):
    rng = random()
    n = 20_000
    high = rng.integers(1, 40, n)
    low = np.floor((high + 1) * rng.random(n)).astype(int)
    low[: n // 333] = high[: n // 333] + 1
    drafted = found(pd.DataFrame({"low": low, "high": high}))
    (rule,) = [rule for rule in drafted.rules if rule.category == "cross-column"]
    assert (rule.condition, rule.enforced) == ('"low" <= "high"', False)
    assert "99.7% of the rows" in rule.sentence


def test_orders_and_dependencies_that_follow_are_left_out(found):
    rng = random()
    c = rng.integers(5, 900, N)
    b = np.floor(c * rng.beta(2, 1, N)).astype(int)
    a = np.floor(b * rng.beta(2, 1, N)).astype(int)
    street = rng.integers(0, 40, N)
    frame = pd.DataFrame({"a": a, "b": b, "c": c, "street": [f"s{i}" for i in street]})
    frame["town"] = [f"t{i // 4}" for i in street]
    frame["land"] = [f"l{i // 20}" for i in street]
    drafted = found(frame)
    rules = {rule.id for rule in drafted.rules if rule.category == "cross-column"}
    assert rules == {"a_within_b", "b_within_c", "street_gives_town", "town_gives_land"}


def test_distant_scales_are_no_rule(found):
    rng = random()
    age, income = rng.integers(18, 90, N), rng.integers(20_000, 90_000, N)
    close = np.round(rng.normal(0, 1, N), 3)
    frame = pd.DataFrame({"age": age, "income": income, "x": close, "y": np.round(close + 4, 2)})
    frame["y"] += np.round(rng.normal(0, 0.5, N), 2)
    assert {rule for rule in conditions(found(frame)) if "<=" in rule} == set()


def test_a_column_of_rare_levels_names_none_of_them(found):
    rng = random()
    color = rng.choice(["red", "green"], N).astype(object)
    color[:5] = "secret"
    drafted = found(pd.DataFrame({"color": color, "x": rng.normal(0, 1, N).round(2)}))
    (field,) = [field for field in drafted.fields if field.name == "color"]
    assert (field.kind, field.allowed_values) == ("categorical", ())


@pytest.mark.parametrize(
    ("value", "listed"), [("a|b", False), ('it\'s; "x"', True), ("ü,名", True)]
)
def test_separators_and_apostrophes_in_categories(found, value, listed):
    rng = random()
    drafted = found(
        pd.DataFrame({"c": rng.choice([value, "other"], N), "x": rng.integers(0, 999, N)})
    )
    field = drafted.fields[0]
    assert field.kind == "categorical"
    assert (value in field.allowed_values) == listed


def test_words_are_values_where_signs_say_what_is_missing(found):
    rng = random()
    frame = pd.DataFrame(
        {
            "contact": rng.choice(["phone", "unknown"], N),
            "work": rng.choice(["private", "?", "None"], N),
            "country": rng.choice(["NA", "DE", "FR"], N),
            "x": np.where(rng.random(N) < 0.3, "unknown", "1.5"),
        }
    )
    by_name = {field.name: field for field in found(frame).fields}
    assert by_name["contact"].allowed_values == ("phone", "unknown")
    assert by_name["work"].allowed_values == ("private",)
    assert by_name["work"].nullable
    assert by_name["country"].allowed_values == ("DE", "FR", "NA")
    kept = {name for name, field in by_name.items() if field.profile.keeps_markers}
    assert kept == {"contact", "country"}
    assert by_name["x"].nullable


def test_types_of_parquet_are_kept(found):
    rng = random()
    frame = pd.DataFrame(
        {
            "day": pd.Timestamp("2020-05-01") + pd.to_timedelta(rng.integers(0, 99, N), "D"),
            "flag": rng.random(N) < 0.5,
            "big": rng.integers(2**60, 2**61, N),
            "part": rng.normal(0, 1, N),
            "text": [f"{i % 7:03d}" for i in range(N)],
        }
    )
    assert kinds(found(frame, "parquet")) == {
        "day": "date",
        "flag": "boolean",
        "big": "identifier",
        "part": "continuous",
        "text": "categorical",
    }


def test_decimal_commas_and_semicolons_are_read(found):
    rng = random()
    frame = pd.DataFrame({"preis": rng.normal(9, 2, N).round(2), "menge": rng.integers(0, 900, N)})
    drafted = found(frame, sep=";", decimal=",")
    assert drafted.table.decimal_mark == ","
    assert kinds(drafted) == {"preis": "continuous", "menge": "count"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n", "has a header but no rows"),
        ("a,b\n" + "1,x\n" * 40, "has 40 rows; at least 300 are needed"),
        ("1,2\n" * 400, "should name the columns"),
        ("a,b,a\n" + "1,2,3\n" * 400, "column a is named twice"),
        ("", "is empty"),
    ],
)
def test_a_table_of_which_nothing_can_be_drafted_is_one_sentence(tmp_path, text, said):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CannotDraft) as error:
        draft(str(path), tmp_path, None, lambda text: None)
    assert said in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_the_example_table_gives_the_rules_that_its_authors_wrote(root, tmp_path):
    with open(root / "seeds" / "fields.csv", newline="", encoding="utf-8") as handle:
        names = [row["name"] for row in csv.DictReader(handle) if not row["expression"]]
    drafted = draft(str(Path(root) / "data" / "loans.csv.gz"), tmp_path, None, lambda text: None)
    assert [field.name for field in drafted.fields] == names
    assert {"sub_grade_gives_grade", "open_acc_within_total_acc"} <= {r.id for r in drafted.rules}


@pytest.mark.parametrize(
    ("texts", "pattern"),
    [
        ([f"C-{10_000 + 7 * n}" for n in range(N)], "C-9####"),
        ([str(n + 1) for n in range(N)], "9###"),
        ([f"{n:05d}" for n in range(0, 100_000, 50)], "9#####"),
        ([f"AB{90_000 + 3 * n}/x" for n in range(N)], "AB8####/x"),
        ([str(uuid.UUID(int=n * 2**90 + n)) for n in range(1, N + 1)], "uuid"),
    ],
)
def test_identifiers_are_made_in_the_sources_pattern_and_never_its_own(found, texts, pattern):
    frame = pd.DataFrame({"record id": texts, "n": random().gamma(2, 3, N).round(2)})
    field = found(frame).fields[0]
    assert (field.kind, field.format) == ("identifier", pattern)
    listed = Field(
        1, "record id", "identifier", "text", (), False, None, field.format, None, (), ""
    )
    made = made_identifiers(listed, 1, np.arange(5 * N))
    assert len(set(made)) == 5 * N
    assert not set(made) & set(texts)
