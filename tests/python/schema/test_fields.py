"""The field list says of the data what is true."""

import pytest

from likeness.schema.fields import fields_from_rows, load_fields


def test_there_are_27_fields_in_source_order(fields):
    assert [field.position for field in fields] == list(range(1, 28))
    assert fields[0].name == "loan_amnt"
    assert fields[-1].fixed_parts == ("state", "zip_code")


def test_allowed_values_are_those_of_the_data(fields):
    by_name = {field.name: field for field in fields}
    assert by_name["emp_length"].allowed_values[0] == "< 1 year"
    assert by_name["emp_length"].allowed_values[-1] == "10+ years"
    assert {"NONE", "OTHER", "ANY"} <= set(by_name["home_ownership"].allowed_values)


def test_a_category_is_printed_as_the_source_does(fields):
    assert fields[1].print_category("36") == "36 months"


def test_an_unknown_kind_is_named(fields, root):
    row = {"position": 1, "name": "x", "kind": "odd"}
    with pytest.raises(ValueError, match="field x: kind 'odd'"):
        fields_from_rows([row])


def test_a_field_listed_twice_is_named(root, tmp_path):
    lines = (root / "seeds" / "fields.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "fields.csv"
    path.write_text("\n".join([*lines, lines[1]]), encoding="utf-8")
    with pytest.raises(ValueError, match="loan_amnt is listed more than once"):
        load_fields(path)
