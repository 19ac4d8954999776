"""The copy of the marts for readers."""

import duckdb
import pytest

from likeness import exports


def test_the_copy_holds_the_relations_and_replaces_the_old_one(tmp_path):
    (tmp_path / "likeness_marts.duckdb").write_text("an old copy")
    session = duckdb.connect()
    session.execute("create table numbers as select range as n from range(7)")
    told = exports.write_copy(session, {"numbers": session.table("numbers")}, str(tmp_path))
    assert told.to_dict("records") == [{"name": "numbers", "rows": 7}]
    with duckdb.connect(str(tmp_path / "likeness_marts.duckdb"), read_only=True) as copy:
        assert copy.execute("select sum(n) from numbers").fetchall() == [(21,)]
    assert [path.name for path in tmp_path.iterdir()] == ["likeness_marts.duckdb"]


def test_a_failed_copy_leaves_the_old_one(tmp_path):
    (tmp_path / "likeness_marts.duckdb").write_text("an old copy")
    session = duckdb.connect()
    session.execute("create view broken as select error('no') as n")
    with pytest.raises(duckdb.Error):
        exports.write_copy(session, {"broken": session.table("broken")}, str(tmp_path))
    assert (tmp_path / "likeness_marts.duckdb").read_text() == "an old copy"
    assert session.execute(
        "select count(*) from duckdb_databases() where database_name = 'reader_copy'"
    ).fetchall() == [(0,)]


@pytest.fixture
def loans():
    session = duckdb.connect()
    session.execute("create table loans as select 'b' as id, 2::double as x, 'a\r\nc' as y")
    session.execute("insert into loans values ('a', 10000, null)")
    yield session.table("loans")
    session.close()


def test_the_export_is_sorted_and_keeps_line_breaks(loans, tmp_path):
    told = exports.write_rows(loans, ["x", "y"], "id", failed=[], folder=str(tmp_path))
    written = (tmp_path / exports.FILE).read_bytes().decode()
    assert written == 'x\ty\n10000.0\t\n2.0\t"a\r\nc"\n'
    assert told[["status", "rows"]].values.tolist() == [["written", 2]]


@pytest.mark.parametrize(
    ("is_there", "status"),
    [(True, "kept"), (False, "not written")],
)
def test_a_red_gate_keeps_the_export(loans, tmp_path, is_there, status):
    path = tmp_path / exports.FILE
    if is_there:
        path.write_text("the last good one")
    told = exports.write_rows(loans, ["x"], "id", failed=["gate"], folder=str(tmp_path))
    assert told[["status", "reason"]].values.tolist() == [[status, "failed: gate"]]
    assert (path.exists() and path.read_text() == "the last good one") == (status == "kept")
