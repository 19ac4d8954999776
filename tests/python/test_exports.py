"""The copy of the marts for readers."""

import duckdb
import pytest

from likeness import exports


def test_the_copy_holds_the_relations_and_replaces_the_old_one(tmp_path):
    (tmp_path / "likeness_marts.duckdb").write_text("an old copy")
    session = duckdb.connect()
    session.execute("create table numbers as select range as n from range(7)")
    told = exports.write_reader_copy(session, {"numbers": session.table("numbers")}, str(tmp_path))
    assert told.to_dict("records") == [{"name": "numbers", "rows": 7}]
    with duckdb.connect(str(tmp_path / "likeness_marts.duckdb"), read_only=True) as copy:
        assert copy.execute("select sum(n) from numbers").fetchall() == [(21,)]
    assert [path.name for path in tmp_path.iterdir()] == ["likeness_marts.duckdb"]


def test_a_failed_copy_leaves_the_old_one(tmp_path):
    (tmp_path / "likeness_marts.duckdb").write_text("an old copy")
    session = duckdb.connect()
    session.execute("create view broken as select error('no') as n")
    with pytest.raises(duckdb.Error):
        exports.write_reader_copy(session, {"broken": session.table("broken")}, str(tmp_path))
    assert (tmp_path / "likeness_marts.duckdb").read_text() == "an old copy"
    assert session.execute(
        "select count(*) from duckdb_databases() where database_name = 'reader_copy'"
    ).fetchall() == [(0,)]
