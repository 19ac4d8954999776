"""Each format, rule and installment defect, planted once: exactly the findings expected.

`defects.csv` changes fields of a sound loan (values are JSON; - takes the field away, * replaces
the whole row, @zip_code chooses the seed); `expected_findings.csv` says what must be found.
"""

import csv
import json
from pathlib import Path

import pytest

from checks.emi import installment

from .made_loans import place

HERE = Path(__file__).parent
SOUND = {
    "loan_amnt": 12000.0,
    "term": " 36 months",
    "int_rate": 9.1,
    "grade": "B",
    "sub_grade": "B2",
    "emp_title": "Teacher",
    "emp_length": "5 years",
    "home_ownership": "RENT",
    "annual_inc": 60000.0,
    "verification_status": "Verified",
    "issue_d": "Mar-2014",
    "loan_status": "Fully Paid",
    "purpose": "other",
    "title": "Debt consolidation",
    "dti": 12.5,
    "earliest_cr_line": "Jun-1999",
    "open_acc": 8.0,
    "pub_rec": 0.0,
    "revol_bal": 9000.0,
    "revol_util": 40.5,
    "total_acc": 15.0,
    "initial_list_status": "f",
    "application_type": "INDIVIDUAL",
    "mort_acc": 0.0,
    "pub_rec_bankruptcies": 0.0,
}


def read(name: str) -> list[dict]:
    with open(HERE / name, newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


DEFECTS = list(dict.fromkeys(row["defect"] for row in read("defects.csv")))
EXPECTED = read("expected_findings.csv")


def planted(changes: list[dict], seeds: dict[str, tuple[str, str]]) -> object:
    """What the file holds for one defect."""
    given = {row["field"]: row["value"] for row in changes if row["field"]}
    zip_code = given.pop("@zip_code", "22690")
    seed_text, state = seeds[zip_code]
    if "*" in given:
        item = json.loads(given["*"])
        return {"Seeds": seed_text, **item} if isinstance(item, dict) else item
    row = {"Seeds": seed_text, **SOUND, "address": place(12, state, zip_code)}
    for field, value in given.items():
        filled = value.replace("{state}", state).replace("{zip_code}", zip_code)
        row[field] = None if value == "-" else json.loads(filled)
    if "installment" not in given:
        rate, months = (
            str(row["int_rate"]).strip("%"),
            "".join(filter(str.isdigit, str(row["term"]))),
        )
        row["installment"] = installment(float(row["loan_amnt"]), float(rate), int(months or 36))[0]
    return {field: value for field, value in row.items() if given.get(field) != "-"}


@pytest.fixture(scope="module")
def built(project):
    """The build over a file with one row per defect, in the order of DEFECTS."""
    seeds = {
        zip_code: (seed_text, state)
        for seed_text, state, zip_code in project.rows(
            "select seed_text, state, zip_code from profiles.seed_instructions order by seed_id"
        )
    }
    changes = read("defects.csv")
    items = [planted([c for c in changes if c["defect"] == name], seeds) for name in DEFECTS]
    path = project.folder / "freeform_data_defects_20260101T000000000_final.json"
    path.write_text(json.dumps(items), encoding="utf-8")
    project.output = project.receive(path)
    return project


def found(project, sql: str) -> set[tuple]:
    """Rows of a query whose first column is a synthetic_id, with the defect's name instead."""
    return {(DEFECTS[int(row[0].removeprefix("file-")) - 1], *row[1:]) for row in project.rows(sql)}


def expected(table: str, *columns: str) -> set[tuple]:
    return {
        (row["defect"], *(row[name] for name in columns))
        for row in EXPECTED
        if row["table"] == table
    }


def test_every_defect_is_received(built):
    assert built.rows("select count(*) from synthetic.synthetic_responses") == [(len(DEFECTS),)]


def test_format_findings_are_those_expected_and_no_others(built):
    findings = found(
        built,
        "select synthetic_id, coalesce(field, ''), finding, cast(rejects as varchar) "
        "from synthetic.format_findings",
    )
    assert findings == expected("format", "subject", "finding", "counts")


def test_rule_findings_are_those_expected_and_no_others(built):
    findings = found(
        built,
        "select synthetic_id, rule_id, cast(enforced as varchar) from synthetic.rule_findings",
    )
    assert findings == expected("rule", "subject", "counts")


def test_installments_that_are_not_right_are_those_expected(built):
    findings = found(
        built, "select synthetic_id, verdict from synthetic.emi_validation where verdict <> 'right'"
    )
    assert findings == expected("emi", "finding")


def test_every_rule_has_a_planted_defect(built):
    rules = {rule for (rule,) in built.rows("select rule_id from profiles.source_rules")}
    assert rules == {row["subject"] for row in EXPECTED if row["table"] == "rule"}


def test_rows_with_a_finding_that_counts_are_rejected_and_only_they(built):
    rejected = {row["defect"] for row in EXPECTED if row["counts"] == "true"}
    verdicts = found(
        built, "select synthetic_id from intermediate.int_synthetic__verdicts where not is_accepted"
    )
    assert verdicts == {(name,) for name in rejected}
    accepted = found(built, "select synthetic_id from marts.synthetic_loans")
    assert accepted == {(name,) for name in set(DEFECTS) - rejected}


def test_the_first_reason_is_the_form_then_the_rule(built):
    reasons = dict(
        found(
            built,
            "select synthetic_id, first_reason from intermediate.int_synthetic__verdicts "
            "where not is_accepted",
        )
    )
    assert reasons["refusal"] == "format: not a row"
    assert reasons["two_fields_missing"] == "format: term missing field"
    assert reasons["format_and_rule_broken"] == "format: emp_length not an allowed value"
    assert reasons["two_rules_broken"] == "rule: open_within_total"


def test_the_judge_names_what_it_takes_points_for(built):
    judged = {
        name: (score, why)
        for name, score, why in found(
            built, "select synthetic_id, score, justification from synthetic.judgements"
        )
    }
    assert judged["sound"] == (10, "no rule is broken")
    assert judged["field_missing"] == (1, "capped at 1: dti missing")
    assert judged["two_rules_broken"] == (
        3,
        "10 - 4 (open_within_total) - 3 (revol_util_plausible)",
    )


def test_accepted_rows_carry_the_formula_and_keep_what_was_generated(built):
    rows = found(
        built, "select synthetic_id, installment, installment_generated from marts.synthetic_loans"
    )
    assert {row for row in rows if row[0].startswith("installment_")} == {
        ("installment_wrong", 382.16, 400.0),
        ("installment_unreadable", 382.16, None),
        ("installment_empty", 382.16, None),
    }


def test_the_mart_writes_what_was_only_misspelt(built):
    rows = {
        name: rest
        for name, *rest in found(
            built, "select synthetic_id, term, issue_d, address from marts.synthetic_loans"
        )
    }
    assert rows["term_without_space"][0] == rows["term_as_number"][0] == " 36 months"
    assert rows["date_respelled"][1] == "Jan-2015"
    assert "\r\n" in rows["address_with_other_break"][2]


def test_the_exported_table_has_no_finding_left(built):
    accepted = built.rows("select synthetic_id from marts.synthetic_loans")
    found = built.rows(
        "select count(*), sum(len(format_findings)), sum(len(rule_violations)) "
        "from intermediate.int_export__checked"
    )
    assert found == [(len(accepted), 0, 0)]
    assert built.output.returncode == 0, built.output.stdout[-2000:]
