"""Numbers of more digits than a double keeps, and identifiers that several rows share."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from likeness.schema.discovery.draft import Draft, draft
from likeness.synthesizer.identifiers import made_identifiers

ROWS = 3000
COLUMNS = {
    "constant": "cast(9007199254740993 as bigint)",
    "codes": "cast(9007199254740993 + range % 5 as bigint)",
    "prices": "cast(12345678901234567890.12 + range % 3 as decimal(38, 2))",
    "rates": "cast(0.1 + (range % 4) / 8 as decimal(18, 3))",
    "wide": "cast(1234567890123.4567 + range * 1.0003 as decimal(38, 4))",
    "narrow": "cast(range / 7 as decimal(18, 2))",
    "accounts": "'C-' || lpad(cast((range // 3) * 7 as varchar), 7, '0')",
    "numbers": "cast(9000000000000000000 + (range // 3) * 1000003 as bigint)",
}


@pytest.fixture(scope="module", params=["parquet", "csv"])
def drafted(request, tmp_path_factory) -> Iterator[Draft]:
    folder: Path = tmp_path_factory.mktemp("digits")
    path = folder / f"table.{request.param}"
    listed = ", ".join(f"{sql} as {name}" for name, sql in COLUMNS.items())
    with duckdb.connect() as connection:
        connection.execute(f"copy (select {listed} from range({ROWS})) to '{path}'")
    rows = folder / "rows"
    rows.mkdir()
    made = draft(str(path), rows, None, lambda text: None)
    yield made
    made.table.connection.close()


def field(made: Draft, name: str):
    return next(field for field in made.fields if field.name == name)


def test_one_value_of_many_digits_is_kept_as_it_is(drafted):
    assert field(drafted, "constant").kind == "constant"
    assert field(drafted, "constant").allowed_values == ("9007199254740993",)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("codes", [str(9007199254740993 + i) for i in range(5)]),
        ("prices", [f"1234567890123456789{i}.12" for i in range(3)]),
    ],
)
def test_few_values_of_many_digits_are_categories_to_the_last_digit(drafted, name, values):
    found = field(drafted, name)
    assert (found.kind, found.reader) == ("categorical", "text")
    assert sorted(found.allowed_values) == values


def test_few_numbers_that_a_double_keeps_stay_numbers(drafted):
    assert field(drafted, "rates").reader == "number"


def test_many_numbers_of_many_digits_say_how_many_are_kept(drafted):
    wide = field(drafted, "wide")
    assert (wide.kind, wide.decimals) == ("continuous", 4)
    if drafted.table.path.endswith("parquet"):
        assert "of which 15 digits are kept" in wide.evidence
    assert "digits" not in field(drafted, "narrow").evidence


@pytest.mark.parametrize("name", ["accounts", "numbers"])
def test_identifiers_that_a_few_rows_share_are_no_words(drafted, name):
    found = field(drafted, name)
    assert found.kind == "identifier"
    made = made_identifiers(found, 1, np.arange(ROWS))
    assert len(set(made)) == ROWS
    assert "#" in found.format
