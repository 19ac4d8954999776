"""Can the source be used? Asked before any model runs, answered in one sentence."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from likeness import warehouse
from likeness.generators import file_rows, file_scores, plugins
from likeness.llm.core.options import Options
from likeness.llm.sds import settings
from likeness.preflight.content import problem_with_rows
from likeness.preflight.extended import problem_with_extended
from likeness.preflight.synthetic import problem_with_first_rows
from likeness.profiles.segments import problem_with_segments
from likeness.schema.check import problem_with_vars
from likeness.schema.field_list import FILE, line_of, problem_with_field_list
from likeness.schema.fields import Field, load_derived, load_fields
from likeness.schema.formulas import problem_with_formulas
from likeness.schema.gates import FILE as GATES
from likeness.schema.gates import load_gates
from likeness.schema.given import (
    FIELDS,
    FORMULAS,
    RULES,
    checked_names,
    problem_with_names,
    seed_file,
    shown_file,
    table_dir,
)
from likeness.schema.rules import problem_with_rules
from likeness.warehouse.dbt_flags import command_line_vars, project_file


def problem(request: Mapping, connection: warehouse.Connection | None = None) -> str:
    """One sentence naming the file, column or var that stops a build, or '' if nothing does.

    `connection`: to the database that has the source, if it is a table; a file needs none.

    `request`: `vars` (all of the schema) alone, or what can be asked once they are sound: `path`,
    `reader` (SQL of the source as texts) and `problem` (a sentence where it cannot be read),
    `reads_source`, `stated`, `reasons`, `columns` and `key_column` (see `problem_with_rows`),
    `typed` (SQL of it typed), `segments` (each segment key's name and the SQL of its value over
    the typed `source`), `vars`, `rules` and `formulas` (arguments of `problem_with_rules` and
    `problem_with_formulas`), `first_rows` (SQL of `problem_with_first_rows`, asked for generator
    file).
    """
    sentence = _problem_with_settings(request["vars"])
    if sentence or "path" not in request:
        return sentence
    fields = load_fields(seed_file(FILE))
    sentence = (
        problem_with_rules(**request["rules"])
        or problem_with_formulas(**request["formulas"], fields=fields)
        or _problem_with_generator(request, fields)
    )
    if sentence or not request["reads_source"]:
        return sentence
    return request["problem"] or _problem_with_content(request, fields, connection)


def _problem_with_settings(values: Mapping[str, object]) -> str:
    listed = seed_file(FILE)
    sentence = _problem_with_folder() or problem_with_field_list(listed)
    if sentence:
        return sentence
    fields, derived = load_fields(listed), load_derived(listed)
    return (
        problem_with_names(*checked_names(project_file(), command_line_vars()))
        or problem_with_vars(values, fields, derived, load_gates(seed_file(GATES)))
        or _problem_with_seeds(values["seeds_path"])
        or Options.problem(values)
        or _problem_with_studio(values)
    )


def _problem_with_folder() -> str:
    lacking = [file for file in (FIELDS, RULES, FORMULAS) if not seed_file(file).is_file()]
    if not lacking:
        return ""
    name = Path(lacking[0]).name
    return f"var table_dir is {table_dir()!r}: there is no file {name} in that folder."


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


def _problem_with_generator(request: Mapping, fields: Sequence[Field]) -> str:
    values = request["vars"]
    sentence = ""
    if values["generator"] == "offline":
        sentence = plugins.problem(values["engine"])
    if values["generator"] == "file":
        path = values["synthetic_path"]
        sentence = (
            file_rows.problem_with_path(path)
            or file_rows.problem_with_header(path, fields)
            or problem_with_first_rows(path, request["first_rows"], fields, values)
        )
    if values["scores_path"] and not sentence:
        sentence = file_scores.problem_with_path(values["scores_path"])
    return sentence


def _problem_with_content(
    request: Mapping, fields: Sequence[Field], connection: warehouse.Connection | None = None
) -> str:
    try:
        with nullcontext(connection) if connection else warehouse.scratch() as own:
            return (
                _problem_with_columns(own, request)
                or problem_with_rows(own, request, fields)
                or problem_with_extended(own, request)
                or problem_with_segments(own, request)
            )
    except warehouse.Error as error:
        said = f"{request['path']} cannot be read: {warehouse.first_sentence(error)}"
        return f"{said}; build that table first." if request.get("is_table") else said


def _problem_with_columns(connection: warehouse.Connection, request: Mapping) -> str:
    path, names = request["path"], [column["name"] for column in request["columns"]]
    header = warehouse.column_names(connection, request["reader"])
    missing = [name for name in names if name not in header]
    if missing:
        wanted = f"column{'s' * (len(missing) > 1)} {', '.join(missing)}"
        line = line_of(FILE, "name", missing[0])
        listed = f", which {shown_file(FILE)} lists from line {line} on" if line else ""
        if line and len(missing) == 1:
            listed = f", which {shown_file(FILE)} lists in line {line}"
        return f"{path} has no {wanted}{listed}; its header must name the {len(names)} columns."
    key = request["key_column"]
    if key and key not in header:
        return f"{path} has no column {key}, which var key_column names."
    return ""
