"""The texts that a model reads say what the two seeds say, and nothing else."""

import csv
import json
import re

import pytest

from fakes.project import FIELDS, NAMES, ROOT, seed_text
from likeness.llm.core.examples import BadExample, load_examples, refuse_source_rows
from likeness.llm.core.prompts import Prompts, Rule, rules_from_rows, source_text

FOLDER = ROOT / "prompts"
EXAMPLES = ROOT / "data" / "example_loans.json"
VARS = {"max_revol_util": 150, "min_annual_inc": 2000, "max_annual_inc": 10_000_000}


def project_rules() -> list[Rule]:
    with open(ROOT / "seeds" / "business_rules.csv", newline="") as handle:
        return rules_from_rows(csv.DictReader(handle), VARS)


def prompts(**changed) -> Prompts:
    given = {"rules": project_rules(), "folder": FOLDER} | changed
    return Prompts(FIELDS, given.pop("rules"), **given)


@pytest.mark.parametrize("kind", ["generation", "evaluation"])
def test_all_fields_stand_in_order_with_their_descriptions(kind):
    text = getattr(prompts(), kind)()
    listed = re.findall(r'^(\d+)\. "(\w+)"', text, re.MULTILINE)
    assert listed == [(str(number), name) for number, name in enumerate(NAMES, 1)]
    for field in FIELDS:
        assert field.description.rstrip(".") in text


@pytest.mark.parametrize("kind", ["generation", "evaluation"])
def test_allowed_values_are_those_of_the_fields_seed(kind):
    text = getattr(prompts(), kind)()
    for field in FIELDS:
        line = re.search(rf'^{field.position}\. "{field.name}".*$', text, re.MULTILINE)[0]
        listed = (
            json.loads(f"[{line.split('One of: ')[1].rstrip('.')}]") if "One of" in line else []
        )
        assert listed == [source_text(field, value) for value in field.allowed_values]
    assert '"< 1 year", "1 year"' in text
    assert '"10+ years"' in text
    assert '"RENT", "MORTGAGE", "OWN", "OTHER", "NONE", "ANY"' in text


@pytest.mark.parametrize("kind", ["generation", "evaluation"])
def test_every_quoted_value_occurs_in_the_fields_seed(kind):
    text = getattr(prompts(), kind)()
    known = {source_text(f, v) for f in FIELDS for v in f.allowed_values}
    known |= set(NAMES) | {f.format for f in FIELDS} | {"12.0"}
    for quoted in re.findall(r'"(?:[^"\\]|\\.)*"', text.split("# Scoring")[0]):
        assert json.loads(quoted) in known


@pytest.mark.parametrize("kind", ["generation", "evaluation"])
def test_guidelines_have_their_parts_and_every_rule(kind):
    text = getattr(prompts(), kind)()
    parts = re.findall(r"^# (.+)$", text, re.MULTILINE)
    assert parts[:8] == [
        "Background",
        "Fields",
        "Privacy",
        "Formatting",
        "Across records",
        "Across columns",
        "Distribution",
        "Realism",
    ]
    rules = project_rules()
    assert len(rules) >= 10
    for rule in rules:
        assert rule.sentence in text
        assert "{" not in rule.sentence
    assert ("Scoring" in parts) == (kind == "evaluation")


@pytest.mark.parametrize("category", ["realism", "cross-row", "something new"])
def test_a_users_rule_reaches_both_prompts(category):
    own = [*project_rules(), Rule(category, "no loan is issued on a whim", 2)]
    assert "no loan is issued on a whim." in prompts(rules=own).generation()
    assert "no loan is issued on a whim (penalty 2)." in prompts(rules=own).evaluation()


def test_own_criteria_reach_the_judge_only():
    own = prompts(criteria=["Take two points from dull titles."])
    assert "- Take two points from dull titles.\n" in own.evaluation()
    assert "dull titles" not in own.generation()
    assert "Own criteria" not in prompts().evaluation()


def test_the_judge_is_instructed_how_to_score_and_what_not_to_judge():
    text = prompts().evaluation()
    formula = next(field.name for field in FIELDS if field.has_role("formula"))
    assert f'Don\'t judge "{formula}"' in text
    for said in ("Start at 10", "subtract its penalty", "at most 1", "never below 1 nor above 10"):
        assert said in text
    assert "a critical error" in text


def test_a_request_has_examples_seed_and_count():
    examples = [example.row for example in load_examples(EXAMPLES, FIELDS)]
    text = prompts().generation_request(seed_text(3), 7, examples)
    assert text.count('{"loan_amnt"') == 6
    assert "\ngrade=D\n" in text
    assert "Write 7 new records" in text
    assert "# Examples" not in prompts().generation_request(seed_text(3), 7, [])
    judged = prompts().evaluation_request([{"grade": "A"}, {"grade": None}])
    assert '{"id": "2", "record": {"grade": null}}' in judged


def test_no_prompt_template_names_a_field():
    for path in FOLDER.glob("*.j2"):
        words = set(re.findall(r"\w+", path.read_text()))
        assert not {name for name in NAMES if "_" in name} & words, path


def test_examples_are_diverse_and_follow_the_formula():
    rows = [example.row for example in load_examples(EXAMPLES, FIELDS)]
    assert len(rows) == 6
    for name in ("grade", "purpose", "home_ownership", "term", "loan_status", "address"):
        assert len({row[name] for row in rows}) > 1
    for row in rows:
        monthly, months = row["int_rate"] / 1200, int(row["term"].split()[0])
        growth = (1 + monthly) ** months
        assert row["installment"] == round(row["loan_amnt"] * monthly * growth / (growth - 1), 2)
        assert row["sub_grade"][0] == row["grade"]
        assert row["loan_amnt"] % 25 == 0
        assert row["home_ownership"] != "MORTGAGE" or row["mort_acc"] >= 1
        assert row["open_acc"] <= row["total_acc"]


def changed_file(tmp_path, change):
    rows = json.loads(EXAMPLES.read_text())
    change(rows[2])
    path = tmp_path / "examples.json"
    path.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: row.pop("dti"), "dti missing"),
        (lambda row: row.update(extra=1), "extra is no field"),
        (lambda row: row.update(grade="H"), "grade 'H' is none of its allowed values"),
        (lambda row: row.update(grade=None), "grade may not be null"),
        (lambda row: row.update(dti="12"), "dti is no number"),
        (lambda row: row.update(dti=float("nan")), "dti is no number"),
        (lambda row: row.update(term=36), "term is no text"),
    ],
)
def test_a_wrong_example_is_refused_with_its_line(tmp_path, change, said):
    with pytest.raises(BadExample, match="line 4") as refused:
        load_examples(changed_file(tmp_path, change), FIELDS)
    assert said in str(refused.value)


def test_an_example_that_is_a_source_row_is_refused_with_its_line():
    examples = load_examples(EXAMPLES, FIELDS)

    def as_source(row):
        return {
            n: None if v is None else f"{v:.2f}" if isinstance(v, float) else f"{v} "
            for n, v in row.items()
        }

    other = as_source(examples[4].row) | {"address": "1 Other Road\r\nElsewhere, NV 93700"}
    near = as_source(examples[3].row) | {"annual_inc": "26401"}
    asked = []

    def source(numbers):
        asked.append(numbers)
        return [near, other]

    with pytest.raises(BadExample, match="line 6: this example is a row of the source file"):
        refuse_source_rows(examples, FIELDS, source, EXAMPLES)
    assert asked[0]["loan_amnt"] == examples[0].row["loan_amnt"]
    refuse_source_rows(examples, FIELDS, lambda numbers: [near], EXAMPLES)


def test_no_example_file_or_no_list_is_one_sentence(tmp_path):
    with pytest.raises(BadExample, match="No such file"):
        load_examples(tmp_path / "none.json", FIELDS)
    (tmp_path / "broken.json").write_text('[\n{"a": 1},\n{"a": ')
    with pytest.raises(BadExample, match="line 2: "):
        load_examples(tmp_path / "broken.json", FIELDS)
    (tmp_path / "object.json").write_text("{}")
    with pytest.raises(BadExample, match="a JSON list of objects"):
        load_examples(tmp_path / "object.json", FIELDS)
