"""How long `likeness new-table` looks at a large table: `python benchmarks/bench_discovery.py`.

Two made tables, each as a csv and a Parquet file: 5,000,000 rows of 12 columns, 20,000 rows of 200
columns. Seconds of the whole and of each part (what the progress lines name), seconds that cores
worked, which a busy machine changes less, and the memory of the process. With `--rows` and
`--columns` one table of another size.
"""

import argparse
import itertools
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))
from likeness import warehouse
from likeness.schema.discovery.draft import draft

SIZES = ((5_000_000, 12), (20_000, 200))
# What one column in six is, by its place: every kind that tables of customers and accounts have.
FORMS = (
    "round(exp(4 + {u} * 5), 2)",
    "case when {u} < 0.05 then null else cast(floor({u} * {u} * 60) as integer) end",
    "list_extract(['north', 'south', 'east', 'it''s west', 'abroad'], "
    "1 + cast(floor(pow({u}, 2) * 5) as integer))",
    "date '2015-01-01' + cast(floor({u} * 3000) as integer)",
    "case when {u} < 0.3 then 'yes' else 'no' end",
    "'level ' || cast(floor(pow({u}, 3) * 80) as integer)",
)


def write(path: Path, rows: int, columns: int) -> None:
    """A table of nobody: an identifier, a sum and an order, and columns of FORMS."""
    listed = [
        "'C-' || (10000000 + i) as id",
        "round(100 + 900 * (hash(i, 1) / 18446744073709551616.0), 2) as net",
        "round(10 + 90 * (hash(i, 2) / 18446744073709551616.0), 2) as tax",
        "round(net + tax, 2) as total",
    ]
    for place in range(columns - len(listed)):
        uniform = f"(hash(i, {place + 10}) / 18446744073709551616.0)"
        listed.append(f"{FORMS[place % len(FORMS)].format(u=uniform)} as c{place}")
    kind = "parquet" if path.suffix == ".parquet" else "csv"
    with warehouse.scratch() as connection:
        connection.execute(
            f"copy (select {', '.join(listed)} from range({rows}) as made(i)) "
            f"to {warehouse.literal(str(path))} (format {kind})"
        )


def measure(path: str) -> None:
    """Print the seconds of each part of looking at `path`, and the memory it took."""
    said: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        found = draft(path, folder, None, lambda text: said.append((text, time.perf_counter())))
        ended = time.perf_counter()
        found.table.connection.close()
    steps = [*said, ("", ended)]
    parts = [f"{said[0][1] - began:.1f} opening"]
    for (text, start), (_, stop) in itertools.pairwise(steps):
        parts.append(f"{stop - start:.1f} {text.rpartition(': ')[2].rpartition('/')[2]}")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"{Path(path).suffix[1:]:8s} {ended - began:6.1f} s, {used.ru_utime + used.ru_stime:.1f} s "
        f"of a core, {used.ru_maxrss / 1024:,.0f} MB, "
        f"{len(found.rules)} rules, {len(found.formulas)} formulas  ({', '.join(parts)})",
        flush=True,
    )


def main() -> None:
    """Each table in a process of its own, so that memory is its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--columns", type=int)
    parser.add_argument("--look-at", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.look_at:
        measure(asked.look_at)
        return
    sizes = ((asked.rows or 20_000, asked.columns or 12),) if asked.rows or asked.columns else SIZES
    for rows, columns in sizes:
        print(f"{rows:,} rows of {columns} columns")
        with tempfile.TemporaryDirectory() as folder:
            for suffix in ("csv", "parquet"):
                path = Path(folder) / f"table.{suffix}"
                write(path, rows, columns)
                command = [sys.executable, __file__, "--look-at", str(path)]
                subprocess.run(command, check=True)
                path.unlink()


if __name__ == "__main__":
    main()
