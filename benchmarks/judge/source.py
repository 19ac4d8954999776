"""The source file of a split: a sample of its rows, with a key that moves the split."""

from pathlib import Path

from likeness import warehouse

KEY = "bench_key"


def reader(path: Path) -> str:
    """SQL that reads a source file as texts, by its ending."""
    quoted = "'" + str(path).replace("'", "''") + "'"
    name = path.name.lower()
    if name.endswith(".parquet"):
        return f"(select columns(*)::varchar from read_parquet({quoted}))"
    delimiter = "\\t" if ".tsv" in name or name.endswith(".txt") else ","
    return (
        f"read_csv({quoted}, all_varchar = true, header = true, delim = '{delimiter}', "
        "quote = '\"', escape = '\"', max_line_size = 10000000)"
    )


def write_split(path: Path, split: int, rows: int | None, target: Path) -> int:
    """Write `rows` random rows of a source (None: all) as parquet; how many there are.

    The project puts a loan into train or holdout by the md5 of its id. The column `bench_key`, as
    var `key_column`, gives loans ids in which the number of the split stands, so that every number
    is another split, and the rows drawn are others too. Split 1 keeps the project's own ids.
    """
    quoted = "'" + str(target).replace("'", "''") + "'"
    with warehouse.scratch() as connection:
        connection.execute("set threads = 1")
        connection.execute(
            f"copy (select * from (select *, 'split-{split:d}-' || row_number() over () as {KEY} "
            f"from {reader(path)}) order by md5('rows-' || {KEY}), {KEY}"
            f"{'' if rows is None else f' limit {rows:d}'}) to {quoted} (format parquet)"
        )
        return warehouse.row(connection, f"select count(*) from read_parquet({quoted})")[0]


def split_vars(split: int) -> dict[str, str]:
    """Vars of a build on that file."""
    return {} if split == 1 else {"key_column": KEY}
