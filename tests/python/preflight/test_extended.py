"""A value that extend_domains allows and a rule forbids in every row is named before the build."""

import pytest

from likeness import warehouse
from likeness.preflight.extended import problem_with_extended

ROWS = 40
TYPED = (
    f"(select case when i < {ROWS} then 'Current' when i < 2 * {ROWS} then 'Late' else 'Paid' end "
    f"as status, i % 7 as paid, i % 2 = 0 as even from range({4 * ROWS}) as made(i))"
)
RULE = {"id": "ended", "sentence": "a loan has ended", "enforced": "true"}


def said(condition: str, extended: dict, rule: dict | None = None, **changed: object) -> str:
    request = {
        "typed": TYPED,
        "vars": {"extend_domains": extended, "enforce_rules": "all", "gates": {}}
        | {"min_cell_rows": 20}
        | changed,
        "rules": {
            "rules": [RULE | {"condition": condition} | (rule or {})],
            "columns": [
                {"name": "status", "type": "varchar"},
                {"name": "usual", "type": "varchar", "within": "status"},
            ],
        },
    }
    with warehouse.scratch() as connection:
        return problem_with_extended(connection, request)


def test_it_names_the_value_its_rows_and_the_rule():
    sentence = said("status <> 'Current'", {"status": ["Late", "Current"]})
    assert sentence.startswith("var extend_domains allows 'Current' in column status")
    assert f"all {ROWS} rows that hold it break rule ended (a loan has ended)" in sentence
    assert sentence.count(". ") == 0


@pytest.mark.parametrize(
    ("condition", "extended", "rule", "changed"),
    [
        ("status <> 'Current' or paid > 0", {"status": ["Current"]}, {}, {}),
        ("status <> 'Current'", {"status": ["Late"]}, {}, {}),
        ("status <> 'Current'", {}, {}, {}),
        ("status <> 'Current'", {"status": ["Current"]}, {"enforced": "false"}, {}),
        ("status <> 'Current'", {"status": ["Current"]}, {}, {"enforce_rules": "source_true"}),
        ("status <> 'Current'", {"status": ["Current"]}, {}, {"min_cell_rows": ROWS + 1}),
        (
            "status <> 'Current'",
            {"status": ["Current"]},
            {},
            {"gates": {"missing_categories": None}},
        ),
        ("\"usual\" <> 'Current'", {"status": ["Current"]}, {}, {}),
        ("paid is null or status = status", {"status": ["Current"]}, {}, {}),
    ],
)
def test_it_says_nothing_of_what_a_build_can_make(condition, extended, rule, changed):
    assert said(condition, extended, rule, **changed) == ""


def test_a_column_of_another_type_is_compared_by_its_text():
    assert "allows '3' in column paid" in said("paid <> 3", {"paid": [3]}, {}, min_cell_rows=5)
