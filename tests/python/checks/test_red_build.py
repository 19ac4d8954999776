"""A red build: what it leaves, what it says last, and that each gate of its own can fail."""

import json

import pytest

from .made_loans import NAMES, loans, write_csv

ROWS = 60
GOOD = "the rows of the last good build"


@pytest.fixture(scope="module")
def green(project):
    """A green build over a tab-separated file without seeds, its columns in another order."""
    rows = [{name: row[name] for name in sorted(NAMES)} for row in loans(ROWS, seed=3)]
    path = write_csv(project.folder / "vendor.tsv", rows, delimiter="\t")
    done = project.receive(path)
    assert done.returncode == 0, done.stdout[-3000:]
    return project, path, done.stdout, project.rows("from marts.exports")


@pytest.fixture(scope="module")
def tampered(green):
    """The marts changed behind the checks' back, then the checks on them and the gates."""
    project, path, *_ = green
    for change, which in (
        ("term = trim(term)", "<= 'file-000000003'"),
        ("open_acc = 90", "= 'file-000000005'"),
        ("installment = 1", "> 'file-000000045'"),
    ):
        project.run(f"update marts.synthetic_loans set {change} where synthetic_id {which}")
    after = ("int_export__checked+",)
    done = project.build(*after, generator="file", synthetic_path=str(path))
    return done, scorecard(project)


@pytest.fixture(scope="module")
def red(green, tampered):
    """A build whose every row breaks a rule, over what an earlier one published."""
    project, *_ = green
    project.export.write_text(GOOD)
    rows = [{**row, "open_acc": 90.0, "total_acc": 9.0} for row in loans(30, seed=4)]
    return project.receive(write_csv(project.folder / "broken.csv", rows)), project


@pytest.fixture(scope="module")
def refused(green):
    """A build of a file of nothing but refusals, of which no row could be accepted."""
    project, *_ = green
    path = project.folder / "refusals.json"
    path.write_text(json.dumps([{"text": "no"}] * 30), encoding="utf-8")
    return project.receive(path)


def test_a_file_whose_first_rows_cannot_be_accepted_stops_before_any_model(refused):
    assert refused.returncode == 2
    assert "none of its first 30 rows could be accepted: not a row in 30" in refused.stdout
    assert "model synthetic." not in refused.stdout
    assert "Traceback" not in refused.stdout


def scorecard(project) -> dict[str, list]:
    sql = "select metric, value, status, severity from marts.quality_scorecard"
    return {metric: rest for metric, *rest in project.rows(f"{sql} where generator = 'file'")}


def test_a_part_of_a_build_has_rows_in_source_order_and_publishes_nothing(green):
    project, _, said, outcome = green
    columns = [name for name, *_ in project.rows("describe marts.synthetic_loans")]
    assert columns[: len(NAMES)] == NAMES
    assert project.rows("select count(*) from marts.synthetic_loans") == [(ROWS,)]
    assert outcome == [(str(project.export), ROWS)]
    assert "Nothing was published" in said


def test_every_gate_on_single_rows_can_fail(tampered):
    done, card = tampered
    assert done.returncode == 1
    assert card["format_errors"] == [3, "fail", "error"]
    assert card["rule_violations"] == [1, "fail", "error"]
    assert card["formula_exact"] == [pytest.approx(45 / 60), "fail", "error"]
    for words in (
        "format_errors is 3, above 0",
        "rule_violations is 1, above 0",
        "is 0.75, below 1",
    ):
        assert words in done.stdout


def test_a_red_build_leaves_a_report_beside_the_last_good_export(red):
    done, project = red
    assert project.export.read_text() == GOOD
    page = (project.export.parent / "report.red.html").read_text(encoding="utf-8")
    assert "gate accepted_rows" in page
    assert "Nothing was published, as the build is red" in done.stdout


def test_a_red_build_fails_and_its_last_lines_say_what_and_why(red):
    done, _ = red
    assert done.returncode == 1
    last = "\n".join(done.stdout.strip().splitlines()[-12:])
    assert "accepted_rows is 0, below 1; try: look at generation_funnel" in last
    assert (
        "accepted   none of 30 synthetic rows; the most frequent reason: "
        "rule: open_within_total in 30" in done.stdout
    )
    assert "Traceback" not in done.stdout


def test_a_red_build_leaves_scorecard_and_funnel(red):
    _, project = red
    assert scorecard(project)["accepted_rows"] == [0, "fail", "error"]
    assert scorecard(project)["missing_categories"][1] == "not_computed"
    assert project.rows(
        "select rows from marts.generation_funnel where generator = 'file' "
        "and stage = 'rejected' and counted = 'all'"
    ) == [(30,)]
