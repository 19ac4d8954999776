"""What is said of a Postgres server before it is asked, and by which address."""

import pytest

from likeness.cli.__main__ import main
from likeness.cli.table_sources import _without_type


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("postgres:dbname=x host=db", "dbname=x host=db"),
        ("postgresql:service=books", "service=books"),
        ("postgres://reader@db:5432/x", "postgres://reader@db:5432/x"),
        ("postgresql://reader@db/x?sslmode=require", "postgresql://reader@db/x?sslmode=require"),
        ("postgres:host=/run/a:b dbname=x", "host=/run/a:b dbname=x"),
    ],
)
def test_postgres_own_library_reads_the_address(given, asked):
    assert _without_type(given) == asked


@pytest.mark.parametrize(
    "address",
    [
        "postgres:dbname=x password=hidden",
        "postgres:Password = hidden",
        "postgresql://me:hidden@db/x",
    ],
)
def test_a_password_is_kept_out_of_files_and_sentences(tmp_path, capsys, address):
    made = tmp_path / "made"
    assert main(["new-table", "--from", address, "--table", "s.t", "--to", str(made)]) == 1
    said = capsys.readouterr().err
    assert "PGPASSWORD" in said
    assert "hidden" not in said
    assert not made.exists()
