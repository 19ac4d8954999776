"""The files of a project for a table, written from its draft."""

import csv
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
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


LISTS = ("fields.csv", "business_rules.csv", "formulas.csv")


@dataclass(frozen=True)
class Place:
    """Where a table's files go, and by which vars a build finds the table.

    `folder` is the new project, or with `in_host` the table's folder in another; `root` is the
    project's, `likeness` the package's. `name` names the table, `source` says where it was found,
    `vars_file` is the file of its vars.
    """

    folder: Path
    name: str
    source: str
    source_vars: Mapping[str, object]
    likeness: Path
    root: Path
    in_host: bool = False
    vars_file: str = "dbt_project.yml"

    def path_of(self, path: str | Path) -> str:
        """A path as the project names it: relative where both lie in one folder that is no root."""
        return path_from(self.root, path)


def path_from(root: Path, path: str | Path) -> str:
    """A path as the project at `root` names it; see `Place.path_of`."""
    absolute = os.path.abspath(path)
    shared = Path(os.path.commonpath([absolute, root]))
    near = (root, root.parent, root.parent.parent)
    if shared in near and shared.parent != shared:
        return os.path.relpath(absolute, root)
    return absolute


def write_project(made: Path, place: Place, found: Draft, record: tuple[str, str]) -> None:
    """Write all files of the project into the folder `made`."""
    (made / "seeds").mkdir()
    (made / "macros").mkdir()
    _write_lists(made / "seeds", found)
    values = _values(place, found, record)
    values["table_vars"] = _rendered("vars.yml.j2", values)
    for name, template in FILES.items():
        (made / name).write_text(_rendered(template, values), encoding="utf-8")


def write_table(made: Path, place: Place, found: Draft, record: tuple[str, str]) -> str:
    """Write the files of a table of another project into the folder `made`; the lines of its vars.

    The vars are in vars.yml too unless the table is the project's first.
    """
    _write_lists(made, found)
    values = _values(place, found, record)
    (made / "README.md").write_text(_rendered("README.md.j2", values), encoding="utf-8")
    return _rendered("vars.yml.j2", values)


def _write_lists(folder: Path, found: Draft) -> None:
    fields, rules, formulas = (folder / name for name in LISTS)
    _write_csv(fields, FIELDS, _fields(found))
    _write_csv(rules, RULES, map(_rule, found.rules))
    _write_csv(formulas, FORMULAS, _formulas(found))


def _rendered(template: str, values: Mapping[str, object]) -> str:
    environment = jinja2.Environment(
        autoescape=False, keep_trailing_newline=True, undefined=jinja2.StrictUndefined
    )
    environment.globals.update({"q": quoted, "names": names, "cell": cell})
    text = (resources.files("likeness.cli") / "templates" / template).read_text(encoding="utf-8")
    return environment.from_string(text).render(values)


def quoted(value: object) -> str:
    """A value as YAML: a plain word as it is, any other text between quotes."""
    if isinstance(value, str) and PLAIN.fullmatch(value) and value.lower() not in WORDS:
        return value
    if isinstance(value, str):
        written = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=float("inf"))
        return written.strip()
    return json.dumps(value)


def flow(value: object) -> str:
    """A value of any shape as YAML in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return quoted(value)


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
        "project": place.name,
        "name": place.name,
        "source": place.source,
        "source_vars": {name: flow(value) for name, value in place.source_vars.items()},
        "in_host": place.in_host,
        "table_dir": str(place.folder.relative_to(place.root)) if place.in_host else "",
        "vars_file": place.vars_file,
        "lists": str(place.folder.relative_to(place.root)) if place.in_host else "seeds",
        "prefix": f"{place.name}_",
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
