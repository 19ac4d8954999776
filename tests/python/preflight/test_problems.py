"""What stops a build before its first model: each part of the preflight is asked, in its order."""

import csv
import itertools

import pytest

from checks.made_loans import NAMES, loans
from likeness.preflight import problems
from reading_macros import request

RULE = {
    "id": "small",
    "category": "realism",
    "condition": "loan_amnt <= 3",
    "sentence": "loan_amnt is at most 3",
    "penalty": "3",
    "enforced": "true",
    "columns": ["loan_amnt"],
    "unknown_var": "",
}
FORMULA = {
    "target": "installment",
    "expression": "loan_amnt / term",
    "decimals": "2",
    "rounding": "nearest",
    "tolerance": "0.01",
    "columns": ["loan_amnt", "term"],
    "unknown_var": "",
}
COLUMNS = [{"name": name, "type": "double"} for name in ("loan_amnt", "term", "installment")]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A loan file without a fault, in which each job title occurs once."""
    path = tmp_path_factory.mktemp("source") / "loans.csv"
    with open(path, "w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, NAMES)
        writer.writeheader()
        writer.writerows(
            row | {"emp_title": f"Job {n}"} for n, row in enumerate(loans(320, seed=5))
        )
    return path


@pytest.fixture
def ask(source, root, monkeypatch):
    """The sentence about a sound build in which vars, and parts of the request, are changed."""
    monkeypatch.chdir(root)
    monkeypatch.setattr(problems, "project_file", lambda: root / "dbt_project.yml")

    def asked(*, named=(), parts=None, path=source, **variables):
        monkeypatch.setattr(problems, "command_line_vars", lambda: dict.fromkeys(named))
        made = request(path, **variables) | {
            "reads_source": True,
            "rules": {"rules": [RULE], "columns": COLUMNS},
            "formulas": {"formulas": [FORMULA], "columns": COLUMNS},
        }
        return problems.problem(made | (parts or {}))

    return asked


def test_a_sound_build_has_no_problem(ask):
    assert ask() == ""


def rules(**changed):
    return {"rules": {"rules": [RULE | changed], "columns": COLUMNS}}


def formulas(**changed):
    return {"formulas": {"formulas": [FORMULA | changed], "columns": COLUMNS}}


# In the order in which they are asked, so that of two faults the first here is named.
FAULTS = {
    "a name that no var has": ({"named": ["randm_seed"]}, "did you mean random_seed?"),
    "a value that a var may not have": ({"threshold": 11}, "var threshold is 11"),
    "no file of seeds": ({"seeds_path": "no/seeds.json"}, "var seeds_path is 'no/seeds.json'"),
    "a limit without a price": (
        {"max_cost": 5.0, "generator": "openai"},
        "max_cost needs the vars price_in and price_out",
    ),
    "a studio without an address": ({"judge": "sds", "url": None}, "The var url is not set"),
    "a rule that cannot be evaluated": (
        {"parts": rules(condition="loan_amnt <=")},
        "seeds/business_rules.csv: rule small: its condition cannot be evaluated",
    ),
    "a formula that cannot be evaluated": (
        {"parts": formulas(expression="loan_amnt /", columns=["loan_amnt"])},
        "seeds/formulas.csv, line 2: formula of installment",
    ),
    "no such engine": ({"engine": "no_such_engine"}, "no Python module no_such_engine"),
    "no scores": ({"scores_path": "no/scores.json"}, "no/scores.json: there is no such file"),
    "a source that cannot be read": (
        {"parts": {"problem": "loans.csv: the text is not UTF-8."}},
        "loans.csv: the text is not UTF-8.",
    ),
    "an id that the source lacks": (
        {"key_column": "member"},
        "has no column member, which var key_column names",
    ),
    "an id that is not unique": ({"key_column": "grade"}, "is empty or repeated in some rows"),
    "segments of an identifier": (
        {
            "segment_keys": ["grade", "emp_title", "loan_status"],
            "segment_roles": {"emp_title": "pooled", "loan_status": "fixed"},
        },
        "var segment_keys names emp_title, which works as an identifier",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_stops_the_build_in_one_sentence(ask, fault):
    changes, said = FAULTS[fault]
    sentence = ask(**changes)
    assert said in sentence
    assert "\n" not in sentence
    assert "Traceback" not in sentence


ORDERED = list(FAULTS)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (one, other)
        for one, other in itertools.pairwise(ORDERED)
        if not FAULTS[one][0].keys() & FAULTS[other][0].keys()
    ],
)
def test_of_two_faults_the_first_is_named(ask, first, second):
    assert ask(**FAULTS[first][0], **FAULTS[second][0]) == ask(**FAULTS[first][0])


def test_rows_of_a_file_are_asked_for_it(ask, tmp_path):
    assert "needs var synthetic_path" in ask(generator="file", synthetic_path=None)
    path = tmp_path / "rows.csv"
    path.write_text("loan_amnt\n1\n")
    assert f"{path} has no columns term, " in ask(generator="file", synthetic_path=str(path))


def test_a_run_that_does_not_read_the_source_is_not_asked_about_it(ask, tmp_path):
    gone = {"reads_source": False, "problem": "loans.csv: there is no such file.", "reader": None}
    assert ask(parts=gone) == ""
    assert "var threshold is 11" in ask(parts=gone, threshold=11)
