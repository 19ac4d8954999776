"""Can the source be used? Asked before any model runs, answered in one sentence."""

import csv
import gzip
from collections.abc import Mapping
from pathlib import Path

from likeness import warehouse
from likeness.generators import file_rows, file_scores, plugins
from likeness.llm.core.options import Options
from likeness.llm.sds import settings
from likeness.profiles.segments import problem_with_segments
from likeness.schema.check import problem_with_vars
from likeness.schema.fields import load_derived, load_fields
from likeness.schema.gates import FILE as GATES
from likeness.schema.gates import load_gates
from likeness.schema.given import checked_names, problem_with_names, seed_file
from likeness.schema.rules import problem_with_rules
from likeness.warehouse.dbt_flags import command_line_vars, project_file

ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz", ".parquet")
# A file with fewer rows has too few cells of min_cell_rows to say anything of its distribution.
MIN_CELLS = 15
MIN_READABLE = 0.5
WORDS = {"number": "numbers", "months": "a term in months", "month": "months like Jan-2015"}


def problem(request: Mapping) -> str:
    """One sentence naming the file, column or var that stops a build, or '' if nothing does.

    `request`: `path`, `reader` (SQL of the source as texts), `typed` (SQL of it typed),
    `reads_source`, `columns` (name, its reader as `type` and the SQL condition `unreadable` over
    `source`), `key_column`, `segments` (each segment key's name and the SQL of its value over the
    typed `source`), `vars` (all of the schema), `rules` (arguments of `problem_with_rules`).
    """
    names = [column["name"] for column in request["columns"]]
    sentence = problem_with_names(*checked_names(project_file(), command_line_vars()))
    sentence = sentence or problem_with_vars(
        request["vars"],
        load_fields(seed_file("seeds/fields.csv")),
        load_derived(seed_file("seeds/fields.csv")),
        load_gates(seed_file(GATES)),
    )
    sentence = sentence or _problem_with_seeds(request["vars"]["seeds_path"])
    sentence = sentence or Options.problem(request["vars"])
    sentence = sentence or _problem_with_studio(request["vars"])
    sentence = sentence or problem_with_rules(**request["rules"])
    sentence = sentence or _problem_with_generator(request["vars"])
    if sentence or not request["reads_source"]:
        return sentence
    return _problem_with_file(request["path"]) or _problem_with_content(request, names)


def _problem_with_seeds(path: str | None) -> str:
    if path and not Path(path).is_file():
        return f"var seeds_path is {path!r}: there is no such file."
    return ""


def _problem_with_studio(values: Mapping[str, object]) -> str:
    try:
        if "sds" in (values["generator"], values["judge"]):
            settings.from_vars(values)
    except ValueError as error:
        return str(error)
    return ""


def _problem_with_generator(values: Mapping[str, object]) -> str:
    sentence = ""
    if values["generator"] == "offline":
        sentence = plugins.problem(values["engine"])
    if values["generator"] == "file":
        sentence = file_rows.problem_with_path(values["synthetic_path"])
    if values["scores_path"] and not sentence:
        sentence = file_scores.problem_with_path(values["scores_path"])
    return sentence


def _problem_with_file(path: str) -> str:
    file = Path(path)
    if not str(path).lower().endswith(ENDINGS):
        return (
            f"{path}: the source must be a csv, tsv, csv.gz or parquet file "
            "(LOANS_PATH or var loans_path)."
        )
    if not file.exists():
        return f"{path}: there is no such file; set LOANS_PATH or var loans_path to the loan file."
    if not file.is_file():
        return f"{path} is not a file; set LOANS_PATH or var loans_path to the loan file."
    if file.stat().st_size == 0:
        return f"{path} is empty."
    return ""


def _problem_with_lines(path: str) -> str:
    """The first record of a text file whose number of fields is not the header's, or ''."""
    name = str(path).lower()
    if name.endswith(".parquet"):
        return ""
    opened = gzip.open if name.endswith(".gz") else open
    try:
        with opened(path, "rt", newline="", encoding="utf-8") as handle:
            delimiter = "," if ".csv" in name else "\t"
            reader = csv.reader(handle, delimiter=delimiter, strict=True)
            wanted, line = len(next(reader)), 1
            for record in reader:
                if len(record) != wanted:
                    return (
                        f"{path}, line {line + 1}: {len(record)} fields where the header has "
                        f"{wanted}; look for a quote or a delimiter that is not closed or quoted."
                    )
                line = reader.line_num
    except UnicodeDecodeError as error:
        return f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8."
    except gzip.BadGzipFile:
        return f"{path} ends in .gz but is not a gzip file."
    except csv.Error as error:
        return f"{path}, line {reader.line_num}: {error}."
    return ""


def _problem_with_content(request: Mapping, names: list[str]) -> str:
    path, reader = request["path"], request["reader"]
    try:
        with warehouse.scratch() as connection:
            header = warehouse.column_names(connection, reader)
            missing = [name for name in names if name not in header]
            if missing:
                several = f"columns {', '.join(missing)}" if len(missing) > 1 else missing[0]
                wanted = several if len(missing) > 1 else f"column {several}"
                return f"{path} has no {wanted}; its first line must name the {len(names)} columns."
            key = request["key_column"]
            if key and key not in header:
                return f"{path} has no column {key}, which var key_column names."
            return _problem_with_rows(connection, request, path, reader) or problem_with_segments(
                connection, request
            )
    except warehouse.Error as error:
        return (
            _problem_with_lines(path) or f"{path} cannot be read: {warehouse.first_sentence(error)}"
        )


def _problem_with_rows(connection, request: Mapping, path: str, reader: str) -> str:
    key = request["key_column"]
    counts = ["count(*)", f'count(distinct source."{key}")' if key else "count(*)"]
    for column in request["columns"]:
        counts.append(f"count(nullif(trim(source.{warehouse.quoted(column['name'])}), ''))")
        counts.append(f"count(*) filter (where {column['unreadable']})")
    rows, keys, *rest = warehouse.row(
        connection, f"select {', '.join(counts)} from {reader} as source"
    )
    if rows == 0:
        return f"{path} has a header but no rows."
    if keys < rows:
        return (
            f"{path}: column {key}, which var key_column names, is empty or repeated in some rows."
        )
    wanted = MIN_CELLS * request["vars"]["min_cell_rows"]
    if rows < wanted:
        return f"{path} has {rows} rows; at least {wanted} are needed (15 x var min_cell_rows)."
    for column, filled, unreadable in zip(request["columns"], rest[::2], rest[1::2], strict=True):
        if filled and unreadable / filled > 1 - MIN_READABLE:
            return (
                f"{path}: column {column['name']} cannot be read as {WORDS[column['type']]} "
                f"in {unreadable} of {filled} rows."
            )
    return ""
