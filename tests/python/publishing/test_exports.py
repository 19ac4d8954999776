"""Files that a build stages: the rows, and the copy of the marts for readers."""

import json
import shutil
from types import SimpleNamespace

import duckdb
import pytest

from likeness import warehouse
from likeness.builds.publishing import build, exports, staging
from likeness.schema.outputs import MARTS, ROWS


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An export folder whose build `one` has begun."""
    monkeypatch.setattr(staging.dbt_flags, "build_id", lambda: "one")
    request = json.dumps({"folder": str(tmp_path), "build_id": "one", "stages": True})
    assert json.loads(build.begin(request))["problem"] == ""
    return tmp_path


def staged(folder, name):
    return staging.staging_of(folder, "one") / staging.FILES / name


def test_the_copy_holds_the_relations_beside_the_last_published_one(folder):
    (folder / MARTS).write_text("the published copy")
    session = duckdb.connect()
    session.execute("create table numbers as select range as n from range(7)")
    written = exports.write_copy(session, {"numbers": session.table("numbers")}, str(folder))
    assert written.to_dict("records") == [{"name": "numbers", "rows": 7}]
    with duckdb.connect(str(staged(folder, MARTS)), read_only=True) as copy:
        assert copy.execute("select sum(n) from numbers").fetchall() == [(21,)]
    assert (folder / MARTS).read_text() == "the published copy"


def test_a_failed_copy_is_let_go_and_publishes_nothing(folder):
    session = duckdb.connect()
    session.execute("create view broken as select error('no') as n")
    with pytest.raises(duckdb.Error):
        exports.write_copy(session, {"broken": session.table("broken")}, str(folder))
    assert not (folder / MARTS).exists()
    assert session.execute(
        "select count(*) from duckdb_databases() where not internal"
    ).fetchall() == [(1,)]
    session.execute("begin")  # no transaction is left open
    session.execute("commit")


def test_the_copy_has_the_comments_of_columns_and_opens_in_released_clients(folder):
    session = duckdb.connect()
    session.execute("create schema marts; create table marts.numbers as select 1 as n, 2 as m")
    session.execute("comment on column marts.numbers.n is 'it''s a number'")
    relation = session.table("marts.numbers")
    exports.write_copy(session, {"numbers": relation}, str(folder), schemas=["marts"])
    with duckdb.connect() as reader:
        reader.execute(f"attach '{staged(folder, MARTS)}' as copy (read_only)")
        comments = reader.execute(
            "select column_name, comment from duckdb_columns() where database_name = 'copy'"
        ).fetchall()
        tags = reader.execute(
            "select tags from duckdb_databases() where database_name = 'copy'"
        ).fetchall()[0][0]
    assert comments == [("n", "it's a number"), ("m", None)]
    assert tags["storage_version"].startswith(warehouse.STORAGE)


def test_the_rows_are_sorted_and_keep_line_breaks(folder):
    session = duckdb.connect()
    session.execute("create table loans as select 'b' as id, 2::double as x, 'a\r\nc' as y")
    session.execute("insert into loans values ('a', 10000, null)")
    result = exports.write_rows(session.table("loans"), ["x", "y"], "id", folder=str(folder))
    written = staged(folder, ROWS).read_bytes().decode()
    assert written == 'x\ty\n10000.0\t\n2.0\t"a\r\nc"\n'
    assert result.to_dict("records") == [{"file": str(folder / ROWS), "rows": 2}]
    assert not (folder / ROWS).exists()


def begun(folder) -> dict:
    return json.loads(
        build.begin(json.dumps({"folder": str(folder), "build_id": "b", "stages": True}))
    )


def test_a_folder_that_is_a_file_stops_before_any_model(tmp_path):
    (tmp_path / "file").touch()
    said = begun(tmp_path / "file")["problem"]
    assert said == f"{tmp_path / 'file'}, which var export_dir names, is a file: name a folder."
    assert (
        f"{tmp_path / 'file' / 'x'} cannot be written" in begun(tmp_path / "file" / "x")["problem"]
    )


def test_a_full_disc_stops_before_any_model_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2**20))
    said = begun(tmp_path / "exports")["problem"]
    assert f"files in {tmp_path / 'exports'} (var export_dir) cannot be written: 1 MB" in said
    assert list((tmp_path / "exports").iterdir()) == []
