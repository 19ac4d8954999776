"""The files of a project for a table, written from its draft."""

import csv
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import jinja2
import yaml

from likeness.schema.discovery.draft import Draft, roles_of
from likeness.schema.discovery.kinds import MIN_CELL_ROWS, Found, shown_rows
from likeness.schema.discovery.rules import Rule

FIELDS = (
    "position", "name", "kind", "type", "reader", "roles", "nullable", "decimals", "format",
    "max_length", "allowed_values", "expression", "description",
)  # fmt: skip
RULES = ("id", "category", "condition", "sentence", "penalty", "enforced")
FORMULAS = ("target", "expression", "decimals", "rounding", "tolerance", "description")
FILES = {
    "dbt_project.yml": "dbt_project.yml.j2",
    "packages.yml": "packages.yml.j2",
    "profiles.yml": "profiles.yml.j2",
    "Makefile": "Makefile.j2",
    ".gitignore": "gitignore.j2",
    "README.md": "README.md.j2",
    "macros/generate_schema_name.sql": "generate_schema_name.sql.j2",
}
TOLERANCE = "0.001"
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "none"}


@dataclass(frozen=True)
class Place:
    """`folder` is the new project, `source` the table as named, `likeness` the package's folder."""

    folder: Path
    project: str
    source: str
    likeness: Path

    def path_of(self, path: str | Path) -> str:
        """A path as the project names it: relative where both lie in one folder that is no root."""
        absolute = os.path.abspath(path)
        shared = Path(os.path.commonpath([absolute, self.folder]))
        near = (self.folder.parent, self.folder.parent.parent)
        if shared in near and shared.parent != shared:
            return os.path.relpath(absolute, self.folder)
        return absolute


def write_project(made: Path, place: Place, found: Draft, record: tuple[str, str]) -> None:
    """Write all files of the project into the folder `made`."""
    seeds = made / "seeds"
    seeds.mkdir()
    (made / "macros").mkdir()
    _write_csv(seeds / "fields.csv", FIELDS, _fields(found))
    _write_csv(seeds / "business_rules.csv", RULES, map(_rule, found.rules))
    _write_csv(seeds / "formulas.csv", FORMULAS, _formulas(found))
    environment = jinja2.Environment(
        autoescape=False, keep_trailing_newline=True, undefined=jinja2.StrictUndefined
    )
    environment.globals.update({"q": quoted, "names": names, "cell": cell})
    values = _values(place, found, record)
    templates = resources.files("likeness.cli") / "templates"
    for name, template in FILES.items():
        text = (templates / template).read_text(encoding="utf-8")
        rendered = environment.from_string(text).render(values)
        (made / name).write_text(rendered, encoding="utf-8")


def quoted(value: object) -> str:
    """A value as YAML: a plain word as it is, any other text between quotes."""
    if isinstance(value, str) and PLAIN.fullmatch(value) and value.lower() not in WORDS:
        return value
    if isinstance(value, str):
        written = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=float("inf"))
        return written.strip()
    return json.dumps(value)


def names(listed: Iterable[str]) -> str:
    """A list of names as YAML."""
    return f"[{', '.join(quoted(name) for name in listed)}]"


def cell(text: object) -> str:
    """A text in a table of a document."""
    return " ".join(str(text).split()).replace("|", "\\|")


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence]) -> None:
    with open(path, "w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _fields(found: Draft) -> Iterable[Sequence]:
    for position, field in enumerate(found.fields, start=1):
        yield (
            position,
            field.name,
            field.kind,
            field.type,
            field.reader,
            ";".join(roles_of(field, found)),
            str(field.nullable).lower(),
            "" if field.decimals is None else field.decimals,
            field.format,
            "" if field.max_length is None else field.max_length,
            "|".join(field.allowed_values),
            "",
            description(field),
        )
    for position, added in enumerate(found.derived, start=len(found.fields) + 1):
        yield (
            position,
            added.name,
            "integer" if added.is_number else "categorical",
            "integer" if added.is_number else "text",
            "",
            "",
            str(added.nullable).lower(),
            "0" if added.is_number else "",
            "",
            "",
            "|".join(added.allowed_values),
            added.expression,
            added.description,
        )


def description(field: Found) -> str:
    """A first description, for a person to replace."""
    return f"{field.name}: {field.evidence}"


def _rule(rule: Rule) -> Sequence:
    enforced = str(rule.enforced).lower()
    return (rule.id, rule.category, rule.condition, rule.sentence, rule.penalty, enforced)


def _formulas(found: Draft) -> Iterable[Sequence]:
    for formula in found.formulas:
        decimals = (formula.target.decimals or 0) if formula.rounding else ""
        said = f"{formula.target.name} is {formula.expression} in all rows of the source"
        target = formula.target.name
        yield (target, formula.expression, decimals, formula.rounding, TOLERANCE, said)


def _values(place: Place, found: Draft, record: tuple[str, str]) -> dict[str, object]:
    likeness = place.path_of(place.likeness)
    choices = found.choices
    listed = (
        "segment_keys", "clustering_keys", "correlation_keys", "condition_on", "quasi_identifiers",
    )  # fmt: skip
    settings = [
        (name, ", ".join(getattr(choices, name)) or "none", choices.reasons.get(name, ""))
        for name in listed
    ]
    aim = choices.utility_target
    stand_ins = [added for added in found.derived if added.is_number]
    shown = f"{aim['variable']}: {aim['positive']}" if aim else "none"
    settings.append(("utility_target", shown, choices.reasons["utility_target"]))
    return {
        "project": place.project,
        "source": place.path_of(place.source),
        "likeness": likeness,
        "likeness_make": likeness.replace("$", "$$").replace(" ", "\\ "),
        "decimal_mark": found.table.decimal_mark,
        "record": {"one": record[0], "many": record[1]},
        "rows": f"{found.table.rows:,}",
        "keeps_markers": [f.name for f in found.fields if f.profile.keeps_markers],
        "choices": choices,
        "reasons": {name: choices.reasons.get(name, "") for name in (*listed, "utility_target")},
        "patterns": found.patterns,
        "stand_ins": "{" + ", ".join(f"{quoted(d.of)}: {quoted(d.name)}" for d in stand_ins) + "}",
        "fields": [
            {
                "name": f.name,
                "kind": f.kind,
                "evidence": f.evidence,
                "filled": filled(f, found.table.rows),
            }
            for f in found.fields
        ],
        "rules": found.rules,
        "formulas": [
            {
                "target": f.target.name,
                "expression": f.expression,
                "rounded": f", rounded ({f.rounding}) to {f.target.decimals}" if f.rounding else "",
            }
            for f in found.formulas
        ],
        "skipped": found.skipped,
        "settings": settings,
        "minimum": MIN_CELL_ROWS,
    }


def filled(field: Found, rows: int) -> str:
    """How many rows have a value, in words that single out no few rows."""
    n = field.profile.filled
    if n == rows or n == 0:
        return "all" if n else "none"
    if rows - n < MIN_CELL_ROWS:
        return f"all but {shown_rows(rows - n)}"
    return shown_rows(n)
