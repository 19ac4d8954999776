"""Files of synthetic rows as people have them: read, or one sentence before the build."""

import gzip
import json

import pytest

from likeness.generators.file_rows import items, problem_with_header, problem_with_path
from likeness.schema.fields import load_fields

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
