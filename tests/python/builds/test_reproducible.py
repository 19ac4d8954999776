"""The same source gives the same exports and marts at any thread count, above one row group."""

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

# DuckDB splits work at 122,880 rows, so parallel sums can differ only above that.
COPIES = 7
MARTS = ("synthetic_loans", "comparison_moments", "comparison_kl_divergence", "generation_funnel")


def make_source(root: Path, path: Path) -> int:
    """The embedded loans several times over, with numbers moved so that sums have many terms."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            create table loans as
            select
                loans.* replace (
                    cast(try_cast(annual_inc as double) + 13.37 * copy as varchar) as annual_inc,
                    cast(try_cast(dti as double) + 0.01 * copy as varchar) as dti
                )
            from read_csv('{root}/data/loans.csv.gz', all_varchar = true, header = true) as loans
            cross join (select range as copy from range({COPIES})) as copies
            """
        )
        connection.execute(f"copy loans to '{path}' (format parquet)")
        return connection.execute("select count(*) from loans").fetchall()[0][0]


def built(root: Path, source: Path, folder: Path, threads: int) -> dict[str, str]:
    """Digests of exports and sorted marts of a build with so many threads, in a new process.

    Forked ones would share the order in which sets and dicts of texts are hashed.
    """
    folder.mkdir()
    environment = os.environ | {
        "LIKENESS_DB": str(folder / "likeness.duckdb"),
        "LOANS_PATH": str(source),
        "LIKENESS_THREADS": str(threads),
        "LIKENESS_DUCKDB_THREADS": str(threads),
        "DBT_PROFILES_DIR": str(root),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "PYTHONPATH": str(root / "python"),
    }
    given = {"export_dir": str(folder / "exports"), "max_fit_rows": 3000, "target_rows": 4000}
    selected = [f"+{mart}" for mart in MARTS]
    command = [sys.executable, "-m", "dbt.cli.main", "build", "--vars", json.dumps(given)]
    command += ["--exclude-resource-type", "test", "unit_test", "-s", *selected]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
    digests = {}
    with duckdb.connect(str(folder / "likeness.duckdb"), read_only=True) as connection:
        for mart in MARTS:
            # Two builds have an id each.
            columns = connection.table(f"marts.{mart}").columns
            kept = ", ".join(f'"{name}"' for name in columns if name != "build_id")
            rows = connection.execute(f"select {kept} from marts.{mart} order by all").fetchall()
            digests[mart] = hashlib.sha256(repr(rows).encode()).hexdigest()
        seeds = connection.execute(
            "select seed_text from profiles.seed_instructions order by seed_id"
        ).fetchall()
    return digests | {"seeds": hashlib.sha256(repr(seeds).encode()).hexdigest()}


@pytest.mark.slow
def test_one_and_four_threads_give_the_same(root, tmp_path):
    source = tmp_path / "loans.parquet"
    assert make_source(root, source) > 122_880
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(built, root, source, tmp_path / "one", threads=1)
        four = pool.submit(built, root, source, tmp_path / "four", threads=4)
        assert one.result() == four.result()
