"""Business rules in Python: what is wrong with one in a sentence, and which rows break them."""

import pandas as pd
import pytest

from likeness.schema.rules import RuleCheck, problem_with_rules

COLUMNS = [
    {"name": "colour", "type": "varchar"},
    {"name": "size", "type": "double"},
    {"name": "sold", "type": "date"},
    {"name": "size_low", "type": "double"},
]


def rule(**changes) -> dict:
    sound = {
        "id": "small",
        "category": "realism",
        "condition": "size <= 3",
        "sentence": "size is at most 3",
        "penalty": "3",
        "enforced": "true",
        "columns": ["size"],
        "unknown_var": "",
    }
    return sound | changes


def test_sound_rules_have_no_problem():
    rules = [rule(), rule(id="dated", condition="sold > date '2010-01-01' or size > size_low")]
    assert problem_with_rules(rules, COLUMNS) == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": "my rule"}, "rule id 'my rule' must be letters, digits and underscores"),
        ({"id": None}, "rule id '' must be letters"),
        ({"unknown_var": "max_size"}, "rule small: it names {max_size}, and there is no var"),
        ({"category": "style"}, "rule small: category 'style' is none of privacy"),
        ({"penalty": "11"}, "rule small: penalty '11' must be a whole number from 1 to 10"),
        ({"penalty": None}, "rule small: penalty 'None' must be"),
        ({"enforced": "maybe"}, "rule small: enforced 'maybe' must be true or false"),
        ({"condition": " "}, "rule small: it has no condition"),
        ({"sentence": None}, "rule small: it has no sentence"),
        ({"columns": []}, "rule small: its condition names no column"),
        ({"condition": "size <= weight"}, "rule small: its condition cannot be evaluated"),
        ({"condition": "size <= "}, "rule small: its condition cannot be evaluated"),
        ({"condition": "sum(size) < 3"}, "rule small: its condition cannot be evaluated"),
        ({"condition": "size + 1"}, "rule small: its condition must be true or false, not double"),
        ({"condition": "size < 3 -- small"}, "rule small: its condition must be one expression"),
        ({"condition": "size < 3; drop table x"}, "rule small: its condition must be one"),
    ],
)
def test_a_bad_rule_gives_one_sentence_that_names_it(changes, sentence):
    answer = problem_with_rules([rule(**changes)], COLUMNS)
    assert answer.startswith("seeds/business_rules.csv: ")
    assert sentence in answer
    assert "\n" not in answer


def test_a_rule_listed_twice_is_refused():
    assert "rule small is listed more than once" in problem_with_rules([rule(), rule()], COLUMNS)


def test_comment_marks_inside_a_literal_are_allowed():
    assert problem_with_rules([rule(condition="colour <> '--;' and size < 3")], COLUMNS) == ""


@pytest.fixture
def check() -> RuleCheck:
    rules = pd.DataFrame(
        [
            ("small", "size <= size_high", "colour;size", True),
            ("plain", "pattern = 'mixed' or kind = pattern", "colour;kind", True),
            ("dated", "sold > made", "made;sold", True),
            ("asleep", "size > 100", "size", False),
        ],
        columns=["rule_id", "condition", "named_columns", "is_enforced"],
    )
    context = pd.DataFrame(
        [
            ("size", "colour", "red", 1.0, 3.0, None),
            ("size", "colour", "blue", 1.0, 9.0, None),
            ("pattern", "colour", "red", None, None, "a"),
            ("pattern", "colour", "blue", None, None, "mixed"),
        ],
        columns=["name", "within_column", "within_value", "low", "high", "pattern"],
    )
    return RuleCheck(rules, context)


def rows() -> pd.DataFrame:
    day = pd.to_datetime("2015-01-01")
    return pd.DataFrame(
        {
            "colour": ["red", "red", "blue", "green", None],
            "kind": ["a", "b", "b", "b", "b"],
            "size": [4.0, 3.0, 4.0, 400.0, float("nan")],
            "made": [day, day, None, day, day],
            "sold": [day, day + pd.Timedelta(days=31), day, None, day],
        },
        index=[7, 3, 5, 9, 1],
    )


def test_rows_are_checked_in_their_order_and_null_is_kept(check):
    kept = check(rows())
    assert kept.index.tolist() == [7, 3, 5, 9, 1]
    assert kept["small"].tolist() == [False, True, True, True, True]
    assert kept["plain"].tolist() == [True, False, True, True, True]
    assert kept["dated"].tolist() == [False, True, True, True, False]


def test_only_enforced_rules_are_checked_and_their_columns_known(check):
    assert list(check(rows())) == ["dated", "plain", "small"]
    assert check.columns == {
        "dated": ["made", "sold"],
        "plain": ["colour", "kind"],
        "small": ["colour", "size"],
    }


def test_many_rows_keep_their_order(check):
    many = pd.concat([rows()] * 20_000, ignore_index=True)
    kept = check(many)
    assert kept["small"].tolist() == [False, True, True, True, True] * 20_000
