"""What is written beside seeds/fields.csv agrees with it: contracts, readers, their macros."""

import csv
import re

import duckdb
import pytest
import yaml

from likeness.schema.fields import load_derived
from likeness.warehouse import literal, quoted

IN_SOURCE_FORMAT = {"number": "double", "months": "varchar", "month": "varchar", "text": "varchar"}
ADDED = ["synthetic_id", "seed_id", "generator", "build_id", "judge_score"]
ADDED += ["installment_generated"]


@pytest.fixture(scope="module")
def rows(root):
    with open(root / "seeds" / "fields.csv", newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def contracts(root):
    listed = yaml.safe_load((root / "models/marts/synthetic_loans.yml").read_text(encoding="utf-8"))
    return {
        model["name"]: [
            (column["name"], column["data_type"], column["description"].rstrip("."))
            for column in model["columns"]
            if column["name"] not in ADDED
        ]
        for model in listed["models"]
    }


def test_the_contract_of_the_loans_as_in_the_source_is_the_field_list(rows, contracts):
    assert contracts["synthetic_loans"] == [
        (row["name"], IN_SOURCE_FORMAT[row["reader"]], row["description"])
        for row in rows
        if not row["expression"]
    ]


def test_the_contract_of_the_typed_loans_is_the_field_list_with_what_is_derived(rows, contracts):
    types = {"text": "varchar"}
    assert [column[:2] for column in contracts["synthetic_loans_typed"]] == [
        (row["name"], types.get(row["type"], row["type"])) for row in rows
    ]


def test_a_row_has_a_reader_that_is_a_macro_or_an_expression(root, rows):
    folder = root / "macros" / "cleaning"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.sql"))
    readers = set(re.findall(r"macro read_(\w+)\(", text))
    for row in rows:
        assert bool(row["reader"]) != bool(row["expression"]), row["name"]
        assert not row["reader"] or row["reader"] in readers, row["name"]


def test_derived_fields_are_no_fields_of_the_source(root, fields):
    derived = [field.name for field in load_derived(root / "seeds" / "fields.csv")]
    assert derived
    assert not set(derived) & {field.name for field in fields}


@pytest.mark.parametrize("name", ["plain", "two words", 'say "so"', "order", "a/b", "it's"])
def test_any_name_and_any_text_keeps_its_own_place_in_sql(name):
    relation = duckdb.sql(f"select {literal(name)} as {quoted(name)}")
    assert relation.columns == [name]
    assert relation.fetchall() == [(name,)]
