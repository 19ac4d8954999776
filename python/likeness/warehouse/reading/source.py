"""The source file as a relation of texts in SQL, and what was found out about it."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from likeness import warehouse
from likeness.warehouse.reading import (
    decimals,
    dialect,
    encodings,
    own_names,
    parquet_files,
    rewritten,
)
from likeness.warehouse.reading.encodings import CannotRead

HEAD = 1 << 18
ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz", ".parquet")
TAB = "tab"


@dataclass(frozen=True)
class Source:
    """`relation` is SQL, `note` a line to print, `problem` a sentence if it cannot be read."""

    relation: str
    note: str = ""
    problem: str = ""


def source(path: str, names: Sequence[str], numbers: Sequence[str], values: Mapping) -> Source:
    """The file at `path` as a relation of texts; `problem` says why where it cannot be read.

    `names` are the columns it must have, `numbers` those of numbers; one that ends with an
    underscore may stand for a column of `own_names`. `values` holds the vars source_delimiter,
    source_encoding, source_header_line and decimal_mark.
    """
    held = parquet_files.files(path)
    said = parquet_files.problem(path) or ("" if held else problem_with_file(path))
    if said:
        return Source("", problem=said)
    if held:
        reader = (
            f"read_parquet({warehouse.literal(parquet_files.pattern(path))}, union_by_name = true)"
        )
        note = f"{path}: {len(held)} parquet file{'s' * (len(held) > 1)}"
        return Source(_as_texts(reader, names), note)
    options = ("source_delimiter", "source_encoding", "source_header_line", "decimal_mark")
    status = os.stat(path)
    stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
    given = tuple(values.get(name) for name in options)
    return _found(path, stamp, tuple(names), tuple(numbers), given)


def problem_with_file(path: str) -> str:
    """One sentence where `path` is no file of a kind that can be read, or ''."""
    file = Path(path)
    where = "set LOANS_PATH or var loans_path to the loan file"
    if not str(path).lower().endswith(ENDINGS):
        return (
            f"{path}: the source must be a csv, tsv, csv.gz or parquet file, or a folder of "
            "parquet files (LOANS_PATH or var loans_path)."
        )
    try:
        if not file.exists():
            return f"{path}: there is no such file; {where}."
        if not file.is_file():
            return f"{path} is not a file; {where}."
        if file.stat().st_size == 0:
            return f"{path} is empty."
        with open(path, "rb") as handle:
            start = handle.read(4)
    except OSError as error:
        return f"{path} cannot be opened ({error.strerror}); {where}."
    name = str(path).lower()
    if name.endswith(".parquet") != (start == encodings.PARQUET):
        kind = "is no parquet file" if name.endswith(".parquet") else "is a parquet file"
        return f"{path} {kind}: give it the ending of what it holds."
    if start == encodings.ZIP:
        return f"{path} is a zip or Excel file; save its table as csv."
    if name.endswith(".gz") and not start.startswith(encodings.GZIP):
        return f"{path} ends in .gz but is not a gzip file."
    return ""


@lru_cache(maxsize=16)
def _found(
    path: str, stamp: tuple, names: Sequence[str], numbers: Sequence[str], given: tuple
) -> Source:
    try:
        if path.lower().endswith(".parquet"):
            reader = f"read_parquet({warehouse.literal(_plain(path))})"
            return Source(_as_texts(reader, names), f"{path}: parquet")
        return _text(path, names, numbers, *given)
    except CannotRead as error:
        return Source("", problem=str(error))
    except OSError as error:
        return Source("", problem=_not_copied(path, error))


def _not_copied(path: str, error: OSError) -> str:
    where = error.filename or tempfile.tempdir or "the folder for temporary files"
    return (
        f"{path} must be copied to be read, and the copy cannot be written ({where}: "
        f"{error.strerror}); make room there, or set the environment variable TMPDIR to another "
        "folder."
    )


def _as_texts(reader: str, names: Sequence[str]) -> str:
    relation = f"(select columns(*)::varchar from {reader})"
    if not any(own_names.column_of(name) != name for name in names):
        return relation
    with warehouse.scratch() as connection:
        columns = warehouse.column_names(connection, reader)
    return own_names.with_field_names(relation, columns, names)


def _text(
    path: str,
    names: Sequence[str],
    numbers: Sequence[str],
    delimiter: str,
    encoding: str,
    header_line: int,
    mark: str,
) -> Source:
    delimiter = "\t" if delimiter == TAB else delimiter
    head = b"".join(piece for piece, _ in zip(encodings.chunks(path), range(1), strict=False))
    if encoding:
        said = encodings.problem_with_encoding(path, encoding)
        if said:
            return Source("", problem=said)
    name = encoding or encodings.marked(head) or "utf-8"
    wanted = [*names, *map(own_names.column_of, names)]
    found = _dialect(head, name, path, wanted, delimiter, header_line)
    columns = dialect.unique(found.header, names)
    twice = [n for n in wanted if [c.lower() for c in found.header].count(n.lower()) > 1]
    if twice:
        return Source("", problem=f"{path}: column {twice[0]} is named twice in its header.")
    relation, footer = "", 0
    if name.lower().replace("_", "-") in ("utf-8", "utf-8-sig", "utf8"):
        relation = _direct(path, found, columns)
    if not relation:
        name = encoding or encodings.find(path)
        found = _dialect(head, name, path, wanted, delimiter, header_line)
        columns = dialect.unique(found.header, names)
        target = rewritten.folder() / f"{abs(hash((path, name, found)))}.csv"
        footer = rewritten.copy(path, name, found, columns, target)
        relation = _reader(str(target), dialect.Dialect(",", '"', 0, tuple(columns), 0), columns)
    held = [n if n in columns else own_names.column_of(n) for n in numbers]
    made = _described(path, relation, name, found, footer, columns, held, mark)
    return replace(made, relation=own_names.with_field_names(made.relation, columns, names))


def _dialect(
    head: bytes, name: str, path: str, names: Sequence[str], delimiter: str, header_line: int
) -> dialect.Dialect:
    text = head[:HEAD].decode(name, errors="ignore")
    fallback = "\t" if any(e in path.lower() for e in (".tsv", ".txt")) else ","
    return dialect.find(text, names, fallback, delimiter, header_line)


def _described(
    path: str,
    relation: str,
    name: str,
    found: dialect.Dialect,
    footer: int,
    columns: list[str],
    numbers: Sequence[str],
    mark: str,
) -> Source:
    held = [column for column in numbers if column in columns]
    mark = mark or decimals.mark(relation, held)
    if mark == ",":
        relation = decimals.with_points(relation, columns, held)
    shown = {"cp1252": "Windows-1252", "utf-8-sig": "UTF-8"}.get(name, name.upper())
    parts = [shown, f"fields between {dialect.WORDS.get(found.delimiter, found.delimiter)}"]
    parts.append(f"header in line {found.skipped + 1}")
    if footer:
        parts.append(f"{footer} footer line{'s' * (footer > 1)} left out")
    if mark == ",":
        parts.append("decimal commas")
    return Source(relation, f"{path}: {', '.join(parts)}")


def _direct(path: str, found: dialect.Dialect, columns: list[str]) -> str:
    """The reader of the file itself, or '' where DuckDB does not read every line of it."""
    relation = _reader(_plain(path), found, columns)
    try:
        with warehouse.scratch() as connection:
            if warehouse.column_names(connection, relation) != columns:
                return ""
            warehouse.row(connection, f"select count(*) from {relation}")
    except warehouse.Error:
        return ""
    return relation


def _reader(path: str, found: dialect.Dialect, columns: list[str]) -> str:
    packed = "gzip" if encodings.is_gzip(path) else "none"
    quote = warehouse.literal(found.quote)
    options = [
        "all_varchar = true, header = true",
        f"delim = {warehouse.literal(found.delimiter)}, quote = {quote}, escape = {quote}",
        f"max_line_size = 10000000, compression = '{packed}'",
    ]
    if found.skipped:
        options.append(f"skip = {found.skipped}")
    if columns != list(found.header):
        options.append(f"names = [{', '.join(warehouse.literal(column) for column in columns)}]")
    return f"read_csv({warehouse.literal(path)}, {', '.join(options)})"


def _plain(path: str) -> str:
    """A path that names one file: DuckDB takes * ? [ for a pattern of names."""
    if not any(sign in path for sign in "*?["):
        return path
    link = rewritten.folder() / f"{abs(hash(path))}{''.join(Path(path).suffixes[-2:])}"
    if any(sign in str(link) for sign in "*?["):
        link = rewritten.folder() / f"{abs(hash(path))}.csv"
    if not link.is_symlink():
        link.symlink_to(Path(path).resolve())
    return str(link)
