"""Each var is checked for what YAML gave; one sentence names the var, its value, what it may be."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeness.schema.check import problem_with_vars
from likeness.schema.fields import load_derived, load_fields
from likeness.schema.gates import load_gates
from likeness.schema.given import project_vars
from likeness.schema.settings import Settings


@pytest.fixture(scope="module")
def problem(root):
    """The sentence about the project's vars with some of them changed."""
    fields = load_fields(root / "seeds" / "fields.csv")
    derived = load_derived(root / "seeds" / "fields.csv")
    gates = load_gates(root / "seeds" / "gates.csv")
    sound = project_vars(root / "dbt_project.yml")
    return lambda **changed: problem_with_vars(sound | changed, fields, derived, gates)


def test_the_projects_own_vars_are_sound(problem):
    assert problem() == ""


CATEGORIES = ["loan_status", "grade", "zip_code", "state", "emp_length", "home_ownership"]
WRONG = [
    ("random_seed", -1, "a whole number from 0 to"),
    ("random_seed", 42.0, "a whole number"),
    ("random_seed", True, "a whole number"),
    ("random_seed", "42", "write 42"),
    ("random_seed", 2**63, "a whole number"),
    ("holdout_fraction", "1e-1", "write 0.1"),
    ("holdout_fraction", 1, "a number from 0.05 to 0.9"),
    ("holdout_fraction", math.nan, "a number from"),
    ("min_cell_rows", 1, "from 2 to"),
    ("min_cell_rows", None, "a whole number"),
    ("min_cluster_rows", 0, "from 2 to"),
    ("sampling_factor", 0, "from 1 to"),
    ("target_rows", 0, "or null"),
    ("target_rows", 1_000_000_000, "from 1 to 100000000"),
    ("threshold", 11, "from 1 to 10"),
    ("emi_tolerance", math.inf, "from 0 to 1"),
    ("missing", "excluded", "one of value, exclude"),
    ("missing", False, "one of value, exclude"),
    ("generator", "offlin", "one of offline, sds, openai, file"),
    ("export_dir", None, "a text that is not empty"),
    ("export_dir", "", "a text that is not empty"),
    ("export_dir", "  ", "a text that is not empty"),
    ("export_dir", 5, "a text that is not empty"),
    ("loans_path", "", "a text that is not empty"),
    ("key_column", "", "a text that is not empty, or null"),
    ("journal_dir", None, "a text that is not empty"),
    ("engine", [], "a text that is not empty"),
    ("segment_roles", {"grade": "sorted"}, "a mapping of segment keys to ordered, pooled or fixed"),
    ("segment_keys", "grade", "a list of names"),
    ("segment_keys", None, "a list of names"),
    ("clustering_keys", 5, "a list of names"),
    ("condition_on", None, "a list of names"),
    ("quasi_identifiers", [1], "a list of names"),
    ("rates_by", "grade", "a list of categories and dates"),
    ("rates_by", [["grade", "state", "term"]], "two of them as [a, b]"),
    ("rates_by", [["grade", "grade"]], "two of them as [a, b]"),
    ("means_by", {"dti": "term"}, "{number: [a category, a number]}"),
    ("correlation_keys", "dti", "a list of names"),
    ("date_stand_ins", ["issue_d"], "a mapping of columns"),
    ("engine_order", "dti", "a list of names"),
    ("missing_by", ["issue_year"], "a text"),
    ("utility_target", "loan_status", "{variable: a column, positive: one of its levels}"),
    ("utility_target", {"variable": "loan_status"}, "positive: one of its levels"),
    ("utility_target", {"variable": "loan_status", "positive": True}, "one of its levels"),
    ("rule_ranges", None, "a mapping of names"),
    ("rule_patterns", [], "a mapping of names"),
    ("gates", [], "a mapping of metrics"),
    ("gates", None, "a mapping of metrics"),
    ("concurrency", "many", "a whole number from 1"),
    ("max_failed_share", 1.5, "from 0 to 1"),
    ("sds_mode", "fast", "one of demo, job"),
    ("sds_poll_seconds", "x", "a number from 0"),
    ("criteria", [1], "a list of sentences"),
    ("min_annual_inc", 20_000_000, "at most var max_annual_inc"),
]


@pytest.mark.parametrize(("name", "value", "may_be"), WRONG)
def test_a_value_that_cannot_work_is_one_sentence(problem, name, value, may_be):
    said = problem(**{name: value})
    assert said.startswith(f"var {name} is {value!r}: it must be ")
    assert may_be in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"continuous_variables": [], "categorical_variables": []},
            "var continuous_variables and var categorical_variables are both empty",
        ),
        ({"clustering_keys": ["dtl"]}, "var clustering_keys names 'dtl'"),
        ({"clustering_keys": ["dtl"]}, "did you mean dti?"),
        ({"clustering_keys": ["grade"]}, "no column of numbers"),
        ({"segment_roles": {"grad": "fixed"}}, "var segment_roles names 'grad'"),
        ({"clustering_keys": ["dti", "dti"]}, "names dti more than once"),
        ({"segment_keys": ["grade", "grade", "loan_status"]}, "names grade more than once"),
        ({"engine_order": ["int_rate", "dtii"]}, "'dtii', which is no field that the engine draws"),
        ({"engine_order": ["installment"]}, "no field that the engine draws"),
        ({"engine_order": ["address"]}, "no field that the engine draws"),
        ({"engine_order": ["issue_year"]}, "no field that the engine draws"),
        ({"missing_by": "issue_yaer"}, "did you mean issue_year?"),
        ({"missing_by": "emp_title"}, "in neither var continuous_variables nor"),
        ({"condition_on": ["int_rate"]}, "not in var categorical_variables"),
        ({"quasi_identifiers": ["title"]}, "in neither var continuous_variables nor"),
        ({"rates_by": ["title"]}, "which is neither in var categorical_variables nor a date"),
        ({"rates_by": [["grade", "term"], ["grade", "term"]]}, "more than once"),
        ({"means_by": {"dti": ["annual_inc", "term"]}}, "is not in var categorical_variables"),
        ({"means_by": {"grade": ["term", "dti"]}}, "is not in var continuous_variables"),
        (
            {"categorical_variables": [*CATEGORIES, "annual_inc"]},
            "annual_inc is in var continuous_variables",
        ),
        ({"date_stand_ins": {"issue_d": "issued"}}, "var date_stand_ins names 'issued'"),
        ({"date_stand_ins": {"issued": "issue_year"}}, "var date_stand_ins names 'issued'"),
        (
            {"utility_target": {"variable": "status", "positive": "x"}},
            "var utility_target names 'status'",
        ),
        (
            {"utility_target": {"variable": "loan_status", "positive": "Charged Of"}},
            "did you mean Charged Off?",
        ),
        (
            {"rule_ranges": {"a b": {"value": "dti", "within": "grade"}}},
            "letters, digits and underscores",
        ),
        ({"rule_ranges": {"a": {"value": "dti"}}}, "var rule_ranges.a is {'value': 'dti'}"),
        (
            {"rule_ranges": {"a": {"value": "grade", "within": "grade"}}},
            "no column of numbers",
        ),
        (
            {"rule_patterns": {"a": {"value": "grade", "within": ["grade"]}}},
            "var rule_patterns.a.within is ['grade']",
        ),
    ],
)
def test_a_name_that_is_not_there_is_one_sentence(problem, changed, said):
    sentence = problem(**changed)
    assert said in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "changed",
    [
        {"target_rows": 100_000_000},
        {"threshold": 8.5},
        {"random_seed": 2**63 - 1},
        {"engine_order": []},
        {"engine_order": ["grade", "state", "issue_d:year", "issue_d"]},
        {"criteria": "one sentence"},
        {"rule_ranges": {}},
        {"missing_by": "grade"},
        {"missing_by": None, "utility_target": None},
        {"condition_on": [], "quasi_identifiers": []},
        {"utility_target": {"variable": "state", "positive": "CA"}},
        {"timeout": 0.5, "max_cost": 3},
        {"a_var_of_a_rule": "anything"},
    ],
)
def test_what_can_work_is_left_alone(problem, changed):
    assert problem(**changed) == ""


# `sentences` must hold for whatever YAML can give, however deep.
YAML = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=400)
@given(name=st.sampled_from(sorted(Settings.model_fields)), value=YAML)
def test_whatever_yaml_gives_is_sound_or_one_sentence_that_names_the_var(problem, name, value):
    said = problem(**{name: value})
    assert "\n" not in said
    assert said == "" or name in said or name in ("segment_keys", "categorical_variables")


def test_a_var_that_is_missing_is_named(root):
    sound = project_vars(root / "dbt_project.yml")
    del sound["segment_keys"]
    said = problem_with_vars(sound, [], [], [])
    assert said == "var segment_keys is not set: dbt_project.yml must give it."
