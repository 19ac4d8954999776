"""The analyses answer: on a built database each returns rows."""

import os
import re
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[3]
ANALYSES = sorted((ROOT / "analyses").glob("*.sql"))
SCHEMAS = {"source_rules": "profiles"}


@pytest.fixture(scope="module")
def database():
    """A database that `dbt build` made: the tests' own, or the one that LIKENESS_DB names."""
    named = os.environ.get("LIKENESS_DB")
    paths = [Path(named)] if named else []
    path = next((p for p in [*paths, ROOT / "target" / "test.duckdb"] if p.is_file()), None)
    if path is None:
        pytest.skip("no built database: run `make test`")
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def test_the_five_questions_are_there():
    assert [path.stem for path in ANALYSES] == [
        "better_since_last_build",
        "largest_deviations",
        "rules_the_source_breaks",
        "which_generator_is_closest",
        "which_segment",
    ]


@pytest.mark.parametrize("path", ANALYSES, ids=lambda path: path.stem)
def test_each_returns_rows(path, database):
    def named(match: re.Match) -> str:
        return f"{SCHEMAS.get(match[1], 'marts')}.{match[1]}"

    sql = re.sub(r"\{\{ ref\('likeness', '(\w+)'\) \}\}", named, path.read_text(encoding="utf-8"))

    assert database.execute(sql).fetchall()
