"""A red build: what it leaves, what it says last, and that each gate of its own can fail."""

import json

import pytest

from .made_loans import NAMES, loans, write_csv
from .project import FROM_RESPONSES

AFTER_MARTS = ("-s", "int_scorecard__checks+", "int_export__texts+")
ROWS = 60


@pytest.fixture(scope="module")
def green(project):
    """A green build over a tab-separated file without seeds, its columns in another order."""
    rows = [{name: row[name] for name in sorted(NAMES)} for row in loans(ROWS, seed=3)]
    path = write_csv(project.folder / "vendor.tsv", rows, delimiter="\t")
    project.variables = {"generator": "file", "synthetic_path": str(path)}
    project.output = project.build(*FROM_RESPONSES, **project.variables)
    return project


@pytest.fixture(scope="module")
def exported(green) -> str:
    """The export of the green build."""
    assert green.output.returncode == 0, green.output.stdout[-3000:]
    return green.export.read_bytes().decode()


@pytest.fixture(scope="module")
def red(green, exported):
    """A build whose generator gives nothing but refusals."""
    path = green.folder / "refusals.json"
    path.write_text(json.dumps([{"text": "no"}] * 30), encoding="utf-8")
    done = green.build(*FROM_RESPONSES, generator="file", synthetic_path=str(path))
    return done, green


@pytest.fixture(scope="module")
def tampered(red):
    """The marts changed behind the checks' back, then the gates alone."""
    _, project = red
    again = project.build(*FROM_RESPONSES, **project.variables)
    assert again.returncode == 0, again.stdout[-3000:]
    for change, which in (
        ("term = trim(term)", "<= 'file-000000003'"),
        ("open_acc = 90", "= 'file-000000005'"),
        ("installment = 1", "> 'file-000000045'"),
    ):
        project.run(f"update marts.synthetic_loans set {change} where synthetic_id {which}")
    return project.build(*AFTER_MARTS, **project.variables), project


def scorecard(project) -> dict[str, tuple]:
    return {
        metric: rest
        for metric, *rest in project.rows(
            "select metric, value, status, severity from marts.quality_scorecard "
            "where generator = 'file'"
        )
    }


def test_a_green_build_exports_the_rows_of_the_file(green, exported):
    lines = exported.split("\n")
    assert lines[0].split("\t") == NAMES
    assert exported.count("\r\n") == ROWS
    assert green.rows("select status, reason, rows from marts.exports") == [("written", None, ROWS)]


def test_a_red_build_fails_and_its_last_lines_say_what_and_why(red):
    done, _ = red
    assert done.returncode == 1
    last = done.stdout.strip().splitlines()[-12:]
    assert any(
        "accepted_rows is 0, below 1; try: look at generation_funnel" in line for line in last
    ), last


def test_a_red_build_leaves_scorecard_and_funnel(red):
    _, project = red
    assert scorecard(project)["accepted_rows"] == [0, "fail", "error"]
    assert scorecard(project)["lost_categories"][1] == "not_computed"
    assert project.rows(
        "select rows from marts.generation_funnel where generator = 'file' "
        "and stage = 'rejected' and counted = 'all'"
    ) == [(30,)]


def test_a_red_build_keeps_the_last_good_export(red, exported):
    _, project = red
    assert project.export.read_bytes().decode() == exported


def test_every_gate_on_single_rows_can_fail(tampered):
    done, project = tampered
    assert done.returncode == 1
    card = scorecard(project)
    assert card["format_errors"] == [3, "fail", "error"]
    assert card["broken_rules"] == [1, "fail", "error"]
    assert card["emi_to_the_cent"] == [pytest.approx(45 / 60), "fail", "error"]
    for metric in ("format_errors is 3, above 0", "broken_rules is 1, above 0", "is 0.75, below 1"):
        assert metric in done.stdout


def test_what_failed_is_in_the_exports_table(tampered):
    _, project = tampered
    assert project.rows("select status, reason from marts.exports") == [
        ("kept", "failed: broken_rules, emi_to_the_cent, format_errors")
    ]


def test_export_on_red_replaces_the_export(tampered):
    _, project = tampered
    done = project.build("-s", "exports", export_on_red=True, **project.variables)
    assert done.returncode == 0
    assert "\t1.0\t" in project.export.read_bytes().decode()
