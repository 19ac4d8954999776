"""Is seeds/fields.csv a field list? And in which line of a seed's file does something stand?"""

import csv
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from likeness.schema.fields import DATE_KINDS, KINDS, NUMBER_KINDS
from likeness.schema.given import FIELDS, seed_file, shown_file
from likeness.schema.sentences import nearest
from likeness.warehouse.reading.own_names import OWN_NAMES

FILE = FIELDS
COLUMNS = (
    "position", "name", "kind", "type", "reader", "roles", "nullable", "decimals", "format",
    "max_length", "allowed_values", "expression", "description",
)  # fmt: skip
TYPES = ("double", "integer", "bigint", "text", "date", "timestamp")
ROLES = (
    "segment", "clustering", "correlation", "seed", "condition", "formula", "generated_only",
)  # fmt: skip
# What a kind is read by, where only some readers give it.
READERS = {
    **dict.fromkeys(NUMBER_KINDS, ("number", "months")),
    "date": ("date", "month"),
    "timestamp": ("timestamp",),
}


def line_of(file: str, key: str, value: str) -> int | None:
    """The line of a seed's file in which column `key` is `value`, or None."""
    path = seed_file(file)
    if not path.is_file():
        return None
    with open(path, newline="", encoding="utf-8") as handle:
        reader = csv.DictReader(handle)
        line = 2
        for row in reader:
            if row.get(key) == value:
                return line
            line = reader.line_num + 1
    return None


def located(file: str, key: str, value: str) -> str:
    """`file, line n`, or the file alone where no line of it has that value."""
    line, shown = line_of(file, key, value), shown_file(file)
    return f"{shown}, line {line}" if line else shown


def problem_with_field_list(path: str | Path) -> str:
    """One sentence about the first line of the field list at `path` that cannot be used, or ''."""
    with open(path, newline="", encoding="utf-8") as handle:
        reader = csv.DictReader(handle)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            return f"{shown_file(FILE)}, line 1: the header has no column {missing[0]}."
        seen: dict[str, int] = {}
        line = 2
        for row in reader:
            sentence = _problem_with_row(row)
            name = str(row["name"] or "")
            if not sentence and name.lower() in seen:
                sentence = f"field {name} is listed in line {seen[name.lower()]} already."
            if sentence:
                return f"{shown_file(FILE)}, line {line}: {sentence}"
            seen[name.lower()] = line
            line = reader.line_num + 1
    return "" if seen else f"{shown_file(FILE)} lists no field."


def _problem_with_row(row: Mapping) -> str:
    if None in row or None in row.values():
        return f"this line has not as many fields as the header, {len(COLUMNS)}."
    if not row["name"]:
        return "this field has no name."
    field = f"field {row['name']}: "
    if row["name"].lower() in OWN_NAMES:
        return (
            f"{field}the tables have a column of that name; call it {row['name']}_, which reads "
            f"the source's column {row['name']}."
        )
    if not row["position"].isdigit():
        return f"{field}position {row['position']!r} must be a whole number."
    for key, allowed in (("kind", KINDS), ("type", TYPES), ("nullable", ("true", "false"))):
        text = row[key].lower() if key == "nullable" else row[key]
        if text not in allowed:
            near = nearest(text, allowed) or "."
            return f"{field}{key} {row[key]!r} is none of {', '.join(allowed)}{near}"
    for key in ("decimals", "max_length"):
        if row[key] and not row[key].isdigit():
            return f"{field}{key} {row[key]!r} must be a whole number or empty."
    for role in filter(None, row["roles"].split(";")):
        if role not in ROLES and ":" not in role:
            return (
                f"{field}role {role!r} is none of {', '.join(ROLES)}{nearest(role, ROLES) or '.'}"
            )
    readers = READERS.get(row["kind"], ())
    if readers and not row["expression"] and row["reader"] not in readers:
        return (
            f"{field}kind {row['kind']} is read by {' or '.join(readers)}, not by the reader "
            f"{row['reader']!r}."
        )
    if row["kind"] in DATE_KINDS and "%" in row["format"] and not _is_date_format(row):
        printed = "month" if row["reader"] == "month" else row["kind"]
        return (
            f"{field}format {row['format']!r} must print a {printed} so that it can be read back, "
            "as %Y-%m-%d does."
        )
    return ""


def _is_date_format(row: Mapping) -> bool:
    """Whether what the format prints can be read back, to the month, the day or the minute."""
    form = row["format"].replace("%-", "%").replace("%g", "000")
    moment = datetime(2015, 3, 31, 20, 30)
    told = {"month": moment.replace(day=1, hour=0, minute=0), "date": datetime(2015, 3, 31)}
    try:
        back = datetime.strptime(moment.strftime(form), form)
    except ValueError:
        return False
    cut = back.replace(day=1) if row["reader"] == "month" else back
    if row["reader"] != "timestamp":
        cut = cut.replace(hour=0, minute=0)
    return cut == told.get(row["reader"], moment)
