"""Files of synthetic rows as people have them: read, or one sentence before the build."""

import csv
import gzip
import io
import json

import pytest

from checks.made_loans import loans
from likeness.generators.file_rows import items, problem_with_header, problem_with_path, responses
from likeness.preflight.synthetic import problem_with_first_rows
from likeness.schema.fields import load_fields
from likeness.schema.given import project_vars
from reading_macros import findings_of_first_rows

FIELDS = load_fields("seeds/fields.csv")
NAMES = [field.name for field in FIELDS]


def table(delimiter, names=NAMES, rows=3):
    line = delimiter.join(names) + "\n"
    return line + (delimiter.join("1" for _ in names) + "\n") * rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["rows.csv", "rows.tsv", "rows.txt"])
def test_the_delimiter_is_found(tmp_path, delimiter, name):
    path = tmp_path / name
    path.write_text(table(delimiter), encoding="utf-8")
    assert problem_with_path(str(path)) == ""
    assert problem_with_header(str(path), FIELDS) == ""
    assert [set(row) for _, row in items(path)] == [set(NAMES)] * 3


@pytest.mark.parametrize("gone", [["dti"], ["dti", "grade"], NAMES[1:]])
def test_a_missing_column_is_named_before_the_build(tmp_path, gone):
    path = tmp_path / "rows.csv"
    path.write_text(table(",", [n for n in NAMES if n not in gone]), encoding="utf-8")
    said = problem_with_header(str(path), FIELDS)
    assert said.startswith(f"{path} has no column")
    assert gone[0] in said


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.99])
def test_a_truncated_json_file_is_named(tmp_path, kept):
    text = json.dumps([dict.fromkeys(NAMES, "1") for _ in range(50)])
    path = tmp_path / "rows.json"
    path.write_text(text[: int(len(text) * kept)], encoding="utf-8")
    said = problem_with_path(str(path))
    assert "rows.json" in said
    assert "\n" not in said


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.99])
def test_a_truncated_gzip_file_is_named(tmp_path, kept):
    packed = gzip.compress(table(",", rows=5000).encode())
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(packed[: int(len(packed) * kept)])
    assert "rows.csv.gz is cut off" in problem_with_path(str(path))


MADE = loans(60, seed=21)


def written(rows, delimiter=",", **options):
    out = io.StringIO()
    writer = csv.DictWriter(out, NAMES, delimiter=delimiter, lineterminator="\n", **options)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def changed(column, value):
    return [{**row, column: value} for row in MADE]


def with_commas():
    return [
        {k: str(v).replace(".", ",") if isinstance(v, float) else v for k, v in row.items()}
        for row in MADE
    ]


READ = {
    "plain": written(MADE),
    "semicolons": written(MADE, ";"),
    "bars": written(MADE, "|"),
    "a title line": "Synthetic loans of June\n" + written(MADE),
    "two title lines and a blank": "Synthetic loans\nof June\n\n" + written(MADE, ";"),
    "decimal commas": written(with_commas(), ";"),
    "utf-16": written(MADE).encode("utf-16"),
    "utf-8 mark": written(MADE).encode("utf-8-sig"),
    "windows-1252": written(changed("emp_title", "Café owner")).encode("cp1252"),
    "single quotes": written(MADE, quotechar="'", quoting=csv.QUOTE_ALL),
    "names in capitals": written(MADE).replace(",".join(NAMES), ",".join(NAMES).upper()),
    "iso dates": written(changed("issue_d", "2015-12-01")),
    "percent signs": written([{**row, "int_rate": f"{row['int_rate']}%"} for row in MADE]),
    "missing markers": written(changed("mort_acc", "NA")),
    "no values in a column": written(changed("mort_acc", "")),
    "a footer line": written(MADE) + "Total: 60 rows\n",
}


@pytest.fixture
def first_rows(tmp_path):
    """The sentence about a file of this content, as the preflight gives it."""
    variables = project_vars("dbt_project.yml") | {"generator": "file"}

    def asked(content, name="rows.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        said = problem_with_path(str(path)) or problem_with_header(str(path), FIELDS)
        findings = findings_of_first_rows(generator="file")
        return said or problem_with_first_rows(str(path), findings, FIELDS, variables), path

    return asked


@pytest.mark.parametrize("kind", READ)
def test_a_file_of_synthetic_rows_is_read_like_a_source(first_rows, kind):
    said, path = first_rows(READ[kind])
    assert said == ""
    variables = project_vars("dbt_project.yml")
    given = (variables["missing_markers"], variables["markers_kept_in"])
    received = next(responses(path, NAMES, {}, *given))
    assert len(received) == len(MADE) + (kind == "a footer line")
    assert received["loan_amnt"].iloc[0] == str(MADE[0]["loan_amnt"])
    assert received["mort_acc"].isna().all() == ("missing" in kind or "no values" in kind)
    assert set(received["emp_title"].dropna()) <= {"Teacher", "Café owner", None}


REFUSED = {
    "a grade that nobody knows": (changed("grade", "Z"), "grade not an allowed value in 60"),
    "words for numbers": (changed("int_rate", "low"), "int_rate cannot be read in 60, such as"),
    "dates that are not certain": (changed("issue_d", "01/02/2015"), "issue_d cannot be read"),
    "no zip codes": (changed("address", "1 A Street"), "address does not end with state"),
    "an empty column": (changed("dti", ""), "dti is empty in 60"),
    "too many decimals": (changed("dti", 1.23456), "dti too many decimals in 60"),
    "titles that are too long": (changed("emp_title", "x" * 99), "emp_title too long in 60"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_of_which_no_row_could_be_accepted_stops(first_rows, kind):
    rows, words = REFUSED[kind]
    said, path = first_rows(written(rows))
    assert said.startswith(f"{path}: none of its first 60 rows could be accepted: {words}")
    assert "\n" not in said


def test_one_row_that_may_be_accepted_is_enough(first_rows):
    assert first_rows(written([*changed("grade", "Z"), MADE[0]]))[0] == ""


def test_refusals_of_a_model_stop(first_rows):
    said, _ = first_rows(json.dumps([{"text": "no"}] * 5), "rows.json")
    assert "none of its first 5 rows could be accepted: not a row in 5" in said
