"""A field list that cannot be used is one sentence with its line."""

import pytest

from likeness.schema.field_list import COLUMNS, line_of, problem_with_field_list

SOUND = {
    "position": "1",
    "name": "a",
    "kind": "continuous",
    "type": "double",
    "reader": "number",
    "roles": "seed",
    "nullable": "false",
    "decimals": "2",
    "format": "number",
}
DATE = {"kind": "date", "type": "date", "reader": "date", "decimals": ""}


def listed(path, *rows):
    lines = [",".join(COLUMNS)]
    lines += [",".join(row.get(name, "") for name in COLUMNS) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return problem_with_field_list(path)


def test_sound_lists_have_no_problem(root, tmp_path):
    assert problem_with_field_list(root / "seeds" / "fields.csv") == ""
    assert listed(tmp_path / "fields.csv", SOUND) == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "continous"}, "kind 'continous' is none of"),
        ({"kind": "continous"}, "did you mean continuous?"),
        ({"type": "number"}, "type 'number' is none of"),
        ({"nullable": "perhaps"}, "nullable 'perhaps' is none of true, false"),
        ({"reader": "text"}, "kind continuous is read by number"),
        ({"roles": "seed;segmnt"}, "did you mean segment?"),
        ({"decimals": "two"}, "decimals 'two' must be a whole number"),
        ({"position": "x"}, "position 'x' must be a whole number"),
        ({"name": ""}, "this field has no name"),
        (DATE | {"reader": "timestamp"}, "kind date is read by date or month, not by"),
        (DATE | {"format": "%d/%m"}, "format '%d/%m' must print a date so that it can be read"),
        (DATE | {"format": "%Y-%m-%d", "kind": "timestamp", "reader": "timestamp"}, "a timestamp"),
        (DATE | {"format": "%H:%M", "reader": "month"}, "must print a month"),
        ({"name": "A"}, "field A is listed in line 2 already"),
    ],
)
def test_the_first_fault_is_named_with_its_line(tmp_path, changed, said):
    sentence = listed(tmp_path / "fields.csv", SOUND, SOUND | {"name": "b"} | changed)
    assert sentence.startswith("seeds/fields.csv, line 3: ")
    assert said in sentence


def test_the_line_of_a_field_is_that_of_the_file(root, monkeypatch):
    monkeypatch.chdir(root)
    assert line_of("seeds/fields.csv", "name", "loan_amnt") == 2
    assert line_of("seeds/fields.csv", "name", "no such field") is None
