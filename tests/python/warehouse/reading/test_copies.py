"""Copies of real rows in the folder for temporary files: who removes them, what if none fits."""

import errno
import os
import signal
import subprocess
import sys
import tempfile

import duckdb
import pytest

from likeness.warehouse.reading import rewritten, source
from likeness.warehouse.stops import Stop, sentence_of

COPYING = (
    "from likeness.warehouse.reading import rewritten\n"
    "(rewritten.folder() / 'rows.csv').write_text('real rows')\n"
    "print(rewritten.folder(), flush=True)\n"
    "input()\n"
)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def started(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", COPYING],
        env=os.environ | {"TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, process.stdout.readline().strip()


def test_what_a_killed_build_has_copied_is_removed_by_the_next_and_nothing_else(temporary):
    (temporary / "likeness-notes").mkdir()
    killed, left = started(temporary)
    running, kept = started(temporary)
    try:
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        assert os.path.exists(left)
        rewritten.remove_stale()
        assert not os.path.exists(left)
        assert os.path.exists(kept)
        assert os.stat(kept).st_mode & 0o777 == 0o700
    finally:
        running.communicate("\n")
    assert not os.path.exists(kept)
    assert (temporary / "likeness-notes").is_dir()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.ENOENT])
def test_a_copy_that_cannot_be_written_is_one_sentence(tmp_path, monkeypatch, number):
    def fails():
        raise OSError(number, os.strerror(number), "/temporary")

    path = tmp_path / "loans.csv"
    path.write_bytes(b"loan_amnt,emp_title\n1,Caf\xe9\n")
    monkeypatch.setattr(rewritten, "folder", fails)
    said = source.source(str(path), ["loan_amnt", "emp_title"], [], {}).problem
    assert f"{path} must be copied to be read" in said
    assert f"(/temporary: {os.strerror(number)})" in said
    assert "TMPDIR" in said


def test_what_the_user_can_mend_is_shown_without_a_traceback():
    assert sentence_of(Stop("one sentence")) == "one sentence"
    full = OSError(errno.ENOSPC, "No space left on device", "/exports/x")
    assert "/exports/x" in sentence_of(full)
    assert "make room there" in sentence_of(full)
    assert sentence_of(ValueError("a fault of ours")) == ""
    assert sentence_of(duckdb.BinderException("a fault of ours")) == ""
    assert sentence_of(FileNotFoundError(2, "No such file", "x")) == ""


@pytest.mark.parametrize(
    "error",
    [
        duckdb.TransactionException(
            'TransactionContext Error: Failed to commit: Could not write file "/full/x.wal": '
            "No space left on device"
        ),
        duckdb.IOException('IO Error: Could not write file "/full/x": No space left on device'),
        duckdb.FatalException('FATAL Error: Could not write file "/full/x": No space left'),
    ],
)
def test_a_database_on_a_full_disc_is_shown_without_a_traceback(error):
    assert "/full/x" in sentence_of(error)
    assert "make room there" in sentence_of(error)


def test_the_end_of_the_memory_is_shown_without_a_traceback(tmp_path):
    config = {"memory_limit": "20MB", "max_temp_directory_size": "1MB", "threads": 1}
    with (
        duckdb.connect(str(tmp_path / "x.duckdb"), config=config) as connection,
        pytest.raises(duckdb.OutOfMemoryException) as raised,
    ):
        connection.execute("select range, hash(range) as h from range(20000000) order by h").df()
    assert "var duckdb_memory" in sentence_of(raised.value)
    assert "\n" not in sentence_of(raised.value)
    assert "var duckdb_memory" in sentence_of(MemoryError())
