"""Which databases can be opened and written, asked before dbt does."""

import os
import shutil
import subprocess
import sys
from collections import namedtuple

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials

from likeness.dbt_plugin import Plugin
from likeness.warehouse.opening import LEAST_ROOM, SCHEMAS, problem_with_database

HOLDS_IT = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(flush=True); input()"
Usage = namedtuple("Usage", "total used free")


def asked(path) -> str:
    """The sentence about a path under the name that dbt gives the database."""
    name = DuckDBCredentials.path_derived_database_name(str(path))
    said = problem_with_database(str(path), name)
    assert "\n" not in said
    assert not said or (str(path) in said and "LIKENESS_DB" in said)
    return said


FINE = [
    *("likeness", "my-loans", "my loans", "1st", "größe", "SELECT", "select", "table", "a.b.c"),
    *("user", "Loans 2015 (new)", "loans+1", "貸出", "raw1"),
]


@pytest.mark.parametrize("name", FINE)
def test_a_database_may_have_any_name(tmp_path, name):
    assert asked(tmp_path / f"{name}.duckdb") == ""
    assert asked(tmp_path / f"{name}.duckdb") == ""


WRONG = [
    *((name, "has the name of one of its schemas") for name in ("raw", "marts", "Staging", "main")),
    *((name, "in DuckDB and") for name in ("temp", "system", "a#b")),
    *((name, "has a quote in its name") for name in ("o'loans", 'the "loans"')),
]


@pytest.mark.parametrize(("name", "words"), WRONG)
def test_a_name_that_sql_would_take_for_another_stops(tmp_path, name, words):
    assert words in asked(tmp_path / f"{name}.duckdb")


def test_every_schema_of_the_project_is_known(root):
    def schemas(node):
        for key, value in node.items():
            if isinstance(value, dict):
                yield from schemas(value)
            elif key == "+schema":
                yield value

    project = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))
    assert {*schemas(project["models"]), *schemas(project["seeds"])} == set(SCHEMAS)


def test_a_database_that_another_program_has_open_names_it(tmp_path):
    path = tmp_path / "likeness.duckdb"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS_IT, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        holder.stdout.readline()
        said = asked(path)
    finally:
        holder.communicate(b"\n")
    assert f"is opened by another program (python3.{sys.version_info.minor}" in said
    assert f"process {holder.pid}" in said
    assert asked(path) == ""


def test_places_that_cannot_hold_a_database(tmp_path):
    (tmp_path / "file").write_text("text " * 5000)
    assert "is no whole DuckDB database" in asked(tmp_path / "file")
    assert f"{tmp_path / 'no'} does not exist" in asked(tmp_path / "no" / "x.duckdb")
    assert f"{tmp_path / 'file'} is not a folder" in asked(tmp_path / "file" / "x.duckdb")
    assert "is a folder" in asked(tmp_path)
    assert "the name of the database is empty" in problem_with_database("", "")
    (tmp_path / "empty").touch()
    assert "is no whole DuckDB database" in asked(tmp_path / "empty")


@pytest.mark.parametrize("kept", [0.01, 0.1])
def test_a_database_that_is_cut_off(tmp_path, kept):
    path = tmp_path / "whole.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select random() as x from range(100000)")
    os.truncate(path, int(path.stat().st_size * kept))
    said = asked(path)
    assert "DuckDB database" in said or "cannot be opened" in said


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_read_only_place_is_named(tmp_path, monkeypatch, what):
    path = tmp_path / "x.duckdb"
    with duckdb.connect(str(path)):
        pass
    read_only = str(path if what == "file" else tmp_path)
    monkeypatch.setattr(os, "access", lambda p, _: str(p) != read_only)
    assert "read-only for you" in asked(path)


def test_a_full_disc_is_named_before_the_build(tmp_path, monkeypatch):
    full = Usage(2 * LEAST_ROOM, LEAST_ROOM + 1, LEAST_ROOM - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    name = DuckDBCredentials.path_derived_database_name(str(tmp_path / "x.duckdb"))
    said = problem_with_database(str(tmp_path / "x.duckdb"), name)
    assert "x.duckdb cannot be written: 64 MB are free there" in said


def test_dbt_shows_the_sentence_as_its_own_error(tmp_path):
    path = tmp_path / "raw.duckdb"
    credentials = DuckDBCredentials(database="raw", schema="main", path=str(path))
    with pytest.raises(RuntimeError, match="has the name of one of its schemas, raw"):
        Plugin("dbt_plugin", {}, credentials)
    assert not path.exists()


def test_memory_needs_no_place():
    assert problem_with_database(":memory:", "memory") == ""
