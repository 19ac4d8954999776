"""The analyses answer: on a built database each returns rows."""

import os
import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from likeness.cli import ask
from likeness.cli.__main__ import main

ROOT = Path(__file__).resolve().parents[3]
ANALYSES = sorted((ROOT / "analyses").glob("*.sql"))
SCHEMAS = {"source_rules": "profiles", "int_synthetic__verdicts": "intermediate"}


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


def test_the_questions_are_there():
    assert [path.stem for path in ANALYSES] == [
        "better_since_last_build",
        "largest_deviations",
        "mean_by_two_conditions",
        "model_gini_and_calibration",
        "psi_and_iv",
        "rejected_rows",
        "rules_the_source_breaks",
        "target_rate_by_condition",
        "target_rate_by_two_conditions",
        "which_generator_is_closest",
        "which_segment",
    ]


@pytest.mark.parametrize("path", ANALYSES, ids=lambda path: path.stem)
def test_each_returns_rows(path, database):
    def named(match: re.Match) -> str:
        return f"{SCHEMAS.get(match[1], 'marts')}.{match[1]}"

    sql = re.sub(r"\{\{ ref\('likeness', '(\w+)'\) \}\}", named, path.read_text(encoding="utf-8"))

    assert database.execute(sql).fetchall()


@pytest.fixture(scope="module")
def copy(database, tmp_path_factory):
    """A copy for readers, of what the database holds of the tables that the questions name."""
    path = tmp_path_factory.mktemp("asked") / "likeness_marts.duckdb"
    texts = " ".join(file.read_text(encoding="utf-8") for file in ANALYSES)
    names = sorted(set(re.findall(r"ref\('likeness', '(\w+)'\)", texts)))
    relations = {name: database.table(f"{SCHEMAS.get(name, 'marts')}.{name}") for name in names}
    with duckdb.connect(str(path)) as written:
        for name, relation in relations.items():
            frame = relation.limit(500).df()
            written.execute(f'create table "{name}" as select * from frame')
            assert frame is not None
    return path


@pytest.mark.parametrize("path", ANALYSES, ids=lambda path: path.stem)
def test_each_is_answered_in_full_from_the_copy_for_readers(path, copy, capsys):
    assert main(["ask", path.stem, "--file", str(copy)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(ask.asked(path))
    assert re.search(r"^[\d,]+ rows of ", said, re.M)
    assert "..." not in said.partition("\n")[2]


def test_the_copy_of_a_build_has_every_table_that_a_question_names():
    made = (ROOT / "models" / "marts" / "marts_copy.py").read_text(encoding="utf-8")
    named = set(re.findall(r'^        "(\w+)": dbt.ref', made, re.M))
    texts = " ".join(file.read_text(encoding="utf-8") for file in ANALYSES)
    assert set(re.findall(r"ref\('likeness', '(\w+)'\)", texts)) <= named


def test_without_a_question_all_are_listed(capsys):
    assert main(["ask"]) == 0
    said = capsys.readouterr().out
    assert all(path.stem in said for path in ANALYSES)


def test_what_cannot_be_asked_is_said_in_a_sentence(copy, tmp_path, capsys):
    assert main(["ask", "psi_and_ivy", "--file", str(copy)]) == 1
    assert "did you mean psi_and_iv?" in capsys.readouterr().out
    assert main(["ask", "psi_and_iv", "--file", str(tmp_path / "none.duckdb")]) == 1
    assert "none.duckdb" in capsys.readouterr().out


def test_nothing_of_a_table_is_cut():
    frame = pd.DataFrame({"x": ["long " * 60] * 200, "y": [None, 1.5] * 100})
    assert len(ask.table(frame).splitlines()) == 201
    assert "long " * 60 in ask.table(frame)
    assert ask.table(frame.iloc[:0]) == "no rows"
