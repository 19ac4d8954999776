"""The table that is looked at: its rows as texts in DuckDB, and questions to all of them."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from likeness import warehouse
from likeness.schema.discovery import readers
from likeness.warehouse.reading import decimals, parquet_files
from likeness.warehouse.reading.encodings import PARQUET, CannotRead
from likeness.warehouse.reading.header import header
from likeness.warehouse.reading.own_names import field_names
from likeness.warehouse.reading.source import problem_with_file, source

SAMPLE, FIRST_ROWS = 20_000, 2000
# A query of more expressions takes longer to plan than several of fewer do to run.
MOST_EXPRESSIONS = 240
MOST_NUMBERS_AS_TEXT = 0.05
Say = Callable[[str], None]


class CannotDraft(ValueError):
    """A table of which no draft can be made; the message is one sentence."""


@dataclass(frozen=True)
class InDatabase:
    """A table of a database as the source: `relation` (SQL), after the statements of `setup`.

    `name` is what sentences call it.
    """

    name: str
    setup: tuple[str, ...]
    relation: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Table:
    """`texts` has the columns c0, c1, ... of the source, trimmed, empty ones null.

    `names` are those of the fields, `columns` those of the source: they differ where the tables
    have a column of that name. `declared` are the types that a Parquet file or a database gives its
    columns ('' in a text file), `rows` the number of rows, `decimal_mark` what parts decimals in
    the source.
    """

    connection: warehouse.Connection
    path: str | InDatabase
    names: tuple[str, ...]
    columns: tuple[str, ...]
    declared: tuple[str, ...]
    rows: int
    decimal_mark: str
    note: str


def column(index: int) -> str:
    """The column's name in the tables of the looked-at source."""
    return f"c{index}"


def load(path: str | InDatabase, folder: str | Path, say: Say) -> Table:
    """The source: a text file, a Parquet file, a folder or glob of them, a table of a database.

    `folder` takes the rows that memory does not.

    Raises CannotDraft, in one sentence, where it cannot be read or holds no rows.
    """
    connection = warehouse.spilling(folder)
    try:
        relation, names, declared, mark, note = _relation(connection, path)
        say(f"reading {path}")
        selected = ", ".join(
            f"nullif(trim({warehouse.quoted(name)}), '') as {column(i)}"
            for i, name in enumerate(names)
        )
        connection.execute(
            f"create table texts as select {selected} from {relation} as source_rows"
        )
        (rows,) = warehouse.row(connection, "select count(*) from texts")
    except CannotRead as error:
        raise CannotDraft(str(error)) from None
    except warehouse.Error as error:
        said = f"{path} cannot be read: {warehouse.first_sentence(error)}"
        is_absent = isinstance(path, InDatabase) and "does not exist" in said
        raise CannotDraft(f"{said} Build that table first." if is_absent else said) from None
    if rows == 0:
        raise CannotDraft(f"{path} has a header but no rows.")
    fields = field_names(names)
    return Table(connection, path, tuple(fields), tuple(names), tuple(declared), rows, mark, note)


def sample(table: Table, of: str, most: int = SAMPLE) -> None:
    """Make the table `<of>_sample` of at most `most` rows of `of`, spread evenly over it."""
    step = -(-table.rows // most)
    table.connection.execute(
        f"create or replace table {of}_sample as select * from {of} where rowid % {step} = 0"
    )


def ask(
    table: Table, of: str, expressions: Mapping[tuple, str], where: str = "true"
) -> dict[tuple, object]:
    """The aggregates `expressions` over the rows of `of`, in as few passes as can be planned."""
    answers: dict[tuple, object] = {}
    keys = list(expressions)
    for start in range(0, len(keys), MOST_EXPRESSIONS):
        some = keys[start : start + MOST_EXPRESSIONS]
        listed = ", ".join(expressions[key] for key in some)
        values = warehouse.row(table.connection, f"select {listed} from {of} where {where}")
        answers |= zip(some, values, strict=True)
    return answers


def _relation(
    connection: warehouse.Connection, path: str | InDatabase
) -> tuple[str, list[str], list[str], str, str]:
    if isinstance(path, InDatabase):
        for statement in path.setup:
            connection.execute(statement)
        return _typed(connection, path.relation, f"{path}: a table")
    said = parquet_files.problem(path)
    if said:
        raise CannotDraft(said)
    pattern = parquet_files.pattern(path) or _one_parquet(path)
    if pattern:
        reader = f"read_parquet({warehouse.literal(pattern)}, union_by_name = true)"
        return _typed(connection, reader, f"{path}: parquet")
    said = problem_with_file(path)
    if said:
        raise CannotDraft(said.replace("set LOANS_PATH or var loans_path to", "--from must name"))
    names = header(path)
    found = source(path, names, [], {})
    if found.problem:
        raise CannotDraft(found.problem)
    relation, numbers = found.relation, _numbers(connection, found.relation, names)
    mark = decimals.mark(relation, numbers)
    if mark == ",":
        relation = decimals.with_points(relation, names, numbers)
    return relation, names, [""] * len(names), mark, found.note


def _typed(
    connection: warehouse.Connection, reader: str, note: str
) -> tuple[str, list[str], list[str], str, str]:
    """What `_relation` gives of a reader (SQL) whose columns have types."""
    described = connection.execute(f"describe select * from {reader}").fetchall()
    names, types = [row[0] for row in described], [row[1] for row in described]
    return f"(select columns(*)::varchar from {reader})", names, types, ".", note


def _one_parquet(path: str) -> str:
    """The pattern that means the one Parquet file at `path`; '' for another file, or none."""
    if not os.path.isfile(path) or not path.lower().endswith(".parquet"):
        return ""
    with open(path, "rb") as handle:
        return parquet_files.escaped(path) if handle.read(4) == PARQUET else ""


def _numbers(connection: warehouse.Connection, relation: str, names: Sequence[str]) -> list[str]:
    """Columns of which nearly all texts are numbers, with a point or a comma before decimals."""
    trimmed = ", ".join(
        f"nullif(trim({warehouse.quoted(name)}), '') as {column(i)}" for i, name in enumerate(names)
    )
    connection.execute(
        f"create or replace temporary table first_rows as select {trimmed} from "
        f"(select * from {relation} limit {FIRST_ROWS})"
    )
    found = []
    for i, name in enumerate(names):
        text = readers.stated(column(i))
        filled, read = warehouse.row(
            connection,
            f"select count({text}), count(*) filter (where {readers.number_of(text)} is not null "
            f"or regexp_full_match({text}, '{decimals.WITH_COMMA}')) from first_rows",
        )
        if filled and read >= (1 - MOST_NUMBERS_AS_TEXT) * filled:
            found.append(name)
    connection.execute("drop table first_rows")
    return found


def whole(value: object) -> int:
    """An answer of `ask` that is a number of rows; 0 where it is null."""
    return int(value or 0)  # type: ignore[call-overload]
