"""What the bench of speed reads of processes and logs, and the larger files that it makes."""

import os
import sys

import duckdb
import pytest

from judge.process_tree import processes, run_tree
from judge.sections import with_kept
from judge.speed import CLOCK, repeat

BELOW = "import time; held = bytearray(b'x') * 80_000_000; time.sleep(0.5)"
SLEEPS = "import time; time.sleep(60)"
ABOVE = "import subprocess, sys; subprocess.run([sys.executable, '-c', {!r}]); sys.exit(3)"


def test_memory_of_a_process_below_another_one_counts(tmp_path):
    took = run_tree([sys.executable, "-c", ABOVE.format(BELOW)], tmp_path, tmp_path / "log", {}, 60)
    assert took.code == 3
    assert took.peak_mb > 80
    assert took.core_seconds > 0


def test_a_command_that_takes_too_long_is_ended_with_all_below_it(tmp_path):
    before = set(processes(os.getpid()))
    command = [sys.executable, "-c", ABOVE.format(SLEEPS)]
    with pytest.raises(TimeoutError, match=r"took over 1 s, .* MB until then"):
        run_tree(command, tmp_path, tmp_path / "log", {}, 1)
    assert set(processes(os.getpid())) <= before


def test_the_clock_is_read_from_dbts_last_line():
    said = "14:20:15  Finished running 5 seeds in 0 hours 1 minutes and 19.35 seconds (79.35s)."
    assert CLOCK.search(said)[1] == "79.35"


def test_a_file_is_repeated_in_other_houses_until_it_has_enough_rows(tmp_path):
    source, target = tmp_path / "a.parquet", tmp_path / "b.parquet"
    duckdb.execute(
        f"copy (select i as n, i || ' Road' as address from range(7) as r(i)) to '{source}'"
    )
    repeat(source, 17, target)
    rows = duckdb.execute(
        f"select count(*), count(distinct address), count(distinct n) from '{target}'"
    )
    assert rows.fetchall() == [(17, 17, 7)]


def test_the_section_stays_where_the_page_is_written_anew():
    old = "# Benchmarks\n\n## Speed\n\nfast\n\n## Gone\n\nx\n"
    assert "## Speed\n\nfast\n" in with_kept("# Benchmarks\n", old)
