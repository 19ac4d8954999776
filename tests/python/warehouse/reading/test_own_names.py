"""A source's column that is called as one of the tables' own gets a name of its own."""

import pytest

from likeness import warehouse
from likeness.schema.field_list import COLUMNS, problem_with_field_list
from likeness.warehouse.reading.own_names import column_of, field_names, with_field_names
from likeness.warehouse.reading.source import source

LINE = ",".join(COLUMNS)


def test_taken_names_get_an_underscore_more_and_stay_apart():
    columns = ["loan_id", "Source", "amount", "reason", "reason_", "loan_ids"]
    names = field_names(columns)
    assert names == ["loan_id_", "Source_", "amount", "reason__", "reason_", "loan_ids"]
    assert [column_of(name) for name in names[:4]] == ["loan_id", "Source", "amount", "reason"]
    assert column_of("amount_") == "amount_"


def test_a_relation_has_the_fields_beside_its_columns():
    relation = '(select 1 as loan_id, 2 as "Source", 3 as amount)'
    made = with_field_names(
        relation, ["loan_id", "Source", "amount"], ["loan_id_", "Source_", "amount"]
    )
    with warehouse.scratch() as connection:
        assert warehouse.row(
            connection, f'select loan_id, loan_id_, "Source_", amount from {made}'
        ) == (1, 1, 2, 3)
    assert with_field_names(relation, ["loan_id", "amount"], ["amount"]) == relation
    assert with_field_names(relation, ["generator_"], ["generator_"]) == relation


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_files_are_read_under_the_fields_names(tmp_path, ending):
    path = tmp_path / f"table.{ending}"
    with warehouse.scratch() as connection:
        rows = "select i as loan_id, i * 1.5 as raw, 'x' as kind from range(9) as made(i)"
        connection.execute(f"copy ({rows}) to '{path}' (format {ending})")
        found = source(str(path), ["loan_id_", "raw_", "kind"], ["loan_id_", "raw_"], {})
        assert found.problem == ""
        asked = f"select sum(loan_id_::int), sum(raw_::double), min(kind) from {found.relation}"
        assert warehouse.row(connection, asked) == (36, 54.0, "x")


def test_a_field_list_may_not_name_a_field_so(tmp_path):
    path = tmp_path / "fields.csv"
    path.write_text(
        f"{LINE}\n1,Loan_ID,integer,integer,number,seed,false,0,number,,,,a\n", encoding="utf-8"
    )
    said = problem_with_field_list(path)
    assert "line 2: field Loan_ID: the tables have a column of that name; call it Loan_ID_" in said
